package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

func newMonitor(env *Env, out io.Writer) *cobra.Command {
	var flags monitorFlags
	cmd := &cobra.Command{
		Use:   "societop [SOURCE]",
		Short: "Watch AgentSociety experiments in the terminal",
		Long: `societop shows every experiment of a lab: how far it is, when it will end, what it costs
and what went wrong.

SOURCE is a lab file. Without one it is $SOCIETOP_SOURCE, or else the default lab file,
$XDG_DATA_HOME/societop/lab.db. Where the output is no terminal the monitor prints the list.`,
		Example: `  societop demo                        look at a simulated lab
  societop import sqlite.db lab.db     take AgentSociety's data over
  societop lab.db                      watch it
  societop list --filter status:running lab.db`,
		Version:               env.Version,
		Args:                  takes(0, 1),
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
		CompletionOptions:     cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.watch(cmd.Context(), out, args, flags)
		},
	}
	cmd.SetVersionTemplate("societop {{.Version}}\n")
	flags.add(cmd)
	return cmd
}

// watch shows a source in the monitor, or prints its list where there is no screen.
func (e *Env) watch(ctx context.Context, out io.Writer, args []string, flags monitorFlags) error {
	o, err := flags.options(e)
	if err != nil {
		return err
	}
	if !e.screen(e.Out) {
		return e.list(ctx, out, args, flags.list, plain)
	}
	address, err := e.source(args)
	if err != nil {
		return err
	}
	return e.monitor(ctx, address, o, flags.pprof, func(context.Context) error { return nil })
}
