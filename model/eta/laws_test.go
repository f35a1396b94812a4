package eta

import (
	"math"
	"math/rand/v2"
	"time"

	"societop/model/plan"
)

// law is a way in which the lengths of a run's steps come about. Every run draws its own
// parameters; none of a law's shapes is one that the model is made of.
type law struct {
	name   string
	better float64 // what part of the error of the mean of the last 64 steps the estimate may have
	draw   func(r *rand.Rand) *run
}

var laws = []law{
	{"steady", 1, steady},
	{"day and night", 0.5, dayAndNight},
	{"drift", 0.5, drift},
	{"rate limits", 1, rateLimits},
	{"growth", 0.5, growth},
	{"surveys", 1, surveys},
	{"two phases", 1, twoPhases},
	{"pause", 1, pause},
	{"whole seconds", 0.5, wholeSeconds},
	{"mix", 1, mixed},
}

// run is a whole run: its plan, and when each of its steps was done.
type run struct {
	plan  *plan.Plan
	marks []Mark
	pause int // the step that had the pause; 0 none
}

// maker makes a run, step by step.
type maker struct {
	*rand.Rand
	plan    *plan.Plan
	entries []plan.Entry
	base    float64 // seconds of a step
	sigma   float64
	gamma   bool
	// What multiplies and what adds to the length of a step, and what another entry takes.
	times []func(step, segment int, day float64) float64
	plus  []func(step int) float64
	other func() float64
}

// between is evenly one of the numbers between two.
func (m *maker) between(low, high float64) float64 { return low + (high-low)*m.Float64() }

// scale is the same of their logs.
func (m *maker) scale(low, high float64) float64 {
	return low * math.Pow(high/low, m.Float64())
}

// newMaker draws what all laws have. Without a workflow it draws one of a single run.
func newMaker(r *rand.Rand, workflow func(m *maker)) *maker {
	for {
		m := &maker{Rand: r}
		m.base, m.sigma, m.gamma = m.scale(3, 150), m.scale(0.04, 0.45), r.IntN(3) == 0
		if workflow == nil {
			ticks := m.ticks()
			m.entries = []plan.Entry{{Type: "run", Days: math.Round(m.scale(1, 10)*2) / 2, Ticks: ticks}}
			if r.IntN(4) == 0 {
				m.entries = []plan.Entry{{Type: "step", Steps: math.Round(m.scale(100, 3000)), Ticks: ticks}}
			}
		} else {
			workflow(m)
		}
		m.plan = plan.New(float64(r.IntN(24*3600)), m.entries)
		last := m.plan.Segments[len(m.plan.Segments)-1]
		days := float64(last.First+last.Ticks*last.Steps) / 86400
		if n := m.plan.Steps(); n >= 100 && n <= 3000 && days <= 11 {
			return m
		}
	}
}

// ticks is a length of a step in simulated seconds.
func (m *maker) ticks() float64 {
	return []float64{60, 120, 300, 300, 300, 600, 900, 1800, 3600}[m.IntN(9)]
}

// noise is the factor by which a step differs: on average 1.
func (m *maker) noise() float64 {
	if !m.gamma {
		return math.Exp(m.sigma*m.NormFloat64() - m.sigma*m.sigma/2)
	}
	// The sum of k exponentials.
	k := max(int(1/(m.sigma*m.sigma)), 1)
	if k > 40 {
		return 1 + m.sigma*m.NormFloat64()
	}
	var sum float64
	for range k {
		sum += m.ExpFloat64()
	}
	return sum / float64(k)
}

// run makes the marks.
func (m *maker) run() *run {
	at := time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC)
	out := &run{plan: m.plan}
	for i, s := range m.plan.Segments {
		if i > 0 {
			for range s.Entry - m.plan.Segments[i-1].Entry - 1 {
				at = at.Add(seconds(m.other()))
			}
		}
		for k := range s.Steps {
			step := len(out.marks)
			length := m.base * m.noise()
			day := float64((s.First+k*s.Ticks+m.plan.Start)%86400) / 3600
			for _, f := range m.times {
				length *= f(step, i, day)
			}
			for _, f := range m.plus {
				length += f(step)
			}
			at = at.Add(seconds(max(length, 0.01)))
			out.marks = append(out.marks, Mark{int64(step + 1), at})
		}
	}
	return out
}

func (m *maker) total() float64 { return float64(m.plan.Steps()) }

func steady(r *rand.Rand) *run { return newMaker(r, nil).run() }

// night has short steps: at once from an hour on, or as a wave.
func (m *maker) night() func(int, int, float64) float64 {
	short := m.scale(0.08, 0.5)
	begins, ends := m.between(21, 24), m.between(5, 8)
	if m.IntN(3) == 0 {
		return func(_, _ int, day float64) float64 {
			wave := (1 - math.Cos((day-begins+19)/24*2*math.Pi)) / 2
			return short + (1-short)*wave
		}
	}
	noon := m.between(1, 1.6)
	return func(_, _ int, day float64) float64 {
		switch {
		case day >= begins || day < ends:
			return short
		case day >= 11 && day < 14:
			return noon
		}
		return 1
	}
}

func dayAndNight(r *rand.Rand) *run {
	m := newMaker(r, nil)
	m.times = append(m.times, m.night())
	return m.run()
}

// drifting is a model server that gets slower or faster: evenly, or as it wanders around a mean.
func (m *maker) drifting(strength float64) func(int, int, float64) float64 {
	n := m.total()
	switch m.IntN(4) {
	case 0: // by an equal part
		rate := m.between(0.5, 1.3) * strength
		if m.IntN(2) == 0 {
			rate = -rate
		}
		return func(step, _ int, _ float64) float64 { return math.Exp(rate * float64(step) / n) }
	case 1: // by an equal length
		rate := m.between(0.6, 2.5) * strength
		if m.IntN(3) == 0 {
			rate = -m.between(0.4, 0.75)
		}
		return func(step, _ int, _ float64) float64 { return 1 + rate*float64(step)/n }
	case 2: // waves
		high, long, from := m.between(0.2, 0.6)*strength, n*m.between(0.1, 0.4), m.Float64()
		return func(step, _ int, _ float64) float64 {
			return math.Exp(high * math.Sin(2*math.Pi*(float64(step)/long+from)))
		}
	}
	sd, keep := m.between(0.2, 0.5)*strength, math.Exp(-1/(n*m.between(0.02, 0.1)))
	level := sd * m.NormFloat64()
	return func(int, int, float64) float64 {
		level = keep*level + sd*math.Sqrt(1-keep*keep)*m.NormFloat64()
		return math.Exp(level)
	}
}

func drift(r *rand.Rand) *run {
	m := newMaker(r, nil)
	m.times = append(m.times, m.drifting(1))
	return m.run()
}

// limits is rate limits: now and then some steps in a row wait.
func (m *maker) limits() func(int) float64 {
	rate, long := m.scale(0.003, 0.03), m.between(1, 15)
	wait := m.base * m.scale(2, 12)
	left := 0
	return func(int) float64 {
		if left == 0 && m.Float64() < rate {
			left = 1 + int(m.ExpFloat64()*long)
		}
		if left == 0 {
			return 0
		}
		left--
		return wait * m.between(0.5, 1.5)
	}
}

func rateLimits(r *rand.Rand) *run {
	m := newMaker(r, nil)
	m.plus = append(m.plus, m.limits())
	return m.run()
}

func growth(r *rand.Rand) *run {
	m := newMaker(r, nil)
	n, high := m.total(), m.between(1, 5)
	shape := m.IntN(4)
	m.times = append(m.times, func(step, _ int, _ float64) float64 {
		x := float64(step) / n
		switch shape {
		case 0: // until the context is full
			return 1 + high*math.Min(x/0.7, 1)
		case 1:
			return 1 + high*math.Pow(x, 0.7)
		}
		return 1 + high*x
	})
	return m.run()
}

// days is a workflow of days with a survey after each.
func (m *maker) days() {
	ticks := m.ticks()
	steps := math.Round(m.scale(10, 200))
	for range 3 + m.IntN(8) {
		if m.entries != nil {
			m.entries = append(m.entries, plan.Entry{Type: "survey"})
		}
		if steps < 60 {
			m.entries = append(m.entries, plan.Entry{Type: "run", Days: 1, Ticks: ticks})
		} else {
			m.entries = append(m.entries, plan.Entry{Type: "step", Steps: steps, Ticks: ticks})
		}
	}
}

func (m *maker) asked() func() float64 {
	long, spread := m.base*m.scale(3, 60), m.between(0.05, 0.4)
	return func() float64 { return long * math.Exp(spread*m.NormFloat64()) }
}

func surveys(r *rand.Rand) *run {
	m := newMaker(r, (*maker).days)
	m.other = m.asked()
	return m.run()
}

func twoPhases(r *rand.Rand) *run {
	m := newMaker(r, func(m *maker) {
		a, b := m.ticks(), m.ticks()
		m.entries = []plan.Entry{
			{Type: "step", Steps: math.Round(m.scale(50, 1000)), Ticks: a},
			{Type: "step", Steps: math.Round(m.scale(50, 1000)), Ticks: b},
		}
	})
	second := m.scale(0.3, 3)
	m.times = append(m.times, func(_, segment int, _ float64) float64 {
		if segment > 0 {
			return second
		}
		return 1
	})
	return m.run()
}

func pause(r *rand.Rand) *run {
	m := newMaker(r, nil)
	at := int(m.total() * m.between(0.3, 0.7))
	m.plus = append(m.plus, func(step int) float64 {
		if step == at {
			return 3600 * m.between(0.8, 1.3)
		}
		return 0
	})
	out := m.run()
	out.pause = at
	return out
}

// wholeSeconds is short steps by day and night, of a source that knows whole seconds only.
func wholeSeconds(r *rand.Rand) *run {
	m := newMaker(r, nil)
	m.base = m.scale(0.7, 8)
	m.times = append(m.times, m.night())
	out := m.run()
	for i := range out.marks {
		out.marks[i].At = out.marks[i].At.Truncate(time.Second)
	}
	return out
}

func mixed(r *rand.Rand) *run {
	m := newMaker(r, (*maker).days)
	m.other = m.asked()
	m.times = append(m.times, m.night())
	if r.IntN(2) == 0 {
		m.times = append(m.times, m.drifting(0.5))
	}
	if r.IntN(2) == 0 {
		m.plus = append(m.plus, m.limits())
	}
	return m.run()
}
