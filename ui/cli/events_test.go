package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/model/text"
)

// told is an event as watch --json prints it.
type told struct {
	Event, Name, At, Text string
	What, From, To        *string
	ID                    string `json:"event_id"`
}

// events decodes what watch --json has printed.
func events(t *testing.T, out string) (all []told) {
	t.Helper()
	for dec := json.NewDecoder(strings.NewReader(out)); dec.More(); {
		var e told
		if err := dec.Decode(&e); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		all = append(all, e)
	}
	return all
}

// short is an event in a few words.
func (e told) short() string {
	text := func(s *string) string {
		if s == nil {
			return "null"
		}
		return *s
	}
	return strings.Join([]string{e.Event, e.Name, text(e.What), text(e.From), text(e.To)}, " ")
}

// lives is a source whose runs go through all that can become of them.
func lives() (src *live, script []model.Changes) {
	a, b, c, d := fresh(1, "a", model.Running), fresh(2, "b", model.Running), fresh(3, "c", model.Running), fresh(4, "d", model.NotStarted)
	src = &live{first: []model.Experiment{a, b, c, d}}
	ended := func(x model.Experiment, s model.Status) model.Experiment { x.Status = s; return x }
	moved, renamed := a, b
	moved.Now.T, moved.Updated = a.Now.T+300, a.Updated.Add(time.Second)
	renamed.Name = text.Clean("b2")
	e := fresh(5, "e", model.NotStarted)
	return src, []model.Changes{
		changes(moved, renamed), changes(ended(moved, model.Finished), ended(renamed, model.Failed), ended(c, model.Stopped)),
		changes(ended(d, model.Running), e),
		{Gone: []model.Key{e.Key}},
		changes(ended(c, model.NotStarted)),
	}
}

func TestEventsSayFromWhatToWhat(t *testing.T) {
	all := []string{
		"changed a step 120 121", "changed b2 name b b2", "finished a status running finished", "failed b2 status running error",
		"stopped c status running stopped", "new e null null not_started", "changed d status not_started running", "gone e null not_started null",
		"changed c status stopped not_started",
	}
	for set, want := range map[string]string{
		"": strings.Join(all, "\n"), "new,gone": all[5] + "\n" + all[7], "FINISHED，failed, stopped": strings.Join(all[2:5], "\n"), "error": all[3],
	} {
		synctest.Test(t, func(t *testing.T) {
			src, script := lives()
			src.queue = script
			args := []string{"watch", "--json", "x"}
			if set != "" {
				args = append(args, "--events", set)
			}
			w := start(t, src, args...)
			out, _ := w.after(20 * time.Second)
			var got []string
			ids := map[string]bool{}
			for _, e := range events(t, out) {
				got = append(got, e.short())
				ids[e.ID] = true
				if _, err := time.Parse(time.RFC3339, e.At); err != nil || len(e.ID) != 36 {
					t.Errorf("%+v", e)
				}
			}
			if strings.Join(got, "\n") != want || len(ids) != len(got) {
				t.Errorf("--events %q: it prints\n%s\nwant\n%s", set, strings.Join(got, "\n"), want)
			}
			w.interrupt(t)
		})
	}
}

// TestTheSameEventHasTheSameID: for two that watch one lab.
func TestTheSameEventHasTheSameID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs [2][]told
		a, scriptA := lives()
		b, scriptB := lives()
		a.queue, b.queue = scriptA, scriptB
		one, two := start(t, a, "watch", "--json", "x"), start(t, b, "watch", "--json", "--interval", "3", "x")
		time.Sleep(time.Minute)
		synctest.Wait()
		runs[0], runs[1] = events(t, one.out.take()), events(t, two.out.take())
		for i, e := range runs[0] {
			if i >= len(runs[1]) || e.ID != runs[1][i].ID {
				t.Fatalf("%+v is not in %+v", e, runs[1])
			}
		}
		one.interrupt(t)
		two.interrupt(t)
	})
}

func TestUnknownEvents(t *testing.T) {
	for set, want := range map[string]string{
		"finishd": `no event "finishd"; did you mean "finished"?`, "foo": "there are new, changed, gone, finished", "": "needs names of events", ",": "needs names", "new,quite": `did you mean "quiet"?`,
	} {
		if _, errs, code, _ := call(&fakeSource{}, nil, "watch", "--events", set, "x"); code != 2 || !strings.Contains(errs, want) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%q: exit code %d: %s", set, code, errs)
		}
	}
}

// asleep is a source that is not live while why is set.
type asleep struct {
	*live
	why string
}

func (s *asleep) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	c, err := s.live.Changes(ctx, since, b)
	s.set(func() {
		if s.why != "" {
			c.Liveness = model.Liveness{AsOf: time.Now(), Why: text.Clean(s.why)}
		}
	})
	return c, err
}

// TestASourceThatIsLost: a lab file without its recorder is away as a server is that does not
// answer, after a minute, and not for what it was at the start.
func TestASourceThatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &asleep{live: &live{first: []model.Experiment{fresh(1, "a", model.Finished)}}}
		w := start(t, src, "watch", "--json", "--events", "source-lost,source-back", "x")
		why := func(s string) { src.set(func() { src.why = s }) }
		if why("no recorder"); len(events(t, first(w.after(50*time.Second)))) != 0 {
			t.Error("it is lost too early")
		}
		if why(""); len(events(t, first(w.after(time.Hour)))) != 0 {
			t.Error("it is back, but was not lost")
		}
		why("no recorder")
		if got := events(t, first(w.after(time.Hour))); len(got) != 1 || got[0].Event != "source-lost" || got[0].Text != "x is lost: no recorder" || len(got[0].ID) != 36 {
			t.Errorf("it prints %+v", got)
		}
		why("")
		if got := events(t, first(w.after(time.Hour))); len(got) != 1 || got[0].Event != "source-back" {
			t.Errorf("it prints %+v", got)
		}
		w.interrupt(t)
		why("no recorder")
		w = start(t, src, "watch", "--json", "x")
		if got := events(t, first(w.after(time.Hour))); len(got) != 0 {
			t.Errorf("of one that was not live at the start it prints %+v", got)
		}
		w.interrupt(t)
	})
}

// TestAnOutageIsNoSilenceOfARun: at the end of an outage, of a server or a recorder, a run whose
// row comes a little later is not taken for stalled. One that stays silent is.
func TestAnOutageIsNoSilenceOfARun(t *testing.T) {
	for name, lose := range map[string]func(*asleep){
		"server":   func(s *asleep) { s.err = &model.Error{Op: "read", Address: "x", Err: model.ErrUnreachable} },
		"recorder": func(s *asleep) { s.why = "no recorder" },
	} {
		synctest.Test(t, func(t *testing.T) {
			moves, stops := fresh(1, "a", model.Running), fresh(2, "b", model.Running)
			src := &asleep{live: &live{first: []model.Experiment{moves, stops}}}
			w := start(t, src, "watch", "--json", "--events", "quiet,stalled,recovered", "x")
			w.after(time.Minute)
			src.set(func() { lose(src) })
			w.after(20 * time.Minute)
			src.set(func() { src.err, src.why = nil, "" })
			if got := events(t, first(w.after(30*time.Second))); len(got) != 0 {
				t.Errorf("%s: before fresh rows have come it prints %+v", name, got)
			}
			moves.Now.T, moves.Updated = moves.Now.T+20*300, time.Now().Add(-15*time.Minute) // during the outage
			src.set(func() { src.queue = append(src.queue, changes(moves)) })
			if got := events(t, first(w.after(75*time.Second))); len(got) != 0 {
				t.Errorf("%s: of a run that has moved it prints %+v", name, got)
			}
			got := events(t, first(w.after(30*time.Minute)))
			stalled := 0
			for _, e := range got {
				if e.Event == "stalled" {
					stalled++
				}
			}
			if stalled != 2 {
				t.Errorf("%s: of runs that stay silent it prints %+v", name, got)
			}
			w.interrupt(t)
		})
	}
}

// first is the first of two.
func first(a, _ string) string { return a }
