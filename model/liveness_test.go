package model

import (
	"strings"
	"testing"
	"time"

	"societop/model/text"
)

func TestLivenessTravelsAsText(t *testing.T) {
	for _, want := range []Liveness{
		{},
		{AsOf: noon, Why: text.Clean("no recorder")},
		{AsOf: noon, Why: text.Clean("recorder: 连接被拒绝 (100 %)\x1b[31m\n")},
		{AsOf: noon},
	} {
		s, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s {
			if c < ' ' || c > '~' {
				t.Fatalf("%q is no line of ASCII", s)
			}
		}
		var got Liveness
		if err := got.UnmarshalText(s); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", s, got, err, want)
		}
	}
	for _, wrong := range []string{"live", "2026-11-23T12:00:00Z %zz", " x"} {
		got := Liveness{Why: text.Clean("before")}
		if err := got.UnmarshalText([]byte(wrong)); err == nil || !got.Live() {
			t.Errorf("%q: %+v, %v", wrong, got, err)
		}
	}
}

// TestWithoutALiveSourceNothingIsJudged: of a lab that nobody writes to, no run is quiet or
// stalled, and none has an end; neither a filter nor an order says so, from the answer on that
// brings it, and until the source is live again.
func TestWithoutALiveSourceNothingIsJudged(t *testing.T) {
	lab, now := NewLab(), noon.Add(2*time.Hour)
	silent, steady := *runAt(50, noon.Add(500*time.Second)), *runAt(60, now.Add(-time.Second))
	silent.ID[0], steady.ID[0] = 1, 2
	lab.Apply(Changes{First: true, Put: []Summary{silent, steady}}, now)
	query, err := ParseQuery("stalled:yes")
	if err != nil {
		t.Fatal(err)
	}
	stalled, soonest := lab.Select(query, Sort{}, now), lab.Select(Query{}, Sort{Key: ByETA, Reverse: true}, now)
	made(stalled)
	made(soonest)
	check := func(live bool) {
		t.Helper()
		s, m := lab.Estimate(silent.Key, now), lab.Estimate(steady.Key, now)
		if s.Stalled != live || s.Quiet != live || s.Judged != live || m.Judged != live || m.Known != live || m.Left > 0 != live {
			t.Errorf("live %v: %+v, %+v", live, s, m)
		}
		if m.StepLength == 0 || m.TokenRate == 0 {
			t.Errorf("live %v: how fast the run went is known: %+v", live, m)
		}
		first := steady.Key // whose end is known comes first; else the order is by id
		if !live {
			first = silent.Key
		}
		if got := soonest.At(0).Key; soonest.Len() != 2 || got != first {
			t.Errorf("live %v: %v comes first of %d", live, got.ID, soonest.Len())
		}
		if n := stalled.Len(); n != map[bool]int{true: 1}[live] {
			t.Errorf("live %v: %d are stalled", live, n)
		}
	}
	check(true)
	dead := Liveness{AsOf: noon, Why: text.Clean("no recorder")}
	for _, liveness := range []Liveness{dead, {}, dead} {
		revision := lab.Revision()
		lab.Apply(Changes{Liveness: liveness, Total: 2}, now)
		if lab.Revision() == revision || lab.Liveness() != liveness {
			t.Errorf("%+v moved nothing", liveness)
		}
		check(liveness.Live())
	}
	steady.Updated = now // what is written meanwhile, by an import, is judged no more
	lab.Apply(Changes{Put: []Summary{steady}, Liveness: dead, Total: 2}, now)
	check(false)
	revision := lab.Revision()
	if lab.Apply(Changes{Liveness: dead, Total: 2}, now.Add(time.Minute)); lab.Revision() != revision {
		t.Error("an answer without news moves the lab")
	}
}

// TestAFilterDoesNotMatchWhatIsUnknown: a run that nobody judges is neither quiet nor not quiet.
func TestAFilterDoesNotMatchWhatIsUnknown(t *testing.T) {
	now := noon.Add(time.Hour)
	steady, individual, ended := *runAt(60, now), *runAt(50, now), *runAt(70, now)
	steady.ID[0], individual.ID[0], ended.ID[0] = 1, 2, 3
	individual.Plan, ended.Status = nil, Finished
	for _, filter := range []string{"stalled:no", "quiet:no", "stalled:yes", "quiet:yes"} {
		for _, alive := range []Liveness{{}, {AsOf: noon, Why: text.Clean("no recorder")}} {
			query, err := ParseQuery(filter)
			if err != nil {
				t.Fatal(err)
			}
			lab, want := NewLab(), 0
			lab.Apply(Changes{First: true, Put: []Summary{steady, individual, ended}, Liveness: alive}, now)
			if alive.Live() && strings.HasSuffix(filter, "no") {
				want = 2 // the one whose pace is known, and the one that has ended
			}
			sel := lab.Select(query, Sort{}, now)
			made(sel)
			if sel.Len() != want {
				t.Errorf("%s, live %v: %d match, want %d", filter, alive.Live(), sel.Len(), want)
			}
		}
	}
}

// TestARunOfUnknownPaceIsNotJudged: where no steps are planned ("individual"), or none is done
// yet, nobody knows how long one may take.
func TestARunOfUnknownPaceIsNotJudged(t *testing.T) {
	individual, starting := *runAt(50, noon), *runAt(50, noon)
	individual.Plan = nil
	starting.Now = SimTime{}
	for name, s := range map[string]*Summary{"individual": &individual, "starting": &starting} {
		if e := (*Pace)(nil).Estimate(s, noon.Add(48*time.Hour)); e.Judged || e.Quiet || e.Stalled || e.Known || e.Silence != 48*time.Hour {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if e := (*Pace)(nil).Estimate(runAt(50, noon.Add(time.Hour)), noon.Add(time.Hour)); !e.Judged || e.Quiet {
		t.Errorf("a run of known pace: %+v", e)
	}
}
