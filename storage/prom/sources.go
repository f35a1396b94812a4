package prom

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"societop/model"
)

// metrics are those that have a label "source" where there are several: the number of the source, from 1
// in the order in which they were given.
type metrics struct {
	up, live, age, info *prometheus.Desc // of a source
	ofRuns              runMetrics
	several             bool
}

// runMetrics are the metrics of a single run.
type runMetrics struct{ progress, step, steps, age, tokens, cost, info *prometheus.Desc }

// metricsOf are the metrics of one source, or of several.
func metricsOf(several bool) metrics {
	of := func(name, help string, labels ...string) *prometheus.Desc {
		if several {
			labels = append([]string{"source"}, labels...)
		}
		return describe(name, help, labels...)
	}
	return metrics{
		up:      of("source_up", "1 if the last reading of the source succeeded, else 0."),
		live:    of("source_live", "1 while new data can arrive from the source: a recorder is at work. Else 0."),
		age:     of("recorder_age_seconds", "Seconds since the time up to which the source knows what happened; 0 while it is live."),
		several: several,
		info:    describe("source_info", "The name of one of several sources, with --metrics-names; the value is always 1.", "source", "name"),
		ofRuns: runMetrics{
			progress: of("run_progress_ratio", "How much of its plan a run has done, from 0 to 1.", "id"),
			step:     of("run_step", "Steps that a run has done.", "id"),
			steps:    of("run_steps_planned", "Steps that the plan of a run has.", "id"),
			age:      of("run_step_age_seconds", "Seconds since a run made its last step, by the time up to which the source knows what happened.", "id"),
			tokens:   of("run_tokens", "Tokens that a run has used.", "id", "direction"),
			cost:     of("run_cost", "What a run has cost so far, the least and the most that it can be.", "id", "currency", "bound"),
			info:     of("run_info", "The name and the tenant of a run, with --metrics-names; the value is always 1.", "id", "name", "tenant"),
		},
	}
}

// all is every one of the metrics.
func (m *metrics) all() []*prometheus.Desc {
	r := &m.ofRuns
	return []*prometheus.Desc{m.up, m.live, m.age, m.info, r.progress, r.step, r.steps, r.age, r.tokens, r.cost, r.info}
}

// severalOf reports whether a source is made of several.
func severalOf(src model.Source) bool {
	joined, ok := src.(model.Joined)
	return ok && len(joined.Names()) > 1
}

// labels are the labels of a metric of a source, or of one of its runs.
func (e *Exporter) labels(name model.SourceName, labels ...string) []string {
	if !e.metrics.several {
		return labels
	}
	number := 0
	for i, s := range e.lab.Sources().States() {
		if s.Name == e.lab.Sources().State(name).Name {
			number = i + 1
		}
	}
	return append([]string{strconv.Itoa(number)}, labels...)
}

// sendSources sends how the source is, or each of several.
func (e *Exporter) sendSources(g gauges) {
	states := e.lab.Sources().States()
	if !e.metrics.several || states == nil {
		if !e.metrics.several {
			g.send(e.metrics.up, one(e.failed == nil && !e.readAt.IsZero()))
		}
		if e.loaded {
			e.sendLiveness(g, model.SourceName{}, true)
		}
		return
	}
	for i := range states {
		s := &states[i]
		up := e.failed == nil && s.Failure == nil && !s.Answered.IsZero()
		g.send(e.metrics.up, one(up), e.labels(s.Name)...)
		e.sendLiveness(g, s.Name, up)
		if e.o.Names {
			g.send(e.metrics.info, 1, e.labels(s.Name, label(s.Name.Text()))...)
		}
	}
}

// sendLiveness sends whether a source is live, and for how long it is not; up reports whether its last
// reading succeeded.
func (e *Exporter) sendLiveness(g gauges, name model.SourceName, up bool) {
	live := e.lab.Sources().Liveness(name)
	g.send(e.metrics.live, one(live.Live() && up && e.failed == nil), e.labels(name)...)
	if at := e.knownTo(name); !at.IsZero() {
		g.send(e.metrics.age, max(e.lab.Sources().Now(name, e.now()).Sub(at).Seconds(), 0), e.labels(name)...)
	}
}

// knownTo is up to when a source knows what happened, by its clock; zero if that is unknown.
func (e *Exporter) knownTo(name model.SourceName) time.Time {
	if live := e.lab.Sources().Liveness(name); !live.Live() {
		return live.AsOf
	}
	return e.lab.Sources().Now(name, e.now())
}
