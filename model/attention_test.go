package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"societop/model/text"
)

// troubles is one experiment of each kind that attention is about, created at the times of a lab that
// was read at noon.
func troubles() map[string]Summary {
	all := map[string]Summary{}
	add := func(name string, status Status, step int64, silent time.Duration) {
		s := *runAt(step, noon.Add(-silent))
		s.Name, s.Status, s.ID[0] = text.Clean(name), status, byte(len(all)+1)
		s.Created = s.Updated.Add(-time.Duration(step) * 20 * time.Second)
		all[name] = s
	}
	add("failed", Failed, 100, time.Hour)
	add("failed long ago", Failed, 100, 8*24*time.Hour)
	add("stopped", Stopped, 100, 2*time.Hour)
	add("stopped long ago", Stopped, 100, 8*24*time.Hour)
	add("finished", Finished, 100, time.Hour)
	add("running", Running, 100, 5*time.Second)
	add("quiet", Running, 100, 150*time.Second)
	add("stalled", Running, 100, time.Hour)
	add("not started", NotStarted, 0, time.Hour)
	return all
}

// troubledLab is a lab with experiments, read at noon.
func troubledLab(all map[string]Summary) *Lab {
	l := NewLab()
	var put []Summary
	for _, s := range all {
		put = append(put, s)
	}
	l.Apply(Changes{First: true, Put: put}, noon)
	return l
}

func TestWhatNeedsAttention(t *testing.T) {
	all := troubles()
	l := troubledLab(all)
	want := map[string]Attention{
		"failed": {Need: HasFailed}, "stopped": {Need: CutShort}, "quiet": {Quiet, 150 * time.Second}, "stalled": {Stalled, time.Hour},
	}
	for name, s := range all {
		if got := l.Estimate(s.Key, noon).Attention; got != want[name] {
			t.Errorf("%s: %+v, want %+v", name, got, want[name])
		}
	}
	if n := l.Needs().Count(); n != len(want) {
		t.Errorf("%d need attention, want %d", n, len(want))
	}
	whole := all["stopped"]
	whole.Now = SimTime{Day: 99}
	if whole.Progress().Ratio < 1 {
		t.Fatal("the plan is longer than that")
	}
	if l.Apply(Changes{Put: []Summary{whole}}, noon); l.Estimate(whole.Key, noon).Attention.Need != NoNeed {
		t.Error("a run that was stopped after its last step was cut short")
	}
}

// TestSeenTroubleNeedsNoAttention: marking as seen ends what is over, and not what goes on.
func TestSeenTroubleNeedsNoAttention(t *testing.T) {
	all := troubles()
	l := troubledLab(all)
	l.Needs().SeeAll(noon)
	for name, is := range map[string]bool{"failed": false, "stopped": false, "quiet": true, "stalled": true} {
		if got := l.Estimate(all[name].Key, noon).Attention.Need != NoNeed; got != is {
			t.Errorf("%s after it was seen: %v", name, got)
		}
	}
	again := all["running"]
	again.Status, again.Updated = Failed, noon.Add(time.Second)
	if l.Apply(Changes{Put: []Summary{again}}, noon.Add(time.Second)); l.Needs().Count() != 3 {
		t.Errorf("after another failure %d need attention, want 3", l.Needs().Count())
	}
	if l.Needs().SetSeen(noon.Add(-30*24*time.Hour), noon); l.Needs().Count() != 7 {
		t.Errorf("of a month %d need attention, want 7", l.Needs().Count())
	}
}

// TestTheWeekOfASourceThatIsNotLive ends when the source knew something last.
func TestTheWeekOfASourceThatIsNotLive(t *testing.T) {
	all := troubles()
	l := NewLab()
	asOf := noon.Add(-8*24*time.Hour + time.Minute)
	l.Apply(Changes{First: true, Put: []Summary{all["failed long ago"], all["stalled"]}, Liveness: Liveness{AsOf: asOf, Why: text.Clean(NoRecorder)}}, noon)
	if l.Needs().Count() != 1 || !l.Needs().Seen().Equal(asOf.Add(-seenBefore)) {
		t.Errorf("%d need attention, seen up to %v", l.Needs().Count(), l.Needs().Seen())
	}
}

// TestARunThatGoesBackNeedsAttention unless it had ended, and until that was seen.
func TestARunThatGoesBackNeedsAttention(t *testing.T) {
	all := troubles()
	l := troubledLab(all)
	moved := func(name string, at time.Time) Need {
		s := *runAt(3, at)
		s.Key, s.Created, s.Name = all[name].Key, all[name].Created, all[name].Name
		l.Apply(Changes{Put: []Summary{s}}, at)
		return l.Estimate(s.Key, at).Attention.Need
	}
	other, _ := l.Get(all["running"].Key)
	other.Created, other.Updated = other.Created.Add(time.Minute), noon.Add(time.Millisecond)
	if l.Apply(Changes{Put: []Summary{other}}, noon); l.Estimate(other.Key, noon).Attention.Need == BackInTime {
		t.Error("one that was created at another time, but did not go back, did")
	}
	if n := moved("running", noon.Add(time.Second)); n != BackInTime {
		t.Errorf("a running one that went back needs %q", n)
	}
	if n := moved("finished", noon.Add(time.Second)); n != NoNeed {
		t.Errorf("one that had ended and began again needs %q", n)
	}
	l.Needs().SeeAll(noon.Add(2 * time.Second))
	if n := l.Estimate(all["running"].Key, noon.Add(2*time.Second)).Attention.Need; n != NoNeed {
		t.Errorf("once seen it needs %q", n)
	}
}

func TestAQuestionThatWaitsNeedsAttention(t *testing.T) {
	all := troubles()
	l := troubledLab(all)
	k := all["running"].Key
	step := l.Estimate(k, noon).StepLength
	for _, c := range []struct {
		wait time.Duration
		want Attention
	}{{step, Attention{}}, {step + time.Second, Attention{Unanswered, step + time.Second}}} {
		before := l.Needs().Count()
		l.Needs().SetWaiting(k, noon.Add(-c.wait), noon)
		if got := l.Estimate(k, noon).Attention; got != c.want || (l.Needs().Count() > before) != (c.want.Need != NoNeed) {
			t.Errorf("a question that waits for %v: %+v, %d in all", c.wait, got, l.Needs().Count())
		}
	}
	if l.Needs().SetWaiting(k, time.Time{}, noon); l.Estimate(k, noon).Attention.Need != NoNeed {
		t.Error("an answered question needs attention")
	}
}

// TestTheOrderByAttention begins with what is most urgent, and a filter has nothing else.
func TestTheOrderByAttention(t *testing.T) {
	l := troubledLab(troubles())
	names := func(q string, s Sort) (all []string) {
		query, err := ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		sel := made(l.Select(query, s, noon))
		for _, s := range sel.Window(0, sel.Len()) {
			all = append(all, s.Name.String())
		}
		return all
	}
	urgent := []string{"failed", "stalled", "stopped", "quiet"}
	if got := names("", Sort{Key: ByAttention}); !slices.Equal(got[:4], urgent) {
		t.Errorf("the order is %q", got)
	}
	back := slices.Clone(urgent)
	slices.Reverse(back)
	if got := names("", Sort{Key: ByAttention, Reverse: true}); !slices.Equal(got[:4], back) {
		t.Errorf("the reverse order is %q", got)
	}
	if got := names("attention:yes", Sort{Key: ByAttention}); !slices.Equal(got, urgent) {
		t.Errorf("the filter has %q", got)
	}
	if got := names("attention:no", Sort{}); len(got) != 5 {
		t.Errorf("the opposite filter has %q", got)
	}
}

// TestTheNextThatNeedsAttention goes round.
func TestTheNextThatNeedsAttention(t *testing.T) {
	l := troubledLab(troubles())
	sel := made(l.Select(Query{}, Sort{Key: ByName}, noon)) // failed, …, quiet, …, stalled, stopped, …
	var met []string
	at := -1
	for range 5 {
		next, ok := sel.NextNeed(at)
		if !ok {
			t.Fatal("there is none")
		}
		at = next
		met = append(met, sel.At(at).Name.String())
	}
	if want := []string{"failed", "quiet", "stalled", "stopped", "failed"}; !slices.Equal(met, want) {
		t.Errorf("met %q, want %q", met, want)
	}
	if _, ok := made(NewLab().Select(Query{}, Sort{}, noon)).NextNeed(-1); ok {
		t.Error("an empty lab has one")
	}
}

// TestTheCountFollowsEveryChange compares the count that is kept, the filter and the order with the
// judgement of each experiment, through changes of all kinds.
func TestTheCountFollowsEveryChange(t *testing.T) {
	const rows = 60
	d := rand.New(rand.NewPCG(1, 2))
	l, now := NewLab(), noon
	query, err := ParseQuery("attention:yes")
	if err != nil {
		t.Fatal(err)
	}
	sel := made(l.Select(query, Sort{Key: ByAttention}, noon))
	for range 2000 {
		now = now.Add(time.Duration(d.IntN(60)) * time.Second)
		s := *runAt(d.Int64N(90), now.Add(-time.Duration(d.IntN(100))*time.Second))
		s.ID[0], s.Created, s.Status = byte(d.IntN(rows)), noon.Add(-time.Hour), Status(d.IntN(6))
		switch d.IntN(20) {
		case 0:
			l.Apply(Changes{Gone: []Key{s.Key}}, now)
		case 1:
			l.Needs().SeeAll(now)
		case 2:
			l.Needs().SetWaiting(s.Key, now.Add(-time.Hour), now)
		case 3:
			l.SetLiveness(Liveness{AsOf: now, Why: text.Clean(NoRecorder)}, now)
		default:
			l.Apply(Changes{Put: []Summary{s}}, now)
		}
		l.Needs().Judge(now)
		want := 0
		for s := range l.All {
			if l.Estimate(s.Key, now).Attention.Need != NoNeed {
				want++
				if _, ok := sel.Rank(s.Key); !ok {
					t.Fatalf("%v is not in the filtered list", s.ID)
				}
			}
		}
		if l.Needs().Count() != want || sel.Len() != want {
			t.Fatalf("%d are counted and %d listed, want %d", l.Needs().Count(), sel.Len(), want)
		}
	}
}
