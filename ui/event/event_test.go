package event

import (
	"math"
	"slices"
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

// TestSeveralSources: each is lost and back by itself, its events have its name, what one has that is read
// late is not new, and what is gone of one is known only when that has been read.
func TestSeveralSources(t *testing.T) {
	a, b := model.NewSourceName("lab-7"), model.NewSourceName("/data/lab.db")
	inA, inB := run(model.Running, 1), run(model.Running, 1)
	inA.Source, inB.Source = a, b
	states := []model.SourceState{{Name: a, Loaded: true}, {Name: b, Failure: model.ErrUnreachable}}
	read := func(g *Engine, now time.Time, put ...model.Summary) []Event {
		g.Begin(now)
		events := g.Apply(model.Changes{Put: put, Sources: states}, now)
		return append(events, g.Loaded(true, now)...)
	}
	names := func(events []Event) (all []string) {
		for _, e := range events {
			all = append(all, e.Name+" "+e.Source.String())
		}
		return all
	}
	g := engine()
	g.Remember(nil, start)
	if events := read(g, start, inA); len(events) != 0 {
		t.Errorf("at first %v", names(events))
	}
	if events := append(g.Start(a, "", start), g.Start(b, "refused", start)...); len(events) != 0 {
		t.Errorf("at first %v", names(events))
	}
	states[1] = model.SourceState{Name: b, Loaded: true}
	if events := read(g, start.Add(time.Minute), inB); len(events) != 0 {
		t.Errorf("a source that is read late has events: %v", names(events))
	}
	if events := g.See(b, "", start.Add(time.Minute)); !slices.Equal(names(events), []string{"source-back /data/lab.db"}) {
		t.Errorf("when it is back %v", names(events))
	}
	ended := inA
	ended.Status, ended.Updated = model.Failed, start.Add(2*time.Minute)
	sameOfB := ended
	sameOfB.Source = b
	events := read(g, start.Add(2*time.Minute), ended, sameOfB)
	if !slices.Equal(names(events), []string{"failed lab-7", "failed /data/lab.db"}) || events[0].ID == events[1].ID {
		t.Errorf("the events are %v with the ids of %+v", names(events), events)
	}
	alone := NewEngine("lab-7", model.NewLab(), model.Query{}, model.NewLab)
	bare := run(model.Running, 1)
	feed(alone, start, bare)
	bare.Status, bare.Updated = model.Failed, start.Add(2*time.Minute)
	if only := feed(alone, start.Add(2*time.Minute), bare); len(only) != 1 || only[0].ID != events[0].ID {
		t.Errorf("who watches only one source has the event %+v", only)
	}
	at := start.Add(3 * time.Minute)
	if events := append(g.See(a, "refused", at), g.See(b, "slow", at.Add(30*time.Second))...); len(events) != 0 {
		t.Errorf("at once %v", names(events))
	}
	if d, ok := g.UntilLost(at.Add(40 * time.Second)); !ok || d != 20*time.Second {
		t.Errorf("it takes %v", d)
	}
	if events := g.Wake(at.Add(time.Minute)); !slices.Equal(names(events), []string{"source-lost lab-7"}) {
		t.Errorf("after a minute %v", names(events))
	}
	if events := g.See(b, "", at.Add(time.Minute)); len(events) != 0 {
		t.Errorf("one that was away for half a minute: %v", names(events))
	}

	next := engine()
	next.Remember(memory(g, at.Add(time.Minute)), at.Add(2*time.Minute))
	states[1] = model.SourceState{Name: b, Failure: model.ErrUnreachable}
	if events := read(next, at.Add(2*time.Minute)); !slices.Equal(names(events), []string{"gone lab-7"}) {
		t.Errorf("after a restart %v", names(events))
	}
	states[1] = model.SourceState{Name: b, Loaded: true}
	if events := read(next, at.Add(3*time.Minute), sameOfB); len(events) != 0 {
		t.Errorf("of one that is read late %v", names(events))
	}
	if events := next.See(a, "", at.Add(3*time.Minute)); !slices.Equal(names(events), []string{"source-back lab-7"}) {
		t.Errorf("what was lost before a restart: %v", names(events))
	}
}

// TestLostAndShortRuns are told of once, also after a restart, and a lost one that goes on has recovered.
func TestLostAndShortRuns(t *testing.T) {
	dir := func(status model.Status, minutes int, done int64) model.Summary {
		s := run(status, minutes)
		s.Dir = &model.RunDir{Done: done, Alive: text.Clean("process 4711")}
		return s
	}
	g, now := engine(), start.Add(time.Hour)
	feed(g, now, dir(model.Running, 20, 20))
	told := func(g *Engine, s model.Summary, want ...string) {
		t.Helper()
		now = now.Add(time.Second)
		var got []string
		for _, e := range feed(g, now, s) {
			got = append(got, e.Name+" "+e.Text())
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	told(g, dir(model.Lost, 20, 20), "lost running → lost")
	moved := dir(model.Lost, 20, 20)
	moved.Dir.Alive = text.Clean("last write 2m ago")
	told(g, moved)
	told(g, dir(model.Running, 21, 21), "recovered lost → running")
	asks := dir(model.Running, 21, 21)
	asks.Dir.Phase = model.Phase{Kind: text.Clean("ask"), Index: 1, Count: 2}
	asks.Dir.Warnings = []text.Text{text.Clean("resumed")}
	told(g, asks, "changed phase ask, 2 of 2")
	told(g, dir(model.Finished, 30, 25), "short running → finished")
	told(g, dir(model.Finished, 30, 25))
	again := engine()
	again.Remember(memory(g, now), now)
	told(again, dir(model.Finished, 30, 25))
	whole := engine()
	feed(whole, now, dir(model.Running, 20, 20))
	told(whole, dir(model.Finished, 30, days.Steps()), "finished running → finished")
}
