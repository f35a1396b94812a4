package cli

import (
	"context"
	"errors"
	"io"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
)

func newLog(env *Env, out io.Writer) *cobra.Command {
	var lines int
	var file string
	cmd := env.onExperiment(&cobra.Command{Use: "log", Short: "Print the end of an experiment's log"}, rowForms, func(ctx context.Context, one subject, form format) error {
		if lines < 0 {
			return usagef("--lines can't be negative")
		}
		of, err := logNamed(ctx, one.society(), file)
		if err != nil {
			return env.begun(err)
		}
		log, err := one.society().Log(ctx, model.LogBudget{Lines: lines, File: of})
		if err := env.begun(err); err != nil {
			return err
		}
		return printLines(out, form, log.Lines, log.Dropped+1, []field{{"log", log.Lines}, {"dropped", log.Dropped}, {"tail", log.Tail}})
	})
	cmd.Long += "\n\nAgentSociety has the log only of runs that were started from its web page, and sends its\nlast 1,000 lines. A run of AgentSociety 2 may have several logs: the one that was written\nlast is printed, or that of --file."
	cmd.Flags().IntVar(&lines, "lines", 0, "print only this many lines, the newest; 0 prints all that the source has")
	cmd.Flags().StringVar(&file, "file", "", "print the log with this `NAME`, such as stderr.log, if there are several")
	return cmd
}

// logNamed is the log of a name, as LogBudget wants it.
func logNamed(ctx context.Context, run model.RunData, name string) (of text.Text, err error) {
	if name == "" {
		return of, nil
	}
	r, ok := run.(model.LogsReader)
	if !ok {
		return of, usagef("--file is for runs of AgentSociety 2; this one has one log, without a name")
	}
	all, err := r.Logs(ctx)
	if errors.Is(err, model.ErrNotOffered) {
		return of, usagef("--file: the run has no logs with names")
	}
	var names []string
	for _, f := range all {
		if f.Name.Raw() == name || f.Name.String() == name {
			return f.Name, nil
		}
		names = append(names, f.Name.String())
	}
	if err != nil {
		return of, err
	}
	return of, usagef("no log %q; %s", name, text.Meant(name, names))
}
