package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"societop/model"
)

// The work of a run of AgentSociety 2, in the order of its steps.yaml.
var society2 = []entry{
	{kind: "run", steps: 40, tick: 900},
	{kind: "questionnaire", name: "wellbeing_1"},
	{kind: "intervene", text: "Tell everyone that the ring road is closed from tomorrow. 明天起环路封闭。"},
	{kind: "run", steps: 56, tick: 1800},
	{kind: "ask", text: "What did people talk about most?"},
	{kind: "questionnaire", name: "wellbeing_2", of: 4},
}

// entry is an entry of a steps.yaml.
type entry struct {
	kind  string
	steps int // of a run
	tick  int // of a run: simulated seconds
	name  string
	text  string // what is asked or told
	of    int    // how many agents a questionnaire goes to; 0: all
}

const (
	// usualPast is how many steps a run of version 2 has made at the start.
	usualPast = 30
	// stepPace and entryPace are how long a step, and another entry, take.
	stepPace, entryPace = 4 * time.Second, 7 * time.Second
	// heartbeat is how often AgentSociety writes pid.json in a run entry.
	heartbeat = time.Second
)

// society2Start is when the simulated clock of a run of version 2 starts.
var society2Start = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// rundir is a run of AgentSociety 2 that is written into a directory, by the rules by which AgentSociety
// writes one. What happens follows from the seed. It is for one goroutine.
type rundir struct {
	dir    string
	people *people
	speed  float64
	log    time.Time // the wall time of what happens
	begun  time.Time
	wrote  bool  // false: what happens is only counted, not written
	err    error // of the first write that failed

	done    int // steps
	entries int // entries of steps.yaml done
	posts   []int64
	events  int64
	fans    []int // followers, by agent
	follows []int
	posted  []int
	use     usage
}

// usage is the tokens of all calls of the model.
type usage struct {
	Calls  int64 `json:"calls"`
	Input  int64 `json:"input"`
	Output int64 `json:"output"`
	Cached int64 `json:"cached_input"`
}

// newRundir makes the run as it is before its first step.
func newRundir(o model.DemoOptions) *rundir {
	d := throw(o.Seed, 2)
	agents := max(o.Agents, 1)
	speed := max(min(o.Speed, maxSpeed), 0.001)
	if o.Speed <= 0 {
		speed = 1
	}
	return &rundir{
		dir: o.Path, people: &people{seed: d.next(), citizens: agents}, speed: speed,
		fans: make([]int, agents), follows: make([]int, agents), posted: make([]int, agents),
	}
}

// scaled returns a wall time at the speed of the run.
func (r *rundir) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / r.speed)
}

// past is how many steps are made before the start.
func past(o *model.DemoOptions) int {
	switch most := planned(society2); {
	case o.Whole:
		return most
	case o.Steps >= 0:
		return min(o.Steps, most-1)
	}
	return usualPast
}

// planned is how many steps entries have.
func planned(all []entry) (n int) {
	for _, e := range all {
		n += e.steps
	}
	return n
}

// writeRundir writes the run up to o.Start; with o.Whole, to its end. It fails with ErrUsage where
// the directory has anything in it.
func writeRundir(ctx context.Context, o model.DemoOptions, adv model.ProgressFunc) error {
	files, err := os.ReadDir(o.Path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(files) > 0 {
		return model.Usagef("%s is not empty; name a directory that is not there yet", o.Path)
	}
	r := newRundir(o)
	n := past(&o)
	r.wrote, r.begun = true, o.Start.Add(-r.lasts(n+b2i(o.Whole))) // with what comes after the last step
	r.log = r.begun
	if err := r.set(); err != nil {
		return err
	}
	for more := true; more && (r.done < n || o.Whole); {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if more, err = r.next(nil); err != nil {
			return err
		}
		adv(int64(r.done), int64(n))
	}
	if r.over() {
		return r.end()
	}
	return r.beat("running")
}

// lasts is how long the run takes up to a step.
func (r *rundir) lasts(steps int) (d time.Duration) {
	for n, i := 0, 0; i < len(society2) && n < steps; i++ {
		if society2[i].kind != "run" {
			d += r.scaled(entryPace)
			continue
		}
		for range min(society2[i].steps, steps-n) {
			d += r.takes(n)
			n++
		}
	}
	return d
}

// takes is how long a step takes.
func (r *rundir) takes(step int) time.Duration {
	d := throw(r.people.seed, uint64(step), 3)
	return r.scaled(time.Duration(float64(stepPace) * d.between(0.7, 1.3)))
}

// liveRundir goes on with what writeRundir has written until ctx is done. It calls ready at once.
func liveRundir(ctx context.Context, o model.DemoOptions, now func() time.Time, ready func()) error {
	ready()
	r := newRundir(o)
	for n := past(&o); r.done < n; {
		if more, err := r.next(nil); err != nil || !more {
			return err
		}
	}
	r.wrote = true
	r.begun, r.log = o.Start.Add(-r.lasts(past(&o))), o.Start
	wait := func(until time.Time) error {
		r.log = until
		for {
			if err := r.beat("running"); err != nil {
				return err
			}
			left := until.Sub(now())
			if left <= 0 {
				return ctx.Err()
			}
			if err := model.Sleep(ctx, min(left, heartbeat)); err != nil {
				return err
			}
		}
	}
	var err error
	for more := true; more && err == nil; {
		more, err = r.next(wait)
	}
	if err == nil && r.over() {
		err = r.end()
	}
	if ctx.Err() != nil {
		return nil // as AgentSociety leaves a run that is killed
	}
	if err == nil {
		<-ctx.Done()
	}
	return err
}

// over reports whether all is done.
func (r *rundir) over() bool { return r.entries == len(society2) }

// next does the next step, or the next entry that is no run, and reports whether there is more. wait,
// which may be nil, waits for the moment at which it is done.
func (r *rundir) next(wait func(time.Time) error) (more bool, err error) {
	if r.over() {
		return false, nil
	}
	e := &society2[r.entries]
	from := planned(society2[:r.entries])
	took := r.scaled(entryPace)
	if e.kind == "run" {
		took = r.takes(r.done)
		if r.done == from {
			r.note("", "INFO", fmt.Sprintf("Running %d/%d steps with tick=%d", e.steps, e.steps, e.tick))
		}
		r.startStep()
	} else {
		r.note("", "INFO", e.announced())
	}
	until := r.log.Add(took)
	if wait != nil {
		if err := wait(until); err != nil {
			return false, err
		}
	}
	begun := r.log
	if wait != nil {
		begun = until.Add(-took)
	}
	r.log = until
	if e.kind == "run" {
		r.step(begun, until)
		if r.done++; r.done == from+e.steps {
			r.entries++
		}
	} else {
		r.artifact(e)
		r.entries++
	}
	return !r.over(), errors.Join(r.err, r.checkpoint())
}

// announced is what the log says when an entry begins.
func (e *entry) announced() string {
	switch e.kind {
	case "ask":
		return "Asking: " + e.text
	case "intervene":
		return "Intervening: " + e.text
	}
	return fmt.Sprintf("Running questionnaire %s with %d questions", e.name, len(society2Questions))
}

// clock is the simulated time after so many steps, as AgentSociety writes it.
func clock(steps int) string {
	t := society2Start
	for _, e := range society2 {
		n := min(steps, e.steps)
		steps -= n
		t = t.Add(time.Duration(n*e.tick) * time.Second)
	}
	return t.Format("2006-01-02T15:04:05")
}

// path is the path of a file of the run.
func (r *rundir) path(name ...string) string {
	return filepath.Join(append([]string{r.dir}, name...)...)
}

// beat writes pid.json, in place.
func (r *rundir) beat(status string) error {
	pid := map[string]any{
		"pid": os.Getpid(), "status": status, "start_time": stamp(r.begun), "experiment_id": "demo",
		"simulation_time": clock(r.done), "step_count": r.done,
	}
	if status == "completed" {
		pid["end_time"] = stamp(r.log)
	}
	return writeJSON(r.path("pid.json"), pid)
}

// checkpoint writes SOCIETY_STEP.json, whole or not at all, and pid.json.
func (r *rundir) checkpoint() error {
	if !r.wrote {
		return nil
	}
	name := r.path("SOCIETY_STEP.json")
	err := writeJSON(name+".tmp", map[string]any{"current_time": clock(r.done), "step_count": r.done, "completed_step_count": r.entries, "terminated": false})
	if err == nil {
		err = os.Rename(name+".tmp", name)
	}
	return errors.Join(err, r.beat("running"))
}

// end writes what AgentSociety writes at the end.
func (r *rundir) end() error {
	all := map[string]usage{society2Model: r.use}
	rate := float64(r.use.Cached) / float64(max(r.use.Input, 1))
	err := writeJSON(r.path("LLM_STATS.json"), map[string]any{"schema_version": 1, "step_count": r.done, "current_time": clock(r.done), "models": all, "totals": r.use, "cache_hit_rate": rate})
	r.note("", "INFO", fmt.Sprintf("LLM usage: calls=%d, input=%d (cached=%d, hit rate=%.1f%%), output=%d", r.use.Calls, r.use.Input, r.use.Cached, 100*rate, r.use.Output))
	r.note("", "INFO", "Experiment completed successfully")
	return errors.Join(err, r.beat("completed"))
}

// stamp is a wall time as AgentSociety 2 writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// writeJSON writes a file of JSON.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}
