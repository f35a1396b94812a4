package model

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Backoff is how long to wait after the n-th failure in a row before the next try: from an
// interval on, twice as long each time up to a longest, less a random part, so that many
// monitors do not come back at once; and never less than the source asked for.
func Backoff(err error, n int, interval, longest time.Duration) time.Duration {
	d := min(max(interval, time.Second), longest)
	for range min(n-1, 10) {
		d = min(2*d, longest)
	}
	d -= time.Duration(rand.Int64N(int64(d)/4 + 1))
	return max(d, RetryAfter(err))
}

// Sleep waits for d, or until ctx is done: then it returns the cause of that.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// RetryAfter is how long the source that failed asks its clients to wait; 0: it did not.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
