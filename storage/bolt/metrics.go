package bolt

import (
	"context"
	"slices"

	"societop/model"
	"societop/storage/bolt/layout"
)

// PutMetrics writes measured series. Points go among those that the lab has of the same key:
// of two with the same tick the last one counts. An empty list says that there are none. It
// fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutMetrics(k model.Key, all []model.Metric) error {
	return b.withRun(k, layout.HasMetrics, func(r *layout.Run) (changed bool, err error) {
		t := b.tables[layout.Metrics]
		for _, m := range all {
			key := layout.MetricKey(r.Number, m.Key.Raw())
			old, err := t.Get(key)
			if err != nil {
				return false, err
			}
			points := m.Points
			if old != nil {
				known, ok := layout.ParseMetric(old)
				if !ok {
					return false, layout.Metrics.Undecodable(key)
				}
				points = slices.Concat(known.Points, points)
			}
			differs, err := t.Keep(key, layout.AppendMetric(nil, m.Key.Raw(), layout.ByTick(points)))
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		return changed, nil
	})
}

// Metrics returns the measured series, by key.
func (o runData) Metrics(ctx context.Context) (all []model.Metric, err error) {
	left := layout.NewRoom()
	err = o.each(ctx, layout.HasMetrics, layout.Metrics, func(_, payload []byte) bool {
		m, ok := layout.ParseMetric(payload)
		all = append(all, m)
		return ok && left.Take(16*len(m.Points))
	})
	model.SortMetrics(all)
	return all, err
}
