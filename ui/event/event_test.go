package event

import (
	"math"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// days is the plan of runs.
var days = plan.New(0, []plan.Entry{{Type: "run", Days: 3, Ticks: 300}})

// run is a run after so many minutes.
func run(status model.Status, minutes int) model.Summary {
	return model.Summary{
		Key: model.Key{Tenant: text.Clean("t"), ID: uuid.UUID{7}}, Name: text.Clean("a\x1b[2J"), Status: status, NumDay: 3, Plan: days,
		Now: model.SimTime{T: float64(minutes) * 300}, InputTokens: int64(minutes), Created: start, Updated: start.Add(time.Duration(minutes) * time.Minute),
	}
}

func engine() *Engine { return NewEngine("lab.db", model.NewLab(), model.Query{}, model.NewLab) }

// feed lets an engine read a listing of some runs.
func feed(g *Engine, now time.Time, all ...model.Summary) (events []Event) {
	g.Begin(now)
	events = g.Apply(model.Changes{First: true, Put: all, Total: len(all)}, now)
	events = append(events, g.Loaded(true, now)...)
	return append(events, g.Listen(now, func(model.Key) bool { return false })...)
}

// memory is what an engine leaves to the next one.
func memory(g *Engine, now time.Time) *Memory {
	m := &Memory{Runs: map[model.Key]Run{}, Seen: now, Away: g.Away()}
	for _, r := range g.All() {
		m.Runs[r.Key()] = r
	}
	return m
}

// TestAnIDFollowsFromWhatHappened: not from who saw it, and how often it looked.
func TestAnIDFollowsFromWhatHappened(t *testing.T) {
	end := run(model.Failed, 50)
	now := start.Add(time.Hour)
	often, rarely, late := engine(), engine(), engine()
	feed(often, start, run(model.NotStarted, 0))
	feed(often, start.Add(20*time.Minute), run(model.Running, 20))
	feed(rarely, start, run(model.NotStarted, 0))
	late.Remember(memory(often, start.Add(20*time.Minute)), now)
	a, b, c := feed(often, now, end), feed(rarely, now, end), feed(late, now.Add(time.Hour), end)
	if len(a) != 1 || len(b) != 1 || len(c) != 1 || a[0].ID != b[0].ID || a[0].ID != c[0].ID || len(a[0].ID) != 36 {
		t.Fatalf("%+v\n%+v\n%+v", a, b, c)
	}
	if a[0].Name != Failed || a[0].From != "running" || b[0].From != "not_started" || c[0].From != "running" || c[0].To != "error" {
		t.Errorf("%+v\n%+v\n%+v", a, b, c)
	}
	other := NewEngine("other.db", model.NewLab(), model.Query{}, model.NewLab)
	feed(other, start, run(model.NotStarted, 0))
	if d := feed(other, now, end); len(d) != 1 || d[0].ID == a[0].ID {
		t.Errorf("that of another source: %+v", d)
	}
	again := end
	again.Updated = now
	feed(often, now, run(model.Running, 55))
	if d := feed(often, now, again); len(d) != 1 || d[0].ID == a[0].ID {
		t.Errorf("the next of the kind: %+v", d)
	}
}

// TestNotes: all that a run needs is noted, and how far it is only where that is asked for.
func TestNotes(t *testing.T) {
	g := engine()
	g.Remember(nil, start)
	feed(g, start, run(model.Running, 1))
	if runs, gone := g.Notes(false); len(runs) != 1 || len(gone) != 0 || runs[0].Name != "a\x1b[2J" || !runs[0].Fits {
		t.Errorf("at first %+v, %v", runs, gone)
	}
	for want, moves := range []bool{false, true} {
		feed(g, start.Add(time.Minute), run(model.Running, 2+want))
		if runs, _ := g.Notes(moves); len(runs) != want {
			t.Errorf("of a step, with moves %v: %+v", moves, runs)
		}
	}
	feed(g, start.Add(time.Hour), run(model.Running, 3)) // it has turned quiet or stalled
	if runs, _ := g.Notes(false); len(runs) != 1 || runs[0].Mood == Steady {
		t.Errorf("of silence: %+v", runs)
	}
	feed(g, start.Add(time.Hour), run(model.Finished, 4))
	if runs, _ := g.Notes(false); len(runs) != 1 || runs[0].Status != model.Finished || runs[0].Mood != Steady {
		t.Errorf("of an end: %+v", runs)
	}
	if events := feed(g, start.Add(time.Hour)); len(events) != 1 || events[0].Name != Gone {
		t.Errorf("%+v", events)
	}
	if runs, gone := g.Notes(false); len(runs) != 0 || len(gone) != 1 {
		t.Errorf("of one that is gone: %+v, %v", runs, gone)
	}
}

// TestWhatIsRemembered is what was there, for the strangest numbers, too.
func TestWhatIsRemembered(t *testing.T) {
	for _, x := range []float64{0, 0.25, 86399.999999, -1, math.NaN(), math.Inf(1), math.MaxFloat64} {
		s := run(model.Running, 7)
		s.Now.T = x
		r := runOf(&s, true, IsQuiet)
		again := r.summary(&s)
		if !(x >= 0 && x < model.SecondsPerDay) { // there is no such time of day
			again.Now.T, s.Now.T = 0, 0
		}
		if again != s {
			t.Errorf("%v: %+v, want %+v", x, again, s)
		}
		first, second := engine(), engine()
		feed(first, start, s)
		second.Remember(memory(first, start), start)
		if events := feed(second, start, s); len(events) != 0 {
			t.Errorf("%v: after a restart %+v", x, events)
		}
	}
}

// TestAPartOfAListing: what could not be read is not gone.
func TestAPartOfAListing(t *testing.T) {
	first, second := engine(), engine()
	feed(first, start, run(model.Running, 1))
	second.Remember(memory(first, start), start)
	second.Begin(start)
	second.Apply(model.Changes{First: true}, start)
	if events := second.Loaded(false, start); len(events) != 0 || len(second.All()) != 1 {
		t.Errorf("%+v, it remembers %+v", events, second.All())
	}
	if events := feed(second, start, run(model.Failed, 2)); len(events) != 1 || events[0].Name != Failed {
		t.Errorf("later it tells %+v", events)
	}
}
