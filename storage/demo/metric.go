package demo

import (
	"math"

	"societop/model"
)

// metricEvery is how often AgentSociety measures, in simulated seconds.
const metricEvery = 3600

// metrics are what is measured in a step: nothing in most.
func (p *people) metrics(lives []life, m *moment) []model.Metric {
	if (m.tick-1)%metricEvery >= m.ticks {
		return nil
	}
	days := float64(m.at.Day) + m.at.T/model.SecondsPerDay
	trips, km, mood, awake := p.census(lives, m)
	n := float64(len(lives))
	values := []struct {
		key   string
		value float64
	}{
		{"num_completed_trips", trips},
		{"total_travel_time (sec)", trips * (1_350 + 40*math.Sin(days))},
		{"total_travel_distance (m)", 1000 * km},
		{"平均幸福感 mean happiness", 1 + 4*mood/n},
		{"gdp", p.gdp(days)},
		{"price_index 物价指数", p.prices(days)},
		{"share awake", awake / n},
		{"opinion variance", 0.08 + 0.9*math.Exp(-days/2.5) + 0.02*math.Sin(9*days)},
		{"unemployment 失业率", 0.052 + 0.004*math.Sin(days*2)},
	}
	var out []model.Metric
	for i, v := range values {
		switch {
		case v.key == "opinion variance" && m.at.Day%2 == 0 && m.at.T > 17*hour && m.at.T < 22*hour:
			continue // whoever measures it has a break
		case v.key == "unemployment 失业率" && (p.seed+uint64(m.tick/metricEvery))%11 == 7:
			v.value = math.NaN()
		}
		out = append(out, model.Metric{Key: model.Clean(values[i].key), Points: []model.Point{{Tick: m.tick, Value: v.value}}})
	}
	return out
}

// census adds up the citizens.
func (p *people) census(lives []life, m *moment) (trips, km, mood, awake float64) {
	for i := range lives {
		l := &lives[i]
		mood += l.mood
		awake += float64(b2i(l.doing != sleeps))
		n := float64(l.trips)
		for day := range m.at.Day {
			a := l.agenda(day, p.free(day))
			n += float64(a.trips(model.SecondsPerDay))
		}
		trips += n
		km += n * (0.6 + 0.5*l.home.at().distance(l.office.at()))
	}
	return trips, km, mood, awake
}
