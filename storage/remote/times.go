package remote

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"societop/model"
)

// stamp is a time as an answer has it. On SQLite, AgentSociety stores UTC and labels it with the
// server's local zone: where the offset is not "Z" it is wrong, and the digits are UTC. But the
// server of release 1.5.4 and later, where it stops a run, stores its local time, of which the
// label is right.
type stamp struct {
	digits time.Time // read as UTC; zero: it is no time
	local  time.Time // read by the label; zero: that says nothing else
}

// parseStamp reads a time. What is no time is the zero stamp.
func parseStamp(s string) (out stamp) {
	digits := s
	if i := strings.LastIndexAny(s, "Zz+-"); i >= len("2006-01-02T15:04:05") {
		digits = s[:i]
	}
	var err error
	if out.digits, err = time.Parse("2006-01-02T15:04:05", strings.Replace(digits, " ", "T", 1)); err != nil {
		return stamp{}
	}
	if t, err := time.Parse(time.RFC3339, strings.Replace(s, " ", "T", 1)); err == nil && !t.Equal(out.digits) {
		out.local = t.UTC()
	}
	return out
}

// parseTime reads a time by its digits.
func parseTime(s string) time.Time { return parseStamp(s).digits }

// between is the reading of a stamp that can be: its digits, unless they are later than a time,
// or earlier than another, and its label makes sense of them.
func (s stamp) between(first, last time.Time) time.Time {
	if s.digits.After(last) || s.digits.Before(first) {
		if !s.local.IsZero() && !s.local.After(last) && !s.local.Before(first) {
			return s.local
		}
	}
	return s.digits
}

// ahead is how far a time may be ahead of what is held of the server's clock, which its answers
// tell in whole seconds.
const ahead = 5 * time.Second

// serverTime is the server's wall time, as far as it is known. It wants the lock.
func (c *Client) serverTime() time.Time { return cmp.Or(c.clock.time(c.now()), c.now().UTC()) }

// time reads a time of what the server has written down, which can't be later than its clock.
func (c *Client) time(s string) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return parseStamp(s).between(time.Time{}, c.serverTime().Add(ahead))
}

// settle sets the times of an experiment. updated_at is never later than the server's clock: where
// no reading makes sense, it is the time at which it was read first. It wants the lock.
func (c *Client) settle(s *model.Summary, created, updated stamp) (stated time.Time) {
	now := c.serverTime()
	last := now.Add(ahead)
	s.Created = created.between(time.Time{}, last)
	old := c.mirror.entries[s.Key]
	if old != nil && old.gone {
		old = nil
	}
	first := time.Time{}
	if s.Status == model.Stopped { // west of Greenwich its local time is too early
		if first = s.Created; old != nil && old.summary.Created.Equal(s.Created) && old.summary.Updated.After(first) {
			first = old.summary.Updated
		}
	}
	s.Updated = updated.between(first, last)
	if !s.Updated.After(last) {
		return time.Time{}
	}
	stated, s.Updated = s.Updated, now.Truncate(time.Second)
	if old != nil && old.stated.Equal(stated) {
		s.Updated = old.summary.Updated
	}
	return stated
}

// parseTrueTime reads a time whose offset is right: those of questionnaires.
func parseTrueTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return parseTime(s)
	}
	return t.UTC()
}

// clock estimates how far the server's clock is ahead of this machine's, from the dates of
// its answers. Those are cut to seconds and travel for a while, so the largest difference
// is the nearest; a much smaller one means that a clock was set.
type clock struct {
	ahead time.Duration
	known bool
}

// stepped is how far a date must be behind the estimate to be a clock that was set.
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
