package link

import (
	"testing"
	"time"
)

// TestPatience: with a Beat, or an interval, before the first request, all is said in time; who
// reads once is as patient as a request.
func TestPatience(t *testing.T) {
	l := &Link{Limits: Usual}
	for _, interval := range []time.Duration{100 * time.Millisecond, time.Second / 2, time.Second, 2 * time.Second, time.Minute} {
		asked := interval
		if interval < Beat {
			asked += Beat
		}
		if at := asked + l.patienceFor(interval); at > 2*interval+5*time.Second || at < 2*interval+4*time.Second {
			t.Errorf("every %v: it is said after %v", interval, at)
		}
	}
	if got := l.patienceFor(0); got != Usual.Head {
		t.Errorf("once: %v", got)
	}
}
