package eta

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"societop/model/budget"
	"societop/model/plan"
)

// long is a run of so many steps by day and night, of which three quarters are learnt.
func long(steps int) (*plan.Plan, []Mark, *Model) {
	m := &maker{Rand: rand.New(rand.NewPCG(1, 2)), base: 30, sigma: 0.2}
	m.plan = plan.New(8*3600, []plan.Entry{{Type: "step", Steps: float64(steps), Ticks: 300}})
	m.times = append(m.times, m.night())
	marks := m.run().marks
	model := learnt(m.plan, marks[:steps*3/4])
	return m.plan, marks, &model
}

func BenchmarkForecast(b *testing.B) {
	for _, steps := range []int{768, 100_000} {
		b.Run(strconv.Itoa(steps), func(b *testing.B) {
			p, _, m := long(steps)
			b.ReportAllocs()
			for b.Loop() {
				m.Forecast(p)
			}
		})
	}
}

// BenchmarkAdd learns a whole run.
func BenchmarkAdd(b *testing.B) {
	for _, steps := range []int{768, 100_000} {
		b.Run(strconv.Itoa(steps), func(b *testing.B) {
			p, marks, _ := long(steps)
			b.ReportAllocs()
			for b.Loop() {
				learnt(p, marks)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(steps), "ns/mark")
		})
	}
}

// BenchmarkWatch learns a whole run, and forecasts it after each step.
func BenchmarkWatch(b *testing.B) {
	p, marks, _ := long(768)
	for b.Loop() {
		var m Model
		for _, mark := range marks {
			m.Add(p, mark)
			m.Forecast(p)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(marks)), "ns/mark")
}

// BenchmarkAfterShrink forecasts when all is to be computed again.
func BenchmarkAfterShrink(b *testing.B) {
	p, _, m := long(768)
	for b.Loop() {
		m.Shrink()
		m.Forecast(p)
	}
}

// timed is how many seconds something takes.
func timed(f func()) float64 {
	begin := time.Now()
	f()
	return time.Since(begin).Seconds()
}

func BenchmarkBudgetForecast(b *testing.B) {
	few, _, a := long(768)
	many, _, z := long(100_000)
	var first, last float64
	for b.Loop() {
		// In turn, so that what else the machine does meets both.
		for range 50 {
			first += timed(func() { a.Forecast(few) })
			last += timed(func() { z.Forecast(many) })
		}
	}
	budget.Report(b, "19", last/first)
}
