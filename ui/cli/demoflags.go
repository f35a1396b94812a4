package cli

import (
	"math"
	"time"

	"societop/model"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// demoFlags are the demo's own flags.
type demoFlags struct {
	lab   model.DemoOptions
	once  bool
	start string
	dir   string // of a run of AgentSociety 2
}

// rundirAgents is how many agents a run of AgentSociety 2 has, if no flag says how many.
const rundirAgents = 24

func (f *demoFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Uint64Var(&f.lab.Seed, "seed", 1, "random seed; the same seed gives the same lab")
	flags.IntVar(&f.lab.Experiments, "experiments", 12, "number of experiments")
	flags.IntVar(&f.lab.Agents, "agents", 200, "number of agents in each experiment")
	flags.IntVar(&f.lab.Steps, "steps", -1, "number of steps simulated before the start; -1 varies it by experiment")
	flags.Float64Var(&f.lab.Speed, "speed", 1, "speed of the simulation, as a factor")
	flags.StringVar(&f.lab.Path, "file", "", "lab file to write (default: a temporary file, removed on exit)")
	flags.StringVar(&f.dir, "v2", "", "directory to write a run of AgentSociety 2 into, instead of a lab; it is kept")
	flags.BoolVar(&f.once, "once", false, "write the lab file, or the whole run of --v2, and exit; requires one of them")
	flags.StringVar(&f.start, "start", "", "the wall time at which the demo begins, in RFC 3339")
	// The flag is there: it was added a line ago.
	_ = flags.MarkHidden("start")
}

// target is the flags, and what is to be written.
func (f *demoFlags) target(set *pflag.FlagSet) (model.DemoOptions, error) {
	o := f.lab
	switch {
	case f.dir == "":
		return o, nil
	case set.Changed("file") || set.Changed("experiments"):
		return o, usagef("--v2 writes one run into a directory: --file and --experiments don't go with it")
	case !set.Changed("agents"):
		o.Agents = rundirAgents
	}
	o.Path, o.Rundir = f.dir, true
	return o, nil
}

// options checks the flags of a command; now is the start unless they name one.
func (f *demoFlags) options(set *pflag.FlagSet, now time.Time) (o model.DemoOptions, err error) {
	if o, err = f.target(set); err != nil {
		return o, err
	}
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
		return o, usagef("--once needs --file LAB, or --v2 DIR")
	case o.Path != "" && !o.Rundir:
		o.Path, err = lab(o.Path)
	}
	return o, err
}
