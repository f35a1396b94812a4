package cli

import (
	"context"
	"io"
	"strconv"

	"societop/model"

	"github.com/spf13/cobra"
)

func newTimeline(env *Env, out io.Writer) *cobra.Command {
	return env.onExperiment(&cobra.Command{Use: "timeline", Short: "Print the simulated times that have data"}, rowForms, func(ctx context.Context, one subject, form format) error {
		all, err := one.society().Timeline(ctx)
		s := sheet[model.SimTime]{moment, []column{left("SIM TIME"), right("DAY"), right("T")}, func(t model.SimTime) []string {
			return []string{one.Calendar().Short(t), strconv.Itoa(t.Day), strconv.FormatFloat(t.T, 'f', -1, 64)}
		}, false}
		return printRows(env, out, form, s, all, err)
	})
}
