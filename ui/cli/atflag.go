package cli

import (
	"context"
	"fmt"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/pflag"
)

// atFlag chooses a moment of simulated time; without a value it is the newest.
type atFlag struct {
	text   string
	moment model.Moment
}

func (f *atFlag) add(flags *pflag.FlagSet, what string) {
	flags.Var(f, "at", what+`: "d1 09:00", "1 09:00", d1, 09:00 if the run has a single day, or a step`+"\nnumber. It selects the latest moment that is not later, and must be within the run")
}

// Set reads a moment.
func (f *atFlag) Set(text string) (err error) {
	if f.moment, err = model.ParseMoment(text); err != nil {
		return fmt.Errorf(`is a simulated time such as "d1 09:00", d1 or 09:00, or the number of a step, not %q`, text)
	}
	f.text = text
	return nil
}

// String is the moment as it was written.
func (f *atFlag) String() string { return f.text }

// Type is the name of the value in help texts.
func (f *atFlag) Type() string { return "time" }

// of returns the moment of the experiment's timeline that is meant and prints it, or returns
// Latest if the flag was not given.
func (f *atFlag) of(ctx context.Context, e *Env, society model.RunData) (model.SimTime, error) {
	if f.text == "" {
		return model.Latest, nil
	}
	timeline, err := society.Timeline(ctx)
	if err != nil {
		return model.Latest, err
	}
	if len(timeline) == 0 {
		return model.Latest, model.ErrNotStarted
	}
	first, last := timeline[0], timeline[len(timeline)-1]
	i, ok := f.moment.In(timeline, last)
	switch {
	case f.moment.Step == 0 && !f.moment.Day && first.Day != last.Day:
		return model.Latest, usagef("--at %s may be of day %d to %d; write d%d %s", f.text, first.Day, last.Day, last.Day, f.text)
	case !ok && f.moment.Step > 0:
		return model.Latest, usagef("--at %d: the run has made %s", f.moment.Step, human.CountOf(len(timeline), "step"))
	case !ok && f.moment.At == model.SimTime{Day: first.Day}: // its day, which begins before the run
		i = 0
	case !ok && i > 0:
		return model.Latest, usagef("--at %s: the newest step is of %s", f.text, last.Short())
	case !ok:
		return model.Latest, usagef("--at %s: the run begins at %s", f.text, first.Short())
	}
	e.tell(fmt.Sprintf("at %s, step %d of %d", timeline[i], i+1, len(timeline)))
	return timeline[i], nil
}
