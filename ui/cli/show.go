package cli

import (
	"io"

	"github.com/spf13/cobra"
)

func newShow(env *Env, out io.Writer) *cobra.Command {
	var access accessFlags
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "show SOURCE EXP",
		Short: "Print one experiment with its progress, pace, workflow and error",
		Long: `Print one experiment with its progress, pace, tokens, workflow and error. Its pace and its rate
are those of the whole run; ">" marks where in the workflow it is.

With --json the fields are those of list --json, and step_seconds (wall time a step),
sim_per_wall (simulated time in wall time), tokens_per_second, tokens_at_end, and workflow: for
each entry type, description, days, ticks_per_step, step (done), steps (planned) and current.

` + aboutSOURCE + "\n" + aboutEXP,
		Args: takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format(env)
			if err != nil {
				return err
			}
			return env.experiment(cmd.Context(), args, access, func(one subject) error {
				v := one.whole(one.view(cmd.Context()))
				if form.kind == asText {
					return printDetail(out, v, one.all.now.In(env.Zone), env.notLive(one.all.lab.Liveness()))
				}
				return printObject(out, v.fields())
			})
		},
	}
	access.add(cmd.Flags())
	form.add(cmd.Flags(), false)
	return cmd
}
