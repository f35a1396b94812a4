package ui

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"societop/model"
	"societop/model/budget"
	"societop/ui/theme"
)

// The ticks of a day, two seconds each, those of the ordinary tests, and those after which a
// monitor has all it needs.
const (
	dayTicks   = 43_200
	fewTicks   = 3_000
	earlyTicks = 1_000
)

// life is what a monitor holds.
type life struct {
	heap       uint64
	goroutines int
}

// lifeNow is what the process holds after its garbage is collected.
func lifeNow() life {
	runtime.GC()
	runtime.GC() // what the first one has finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return life{m.HeapAlloc, runtime.NumGoroutine()}
}

// live lets a monitor run for so many ticks of an injected clock, at each of which what change
// does happens, and returns what it held early and at the end.
func live(t *testing.T, ticks int, src *fakeSource, keys []string, change func(tick int)) (early, late life) {
	play(t, src, 160, 45, func(o *Options) { o.Theme = theme.Mono }, func(s *stage) {
		s.press(keys...)
		s.rest()
		s.unchecked = true
		for tick := range ticks {
			change(tick)
			time.Sleep(2 * time.Second)
			s.settle()
			_ = s.app.View()
			if tick == earlyTicks {
				early = lifeNow()
			}
		}
		late = lifeNow()
	})
	return early, late
}

// days is a day of a monitor with nothing to do, of one whose runs move, and of one that
// follows a run in a pane.
var days = map[string]struct {
	keys   []string
	change func(src *fakeSource) func(tick int)
}{
	"idle": {nil, func(*fakeSource) func(int) { return func(int) {} }},
	"live": {nil, func(src *fakeSource) func(int) {
		return func(tick int) {
			src.change(tick%3, func(e *model.Experiment) { e.InputTokens++; e.Updated = time.Now().UTC() })
		}
	}},
	"agents": {[]string{"2", "enter"}, func(src *fakeSource) func(int) {
		return func(tick int) {
			src.withTown(func(f *fakeTown) { f.frames = f.frames[:0] })
			src.change(0, func(e *model.Experiment) { e.Status = model.Status(1 + tick%2); e.Updated = time.Now().UTC() })
		}
	}},
	"outages": {nil, func(src *fakeSource) func(int) {
		return func(tick int) {
			src.fail(map[bool]error{true: &model.Error{Op: "read", Address: "lab.db", Err: model.ErrLocked}}[tick%100 < 3])
		}
	}},
}

// TestTicksAreFlat: a monitor holds what it held after half an hour.
func TestTicksAreFlat(t *testing.T) { flat(t, fewTicks) }

// TestSoakADay is TestTicksAreFlat for a day.
func TestSoakADay(t *testing.T) {
	if os.Getenv("SOCIETOP_SOAK") == "" {
		t.Skip("it takes a minute: make soak")
	}
	flat(t, dayTicks)
}

func flat(t *testing.T, ticks int) {
	for name, day := range days {
		t.Run(name, func(t *testing.T) {
			src := town(40, 20)
			early, late := live(t, ticks, src, day.keys, day.change(src))
			heap, goroutines := float64(late.heap)/float64(early.heap), late.goroutines-early.goroutines
			if ticks == dayTicks {
				fmt.Println(budget.Line("14b", heap), name)
				fmt.Println(budget.Line("14c", float64(goroutines)), name)
			}
			if goroutines > 0 {
				t.Errorf("%d goroutines, %d early in the day", late.goroutines, early.goroutines)
			}
			if heap > 1.1 {
				t.Errorf("%d bytes of live heap, %d early in the day", late.heap, early.heap)
			}
		})
	}
}
