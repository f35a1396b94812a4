package cli

import (
	"math"
	"time"

	"societop/model"

	"github.com/spf13/cobra"
)

// demoFlags are the demo's own flags.
type demoFlags struct {
	lab   model.DemoOptions
	once  bool
	start string
}

func (f *demoFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Uint64Var(&f.lab.Seed, "seed", 1, "random seed; the same seed gives the same lab")
	flags.IntVar(&f.lab.Experiments, "experiments", 12, "number of experiments")
	flags.IntVar(&f.lab.Agents, "agents", 200, "number of agents in each experiment")
	flags.IntVar(&f.lab.Steps, "steps", -1, "number of steps simulated before the start; -1 varies it by experiment")
	flags.Float64Var(&f.lab.Speed, "speed", 1, "speed of the simulation, as a factor")
	flags.StringVar(&f.lab.Path, "file", "", "lab file to write (default: a temporary file, removed on exit)")
	flags.BoolVar(&f.once, "once", false, "write the lab file and exit; requires --file")
	flags.StringVar(&f.start, "start", "", "the wall time at which the demo begins, in RFC 3339")
	// The flag is there: it was added a line ago.
	_ = flags.MarkHidden("start")
}

// options checks the flags; now is the start unless they name one.
func (f *demoFlags) options(now time.Time) (o model.DemoOptions, err error) {
	o = f.lab
	o.Start, o.Whole = now.UTC(), f.once
	if f.start != "" {
		if o.Start, err = time.Parse(time.RFC3339, f.start); err != nil {
			return o, usagef("--start: %v", err)
		}
	}
	switch {
	case o.Experiments < 1 || o.Agents < 0:
		return o, usagef("a demo has at least one experiment, and its number of agents can't be negative")
	case o.Steps < -1:
		return o, usagef("--steps can't be negative")
	case !(o.Speed > 0) || math.IsInf(o.Speed, 0):
		return o, usagef("--speed must be a number above 0")
	case f.once && o.Path == "":
		return o, usagef("--once needs --file LAB")
	case o.Path != "":
		o.Path, err = lab(o.Path)
	}
	return o, err
}
