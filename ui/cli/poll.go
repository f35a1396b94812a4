package cli

import (
	"context"
	"time"

	"societop/model"
)

// minInterval is how often a source is asked at most.
const minInterval = 100 * time.Millisecond

// poll asks a source again and again: after an interval while it answers, and later and later
// while it does not.
type poll struct {
	env      *Env
	interval time.Duration
	longest  time.Duration // between two tries of a source that is away
	failures int           // in a row
	failure  error
}

// poll is one that has asked once, and was answered.
func (e *Env) poll(src model.Source, interval time.Duration) *poll {
	longest := 60 * time.Second
	if src.Info().Local { // to look at a file costs little
		longest = 5 * time.Second
	}
	return &poll{env: e, interval: interval, longest: longest}
}

// next waits until it is time to ask again. It fails when ctx is done.
func (p *poll) next(ctx context.Context) error {
	_ = model.Sleep(ctx, p.delay())
	return context.Cause(ctx)
}

// delay is how long it takes until it is time to ask again.
func (p *poll) delay() time.Duration {
	if p.failures > 0 {
		return model.Backoff(p.failure, p.failures, p.interval, p.longest)
	}
	return p.interval
}

// took takes note of how the asking ended. That the source went away is told once, and once
// that it is back. What ctx ended is no failure of the source.
func (p *poll) took(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
		return
	case err == nil && p.failures > 0:
		p.env.tell("the source answers again")
		p.failures = 0
	case err != nil:
		if p.failures++; p.failures == 1 {
			p.env.tell(model.Explain(err).String() + "; it is asked again")
		}
	}
	p.failure = err
}
