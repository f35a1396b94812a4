package demo

import (
	"societop/model"
	"societop/model/plan"
)

// hours are the lengths of steps by hour of the simulated day, in paces: at night most agents sleep,
// and few ask a language model. On average they are 1.
var hours = [24]float64{
	0.4, 0.35, 0.35, 0.35, 0.4, 0.5, 0.8, 1.2, 1.35, 1.3, 1.25, 1.3,
	1.4, 1.25, 1.2, 1.2, 1.25, 1.4, 1.45, 1.4, 1.3, 1.15, 0.85, 0.6,
}

// ends are when the steps of a plan end, in paces since its start, before anything delays them.
type ends []float64

func endsOf(p *plan.Plan) ends {
	out := make(ends, 0, p.Steps())
	sum := 0.0
	for _, s := range p.Segments {
		for i := range s.Steps {
			t := p.Start + s.First + i*s.Ticks
			sum += hours[t%model.SecondsPerDay*24/model.SecondsPerDay]
			out = append(out, sum)
		}
	}
	return out
}

// end returns when the i-th step ends, from 0; beyond the plan steps have the length of a pace.
func (e ends) end(i int64) float64 {
	n := int64(len(e))
	switch {
	case i < 0 || n == 0:
		return float64(i + 1)
	case i < n:
		return e[i]
	}
	return e[n-1] + float64(i-n+1)
}

// delay returns by what the end of the i-th step may be delayed: less than the step after it takes, so
// that steps end in order.
func (e ends) delay(i int64) float64 {
	return min(e.end(i)-e.end(i-1), e.end(i+1)-e.end(i))
}
