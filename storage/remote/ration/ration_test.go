package ration

import (
	"testing"
	"time"

	"societop/storage/remote/link"
)

// TestTheFirstMinute has no more requests than any other: what was saved up, what is due, and the
// histories, together.
func TestTheFirstMinute(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := New(now)
	var sent []time.Time
	for range 4 * 60 {
		for range 4 { // histories that wait
			if r.History(now) == 0 {
				sent = append(sent, now)
				r.SpendPast(&link.Cost{Head: time.Millisecond, Whole: time.Millisecond})
			}
		}
		r.Refill(now)
		for range r.Left() {
			r.Spend(time.Millisecond)
			sent = append(sent, now)
		}
		now = now.Add(time.Second)
	}
	for i, at := range sent {
		if i+most < len(sent) && sent[i+most].Sub(at) < time.Minute {
			t.Fatalf("%d requests from %v on", most+1, at)
		}
	}
	if len(sent) < 200 {
		t.Errorf("only %d requests in four minutes", len(sent))
	}
}

// TestASlowHistoryDoesNotHoldOthersBack; many do.
func TestASlowHistoryDoesNotHoldOthersBack(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := New(now)
	for i, most := range []time.Duration{time.Second, pastReach} {
		if wait := r.History(now); wait != 0 {
			t.Fatalf("the first waits %v", wait)
		}
		now = now.Add(30 * time.Second)
		r.Refill(now)
		r.SpendPast(&link.Cost{Head: 30 * time.Second, Whole: 30 * time.Second})
		if wait := r.History(now); wait > most || i > 0 && wait < most/2 {
			t.Errorf("after %d slow ones others wait %v", i+1, wait)
		}
	}
}
