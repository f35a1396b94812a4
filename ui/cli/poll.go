package cli

import (
	"context"
	"time"

	"societop/model"
)

// minInterval is how often a source is asked at most.
const minInterval = 100 * time.Millisecond

// poll decides when to ask a source again: after an interval while it answers, and after growing
// ones while it does not.
type poll struct {
	env      *Env
	interval time.Duration
	longest  time.Duration // between two tries of a source that is away
	failures int           // in a row
	failure  error
}

// poll returns one whose first request was answered.
func (e *Env) poll(src model.Source, interval time.Duration) *poll {
	longest := 60 * time.Second
	if src.Info().Local { // reading a file costs little
		longest = 5 * time.Second
	}
	return &poll{env: e, interval: interval, longest: longest}
}

// next waits until the next request is due. It fails when ctx is done.
func (p *poll) next(ctx context.Context) error {
	_ = model.Sleep(ctx, p.delay())
	return context.Cause(ctx)
}

// delay returns how long to wait until the next request.
func (p *poll) delay() time.Duration {
	if p.failures > 0 {
		return model.Backoff(p.failure, p.failures, p.interval, p.longest)
	}
	return p.interval
}

// took records how a request ended. It says once that the source went away, and once that it is
// back. The end of ctx is not a failure of the source.
func (p *poll) took(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
		return
	case err == nil && p.failures > 0:
		p.env.tell("the source answers again")
		p.failures = 0
	case err != nil:
		if p.failures++; p.failures == 1 {
			p.env.tell(model.Explain(err).String() + "; retrying")
		}
	}
	p.failure = err
}
