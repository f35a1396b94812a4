package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/model/plan"
)

// minutes are the 120 steps that every run has done, of a minute each.
func minutes() []model.StepTime {
	all := make([]model.StepTime, 120)
	for i := range all {
		all[i] = model.StepTime{At: model.SimTimeOf(1 + int64(i)*300), Wall: now.Add(time.Duration(i-119) * time.Minute)}
	}
	return all
}

// etas is what JSON says of an estimate.
type etas struct {
	ID    string
	ETA   *int64   `json:"eta_seconds"`
	Low   *int64   `json:"eta_low_seconds"`
	High  *int64   `json:"eta_high_seconds"`
	Rough *bool    `json:"eta_rough"`
	Step  *float64 `json:"step_seconds"`
}

func TestShowEstimatesByTheHistory(t *testing.T) {
	src := &fakeSource{all: []model.Experiment{run(1, "a", model.Running)}, society: &fakeSociety{steps: minutes()}}
	show := func() (e etas) {
		t.Helper()
		out, errs, code, _ := call(src, nil, "show", "--json", "x", "a")
		if code != 0 || json.Unmarshal([]byte(out), &e) != nil || errs != "" {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		return e
	}
	const left = 360 * 60
	e := show()
	if e.ETA == nil || e.Low == nil || e.High == nil || *e.Low > *e.ETA || *e.ETA > *e.High || *e.ETA < left*9/10 || *e.ETA > left*11/10 {
		t.Errorf("it says %+v", e)
	}
	if src.society.stepsGot.Load() != 1 || e.Step == nil || *e.Step < 55 || *e.Step > 65 {
		t.Errorf("%d reads; steps of %v", src.society.stepsGot.Load(), e.Step)
	}
	for _, err := range []error{model.ErrNotOffered, model.ErrUnreachable, nil} {
		src.society.steps, src.society.stepsErr = nil, err
		if e := show(); e.ETA == nil || *e.ETA != left || e.Rough == nil || !*e.Rough || e.Low != nil || e.High != nil {
			t.Errorf("%v: without a history it says %+v", err, e)
		}
	}
	src.all[0].Status = model.Finished
	src.society.stepsGot.Store(0)
	if e := show(); e.ETA != nil || e.Rough != nil || src.society.stepsGot.Load() != 0 {
		t.Errorf("of a run that has ended it says %+v", e)
	}
}

// TestTheListReadsSomeHistories: of those running experiments that it prints first, if it prints
// estimates at all; and of no more than a few where the source does not offer any.
func TestTheListReadsSomeHistories(t *testing.T) {
	src := &fakeSource{society: &fakeSociety{steps: minutes()}}
	for i := range 90 {
		e := run(byte(i+1), "x", model.Running)
		if i%3 == 0 {
			e.Status = model.Finished
		}
		src.all = append(src.all, e)
	}
	list := func(args ...string) (all []etas) {
		t.Helper()
		src.society.stepsGot.Store(0)
		out, errs, code, _ := call(src, nil, append([]string{"list", "--json", "x"}, args...)...)
		if code != 0 || json.Unmarshal([]byte(out), &all) != nil {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		return all
	}
	known := 0
	for i, e := range list("--sort", "id") {
		if e.Rough == nil {
			continue
		}
		if known++; (e.High != nil) != (known <= maxHistories) || e.High == nil && !*e.Rough {
			t.Errorf("row %d, running %d: %+v", i, known, e)
		}
	}
	if got := src.society.stepsGot.Load(); known != 60 || got != maxHistories {
		t.Errorf("%d have an ETA; %d histories were read", known, got)
	}
	for _, tc := range []struct {
		args []string
		want int64
	}{
		{[]string{"--columns", "id,name,status"}, 0},
		{[]string{"--columns", "id,eta"}, maxHistories},
		{[]string{"--columns", "id", "--sort", "eta"}, maxHistories},
		{[]string{"--filter", "status:finished"}, 0},
	} {
		if list(tc.args...); src.society.stepsGot.Load() != tc.want {
			t.Errorf("%q: %d histories were read, want %d", tc.args, src.society.stepsGot.Load(), tc.want)
		}
	}
	src.society.stepsErr = model.ErrNotOffered
	if list(); src.society.stepsGot.Load() > enough+atOnce {
		t.Errorf("a source without histories was asked for %d", src.society.stepsGot.Load())
	}
}

// TestARunThatLacksItsHistoryTakesThatOfNoOther: its table may be missing.
func TestARunThatLacksItsHistoryTakesThatOfNoOther(t *testing.T) {
	src := &fakeSource{society: &fakeSociety{steps: minutes(), stepsLost: 1}}
	for i := range 12 {
		src.all = append(src.all, run(byte(i+1), "x", model.Running))
	}
	out, errs, code, _ := call(src, nil, "list", "--json", "x")
	var all []etas
	if code != 0 || json.Unmarshal([]byte(out), &all) != nil {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	known := 0
	for _, e := range all {
		if e.High != nil {
			known++
		}
	}
	if known != len(all)-1 {
		t.Errorf("%d of %d have their history", known, len(all))
	}
}

// TestWatchKnowsHowLongAMorningTakes: a watcher that was started by night has seen steps of a thirtieth
// of the length of those by day. Before it calls the first step of the morning quiet, it reads the
// history of the run.
func TestWatchKnowsHowLongAMorningTakes(t *testing.T) {
	for _, known := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			const morning = 22 * 12 // steps until 06:00
			x := fresh(1, "a", model.Running)
			x.Plan = plan.New(8*3600, []plan.Entry{{Type: "run", Days: 3, Ticks: 300}})
			x.Created = time.Now().Add(-40 * 24 * time.Hour) // it waited for its turn
			at := func(step int64) { x.Now, x.Updated = model.SimTimeOf(8*3600+1+(step-1)*300), time.Now() }
			var past []model.StepTime
			for step, wall := int64(morning-10), time.Now(); step > 0; step-- {
				past = append(past, model.StepTime{At: model.SimTimeOf(8*3600 + 1 + (step-1)*300), Wall: wall})
				length := 20 * time.Minute
				if step > 14*12 {
					length = 40 * time.Second
				}
				wall = wall.Add(-length)
			}
			at(morning - 10)
			src := &live{first: []model.Experiment{x}}
			if known {
				src.past = &fakeSociety{steps: past}
			}
			w := start(t, src, "watch", "--events", "quiet,stalled,recovered", "x")
			for step := int64(morning - 9); step <= morning; step++ {
				time.Sleep(40 * time.Second)
				at(step)
				src.set(func() { src.queue = append(src.queue, changes(x)) })
			}
			out, _ := w.after(21 * time.Minute)
			if quiet := strings.Contains(out, "quiet"); quiet == known {
				t.Errorf("with a history %v, it prints %q", known, out)
			}
			if out, _ := w.after(12 * time.Hour); strings.Contains(out, "running → quiet") != known || !strings.Contains(out, "stalled") {
				t.Errorf("with a history %v, later it prints %q", known, out)
			}
			if known && src.past.stepsGot.Load() != 1 {
				t.Errorf("the history was read %d times", src.past.stepsGot.Load())
			}
			w.interrupt(t)
		})
	}
}
