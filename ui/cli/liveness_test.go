package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/model/text"
)

// dead is a lab file without a recorder.
func dead() model.Liveness {
	return model.Liveness{AsOf: now.Add(-29 * time.Minute), Why: text.Clean("no recorder")}
}

// judged is what JSON says that is judged by the clock.
type judged struct {
	AsOf    *string `json:"as_of"`
	ETA     *int64  `json:"eta_seconds"`
	Quiet   *bool
	Stalled *bool
}

func TestWithoutARecorderNothingIsJudged(t *testing.T) {
	silent := run(1, "a", model.Running)
	silent.Updated = now.Add(-time.Hour)
	src := &live{first: []model.Experiment{silent, run(2, "b", model.Running), run(3, "c", model.Finished)}}
	list := func() (all []judged) {
		t.Helper()
		out, errs, code, _ := call(src, nil, "list", "--json", "--sort", "id", "x")
		if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 || errs != "" || len(all) != 3 {
			t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
		}
		return all
	}
	all := list()
	if !*all[0].Stalled || *all[1].Stalled || all[1].ETA == nil || *all[2].Quiet || all[0].AsOf != nil {
		t.Errorf("live: %+v", all)
	}
	if out, errs, _, _ := call(src, nil, "list", "x"); errs != "" || !strings.Contains(out, "stalled") {
		t.Errorf("live: %s%s", out, errs)
	}
	src.alive = dead()
	for i, r := range list() {
		if r.AsOf == nil || *r.AsOf != "2026-11-23T11:31:00Z" || r.ETA != nil || r.Quiet != nil || r.Stalled != nil {
			t.Errorf("%d: %+v", i, r)
		}
	}
	out, errs, code, _ := call(src, nil, "list", "x")
	if code != 0 || errs != "societop: not live: as of 2026-11-23 11:31 UTC, no recorder\n" || strings.Contains(out, "stalled") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if out, _, _, _ := call(src, nil, "list", "--csv", "--filter", "stalled:yes", "x"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "stalled,as_of") {
		t.Errorf("of the stalled ones it prints %s", out)
	}
	var one judged
	out, _, _, _ = call(src, nil, "show", "--json", "x", "01")
	if err := json.Unmarshal([]byte(out), &one); err != nil || one.AsOf == nil || one.Stalled != nil || one.ETA != nil {
		t.Errorf("%v: %s", err, out)
	}
	out, errs, _, _ = call(src, nil, "show", "x", "01")
	if !strings.Contains(out, "not live     as of 2026-11-23 11:31 UTC, no recorder\n") || !strings.Contains(out, "ends         –\n") || errs != "" {
		t.Errorf("it prints %s%s", out, errs)
	}
}

func TestWatchTellsWhetherItsSourceIsLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{first: []model.Experiment{fresh(1, "a", model.Running)}}
		w := start(t, src, "watch", "x")
		w.after(0)
		gone := model.Liveness{AsOf: time.Now().Add(time.Minute), Why: text.Clean("no recorder")}
		for _, step := range []struct {
			alive model.Liveness
			wait  time.Duration
			out   []string
			errs  string
		}{
			{model.Liveness{}, 5 * time.Minute, []string{"quiet"}, ""},
			{gone, 24 * time.Hour, []string{"source-lost"}, "societop: the source is not live: as of 2000-01-01 00:01 UTC, no recorder\n"},
			{model.Liveness{AsOf: gone.AsOf, Why: text.Clean("recorder: connection refused")}, time.Hour, nil, "societop: the source is not live: as of 2000-01-01 00:01 UTC, recorder: connection refused\n"},
			{model.Liveness{}, time.Minute, []string{"source-back"}, "societop: the source is live again\n"},
			{model.Liveness{}, 10 * time.Minute, []string{"stalled"}, ""},
		} {
			src.set(func() { src.alive = step.alive })
			out, errs := w.after(step.wait)
			if errs != step.errs || strings.Count(out, "\n") != len(step.out) {
				t.Errorf("%+v: %q, %q, want %q, %q", step.alive, out, errs, step.out, step.errs)
			}
			for _, name := range step.out {
				if !strings.Contains(out, "  "+name+" ") {
					t.Errorf("%+v: %q, want %q", step.alive, out, step.out)
				}
			}
		}
		w.interrupt(t)
	})
}

func TestWaitOnALabWithoutARecorderSaysSoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{first: []model.Experiment{fresh(1, "a", model.Running)}}
		src.alive = model.Liveness{AsOf: time.Now(), Why: text.Clean("no recorder")}
		w := start(t, src, "wait", "--timeout", "90m", "x", "01")
		const said = "societop: the source is not live: as of 2000-01-01 00:00 UTC, no recorder\n"
		if out, errs := w.after(0); out != "" || errs != said {
			t.Errorf("at once: %q, %q", out, errs)
		}
		if out, errs := w.after(time.Hour); out != "" || errs != "" {
			t.Errorf("for an hour: %q, %q", out, errs)
		}
		if code := <-w.code; code != 124 {
			t.Errorf("exit code %d", code)
		}
	})
}
