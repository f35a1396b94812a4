package eta

import (
	"strconv"
	"testing"
)

func BenchmarkForecast(b *testing.B) {
	for _, steps := range []int{768, 100_000} {
		b.Run(strconv.Itoa(steps), func(b *testing.B) {
			p, marks := long(steps)
			var m Model
			for _, mark := range marks[:steps*3/4] {
				m.Add(p, mark)
			}
			for b.Loop() {
				m.Forecast(p)
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, steps := range []int{768, 100_000} {
		b.Run(strconv.Itoa(steps), func(b *testing.B) {
			p, marks := long(steps)
			b.ReportAllocs()
			for b.Loop() {
				var m Model
				for _, mark := range marks {
					m.Add(p, mark)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(steps), "ns/mark")
		})
	}
}
