package rundir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/proc"
	"societop/storage/rundir/runfile"
)

// DefaultLostAfter is how long a run may write nothing before it is lost, where its process proves
// nothing.
const DefaultLostAfter = 15 * time.Minute

// deathCertain is how old the newest write must be for a dead process to count.
const deathCertain = time.Minute

// longestEntry is longer than any ask or questionnaire takes: a run that has written nothing else for so
// long is lost without a look at its many files.
const longestEntry = 24 * time.Hour

// verdict is the state of a run at one moment, and how it is known.
type verdict struct {
	status model.Status
	alive  string // a few words; empty where the run says itself that it has ended
}

// judge finds out the state of a run.
func (s *Source) judge(e *entry, now time.Time) verdict {
	switch {
	case !e.started():
		return verdict{status: model.NotStarted}
	case e.facts == nil, e.facts.Status == saysRunning:
		return s.living(e, now)
	case e.facts.Status == saysCompleted:
		return verdict{status: model.Finished}
	case e.facts.Status == saysFailed:
		return verdict{status: model.Failed}
	}
	return verdict{status: -1}
}

// living is the state of a run that says that it is running.
func (s *Source) living(e *entry, now time.Time) verdict {
	state, pid := proc.Unknown, int64(-1)
	if e.facts != nil {
		pid = int64(e.facts.PID)
		state = s.process(pid, e.dir)
	}
	if state == proc.Alive {
		return verdict{model.Running, fmt.Sprintf("process %d", pid)}
	}
	newest := s.update.newest(e, now)
	silent := now.Sub(newest) > s.lostAfter || state == proc.Gone && now.Sub(newest) > deathCertain
	unseen := e.signs.looked.IsZero() && now.Sub(newest) < longestEntry
	if silent && (unseen || e.summary.Status == model.Running) && e.signs.lookAtMany(e, now) { // look twice before it is lost
		newest = s.update.newest(e, now)
	}
	age := now.Sub(newest)
	switch {
	case state == proc.Gone && age > deathCertain:
		return verdict{model.Lost, fmt.Sprintf("process %d is gone", pid)}
	case age > s.lostAfter:
		return verdict{model.Lost, "no write since " + newest.UTC().Format("2006-01-02 15:04") + " UTC"}
	case age < time.Minute:
		return verdict{model.Running, "last write under 1m ago"}
	}
	return verdict{model.Running, fmt.Sprintf("last write %dm ago", int(age/time.Minute))}
}

// signs is when something of a run was written last, and since when it has its number of steps.
type signs struct {
	looked time.Time // when the many files were looked at
	many   time.Time // the newest of them
	ahead  time.Time // a time in the future that was found, and
	found  time.Time // when; such a one counts from then

	steps int64 // the number of steps, and
	since time.Time
	begun bool // they were looked at before
}

// How often the many files of the replay, the trace and the artifacts are looked at: of a run that
// goes on, and of one that is lost; and of how many runs at one poll.
const (
	manyEvery     = 30 * time.Second
	manyLostEvery = 5 * time.Minute
	manyAtOnce    = 32
)

// newest is when the run wrote last. The many files are looked at only where the others are old: an
// ask or a questionnaire may take long, and writes only those. The times of directories don't count:
// a copy has new ones.
func (u *update) newest(e *entry, now time.Time) time.Time {
	s := &e.signs
	at := latest(e.files.pid.Stamp.Changed, e.files.step.Stamp.Changed)
	if now.Sub(at) > 5*time.Second {
		at = latest(at, e.logs.newest(now), changedAt(e.file(runfile.Database)), changedAt(e.file(runfile.Database+"-journal")))
	}
	every := manyEvery
	if e.summary.Status == model.Lost {
		every = manyLostEvery
	}
	if now.Sub(latest(at, s.many)) > manyEvery && (s.looked.IsZero() || now.Sub(s.looked) >= every) && u.many > 0 {
		u.many--
		s.lookAtMany(e, now)
	}
	if at = latest(at, s.many); at.Sub(now) < u.source.lostAfter {
		return at
	}
	if !at.Equal(s.ahead) { // the clock of the writer is wrong: what counts is that it has moved
		s.ahead, s.found = at, now
	}
	return s.found
}

// lookAtMany looks at the many files, unless that was done now. It reports whether they were written
// since the last look.
func (s *signs) lookAtMany(e *entry, now time.Time) bool {
	if s.looked.Equal(now) {
		return false
	}
	before := s.many
	s.looked, s.many = now, latest(newestIn(e.file(runfile.Replay)), newestIn(e.file(runfile.Trace)), newestIn(e.file(runfile.Artifacts)))
	return s.many.After(before)
}

// maxMany is how many files of a directory are looked at.
const maxMany = 10_000

// newestIn is when a file in a directory was written last.
func newestIn(dir string) (at time.Time) {
	d, err := os.Open(dir)
	if err != nil {
		return at
	}
	defer d.Close()
	for n := 0; n < maxMany; {
		entries, err := d.ReadDir(512)
		for _, e := range entries {
			n++
			if strings.HasPrefix(e.Name(), ".") { // a lock
				continue
			}
			if info, err := e.Info(); err == nil {
				at = latest(at, info.ModTime())
			}
		}
		if err != nil {
			break
		}
	}
	return at
}

func changedAt(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func latest(all ...time.Time) (at time.Time) {
	for _, t := range all {
		if t.After(at) {
			at = t
		}
	}
	return at
}

// created is when the run was started; of one that was not, when its configs were made.
func (e *entry) created() time.Time {
	if e.facts != nil {
		if t, _ := wall(e.facts.Start); !t.IsZero() {
			return t
		}
	}
	if t := e.files.pid.Stamp.Changed; !t.IsZero() {
		return t.UTC()
	}
	dir := e.dir
	if e.init != "" {
		dir = e.init
	}
	if t := changedAt(dir); !t.IsZero() {
		return t.UTC()
	}
	return changedAt(filepath.Dir(dir)).UTC()
}

// updated is the newest sign of life of a step, or when the run ended.
func (e *entry) updated(status model.Status) time.Time {
	if status == model.NotStarted {
		return e.created()
	}
	if status == model.Finished || status == model.Failed {
		if t, _ := wall(e.facts.End); !t.IsZero() {
			return t
		}
		return e.files.pid.Stamp.Changed.UTC()
	}
	if e.done != nil && !e.stale() {
		return e.files.step.Stamp.Changed.UTC()
	}
	if done := e.stepsDone(); !e.signs.begun || done != e.signs.steps {
		since := e.files.pid.Stamp.Changed
		if db := changedAt(e.file(runfile.Database)); !e.signs.begun && !db.IsZero() {
			since = db // its rows are written at the end of a step
		}
		e.signs.begun, e.signs.steps, e.signs.since = true, done, since
	}
	return e.signs.since.UTC()
}

// phase is the entry that is under way, or was at the end.
func (e *entry) phase(done int64, status model.Status) model.Phase {
	var kinds []string
	if e.plan != nil {
		kinds = e.plan.Kinds
	}
	log := e.logs.driver()
	at := -1
	switch {
	case status == model.NotStarted:
		return model.Phase{}
	case e.done != nil && !e.stale() && e.done.Entries.of() >= 0:
		at = int(min(e.done.Entries.of(), 1<<30))
	case log != nil:
		at = log.began - 1
	case e.plan != nil && e.plan.Plan != nil && done >= 0:
		if at = e.plan.Plan.EntryAfter(done); at < 0 {
			at = len(kinds) - 1
		}
	}
	if len(kinds) == 0 {
		if log != nil {
			return model.Phase{Kind: text.Clean(log.kind), Index: max(at, 0)}
		}
		return model.Phase{Index: max(at, 0)}
	}
	if at < 0 {
		return model.Phase{}
	}
	at = min(at, len(kinds)-1)
	return model.Phase{Kind: text.Clean(kinds[at]), Index: at, Count: len(kinds)}
}

// warnings are what a user should know of the run.
func (e *entry) warnings(p *plan.Plan, done int64, status model.Status, now time.Time) (all []text.Text) {
	if p != nil && status == model.Finished && done >= 0 && done < p.Steps() {
		all = append(all, text.Clean(fmt.Sprintf("%d of %d steps", done, p.Steps())))
	}
	all = append(all, e.damage(now)...)
	if status == -1 {
		all = append(all, text.Clean(text.Clip("pid.json says "+e.facts.Status, maxWords)))
	}
	if e.facts != nil && e.facts.Resumed && status != model.NotStarted {
		all = append(all, text.Clean("resumed"))
	}
	return append(append(all, e.logs.failures()...), e.outcome.warnings()...)
}

// damage is which of the small files are missing, or damaged for longer than it takes to write one.
func (e *entry) damage(now time.Time) (all []text.Text) {
	old := func(file stamped) bool { return now.Sub(file.Changed) > tornAtMost }
	if e.broken && old(e.files.pid) {
		all = append(all, text.Clean("pid.json is damaged"))
	}
	if e.facts == nil && !e.broken && (e.data || runfile.Regular(e.file(runfile.Society))) {
		all = append(all, text.Clean("pid.json is missing"))
	}
	if e.files.steps.path != "" && (e.plan == nil || e.plan.Plan == nil) && old(e.files.steps) {
		all = append(all, text.Clean("steps.yaml is damaged"))
	}
	return all
}
