package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model/budget"
	"societop/model/plan"
	"societop/model/text"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// threeDays is the plan of them all: sources give equal plans once.
var threeDays = plan.New(plan.DefaultStartTick, []plan.Entry{{Type: "run", Days: 3, Ticks: 300}})

// summaryOf makes the n-th experiment of a lab, created n minutes before noon.
func summaryOf(n int) Summary {
	var id uuid.UUID
	id[0], id[1], id[2], id[3] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
	return Summary{
		Key:         Key{Tenant: text.Clean("default"), ID: id},
		Name:        text.Clean(fmt.Sprintf("experiment %d 实验", n)),
		Status:      Status(n % int(Lost)), // AgentSociety 1 loses none
		Now:         SimTime{Day: n % 4, T: float64(n % 1000 * 60)},
		Plan:        threeDays,
		InputTokens: int64(n) * 1000,
		Created:     noon.Add(-time.Duration(n) * time.Minute),
		Updated:     noon.Add(-time.Duration(n%50) * time.Second),
	}
}

func summaries(n int) []Summary {
	out := make([]Summary, n)
	for i := range out {
		out[i] = summaryOf(i)
	}
	return out
}

func labOf(n int) *Lab {
	l := NewLab()
	l.Apply(Changes{First: true, Put: summaries(n)}, noon)
	return l
}

func made(s *Selection) *Selection {
	for !s.Work(1000) {
	}
	return s
}

func TestLabFollowsASource(t *testing.T) {
	l := labOf(10)
	if l.Len() != 10 || l.Count(Running) != 2 {
		t.Fatalf("%d experiments, %d running", l.Len(), l.Count(Running))
	}
	changed := summaryOf(1)
	changed.Status = Failed
	a := l.Apply(Changes{Put: []Summary{changed, summaryOf(2), summaryOf(11)}, Gone: []Key{summaryOf(3).Key, summaryOf(99).Key}}, noon)
	if a.Added != 1 || a.Changed != 1 || a.Removed != 1 || a.Keys[0] != changed.Key || a.Gone[0].Name != summaryOf(3).Name {
		t.Fatalf("applied %+v", a)
	}
	if l.Len() != 10 || l.Count(Running) != 2 || l.Count(Failed) != 2 {
		t.Fatalf("%d experiments, %d running, %d failed", l.Len(), l.Count(Running), l.Count(Failed))
	}
	if got, ok := l.Get(changed.Key); !ok || got.Status != Failed {
		t.Fatalf("got %+v", got)
	}
}

func TestAFullListingRemovesWhatIsGone(t *testing.T) {
	l := labOf(10)
	sel := made(l.Select(Query{}, Sort{}, noon))
	before := l.Revision()
	l.Apply(Changes{First: true, More: true, Put: summaries(4)}, noon)
	if l.Len() != 10 {
		t.Fatal("experiments went before the listing ended")
	}
	l.Apply(Changes{First: true, More: true, Put: summaries(2)}, noon) // begun again
	a := l.Apply(Changes{Put: []Summary{summaryOf(7)}}, noon)
	if a.Removed != 7 || len(a.Gone) != 7 || l.Len() != 3 || sel.Len() != 3 || l.Revision() == before {
		t.Fatalf("removed %d, left %d, selected %d", a.Removed, l.Len(), sel.Len())
	}
	l.Apply(Changes{Put: []Summary{summaryOf(8)}}, noon)
	if a := l.Apply(Changes{}, noon); a.Removed != 0 || l.Len() != 4 {
		t.Fatalf("an ordinary reading removed %d", a.Removed)
	}
}

func TestSelectionEqualsSortingAll(t *testing.T) {
	q, err := ParseQuery("-status:stopped progress>=0 | tokens<50000")
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, key := range SortKeys() {
		for _, reverse := range []bool{false, true} {
			l := labOf(3000)
			by := Sort{key, reverse}
			sel := l.Select(q, by, noon)
			for round := 0; !sel.Work(200) || round < 40; round++ { // changes while it is being made, and after
				s := summaryOf(rng.IntN(3500))
				s.Status = Status(rng.IntN(6))
				s.Now.Day, s.OutputTokens = rng.IntN(4)-1, rng.Int64N(1e6)
				s.Updated = noon.Add(time.Duration(rng.IntN(1000)) * time.Second)
				l.Apply(Changes{Put: []Summary{s}, Gone: []Key{summaryOf(rng.IntN(3500)).Key}}, noon)
			}
			checkSelection(t, l, sel, q, by)
		}
	}
}

// checkSelection compares a selection with the plain way to make it.
func checkSelection(t *testing.T, l *Lab, sel *Selection, q Query, by Sort) {
	t.Helper()
	var want []rowID
	for r := range rowID(l.used) {
		if l.row(r).listing != 0 && q.match(l.row(r), judge{noon, l.paces[r], l}) {
			want = append(want, r)
		}
	}
	slices.SortFunc(want, func(a, b rowID) int { return by.compare(l, l.row(a), l.row(b)) })
	if sel.Len() != len(want) {
		t.Fatalf("%v: %d selected, want %d", by, sel.Len(), len(want))
	}
	window := sel.Window(0, len(want)+1)
	for i, r := range want {
		if got := sel.order.window(i, 1)[0]; got != r || window[i].Key != l.row(r).Key {
			t.Fatalf("%v: row %d at %d, want %d", by, got, i, r)
		}
		if rank, ok := sel.Rank(l.row(r).Key); !ok || rank != i {
			t.Fatalf("%v: rank %d, want %d", by, rank, i)
		}
	}
}

func TestUnknownValuesComeLastBothWays(t *testing.T) {
	l := NewLab()
	known, unknown := summaryOf(1), summaryOf(2)
	known.Status, unknown.Status = Failed, Failed
	unknown.Plan, unknown.Now = nil, SimTime{Day: -1, T: -1}
	l.Apply(Changes{Put: []Summary{unknown, known}}, noon)
	for _, key := range []SortKey{ByProgress, ByDay} {
		for _, reverse := range []bool{false, true} {
			sel := made(l.Select(Query{}, Sort{key, reverse}, noon))
			if sel.At(1).Key != unknown.Key {
				t.Errorf("%v: the unknown is not last", Sort{key, reverse})
			}
		}
	}
}

func TestExtremesStayOrdered(t *testing.T) {
	l := NewLab()
	for i, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1, 0} {
		s := summaryOf(i)
		s.Status, s.Now.T, s.Now.Day = Running, f, math.MaxInt
		s.InputTokens, s.OutputTokens = math.MaxInt64, math.MaxInt64
		s.Created, s.Updated = time.Time{}, time.Unix(1<<40, 0)
		l.Apply(Changes{Put: []Summary{s}}, noon)
	}
	for _, key := range SortKeys() {
		checkSelection(t, l, made(l.Select(Query{}, Sort{Key: key}, noon)), Query{}, Sort{Key: key})
	}
}

// BenchmarkBudget4Tick is a tick with 100 changed experiments: of 1,000,000 against of 1,000.
// The times are the middle ones, so that a pause of the machine does not count.
func BenchmarkBudget4Tick(b *testing.B) {
	tick := func(size int) (changes func(n int) Changes, apply func(Changes)) {
		l := labOf(size)
		sel := made(l.Select(Query{}, Sort{}, noon))
		rng := rand.New(rand.NewPCG(3, 4))
		changes = func(n int) Changes {
			put := make([]Summary, 100)
			for i := range put {
				put[i] = summaryOf(rng.IntN(size))
				put[i].OutputTokens = int64(n*100 + i + 1)
			}
			return Changes{Put: put}
		}
		return changes, func(c Changes) {
			if a := l.Apply(c, noon); a.Changed == 0 || sel.Len() != size {
				b.Fatal("nothing changed")
			}
		}
	}
	changeSmall, small := tick(1000)
	changeLarge, large := tick(1_000_000)
	var inSmall, inLarge []time.Duration
	n := 0
	for b.Loop() {
		for range 50 {
			n++
			few, many := changeSmall(n), changeLarge(n)
			start := time.Now()
			small(few)
			mid := time.Now()
			large(many)
			inSmall, inLarge = append(inSmall, mid.Sub(start)), append(inLarge, time.Since(mid))
		}
	}
	slices.Sort(inSmall)
	slices.Sort(inLarge)
	few, many := inSmall[len(inSmall)/2], inLarge[len(inLarge)/2]
	budget.Report(b, "4m", many.Seconds()/few.Seconds())
	b.ReportMetric(float64(few.Microseconds()), "small-µs")
	b.ReportMetric(float64(many.Microseconds()), "large-µs")
}

// TestALabSharesModels: a row that is read again with equal models keeps those it has.
func TestALabSharesModels(t *testing.T) {
	models := func(name string) *plan.Models { return plan.NewModels([]plan.Model{{Name: text.Clean(name)}}) }
	l, s := NewLab(), Summary{Key: Key{ID: uuid.UUID{1}}, Models: models("qwen")}
	l.Apply(Changes{First: true, Put: []Summary{s}}, time.Time{})
	first := s.Models
	s.Models = models("qwen")
	if a := l.Apply(Changes{Put: []Summary{s}}, time.Time{}); a.Changed != 0 {
		t.Error("equal models are a change")
	}
	s.Models = models("glm")
	if got, _ := l.Get(s.Key); got.Models != first || got.Equal(&s) {
		t.Errorf("models %q, which equal those of another config: %v", got.Models.All(), got.Equal(&s))
	}
	if a := l.Apply(Changes{Put: []Summary{s}}, time.Time{}); a.Changed != 1 {
		t.Error("other models are no change")
	}
}
