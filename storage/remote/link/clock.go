package link

import (
	"net/http"
	"strconv"
	"time"
)

// clock estimates how far the server's clock is ahead of this machine's, from the dates of
// its answers. Those are cut to seconds and travel for a while, so the largest difference
// is the nearest; a much smaller one means that a clock was set.
type clock struct {
	ahead time.Duration
	known bool
}

// stepped is how far a date must lag the estimate to be a clock that was set.
const stepped = 5 * time.Second

// observe takes the date of an answer that came at a time.
func (k *clock) observe(date string, at time.Time) {
	t, err := http.ParseTime(date)
	if err != nil {
		return
	}
	d := t.Sub(at)
	if !k.known || d > k.ahead || d < k.ahead-stepped {
		k.ahead, k.known = d, true
	}
}

// time is the server's wall time at a time of this machine; zero while it is unknown.
func (k *clock) time(at time.Time) time.Time {
	if !k.known {
		return time.Time{}
	}
	return at.Add(k.ahead).UTC()
}

// maxRetryAfter bounds how long a server can keep its monitors away.
const maxRetryAfter = time.Hour

// retryAfter reads the header of that name: seconds, or a date by the server's clock.
func retryAfter(header, date string, at time.Time) time.Duration {
	if header == "" {
		return 0
	}
	if n, err := strconv.ParseInt(header, 10, 64); err == nil {
		return time.Duration(min(max(n, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	until, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	if now, err := http.ParseTime(date); err == nil {
		at = now
	}
	return min(max(until.Sub(at), 0), maxRetryAfter)
}

// Clock returns the server's wall time now; zero while it is unknown.
func (l *Link) Clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.time(l.now())
}

// Skew returns how far the server's clock is ahead of this machine's, as far as is known.
func (l *Link) Skew() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.ahead
}

// Now returns this machine's time, as requests are timed by it.
func (l *Link) Now() time.Time { return l.now() }
