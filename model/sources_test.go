package model

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model/plan"
)

// runsOf puts runs of several sources into a lab, one a source and all with the same id, which have moved
// once a minute up to now by the clocks of their sources.
func runsOf(l *Lab, states []SourceState, now time.Time) (keys []Key) {
	p, _ := plan.Read("exp:\n  workflow:\n  - type: step\n    steps: 1000\n")
	for i := range states {
		keys = append(keys, Key{ID: uuid.UUID{1}, Source: states[i].Name})
	}
	for i := range 20 {
		at := now.Add(time.Duration(i-19) * time.Minute)
		var put []Summary
		for j, k := range keys {
			own := at.Add(states[j].Skew)
			put = append(put, Summary{Key: k, Status: Running, Plan: p, Created: own.Add(-time.Hour), Updated: own, Now: SimTimeOf(int64(28800 + 300*i))})
		}
		l.Apply(Changes{Put: put, Sources: states}, at)
	}
	return keys
}

func threeSources() []SourceState {
	return []SourceState{
		{Name: NewSourceName("http://lab-7:8080")}, {Name: NewSourceName("/data/a/lab.db"), Skew: 3 * time.Hour}, {Name: NewSourceName("/data/b/lab.db"), Skew: -3 * time.Hour},
	}
}

// TestRunsAreJudgedByTheirOwnSource: by its clock, and not while it is away, whatever the others do.
func TestRunsAreJudgedByTheirOwnSource(t *testing.T) {
	l, states := NewLab(), threeSources()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	keys := runsOf(l, states, now)
	for _, k := range keys {
		if e := l.Estimate(k, now.Add(time.Minute)); !e.Judged || e.Quiet || !e.Known || e.Silence != time.Minute {
			t.Errorf("the run of %s: %+v", k.Source, e)
		}
	}
	states[1].Answered, states[1].Failure = now, ErrUnreachable
	l.Apply(Changes{Sources: states}, now.Add(30*time.Second))
	if e := l.Estimate(keys[1], now.Add(30*time.Second)); !e.Known || l.Sources().Settled(keys[1].Source, now.Add(30*time.Second)) {
		t.Errorf("after half a minute: %+v", e)
	}
	later := now.Add(30 * time.Minute)
	l.Apply(Changes{Sources: states}, later)
	l.Needs().Judge(later)
	for i, k := range keys {
		e := l.Estimate(k, later)
		if i == 1 && (e.Judged || e.Known || !e.AsOf.Equal(now.Add(states[1].Skew)) || l.Sources().Liveness(k.Source).Live()) {
			t.Errorf("the run of a source that is away: %+v", e)
		}
		if i != 1 && (!e.Quiet || !l.Sources().Liveness(k.Source).Live()) {
			t.Errorf("the run of a source that is there: %+v", e)
		}
	}
	if n := l.Needs().Count(); n != 2 || !l.Liveness().Live() {
		t.Errorf("%d need attention, and the lab is %+v", n, l.Liveness())
	}
	states[1].Failure, states[1].Answered = nil, later
	l.Apply(Changes{Sources: states}, later)
	if e := l.Estimate(keys[1], later); e.Quiet || !e.Judged || l.Sources().Settled(keys[1].Source, later) || !l.Sources().Settled(keys[1].Source, later.Add(time.Minute)) {
		t.Errorf("when it is back: %+v", e)
	}
	l.SetLiveness(Liveness{AsOf: later, Why: NewSourceName("gone").Text()}, later)
	for _, k := range keys {
		if l.Estimate(k, later).AsOf.IsZero() {
			t.Errorf("%s is live while the whole is not", k.Source)
		}
	}
}

// TestAListingOfOneSource removes what that one does not have any more, and nothing of the others.
func TestAListingOfOneSource(t *testing.T) {
	l, states := NewLab(), threeSources()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	keys := runsOf(l, states, now)
	states[0].First, states[0].More = true, true
	l.Apply(Changes{Sources: states, Put: []Summary{{Key: Key{ID: uuid.UUID{2}, Source: states[0].Name}}}}, now)
	if l.Len() != 4 {
		t.Fatalf("%d in the middle of a listing", l.Len())
	}
	states[0].First, states[0].More = false, false
	a := l.Apply(Changes{Sources: states}, now)
	if _, ok := l.Get(keys[0]); ok || a.Removed != 1 || l.Len() != 3 {
		t.Errorf("after a listing %d were removed, and %d are there", a.Removed, l.Len())
	}
	states[1].Failure = ErrUnreachable
	l.Apply(Changes{First: true, Sources: states, Put: []Summary{{Key: keys[2]}}}, now)
	if _, away := l.Get(keys[1]); !away || l.Len() != 2 {
		t.Errorf("after a listing of all but one %d are there", l.Len())
	}
}

// TestSourcesAreFilteredAndSorted by their short names, their whole ones, or parts.
func TestSourcesAreFilteredAndSorted(t *testing.T) {
	l, states := NewLab(), append(threeSources(), SourceState{Name: NewSourceName("http://lab-70:8080")})
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	runsOf(l, states, now)
	if got := l.Sources().Names(); !slices.Equal(got, []string{"lab-7", "a/lab.db", "b/lab.db", "lab-70"}) || !l.Sources().Several() {
		t.Errorf("the sources are %q", got)
	}
	for filter, want := range map[string]int{
		"source:lab-7": 1, "source:LAB-7": 1, "source:a/lab.db": 1, "source:/data/a/lab.db": 1, "source:lab.db": 2, "source:lab": 4,
		`source:"http://lab-7:8080"`: 1, "-source:lab-7": 3, `source:""`: 0, "source:nowhere": 0, "source:lab-7|source:lab-70": 2, "updated<1m": 4,
	} {
		q, err := ParseQuery(filter)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		sel := l.Select(q, Sort{Key: BySource}, now)
		for !sel.Work(100) {
		}
		if sel.Len() != want {
			t.Errorf("%s finds %d, want %d", filter, sel.Len(), want)
		}
		if want == 4 && (sel.At(0).Source != states[1].Name || sel.At(3).Source != states[0].Name) {
			t.Errorf("they come as %s … %s", sel.At(0).Source, sel.At(3).Source)
		}
		sel.Close()
	}
	if _, err := ParseQuery("source<x"); err == nil {
		t.Error("source<x is a filter")
	}
	var offered []string
	for _, c := range CompleteFilter("source:la", 9, l).Choices {
		offered = append(offered, c.Text)
	}
	if !slices.Equal(offered, []string{"lab-7", "lab-70"}) {
		t.Errorf("offered are %q", offered)
	}
}

// TestNamesOfAnOnlySource: a lab that was recorded from several is as live as it is itself.
func TestNamesOfAnOnlySource(t *testing.T) {
	l := NewLab()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	k := Key{ID: uuid.UUID{1}, Source: NewSourceName("inner")}
	dead := Liveness{AsOf: now, Why: NewSourceName(NoRecorder).Text()}
	l.Apply(Changes{First: true, Put: []Summary{{Key: k, Status: Running}}, Liveness: dead}, now)
	if s := l.Sources(); s.Liveness(k.Source) != dead || !s.Several() || s.States() != nil || s.Short(k.Source) != "inner" {
		t.Errorf("it is %+v", s.Liveness(k.Source))
	}
	l.Apply(Changes{First: true}, now)
	if l.Len() != 0 {
		t.Error("a listing does not remove it")
	}
}

// TestASourceWithinALab is in the state of the lab, which is one of several.
func TestASourceWithinALab(t *testing.T) {
	l, states := NewLab(), threeSources()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	states[1].Liveness, states[1].Loaded = Liveness{AsOf: now, Why: NewSourceName(NoRecorder).Text()}, true
	runsOf(l, states, now)
	k := Key{ID: uuid.UUID{9}, Source: NewSourceName("/data/a/lab.db/http://lab-9:8080")}
	states[1].First = true
	l.Apply(Changes{Put: []Summary{{Key: k, Status: Running, Updated: now}}, Sources: states, More: true}, now)
	s := l.Sources()
	if s.Loaded(NewSourceName("http://lab-7:8080")) || !s.Loaded(k.Source) {
		t.Error("what is loaded is not known")
	}
	if s.Liveness(k.Source) != states[1].Liveness || s.Now(k.Source, now).Sub(now) != 3*time.Hour || s.Short(k.Source) != "lab-9" || !s.Loaded(k.Source) || len(s.States()) != 3 {
		t.Errorf("it is %+v, short %q", s.Liveness(k.Source), s.Short(k.Source))
	}
	if l.Len() != 3 {
		t.Errorf("a listing of the lab leaves %d", l.Len())
	}
}

// TestALabOfWhichTheSourcesAreTold gives way to them.
func TestALabOfWhichTheSourcesAreTold(t *testing.T) {
	l := NewLab()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	lab, inner, other := NewSourceName("/lab.db"), NewSourceName("/lab.db/http://h"), NewSourceName("x")
	l.Apply(Changes{Sources: []SourceState{{Name: lab}, {Name: other}}, More: true}, now)
	l.Apply(Changes{Sources: []SourceState{{Name: inner, Loaded: true}, {Name: other}}, Put: []Summary{{Key: Key{Source: inner}}}}, now)
	var names []string
	for _, s := range l.Sources().States() {
		names = append(names, s.Name.String())
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"/lab.db/http://h", "x"}) || !l.Sources().Loaded(inner) || l.Sources().Loaded(other) {
		t.Errorf("the sources are %q", names)
	}
}
