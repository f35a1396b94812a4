package cli

import (
	"context"
	"io"
	"strings"

	"societop/model"

	"github.com/spf13/cobra"
)

func newMonitor(env *Env, out io.Writer) *cobra.Command {
	var access accessFlags
	var flags monitorFlags
	cmd := &cobra.Command{
		Use:   "societop [SOURCE...]",
		Short: "Watch AgentSociety experiments in the terminal",
		Long: `societop shows every experiment of a lab: its progress, when it will end, what it costs
and what went wrong.

` + theSOURCE + `
If the output is not a terminal, societop prints the list.

` + filterHelp() + "\n" + strings.TrimSuffix(sortHelp(), "\n"),
		Example: `  societop demo                        look at a simulated lab
  societop import sqlite.db lab.db     import AgentSociety's data
  societop lab.db                      watch it
  societop http://lab-7:8080           watch a running AgentSociety server
  societop lab.db http://lab-7:8080    watch both in one list
  societop list --filter status:running lab.db`,
		Version:               env.Version,
		Args:                  rootArgs,
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
		CompletionOptions:     cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.top(cmd.Context(), out, args, access, flags)
		},
	}
	cmd.SetVersionTemplate("societop {{.Version}}\n")
	access.add(cmd.Flags())
	flags.add(cmd)
	flags.addOwn(cmd)
	addPrices(env, cmd.Flags())
	return cmd
}

// top shows a source in the monitor, or prints its list if there is no screen.
func (e *Env) top(ctx context.Context, out io.Writer, args []string, access accessFlags, flags monitorFlags) error {
	o, err := flags.options(e)
	if err != nil {
		return err
	}
	access.write = flags.write
	specs, err := e.specs(args, access)
	if err != nil {
		return err
	}
	if !e.screen(e.Out) {
		return e.listOf(ctx, out, specs, access.tenants, flags.list)
	}
	if !flags.noState {
		e.conf.choices(e, specs, access.tenants)
		o.Layers = e.conf.layers
	}
	o.Interval, o.Warning = pace(o.Interval, specs), warnings(o.Warning, e.conf.warning)
	if o.Source, err = openQuietly(ctx, e, specs, access.tenants); err != nil {
		return err
	}
	if !flags.noState {
		e.looks(&o, specs, access.tenants)
	}
	tell := tellAlerts(e, &o, access.tenants, flags.noState)
	return e.monitor(ctx, o, flags.pprof, func(ctx context.Context, ready func()) error { ready(); tell(ctx); return nil })
}

// listOf prints the list of sources instead of the monitor.
func (e *Env) listOf(ctx context.Context, out io.Writer, specs []model.SourceSpec, tenants []string, choice listFlags) (err error) {
	src, err := e.open(ctx, specs, tenants)
	if err != nil {
		return err
	}
	defer closing(src, &err)
	return e.list(ctx, out, src, listChoice{listFlags: choice}, plain)
}
