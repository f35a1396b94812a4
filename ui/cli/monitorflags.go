package cli

import (
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"societop/model/text"
	"societop/ui"
	"societop/ui/config"

	"github.com/spf13/cobra"
)

// monitorFlags are the flags of the commands that open the monitor.
type monitorFlags struct {
	list     listFlags
	interval time.Duration
	theme    string
	ascii    bool
	mouse    bool
	utc      bool
	write    bool
	pprof    string
	noState  bool
	calls    calls
}

func (f *monitorFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.list.add(flags)
	lapseVar(flags, &f.interval, "interval", 2*time.Second, "time between readings; 0 reads only on request")
	flags.StringVar(&f.theme, "theme", "auto", "colours: "+strings.Join(config.Themes, ", "))
	flags.BoolVar(&f.ascii, "ascii", false, "draw with ASCII characters; the default if the locale is not UTF-8")
	flags.BoolVar(&f.mouse, "mouse", false, "start with mouse support on")
	flags.BoolVar(&f.write, "write", false, "allow X to stop and delete experiments and to put questions to agents")
	flags.BoolVar(&f.utc, "utc", false, "show wall times in UTC")
	f.calls.addFlags(flags, "when a run comes to need attention, unless the terminal has the focus")
	uses(cmd, "theme", "interval", "sort", "columns", "panes", "ascii", "mouse", "utc", "alerts.bell", "alerts.desktop")
	flags.StringVar(&f.pprof, "pprof", "", "write a CPU profile of the monitor to this file")
	// The flag is there: it was added a line ago.
	_ = flags.MarkHidden("pprof")
}

// addOwn adds what the demo does not have: the flag for what is kept between two runs, and what the
// user wants to see of a lab of their own.
func (f *monitorFlags) addOwn(cmd *cobra.Command) {
	uses(cmd, "filter")
	addView(cmd.Flags())
	cmd.Flags().BoolVar(&f.noState, "no-state", false, "do not remember what you have seen, and do not say what has changed since")
}

// options checks the flags and makes the monitor's options of them. With --utc the zone of
// the env becomes UTC, for lists as well.
func (f *monitorFlags) options(e *Env) (ui.Options, error) {
	if err := oneOf("--theme", f.theme, config.Themes); err != nil {
		return ui.Options{}, err
	}
	if err := f.calls.check(e); err != nil {
		return ui.Options{}, err
	}
	if _, _, err := f.list.parse(e); err != nil {
		return ui.Options{}, err
	}
	if f.utc {
		e.Zone, e.wrongZone = time.UTC, text.Text{}
	}
	ascii := f.ascii
	if !e.conf.layers.Get("ascii").Given() {
		ascii = !e.utf8()
	}
	o := ui.Options{
		Interval: f.interval,
		Theme:    f.theme,
		ASCII:    ascii,
		Suspend:  e.Suspend,
		Zone:     e.Zone,
		Start:    ui.Start{Filter: f.list.filter, Sort: f.list.sort, Mouse: f.mouse, Warning: e.wrongZone},
		Prices:   e.prices,
		Now:      e.Now,
		Settings: ui.Settings{Layers: e.conf.layers, Reader: e.conf.reader},
		JSON:     rowJSON,
		Pager:    e.pager,
		Terminal: ui.Terminal{Out: e.Out, Environ: e.Environ, Bell: f.calls.bell, Desktop: f.calls.desktop},
	}
	if e.IsTerminal(e.In) { // else the monitor looks for the terminal itself
		o.In = e.In
	}
	return o, nil
}

// profiled calls run and writes a CPU profile of it, unless path is empty.
func profiled(path string, run func() error) (err error) {
	if path == "" {
		return run()
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	defer func() {
		pprof.StopCPUProfile()
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	return run()
}
