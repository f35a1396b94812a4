package prom

import (
	"math"
	"math/big"
	"strings"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"societop/model"
	"societop/model/price"
	"societop/model/text"
)

// Bounds of the labels.
const (
	maxRuns  = 100 // that have series of their own
	maxLabel = 128 // bytes of a name
)

// The metrics. All but those of runs have labels of few values.
var (
	buildInfo   = describe("build_info", "The version of societop; the value is always 1.", "version")
	experiments = describe("experiments", "Experiments by status.", "status")
	tokens      = describe("tokens", "Tokens that all experiments together have used.", "direction")
	cost        = describe("cost", "What all experiments together have cost so far, the least and the most that it can be.", "currency", "bound")
	costUnknown = describe("cost_unknown_experiments", "Experiments whose cost is unknown, and in none of the sums.")
	leftOut     = describe("runs_left_out", "Running experiments that have no series of their own.")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("societop_"+name, help, labels, nil)
}

// Describe sends the metrics that there may be.
func (e *Exporter) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range append(e.metrics.all(), buildInfo, experiments, tokens, cost, costUnknown, leftOut) {
		ch <- d
	}
}

// Collect sends the metrics by the last reading.
func (e *Exporter) Collect(ch chan<- prometheus.Metric) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := gauges(ch)
	g.send(buildInfo, 1, label(text.Clean(e.o.Version)))
	e.sendSources(g)
	if !e.loaded {
		return
	}
	for _, s := range model.Statuses {
		g.send(experiments, float64(e.lab.Count(s)), s.String())
	}
	g.send(experiments, float64(e.lab.Count(-1)), model.Status(-1).String())
	e.sums.send(g, e.lab.Priced())
	sent := e.sendRuns(g)
	g.send(leftOut, float64(e.runs.Len()-sent))
}

// sendRuns sends the metrics of the newest runs and returns how many runs these are. Without its
// tenant, an experiment whose id stands under two tenants of a source is sent once.
func (e *Exporter) sendRuns(g gauges) (sent int) {
	type id struct {
		id     uuid.UUID
		source string
	}
	seen := make(map[id]bool)
	for _, s := range e.runs.Window(0, maxRuns) {
		of := id{s.ID, strings.Join(e.labels(s.Source), "")}
		if !seen[of] {
			seen[of] = true
			sent++
			e.sendRun(g, &s)
		}
	}
	return sent
}

// sendRun sends the metrics of one run, as far as they are known.
func (e *Exporter) sendRun(g gauges, s *model.Summary) {
	of, p, at := &e.metrics.ofRuns, s.Progress(), e.knownTo(s.Source)
	labels := func(more ...string) []string { return e.labels(s.Source, append([]string{s.ID.String()}, more...)...) }
	if p.Known {
		g.send(of.progress, p.Ratio, labels()...)
	}
	if p.Step >= 0 {
		g.send(of.step, float64(p.Step), labels()...)
	}
	if p.Steps >= 0 {
		g.send(of.steps, float64(p.Steps), labels()...)
	}
	if !at.IsZero() && !s.Updated.IsZero() {
		g.send(of.age, max(at.Sub(s.Updated).Seconds(), 0), labels()...)
	}
	if s.Counted() {
		g.send(of.tokens, float64(max(s.InputTokens, 0)), labels("input")...)
	}
	if s.CountsOutput() {
		g.send(of.tokens, float64(max(s.OutputTokens, 0)), labels("output")...)
	}
	if c := e.lab.Cost(s, model.Estimate{}).SoFar; c.Known {
		g.send(of.cost, c.Low, labels(label(c.Currency), "low")...)
		g.send(of.cost, c.High, labels(label(c.Currency), "high")...)
	}
	if e.o.Names {
		g.send(of.info, 1, labels(label(s.Name), label(s.Tenant))...)
	}
}

// label is a text of a source as the value of a label.
func label(t text.Text) string { return text.Clip(t.String(), maxLabel) }

// gauges takes metrics.
type gauges chan<- prometheus.Metric

// send sends one number; of what is none nothing is known.
func (g gauges) send(d *prometheus.Desc, value float64, labels ...string) {
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		g <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// sums are what all experiments of a lab have used together.
type sums struct {
	input, output big.Int              // tokens; what is huge leaves no trace once it is gone
	unknown       int                  // experiments whose cost is unknown
	costs         map[text.Text]*spent // by currency
}

// spent is a sum of costs.
type spent struct {
	low, high float64
	n         int // experiments in it
}

func newSums() sums { return sums{costs: map[text.Text]*spent{}} }

// count adds an experiment, or takes it away where by is −1.
func (t *sums) count(lab *model.Lab, s *model.Summary, by int) {
	if s.Counted() {
		t.input.Add(&t.input, big.NewInt(int64(by)*max(s.InputTokens, 0)))
		t.output.Add(&t.output, big.NewInt(int64(by)*max(s.OutputTokens, 0)))
	}
	if !lab.Priced() {
		return
	}
	if c := lab.Cost(s, model.Estimate{}).SoFar; c.Known {
		t.spend(c, by)
	} else {
		t.unknown += by
	}
}

// spend adds a cost, or takes it away. A sum of nothing is gone, and with it what rounding left.
func (t *sums) spend(c price.Sum, by int) {
	of := t.costs[c.Currency]
	if of == nil {
		of = &spent{}
		t.costs[c.Currency] = of
	}
	of.low, of.high, of.n = of.low+float64(by)*c.Low, of.high+float64(by)*c.High, of.n+by
	if of.n == 0 {
		delete(t.costs, c.Currency)
	}
}

// send sends the sums.
func (t *sums) send(g gauges, priced bool) {
	for direction, sum := range map[string]*big.Int{"input": &t.input, "output": &t.output} {
		n, _ := new(big.Float).SetInt(sum).Float64()
		g.send(tokens, n, direction)
	}
	if !priced {
		return
	}
	g.send(costUnknown, float64(t.unknown))
	for currency, of := range t.costs {
		g.send(cost, max(of.low, 0), label(currency), "low")
		g.send(cost, max(of.high, 0), label(currency), "high")
	}
}
