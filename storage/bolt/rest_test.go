package bolt

import (
	"testing"
	"testing/synctest"
	"time"

	"societop/storage/bolt/claim"
)

// TestALeaseIsFollowedByARestForThoseWhoWrite: for a recorder that has claimed the file, and for
// whoever has written to it since the lease before. Without either nobody waits.
func TestALeaseIsFollowedByARestForThoseWhoWrite(t *testing.T) {
	for _, tc := range []struct {
		claimed bool
		before  uint64 // the transaction that the lease before this one found
		ago     time.Duration
		rest    time.Duration
	}{
		{false, 7, time.Second, 0},
		{true, 7, time.Second, restAfter},
		{false, 6, time.Second, restAfter},
		{false, 6, writerStays, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPacer()
			p.claimed = func() bool { return tc.claimed }
			p.saw(tc.before, time.Now())
			p.saw(7, time.Now())
			time.Sleep(tc.ago)
			since := time.Now()
			<-p.turn
			time.Sleep(workLimit)
			p.done(since)
			end := time.Now()
			if err := p.wait(t.Context()); err != nil || time.Since(end) != tc.rest {
				t.Errorf("%+v: a rest of %v, %v", tc, time.Since(end), err)
			}
		})
	}
}

// TestALoadRestsForARecorder from when it is there, and no longer once it has gone.
func TestALoadRestsForARecorder(t *testing.T) {
	path, _ := runLab(t, some())
	s := Open(path, Options{Write: true})
	if s.pace.claimed() {
		t.Error("without a recorder it rests")
	}
	held, err := s.Claim("record x", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	if !s.pace.claimed() {
		t.Error("it does not rest for a recorder")
	}
	if err := held.Release(); err != nil || s.pace.claimed() {
		t.Errorf("it rests for nobody, %v", err)
	}
}
