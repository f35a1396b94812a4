package run

import (
	"context"
	"math"
	"slices"

	"societop/model"
	"societop/model/text"
)

// Metrics is the numbers of the environment at each whole step, and the mean and the spread (the
// standard deviation over the agents) of each number of the agents' snapshots. A key is the short name of
// the table, a dot and the column; where two would be the same, they have the names of their tables in full.
func (d *Data) Metrics(ctx context.Context) ([]model.Metric, error) {
	r, err := d.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	m := &r.s.measured
	if !m.known || m.revision != r.s.revision || m.whole != r.whole {
		value, err := r.measure(ctx)
		if err != nil {
			return nil, err
		}
		*m = memo[[]model.Metric]{true, r.s.revision, r.whole, value}
	}
	return r.timed(m.value), nil
}

// timed is metrics whose ticks are steps, with the ticks of these.
func (r *reading) timed(all []model.Metric) []model.Metric {
	out := slices.Clone(all)
	for i := range out {
		out[i].Points = slices.Clone(out[i].Points)
		for j := range out[i].Points {
			p := &out[i].Points[j]
			p.Tick = r.clock.tick(int(p.Tick))
		}
	}
	return out
}

// measure reads all numbers, step by step. The ticks of the points are steps.
func (r *reading) measure(ctx context.Context) ([]model.Metric, error) {
	series := map[string][]model.Point{}
	keys := r.s.tables.metricKeys()
	for _, t := range slices.Concat(r.s.tables.series, r.s.tables.snapshots) {
		names := t.numbers()
		if len(names) == 0 {
			continue
		}
		for step := range r.whole {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rows, err := r.rows(t, model.RowQuery{From: step, To: step + 1})
			if err != nil {
				return nil, explain(r.s.dir, err)
			}
			for _, name := range names {
				key := keys(t, name)
				values := rows.numbers(name)
				switch {
				case len(values) == 0:
				case t.entity == "":
					series[key] = append(series[key], model.Point{Tick: int64(step), Value: values[len(values)-1]})
				default:
					mean, sd := spread(values)
					series[key+" mean"] = append(series[key+" mean"], model.Point{Tick: int64(step), Value: mean})
					series[key+" sd"] = append(series[key+" sd"], model.Point{Tick: int64(step), Value: sd})
				}
			}
		}
	}
	var all []model.Metric
	for key, points := range series {
		all = append(all, model.Metric{Key: text.Clean(key), Points: points})
	}
	model.SortMetrics(all)
	return all, nil
}

// metricKeys is the keys of the columns of tables.
func (c *tables) metricKeys() func(t *table, column string) string {
	count := map[string]int{}
	short := func(t *table, column string) string { return t.short + "." + column }
	for _, t := range slices.Concat(c.series, c.snapshots) {
		for _, name := range t.numbers() {
			count[short(t, name)]++
		}
	}
	return func(t *table, column string) string {
		if key := short(t, column); count[key] == 1 {
			return key
		}
		return t.Table.Raw() + "." + column
	}
}

// numbers is the values of a column that are there. NaN does not count.
func (c *cells) numbers(column string) (all []float64) {
	for i := range c.Cells {
		if f, ok := c.get(i, column).Number(); ok && !math.IsInf(f, 0) {
			all = append(all, f)
		}
	}
	return all
}

// spread is the mean and the standard deviation of some values: of equal ones exactly 0.
func spread(values []float64) (mean, sd float64) {
	sum := 0.0
	for i, v := range values {
		before := v - mean
		mean += before / float64(i+1)
		sum += before * (v - mean)
	}
	return mean, math.Sqrt(sum / float64(len(values)))
}
