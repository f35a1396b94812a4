package bolt

import (
	"context"
	"io"
	"os"
	"sync/atomic"
	"time"

	"societop/model"
	"societop/storage/bolt/labfile"
)

// How leases are taken. Locks are not fair: a process that asks again at once shuts out the others.
const (
	writeWaits  = 5                // how many times as long a batch waits
	longLease   = time.Millisecond // a lease of more than this is followed by a rest
	restAfter   = 100 * time.Millisecond
	writerStays = 5 * time.Second       // who has written may write again within this
	workLimit   = 10 * time.Millisecond // a lease stops working after this
	quickLimit  = longLease * 3 / 4     // or after this, if it has read enough by then
)

// tally counts what a Store does to the file.
type tally struct {
	leases, stats, reads atomic.Int64
	longest              atomic.Int64 // lease, in nanoseconds; one runs at a time
}

// countedReader counts the reads of a file.
type countedReader struct {
	r     io.ReaderAt
	reads *atomic.Int64
}

// ReadAt reads from the file.
func (c countedReader) ReadAt(b []byte, off int64) (int, error) {
	c.reads.Add(1)
	return c.r.ReadAt(b, off)
}

// pacer lets one lease of a Store run at a time, with a rest after each long one for writers: a
// recorder that has claimed the file, or a process that has written to it a moment ago.
type pacer struct {
	turn    chan struct{} // holds a token while no lease is running
	rest    time.Duration
	claimed func() bool // a recorder is at work

	// guarded by turn
	next   time.Time // no lease before
	txid   uint64    // of the last lease
	shared time.Time // until then somebody may be writing without a claim
}

func newPacer() *pacer {
	p := &pacer{turn: make(chan struct{}, 1), rest: restAfter, claimed: func() bool { return true }}
	p.turn <- struct{}{}
	return p
}

// wait returns when the next lease may begin.
func (p *pacer) wait(ctx context.Context) error {
	select {
	case <-p.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := model.Sleep(ctx, time.Until(p.next)); err != nil {
		p.turn <- struct{}{}
		return err
	}
	return nil
}

// done ends the lease that held the lock since the given time.
func (p *pacer) done(since time.Time) {
	if now := time.Now(); !since.IsZero() && now.Sub(since) > longLease && (now.Before(p.shared) || p.claimed()) {
		p.next = now.Add(p.rest)
	}
	p.turn <- struct{}{}
}

// saw notes the transaction that a lease found.
func (p *pacer) saw(txid uint64, now time.Time) {
	if p.txid != 0 && p.txid != txid {
		p.shared = now.Add(writerStays)
	}
	p.txid = txid
}

// lease is a snapshot under a shared lock, with the times by which its work should end.
type lease struct {
	*labfile.Snapshot
	quick time.Time // if it has come far
	until time.Time
}

// read runs fn with a lease. What fn keeps must be copied; what costs time and needs no
// file belongs after it.
func (s *Store) read(ctx context.Context, fn func(*lease) error) error {
	if err := s.pace.wait(ctx); err != nil {
		return err
	}
	var since time.Time
	defer func() {
		if !since.IsZero() {
			s.tally.longest.Store(max(s.tally.longest.Load(), int64(time.Since(since))))
		}
		s.pace.done(since)
	}()
	f, info, err := labfile.Acquire(ctx, s.path, os.O_RDONLY, labfile.Shared, s.wait)
	if err != nil {
		return labfile.Explain(labfile.OpRead, s.path, err)
	}
	defer f.Close()
	since = time.Now()
	s.tally.leases.Add(1)
	shot, err := labfile.OpenSnapshot(countedReader{f, &s.tally.reads}, info)
	if err == nil {
		s.pace.saw(shot.Meta.TxID, since)
		l := &lease{shot, since.Add(quickLimit), since.Add(workLimit)}
		if s.minimalLease {
			l.quick, l.until = since, since
		}
		err = fn(l)
	}
	return labfile.Explain(labfile.OpRead, s.path, err)
}

// over reports whether the lease has lasted long enough. One that has come far ends so
// early that it needs no rest after it.
func (l *lease) over(far bool) bool {
	now := time.Now()
	return !now.Before(l.until) || (far && !now.Before(l.quick))
}
