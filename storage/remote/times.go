package remote

import (
	"cmp"
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
func (c *Client) serverTime() time.Time { return cmp.Or(c.link.Clock(), c.now().UTC()) }

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
	old := c.mirror.Get(s.Key)
	first := time.Time{}
	if s.Status == model.Stopped { // west of Greenwich its local time is too early
		if first = s.Created; old != nil && old.Created.Equal(s.Created) && old.Updated.After(first) {
			first = old.Updated
		}
	}
	s.Updated = updated.between(first, last)
	if !s.Updated.After(last) {
		return time.Time{}
	}
	stated, s.Updated = s.Updated, now.Truncate(time.Second)
	if old != nil && old.stated.Equal(stated) {
		s.Updated = old.Updated
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
