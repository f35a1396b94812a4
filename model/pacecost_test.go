package model

import (
	"runtime"
	"testing"
	"time"
)

// labWatched is a lab of so many runs that were watched for 700 steps by day and night; an estimate of
// each was asked for at the 20 steps up to one.
func labWatched(runs int, asked int64) *Lab {
	l, at := NewLab(), noon
	each := make([]Summary, runs)
	for step := int64(1); step <= 700; step++ {
		at = at.Add(time.Duration(dayAndNight(step) * float64(time.Second)))
		for i := range each {
			if each[i] = *runAt(step, at); step > 1 {
				each[i].Plan = each[0].Plan
			}
			each[i].ID[0], each[i].ID[1] = byte(i), byte(i>>8)
		}
		l.Apply(Changes{Put: each}, at)
		for i := range each {
			if asked-20 < step && step <= asked {
				l.Estimate(each[i].Key, at)
			}
		}
	}
	return l
}

// TestForecastsAreMadeInPortions: an order by the end of many runs does not hold up a key.
func TestForecastsAreMadeInPortions(t *testing.T) {
	l := NewLab()
	const runs = 100
	each := make([]Summary, runs)
	for step := int64(1); step <= 3; step++ {
		for i := range each {
			each[i] = *runAt(step, noon.Add(time.Duration(step)*10*time.Second))
			each[i].ID[0] = byte(i)
		}
		l.Apply(Changes{Put: each}, noon.Add(time.Minute))
	}
	sel := l.Select(Query{}, Sort{Key: ByETA}, noon.Add(time.Minute))
	if sel.Work(1000) || sel.Len() > 30 {
		t.Errorf("%d forecasts at once", sel.Len())
	}
	for !sel.Work(1000) {
		if sel.Len() == runs {
			t.Fatal("it is not done")
		}
	}
	if sel.Len() != runs {
		t.Errorf("%d of %d runs", sel.Len(), runs)
	}
}

// heap is the bytes on the heap that f's result takes.
func heap(f func() *Lab) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(l)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

// TestMemoryOfRunsThatNobodyLooksAt counts what is kept for them beyond their rows.
func TestMemoryOfRunsThatNobodyLooksAt(t *testing.T) {
	const runs = 50
	rows := heap(func() *Lab {
		l := NewLab()
		l.Apply(Changes{Put: []Summary{*runAt(1, noon)}}, noon)
		return l
	})
	for _, asked := range []int64{0, 650} {
		if each := (heap(func() *Lab { return labWatched(runs, asked) }) - rows) / runs; each > 16<<10 {
			t.Errorf("%.0f bytes a run that was looked at up to step %d", each, asked)
		}
	}
}

// BenchmarkMemoryOfRuns is that of 2,000 runs: nobody looks at them, or they are all looked at.
func BenchmarkMemoryOfRuns(b *testing.B) {
	const runs = 2000
	for _, c := range []struct {
		name  string
		asked int64
	}{{"unseen", 0}, {"ordered", 700}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(heap(func() *Lab { return labWatched(runs, c.asked) })/runs, "B/run")
			}
		})
	}
}
