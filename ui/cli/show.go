package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

func newShow(env *Env, out io.Writer) *cobra.Command {
	cmd := env.onExperiment(&cobra.Command{
		Use:   "show",
		Short: "Print one experiment with its progress, pace, workflow and error",
		Long: `Print one experiment with its progress, pace, tokens, workflow and error. The end is
estimated from the lengths of its steps so far; with few or none the estimate is rough. ">"
marks the current entry of the workflow.

With --json it prints the fields of list --json, plus step_seconds (wall time per step),
sim_per_wall (simulated time per wall time), tokens_per_second, tokens_at_end,
cost_per_hour, and workflow. An entry of the workflow has type, description, days,
ticks_per_step, step (done), steps (planned) and current.

Of a run of AgentSociety 2 that has ended it says what became of it: the steps done and planned,
which agents never acted, which datasets are empty, and how many answers to surveys failed or
could not be understood. With --json that is verdict: text, steps_planned, steps_done, agents,
agents_never_acted, activity_from (what that is known from), empty_datasets, parse_failures and
failed_answers. What the run has no data
for, or could not be read within 10 s, is null.`,
	}, objectForm, func(ctx context.Context, one subject, form format) error {
		v := one.whole(one.view(ctx))
		v.verdict = one.verdict(ctx)
		if form.kind == asText {
			return printDetail(out, v, one.all.now.In(env.Zone), env.asOf(one.all.lab.Sources().Liveness(one.Source)))
		}
		return printObject(out, v.fields())
	})
	addPrices(env, cmd.Flags())
	return cmd
}
