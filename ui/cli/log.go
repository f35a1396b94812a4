package cli

import (
	"context"
	"io"

	"societop/model"

	"github.com/spf13/cobra"
)

func newLog(env *Env, out io.Writer) *cobra.Command {
	var lines int
	cmd := env.onExperiment(&cobra.Command{Use: "log", Short: "Print the end of an experiment's log"}, rowForms, func(ctx context.Context, one subject, form format) error {
		if lines < 0 {
			return usagef("--lines can't be negative")
		}
		log, err := one.society().Log(ctx, model.LogBudget{Lines: lines})
		if err := env.begun(err); err != nil {
			return err
		}
		return printLines(out, form, log.Lines, log.Dropped+1, []field{{"log", log.Lines}, {"dropped", log.Dropped}, {"tail", log.Tail}})
	})
	cmd.Long += "\n\nAgentSociety has the log only of runs that were started from its web page, and sends its\nlast 1,000 lines."
	cmd.Flags().IntVar(&lines, "lines", 0, "print only this many lines, the newest; 0 prints all that the source has")
	return cmd
}
