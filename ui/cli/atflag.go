package cli

import (
	"context"
	"fmt"
	"time"

	"societop/model"
	"societop/ui/human"

	"github.com/spf13/pflag"
)

// atFlag chooses a moment of simulated time; without a value it is the newest.
type atFlag struct {
	text string
}

func (f *atFlag) add(flags *pflag.FlagSet, what string) {
	flags.Var(f, "at", what+`: "d1 09:00", "1 09:00", d1, 09:00 if the run has a single day, or a step`+"\nnumber; of AgentSociety 2 also \"2026-01-05 09:00\" or \"01-05 09:00\". It selects the latest moment that is not later, and must be within the run")
}

// Set reads a moment.
func (f *atFlag) Set(text string) (err error) {
	_, err = model.ParseMoment(text)
	if _, dated := anyDate.Parse(text); err != nil && dated != nil {
		return fmt.Errorf(`is a simulated time such as "d1 09:00", d1 or 09:00, or the number of a step, not %q`, text)
	}
	f.text = text
	return nil
}

// String is the moment as it was written.
func (f *atFlag) String() string { return f.text }

// Type is the name of the value in help texts.
func (f *atFlag) Type() string { return "time" }

// anyDate is a calendar with dates: whether an experiment has one is known only when it was read.
var anyDate = (&model.Summary{Dir: &model.RunDir{Epoch: time.Unix(0, 0).UTC()}}).Calendar()

// of returns the moment of the experiment's timeline that is meant and prints it, or returns
// Latest if the flag was not given.
func (f *atFlag) of(ctx context.Context, e *Env, one subject) (model.SimTime, error) {
	if f.text == "" {
		return model.Latest, nil
	}
	c := one.Calendar()
	m, err := c.Parse(f.text)
	if err != nil {
		return model.Latest, err
	}
	timeline, err := one.society().Timeline(ctx)
	if err != nil {
		return model.Latest, err
	}
	if len(timeline) == 0 {
		return model.Latest, model.ErrNotStarted
	}
	first, last := timeline[0], timeline[len(timeline)-1]
	i, ok := m.In(timeline, last)
	switch {
	case m.Step == 0 && !m.Day && first.Day != last.Day:
		return model.Latest, usagef("--at %s may be of day %d to %d; write %s %s", f.text, first.Day, last.Day, c.Day(last), f.text)
	case !ok && m.Step > 0:
		return model.Latest, usagef("--at %d: the run has made %s", m.Step, human.CountOf(len(timeline), "step"))
	case !ok && m.At == model.SimTime{Day: first.Day}: // its day, which begins before the run
		i = 0
	case !ok && i > 0:
		return model.Latest, usagef("--at %s: the newest step is of %s", f.text, c.Short(last))
	case !ok:
		return model.Latest, usagef("--at %s: the run begins at %s", f.text, c.Short(first))
	}
	e.tell(fmt.Sprintf("at %s, step %d of %d", c.Long(timeline[i]), i+1, len(timeline)))
	return timeline[i], nil
}
