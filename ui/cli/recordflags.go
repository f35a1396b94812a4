package cli

import (
	"math"
	"time"

	"societop/model"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"
)

// recordFlags are the flags of record.
type recordFlags struct {
	interval     time.Duration
	once, agents bool
	most         string
}

func (f *recordFlags) add(flags *pflag.FlagSet) {
	lapseVar(flags, &f.interval, "interval", 5*time.Second, "time between readings")
	flags.BoolVar(&f.once, "once", false, "copy everything once, then exit")
	flags.BoolVar(&f.agents, "agents", false, "also record frames, talk, surveys, metrics and logs")
	flags.StringVar(&f.most, "max-size", "", `stop when the lab file exceeds this size, such as "20GiB"`)
}

// options checks the flags.
func (f *recordFlags) options(e *Env) (model.RecordOptions, error) {
	o := model.RecordOptions{Interval: f.interval, Once: f.once, Agents: f.agents, Now: e.Now}
	if f.interval < minInterval {
		return o, usagef("--interval must be at least %s", minInterval)
	}
	if f.most != "" {
		n, err := humanize.ParseBytes(f.most)
		if err != nil || n == 0 || n > math.MaxInt64 {
			return o, usagef("--max-size is a size such as 500MB or 20GiB, not %q", f.most)
		}
		o.MaxBytes = int64(n)
	}
	return o, nil
}
