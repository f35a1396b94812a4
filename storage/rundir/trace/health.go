package trace

import (
	"context"
	"fmt"
	"strings"
	"time"

	"societop/model"
	"societop/model/health"
	"societop/model/text"
)

// Health returns how long steps and calls took and what failed, in what was read. It fails with
// model.ErrNotOffered if there is neither a trace nor a log.
func (t *Trace) Health(ctx context.Context, f Facts) (model.Health, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return model.Health{}, err
	}
	said := t.said(f)
	h := model.Health{Steps: t.steps(f), Cached: -1}
	if t.spans.seen == 0 && len(said.names) == 0 && len(h.Steps) == 0 && !t.stats.known {
		return model.Health{}, model.ErrNotOffered
	}
	t.spans.clock = t.spans.clockOf(f.StepAt)
	var failures health.Failures
	failures.Sum(&t.spans.failures)
	failures.Most(&said.failures)
	h.Failures = failures.List()
	calls := said.calls
	if t.spans.seen > 0 {
		calls = t.spans.calls
	}
	h.Calls = calls.List()
	h.Retries, h.RateLimits = t.spans.retries+said.retries, max(t.spans.rateLimits, said.rateLimits)
	if used, ok := t.tokens(); ok {
		h.Input, h.Cached, h.Output = used.Input, used.Cached, used.Output
	} else if t.spans.counted {
		h.Input, h.Cached = t.spans.input, t.spans.cached
	}
	h.Sample, _, _ = t.share()
	h.From = text.Clean(strings.Join(append(t.from(), said.names...), "; "))
	return h, nil
}

// said returns what the logs say.
func (t *Trace) said(f Facts) logs {
	first := time.Time{}
	if t.spans.first > 0 {
		first = time.Unix(0, t.spans.first).UTC()
	}
	return gather(t.logs, f.Start, first)
}

// from says what of the trace was read; nothing if there is none.
func (t *Trace) from() []string {
	switch _, files, of := t.share(); {
	case of == 0:
		return nil
	case files == of && t.whole():
		return []string{"trace"}
	default:
		return []string{fmt.Sprintf("trace, %d of %d files", files, of)}
	}
}
