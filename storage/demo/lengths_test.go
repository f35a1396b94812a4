package demo

import (
	"testing"
	"time"

	"societop/model/plan"
)

// TestTheLabKnowsWhenStepsWereDone from its first moment, before the agents of the past are written, and
// at each after it: all of them, in order, none in the future, and short at night.
func TestTheLabKnowsWhenStepsWereDone(t *testing.T) {
	for _, agents := range []int{0, 3} {
		o := options(t)
		o.Agents, o.Experiments = agents, 40
		l := begun(t, o)
		for _, after := range []time.Duration{0, time.Minute} {
			if after > 0 {
				l.to(after)
			}
			steps, nights := 0, 0
			for _, r := range l.runs {
				if !r.born || r.done == 0 {
					continue
				}
				all, err := l.store.RunData(r.e.Key).Steps(t.Context())
				if err != nil || int64(len(all)) != r.done {
					t.Fatalf("%s: %d steps (%v), want %d", r.e.Name, len(all), err, r.done)
				}
				var day, night lengths
				for i := range all[1:] {
					took := all[i+1].Wall.Sub(all[i].Wall)
					if took <= 0 || all[i+1].At.Compare(all[i].At) <= 0 || all[i+1].Wall.After(l.now) {
						t.Fatalf("%s: step %v after %v", r.e.Name, all[i+1], all[i])
					}
					switch hour := all[i+1].At.T / 3600; {
					case hour < 5:
						night.add(took)
					case hour >= 8 && hour < 21:
						day.add(took)
					}
				}
				if last := all[len(all)-1]; last.At != r.e.Now || !last.Wall.Equal(r.e.Updated) {
					t.Errorf("%s: the last step is %v, want %v at %v", r.e.Name, last, r.e.Now, r.e.Updated)
				}
				if steps++; night.n >= 20 && day.n >= 20 {
					if nights++; night.mean() > day.mean()/2 {
						t.Errorf("%s: a step takes %v at night, %v by day", r.e.Name, night.mean(), day.mean())
					}
				}
			}
			if steps < 10 || nights < 3 {
				t.Errorf("%d runs with steps, %d of them with nights", steps, nights)
			}
		}
	}
}

type lengths struct {
	n   int
	sum time.Duration
}

func (l *lengths) add(d time.Duration) { l.n, l.sum = l.n+1, l.sum+d }
func (l *lengths) mean() time.Duration { return l.sum / time.Duration(l.n) }

// TestEndsAreInOrder, also with delays, before the first step and beyond the plan.
func TestEndsAreInOrder(t *testing.T) {
	sum := 0.0
	for _, h := range hours {
		sum += h
	}
	if mean := sum / 24; mean < 0.98 || mean > 1.02 {
		t.Errorf("steps take %v paces on average", mean)
	}
	p := plan.New(28800, []plan.Entry{{Type: "run", Days: 2, Ticks: 600}, {Type: "step", Steps: 10, Ticks: 7200}})
	e := endsOf(p)
	if int64(len(e)) != p.Steps() {
		t.Fatalf("%d ends, want %d", len(e), p.Steps())
	}
	for _, e := range []ends{e, nil} {
		for i := int64(-1); i < 400; i++ {
			if e.end(i)+e.delay(i) > e.end(i+1) || e.end(i) >= e.end(i+1) {
				t.Fatalf("step %d ends at %v + %v, the next at %v", i, e.end(i), e.delay(i), e.end(i+1))
			}
		}
	}
}
