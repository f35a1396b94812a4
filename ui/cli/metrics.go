package cli

import (
	"context"
	"io"
	"strconv"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/cobra"
)

func newMetrics(env *Env, out io.Writer) *cobra.Command {
	return newPane(env, "metrics", "Print the measured series, a line a point", func(ctx context.Context, one subject, form format) error {
		all, err := one.society().Metrics(ctx)
		s := sheet[metricRow]{metricRow.fields, []column{
			left("KEY"), right("STEP"), left("SIM TIME"), left("VALUE"),
		}, func(r metricRow) []string {
			value := orUnknown(finite(r.Value) != nil, human.Number(r.Value))
			return []string{r.key.String(), strconv.FormatInt(r.Tick, 10), one.Plan.At(r.Tick).Short(), value}
		}, false}
		return printRows(env, out, form, s, metricRows(all), err)
	})
}

// metricRow is one point of a series.
type metricRow struct {
	key model.Text
	model.Point
}

func metricRows(all []model.Metric) (rows []metricRow) {
	for _, m := range all {
		for _, p := range m.Points {
			rows = append(rows, metricRow{m.Key, p})
		}
	}
	return rows
}

func (r metricRow) fields() []field {
	return []field{{"key", r.key}, {"step", r.Tick}, {"value", finite(r.Value)}}
}
