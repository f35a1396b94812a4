package cli

import (
	"context"
	"io"
	"slices"
	"strconv"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/human"

	"github.com/spf13/cobra"
)

func newMetrics(env *Env, out io.Writer) *cobra.Command {
	var keys []string
	cmd := env.onExperiment(&cobra.Command{Use: "metrics", Short: "Print the metrics, one point per line"}, rowForms, func(ctx context.Context, one subject, form format) error {
		all, err := one.society().Metrics(ctx)
		if err == nil {
			all, err = ofKeys(all, keys)
		}
		s := sheet[metricRow]{metricRow.fields, []column{
			left("KEY"), right("STEP"), left("SIM TIME"), left("VALUE"),
		}, func(r metricRow) []string { return r.texts(one.Calendar()) }, false}
		return printRows(env, out, form, s, metricRows(all, one.Plan), err)
	})
	cmd.Long += "\n\nThe step of a point is the number of simulated seconds since the start of the run, as in\nAgentSociety. Day and t are its simulated time, if the config says when the run starts."
	cmd.Flags().StringArrayVar(&keys, "key", nil, "only the metric with this `KEY`; repeatable")
	return cmd
}

// ofKeys is the series of some keys, in their order; all where none is named.
func ofKeys(all []model.Metric, keys []string) ([]model.Metric, error) {
	if len(keys) == 0 {
		return all, nil
	}
	var known []string
	for _, m := range all {
		known = append(known, m.Key.String())
	}
	var some []model.Metric
	for i, key := range keys {
		at := slices.IndexFunc(all, func(m model.Metric) bool { return m.Key.Raw() == key || m.Key == text.Clean(key) })
		switch {
		case at < 0 && len(all) == 0:
			return nil, usagef("no metric %q: the experiment has none", key)
		case at < 0:
			return nil, usagef("no metric %q; %s", key, text.Meant(key, known))
		case !slices.Contains(keys[:i], key):
			some = append(some, all[at])
		}
	}
	return some, nil
}

// metricRow is one point of a series, and when in simulated time it was measured.
type metricRow struct {
	key text.Text
	model.Point
	at model.SimTime
}

func metricRows(all []model.Metric, work *plan.Plan) (rows []metricRow) {
	for _, m := range all {
		for _, p := range m.Points {
			rows = append(rows, metricRow{m.Key, p, model.SimTimeOf(work.At(p.Tick))})
		}
	}
	return rows
}

func (r metricRow) fields() []field {
	return append([]field{{"key", r.key}, {"step", r.Tick}, {"value", finite(r.Value)}}, moment(r.at)...)
}

func (r metricRow) texts(c model.Calendar) []string {
	value := orUnknown(finite(r.Value) != nil, human.Number(r.Value))
	return []string{r.key.String(), strconv.FormatInt(r.Tick, 10), c.Short(r.at), value}
}
