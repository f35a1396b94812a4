package rundir

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/runfile"
)

// entry is one run with what is known of it. Its fields are read and written by one goroutine at a
// time: that of the update under way.
type entry struct {
	place
	key  model.Key
	seen uint64 // number of the last scan that had it

	files   files
	facts   *pidFacts  // the last whole one; nil: there never was one
	broken  bool       // the pid.json that is there is not whole
	done    *stepFacts // the last whole one
	plan    *plan.Steps
	agents  int // −1 unknown
	tokens  tokens
	signs   signs
	logs    logs
	outcome outcome
	looks   looks
	summary model.Summary
}

// files are the small files of a run, wherever they are.
type files struct{ pid, step, stats, steps, config stamped }

// looks is when a run is looked at.
type looks struct {
	due    time.Time // not before
	deep   bool      // its logs were read, at least once
	deepAt time.Time // when they were read last
	said   string    // the state by the pid.json at that time

	vanished time.Time // when its pid.json was first found to be gone; zero: it is not
}

// stamped is a file with its stamp as it was read last.
type stamped struct {
	path string
	runfile.Stamp
	read time.Time
}

// changed looks at the file, and reports whether it must be read: its stamp is another one, or is of
// so short a time before it was read that it may have been written again since.
func (s *stamped) changed(now time.Time) bool {
	at := runfile.StampOf(s.path)
	if at == s.Stamp && (at == (runfile.Stamp{}) || s.read.Sub(at.Changed) > settled) {
		return false
	}
	s.Stamp, s.read = at, now
	return true
}

// newEntry is a run of which nothing is known yet.
func newEntry(p place) *entry {
	e := &entry{place: p, agents: -1}
	e.key.ID = ID(p.dir)
	e.files.pid.path, e.files.step.path, e.files.stats.path = e.file(runfile.PID), e.file(runfile.Step), e.file(runfile.Stats)
	e.logs.dir = p.dir
	return e
}

// ID is the id of the run in a directory, whose path is absolute and without links.
func ID(dir string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("file://"+filepath.ToSlash(dir)))
}

func (e *entry) file(name string) string { return filepath.Join(e.dir, name) }

// torn is how often a pid.json that is not whole is read again at once, and after how long. One that stays so
// for longer than tornAtMost is not being written, but damaged: it is read once a look.
const (
	torn       = 4
	tornPause  = 2 * time.Millisecond
	tornAtMost = 10 * time.Second
)

// look reads the small files of the run that have changed.
func (e *entry) look(ctx context.Context, c *configs, now time.Time) {
	if e.files.pid.changed(now) || e.broken {
		e.readPID(ctx, now)
	}
	if e.files.step.changed(now) {
		e.readStep()
	}
	if e.files.stats.changed(now) {
		e.tokens.read(e.files.stats.path)
	}
	e.findConfigs(c, now)
}

// readPID reads the pid.json. While it is not whole, what it said last stays.
func (e *entry) readPID(ctx context.Context, now time.Time) {
	for i := range torn {
		b, at, err := runfile.Read(e.files.pid.path, runfile.MaxSmall)
		if e.files.pid.Stamp = at; err != nil {
			break
		}
		if p, ok := parsePID(b); ok {
			e.facts, e.broken = p, false
			return
		}
		if now.Sub(at.Changed) > tornAtMost {
			break
		}
		if i < torn-1 {
			pause(ctx, tornPause)
		}
	}
	if e.broken = e.files.pid.Stamp != (runfile.Stamp{}); !e.broken {
		e.facts = nil // it is gone: the run was not started, or is to begin again
	}
}

// pause waits, until ctx is done at most.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (e *entry) readStep() {
	b, at, err := runfile.Read(e.files.step.path, runfile.MaxSmall)
	e.files.step.Stamp = at
	if err != nil {
		e.done = nil
		return
	}
	if s, ok := parseStep(b); ok {
		e.done = s
	}
}

// says is the state by the pid.json.
func (e *entry) says() string {
	if e.facts == nil {
		return ""
	}
	return e.facts.Status
}

// stale reports whether the SOCIETY_STEP.json is of an earlier run in the same directory: the pid.json
// has been made since, and has no step yet.
func (e *entry) stale() bool {
	if e.facts == nil || e.facts.Status != saysRunning || e.facts.Resumed || e.facts.Steps != nil {
		return false
	}
	start, _ := wall(e.facts.Start)
	return !start.IsZero() && e.files.step.Stamp.Changed.Before(start.Add(-time.Second))
}

// steps done, by the run's own count; −1 unknown.
func (e *entry) stepsDone() int64 {
	switch {
	case !e.started():
		return -1
	case e.done != nil && !e.stale() && e.done.Steps.of() >= 0:
		return e.done.Steps.of()
	case e.facts != nil && e.facts.Steps.of() >= 0:
		return e.facts.Steps.of()
	case e.outcome.rows > 0:
		return e.outcome.rows
	}
	return -1
}

// started reports whether the run was ever started.
func (e *entry) started() bool { return e.facts != nil || e.broken || e.data }

// countRows finds out how many steps have rows, where nothing else says how many were done.
func (e *entry) countRows(ctx context.Context) {
	if e.outcome.rows != 0 || !e.data || e.stepsDone() >= 0 {
		return
	}
	r := replay.Open(e.dir)
	_, err := r.Refresh(ctx, -1)
	if steps := r.Steps(); errors.Join(err, r.Close()) == nil {
		if e.outcome.rows = int64(steps); steps == 0 {
			e.outcome.rows = -1
		}
	}
}

// findConfigs finds and reads the steps.yaml and the init_config.json: in the directory, in the init
// directory of its experiment, or where a log says that they were read from.
func (e *entry) findConfigs(c *configs, now time.Time) {
	dirs := []string{e.dir}
	if e.init != "" {
		dirs = append(dirs, e.init)
	}
	if e.files.steps.find(dirs, runfile.Plan, "steps.yml", "steps.json"); e.files.steps.path == "" {
		e.files.steps.path = e.logs.stepsPath()
	}
	if e.files.steps.path == "" {
		e.plan = nil
	} else if e.files.steps.changed(now) {
		e.plan = c.steps(e.files.steps.path)
	}
	if e.files.config.find(dirs, runfile.Config); e.files.config.path == "" && e.files.steps.path != "" {
		if path := filepath.Join(filepath.Dir(e.files.steps.path), runfile.Config); runfile.Regular(path) {
			e.files.config.path = path
		}
	}
}

// find looks for a file, once it is not where it was.
func (s *stamped) find(dirs []string, names ...string) {
	if s.path != "" && runfile.Regular(s.path) {
		return
	}
	*s = stamped{}
	for _, dir := range dirs {
		for _, name := range names {
			if path := filepath.Join(dir, name); runfile.Regular(path) {
				s.path = path
				return
			}
		}
	}
}

// configs keeps the plans of steps.yaml files by what is in them: many runs have the same.
type configs struct {
	plans map[string]*plan.Steps
}

// maxPlans is how many plans are kept.
const maxPlans = 1000

// steps reads a steps.yaml; nil if it is not valid.
func (c *configs) steps(path string) *plan.Steps {
	b, _, err := runfile.Read(path, plan.MaxSteps)
	if err != nil {
		return nil
	}
	if s, ok := c.plans[string(b)]; ok {
		return s
	}
	s, _ := plan.ReadSteps(string(b))
	if len(b) <= 64<<10 {
		if len(c.plans) >= maxPlans {
			clear(c.plans)
		}
		c.plans[string(b)] = s
	}
	return s
}

// maxConfig is how long an init_config.json may be for its agents to be counted.
const maxConfig = 64 << 20

// dig reads what takes longer: how many agents the config has, the logs, and the trace as long as there are
// no totals of the tokens.
func (e *entry) dig(ctx context.Context, now time.Time, watched bool) {
	e.looks.deep, e.looks.deepAt, e.looks.said = true, now, e.says()
	if e.files.config.path != "" && e.files.config.changed(now) {
		if b, _, err := runfile.Read(e.files.config.path, maxConfig); err == nil {
			e.agents = agentsOf(b)
		}
	}
	if e.agents < 0 && e.files.config.path == "" {
		if b, _, err := runfile.Read(e.file(runfile.Society), maxConfig); err == nil {
			e.agents = specsOf(b)
		}
	}
	e.logs.read(now)
	ended := e.says() != saysRunning || e.summary.Status == model.Lost
	e.tokens.sum(ctx, e, watched, ended)
	if ended {
		e.countRows(ctx)
	}
	e.outcome.read(e, now, ended)
}

// summarize is the run as it is judged now.
func (e *entry) summarize(v verdict, now time.Time) model.Summary {
	s := model.Summary{Key: e.key, Name: text.Clean(e.name), Status: v.status, Now: model.SimTime{Day: -1}}
	dir := &model.RunDir{Done: e.stepsDone(), Path: text.Clean(e.dir), Agents: e.agents, Alive: text.Clean(v.alive)}
	if e.facts != nil {
		dir.Label = text.Clean(string(e.facts.Experiment))
		if v.status == model.Failed {
			s.Error = text.CleanLines(string(e.facts.Error))
		}
	}
	if e.plan != nil {
		s.Plan, dir.Epoch = e.plan.Plan, e.plan.Epoch()
		if at, ok := s.Plan.StepStart(dir.Done - 1); ok {
			s.Now = model.SimTimeOf(at)
		}
	}
	dir.Phase = e.phase(dir.Done, v.status)
	dir.Warnings = e.warnings(s.Plan, dir.Done, v.status, now)
	e.tokens.into(&s, dir)
	s.Created, s.Updated = e.created().Truncate(time.Microsecond), e.updated(v.status).Truncate(time.Microsecond) // as they are stored
	if !e.summary.Dir.Equal(dir) {
		s.Dir = dir
	} else {
		s.Dir = e.summary.Dir
	}
	return s
}
