package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"societop/model"
	"societop/ui/seen"

	"github.com/spf13/cobra"
)

func newDemo(env *Env, out io.Writer) *cobra.Command {
	var flags demoFlags
	var monitor monitorFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch a simulated lab as it runs",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return env.demo(cmd, out, flags, monitor)
		},
	}
	flags.add(cmd)
	monitor.add(cmd)
	addPrices(env, cmd.Flags())
	return cmd
}

// demo writes a simulated lab, or a run of AgentSociety 2, and shows it, or only writes it.
func (e *Env) demo(cmd *cobra.Command, out io.Writer, flags demoFlags, monitor monitorFlags) (err error) {
	ctx := cmd.Context()
	o, err := flags.options(cmd.Flags(), e.Now())
	if err != nil {
		return err
	}
	e = e.startingAt(o.Start)
	screen, err := monitor.options(e)
	if err != nil {
		return err
	}
	screen.Seen = seen.New(o.Start.Add(-demoLooked))
	if o.Path == "" {
		dir, err := os.MkdirTemp("", "societop-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary lab: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		o.Path = filepath.Join(dir, "lab.db")
	}
	// The lab is there before it is looked at: the monitor would wait a tick for it.
	bar := e.bar("demo")
	err = e.DemoWrite(ctx, o, bar.draw)
	bar.clear()
	if err != nil || flags.once {
		return err
	}
	specs := []model.SourceSpec{{Address: o.Path, Access: model.Access{Environ: e.Environ, Now: e.Now, Write: monitor.write}}}
	if !e.screen(e.Out) {
		return e.listOf(ctx, out, specs, nil, monitor.list)
	}
	if screen.Source, err = e.Open(ctx, specs); err != nil {
		return err
	}
	return e.monitor(ctx, screen, monitor.pprof, func(ctx context.Context, ready func()) error { return e.DemoLive(ctx, o, e.Now, ready) })
}

// demoLooked is how long before the start of a demo its user has looked at it last, as the demo has it.
const demoLooked = 3 * 24 * time.Hour

// startingAt is the same world with a clock that begins at another time.
func (e *Env) startingAt(start time.Time) *Env {
	now := e.Now
	shift := start.Sub(now())
	shifted := *e
	shifted.Now = func() time.Time { return now().Add(shift) }
	return &shifted
}
