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
		Short: "Wait until an experiment has ended",
		Long: `Wait until an experiment has ended, and print how it did, and the length of its run.

The exit code is 0 where it ended as --for says; else 10 after an error, 11 where it was
stopped, 12 where it finished, and 124 where the time was up. A source that goes away
meanwhile is asked again until it is back. That it is not live, as a lab file without a
recorder, is said once.`,
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
	return cmd
}

// answerTime is how long, beside the interval, an endpoint may take before it counts as away.
const answerTime = 5 * time.Second

// again reads the experiment again.
func (s *subject) again(ctx context.Context, interval time.Duration) (model.Experiment, error) {
	if !s.src.Info().Local {
		within, cancel := context.WithTimeout(ctx, interval+answerTime)
		defer cancel()
		ctx = within
	}
	return s.src.Experiment(ctx, s.Key)
}

// wait looks at an experiment until it has ended.
func (e *Env) wait(ctx context.Context, out io.Writer, one subject, flags waitFlags) error {
	x, poll := one.Experiment, e.poll(one.src, flags.interval)
	alive := witness{env: e}
	for !x.Status.Ended() {
		alive.look(ctx, one.src)
		if err := poll.next(ctx); err != nil {
			return err
		}
		now, err := one.again(ctx, flags.interval)
		if errors.Is(err, model.ErrNoExperiment) {
			return err
		}
		if poll.took(ctx, err); err == nil {
			x = now
		}
	}
	if _, err := fmt.Fprintln(out, ended(x.Summary)); err != nil {
		return err
	}
	return flags.judge(x)
}
