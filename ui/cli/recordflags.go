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
	lapseVar(flags, &f.interval, "interval", 5*time.Second, "time between two looks at the source")
	flags.BoolVar(&f.once, "once", false, "record what there is, and end")
	flags.BoolVar(&f.agents, "agents", false, "record frames, talk, surveys, metrics and logs, too")
	flags.StringVar(&f.most, "max-size", "", `end before the lab file grows much beyond this, such as "20GiB"`)
}

// options checks the flags.
func (f *recordFlags) options(e *Env) (model.RecordOptions, error) {
	o := model.RecordOptions{Interval: f.interval, Once: f.once, Agents: f.agents, Now: e.Now}
	if f.interval < minInterval {
		return o, usagef("--interval is %s at least", minInterval)
	}
	if f.most != "" {
		n, err := humanize.ParseBytes(f.most)
		if err != nil || n == 0 || n > math.MaxInt64 {
			return o, usagef("--max-size wants a size such as 500MB or 20GiB, not %q", f.most)
		}
		o.MaxBytes = int64(n)
	}
	return o, nil
}
