package model

import (
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
