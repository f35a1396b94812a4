package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"societop/model"

	"github.com/spf13/cobra"
)

func newWait(env *Env, out io.Writer) *cobra.Command {
	var flags waitFlags
	cmd := env.onExperiment(&cobra.Command{
		Use:   "wait",
		Short: "Wait until an experiment ends",
		Long: `Wait until an experiment ends, then print how it ended and how long it ran.

The exit code is 0 if the experiment ended as --for specifies. Otherwise it is 10 after an
error, 11 if it was stopped, 12 if it finished, 13 if it was lost, 14 if it finished with fewer
steps than planned, and 124 on timeout. A run of AgentSociety 2 is lost while its process is gone
or silent; since it may go on, that has to hold for a minute. An unreachable source is retried
until it answers. If the source is not live, such as a lab file without a recorder, a message
says so once.

With --progress a line on standard error shows the percentage, the step, and the time until the
end with its range. On a terminal it has a bar and is kept up to date; elsewhere a line is
printed when the percentage has changed, at most once a minute.`,
		PreRunE: func(*cobra.Command, []string) error { return flags.check() },
	}, ownForm, func(ctx context.Context, one subject, _ format) error { return env.wait(ctx, out, one, flags) })
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return flags.bounded(cmd.Context(), func(ctx context.Context) error {
			cmd.SetContext(ctx)
			return run(cmd, args)
		})
	}
	flags.add(cmd.Flags())
	addPrices(env, cmd.Flags())
	return cmd
}

// answerTime is how long an endpoint may take, in addition to the interval, before it counts as
// unreachable.
const answerTime = 5 * time.Second

// again rereads the experiment.
func (s *subject) again(ctx context.Context, interval time.Duration) (model.Experiment, error) {
	if !model.Part(s.src, s.Source).Info().Local {
		within, cancel := context.WithTimeout(ctx, interval+answerTime)
		defer cancel()
		ctx = within
	}
	return s.src.Experiment(ctx, s.Key)
}

// wait looks at an experiment until it has ended.
func (e *Env) wait(ctx context.Context, out io.Writer, one subject, flags waitFlags) error {
	var bar *waitProgress
	if flags.progress && !one.Status.Ended() {
		e, bar = newWaitProgress(ctx, e, &one)
		defer bar.clear()
	}
	x, poll := one.Experiment, e.poll(one.src, flags.interval)
	alive, end := witness{env: e}, ending{env: e}
	for over := end.over(&x.Summary); !over; {
		if alive.look(ctx, one.src); poll.failures == 0 {
			bar.show(x.Summary, alive.last)
		}
		if err := poll.next(ctx); err != nil {
			return err
		}
		now, err := one.again(ctx, flags.interval)
		if errors.Is(err, model.ErrNoExperiment) {
			return err
		}
		if poll.took(ctx, err); err == nil {
			x = now
			over = end.over(&x.Summary)
		} else {
			end.since = time.Time{} // nobody knows what became of it meanwhile
		}
	}
	bar.clear()
	if _, err := fmt.Fprintln(out, ended(x.Summary)+costing(e, x.Summary)); err != nil {
		return err
	}
	return flags.judge(x)
}
