package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/pflag"
)

// waitFlags say what is waited for.
type waitFlags struct {
	want              string
	timeout, interval time.Duration
	progress          bool
}

// wants are the values of --for.
var wants = []string{"finished", "stopped", "error", "lost", "ended"}

func (f *waitFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.want, "for", "finished", "the outcome to wait for: "+strings.Join(wants, ", "))
	lapseVar(flags, &f.timeout, "timeout", 0, "wait at most this long; 0 means forever")
	lapseVar(flags, &f.interval, "interval", 2*time.Second, "time between readings")
	flags.BoolVar(&f.progress, "progress", false, "show on standard error how far it is and when it ends")
}

func (f *waitFlags) check() error {
	if f.interval < minInterval {
		return usagef("--interval must be at least %s", minInterval)
	}
	return oneOf("--for", f.want, wants)
}

// bounded calls wait with a context that ends with the time to wait. Then the time is what is
// told of, whatever the source made of its end.
func (f *waitFlags) bounded(ctx context.Context, wait func(context.Context) error) error {
	up := outcome{exitTimeUp, "the time is up: it has not ended within " + human.Exact(f.timeout)}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, f.timeout, up)
		defer cancel()
	}
	err := wait(ctx)
	if err != nil && errors.Is(context.Cause(ctx), up) {
		return up
	}
	return err
}

// judge is nil where an experiment ended as was asked, else how it ended instead.
func (f *waitFlags) judge(x model.Experiment) error {
	if f.want == "ended" || f.want == x.Status.String() && !x.Short() {
		return nil
	}
	switch x.Status {
	case model.Lost:
		return outcome{exitLost, "the experiment is lost" + whyLost(&x.Summary)}
	case model.Failed:
		why := "the experiment ended with an error"
		if lines := x.Error.Split(); len(lines) > 0 {
			why += ": " + lines[len(lines)-1].String()
		}
		return outcome{exitError, why}
	case model.Stopped:
		return outcome{exitStopped, "the experiment was stopped"}
	default:
		if x.Short() {
			return outcome{exitShort, fmt.Sprintf("the experiment finished%s", share(&x.Summary))}
		}
		return outcome{exitFinished, "the experiment finished"}
	}
}

// whyLost is how a run is known to be lost, after a colon; "" if nobody says.
func whyLost(s *model.Summary) string {
	if s.Dir == nil || s.Dir.Alive.Empty() {
		return ""
	}
	return ": " + s.Dir.Alive.String()
}

// share is how much of its plan a run has done that ended short of it: " after 4 of 10 steps"; "" for
// all others.
func share(s *model.Summary) string {
	if !s.Short() {
		return ""
	}
	return fmt.Sprintf(" after %s of %s steps", human.Steps(s.Dir.Done), human.Steps(s.Plan.Steps()))
}

// lostHolds is how long a run has to be lost until that counts as its end: it may go on.
const lostHolds = time.Minute

// ending judges whether a run has ended for good.
type ending struct {
	env   *Env
	since time.Time // since when it has been seen as lost at each reading; zero while it is not
	told  bool      // that it is lost
}

// over reports whether a run that was just read has ended, and says once that one is lost and may go on.
func (d *ending) over(s *model.Summary) bool {
	if s.Status != model.Lost {
		d.since, d.told = time.Time{}, false
		return s.Status.Ended()
	}
	if d.since.IsZero() {
		d.since = d.env.Now()
	}
	if !d.told {
		d.told = true
		d.env.tell("the experiment is lost" + whyLost(s) + "; waiting for a minute in case it goes on")
	}
	return d.env.Now().Sub(d.since) >= lostHolds
}

// costing is what a run has cost, in the same sentence; "" without prices.
func costing(e *Env, s model.Summary) string {
	if e.prices == nil {
		return ""
	}
	cost := newLab(e).Cost(&s, model.Estimate{})
	if !cost.SoFar.Known {
		return ", cost unknown: " + cost.Why
	}
	return ", cost " + human.Cost(cost.SoFar, false)
}

// ended says how a run ended, and after how long.
func ended(s model.Summary) string {
	out := s.Status.String()
	if !s.Created.IsZero() && !s.Updated.Before(s.Created) {
		out += " after " + human.Exact(s.Updated.Sub(s.Created))
	}
	if part := share(&s); part != "" {
		out += "," + strings.TrimPrefix(part, " after")
	}
	return out
}
