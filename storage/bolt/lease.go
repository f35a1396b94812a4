package bolt

import (
	"context"
	"io"
	"os"
	"sync/atomic"
	"time"

	"societop/model"
)

// lockKind is how a file is locked.
type lockKind int

const (
	shared    lockKind = iota // many may have it at once
	exclusive                 // nobody else has one
)

// How leases are taken. Locks are not fair: one who asks again at once shuts out the others.
const (
	minWait     = time.Second          // nobody gives up on a lock sooner
	defaultWait = 2 * time.Second      // how long a reading waits for the lock
	writeWaits  = 5                    // how many times as long a batch waits
	pollEvery   = 5 * time.Millisecond // between two attempts
	longLease   = time.Millisecond     // a lease of more than this is followed by a rest
	restAfter   = 100 * time.Millisecond
	writerStays = 5 * time.Second       // whoever has written may write again so soon
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

// ReadAt is that of the file.
func (c countedReader) ReadAt(b []byte, off int64) (int, error) {
	c.reads.Add(1)
	return c.r.ReadAt(b, off)
}

// pacer lets one lease of a Store run at a time, with a rest after each long one for those who
// write: a recorder that has claimed the file, or whoever has written to it a moment ago.
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

// saw takes note of the transaction that a lease found.
func (p *pacer) saw(txid uint64, now time.Time) {
	if p.txid != 0 && p.txid != txid {
		p.shared = now.Add(writerStays)
	}
	p.txid = txid
}

// acquire opens a file and locks it. Closing the file ends the lock. It waits at most as long
// as given.
func acquire(ctx context.Context, path string, flag int, how lockKind, wait time.Duration) (*os.File, os.FileInfo, error) {
	until := time.Now().Add(max(wait, minWait))
	for {
		f, info, err := tryLock(path, flag, how)
		if err == nil && f != nil {
			return f, info, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if time.Now().After(until) {
			return nil, nil, model.ErrLocked
		}
		if err := model.Sleep(ctx, pollEvery); err != nil {
			return nil, nil, err
		}
	}
}

// tryLock tries once. It returns no file and no error while another process has the lock.
func tryLock(path string, flag int, how lockKind) (*os.File, os.FileInfo, error) {
	if _, err := statFile(path); err != nil {
		return nil, nil, err
	}
	f, err := openFile(path, flag)
	if held(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err = lock(f, how); err == nil {
		var info os.FileInfo
		if info, err = stillThere(f, path); err == nil && info != nil {
			return f, info, nil
		}
	}
	_ = f.Close()
	if held(err) {
		err = nil
	}
	return nil, nil, err
}

// stillThere returns the state of a locked file, or nothing where its path leads to another
// file by now: a lock on a file that was replaced protects nobody.
func stillThere(f *os.File, path string) (os.FileInfo, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	named, err := statFile(path)
	if err != nil || !os.SameFile(info, named) {
		return nil, err
	}
	return info, nil
}

// lease is a shared lock on one state of the file, and the way to read it.
type lease struct {
	glance glance
	meta   meta
	pages  pages
	roots  map[string]ref
	format format
	quick  time.Time // work should end, if it has come far
	until  time.Time // work should end
	// cursors by bucket, kept because each remembers the pages on its way
	cursors map[*bucket]*cursor
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
	f, info, err := acquire(ctx, s.path, os.O_RDONLY, shared, s.wait)
	if err != nil {
		return explain(opRead, s.path, err)
	}
	defer f.Close()
	since = time.Now()
	s.tally.leases.Add(1)
	l, err := newLease(countedReader{f, &s.tally.reads}, info)
	if err == nil {
		s.pace.saw(l.meta.txid, since)
		l.quick, l.until = since.Add(quickLimit), since.Add(workLimit)
		if s.hasty {
			l.quick, l.until = since, since
		}
		err = fn(l)
	}
	return explain(opRead, s.path, err)
}

// newLease looks at a locked file and makes sure that it is a lab file.
func newLease(r io.ReaderAt, info os.FileInfo) (*lease, error) {
	l := &lease{roots: make(map[string]ref, len(buckets)), cursors: make(map[*bucket]*cursor, len(buckets))}
	var err error
	if l.glance, err = look(r, info); err != nil {
		return nil, err
	}
	if l.meta, err = judge(r, &l.glance); err != nil {
		return nil, err
	}
	l.pages = pages{r: &ahead{r: r}, size: l.meta.pageSize, high: l.meta.high}
	if err = l.pages.eachBucket(l.meta.root, func(name string, r ref) { l.roots[name] = r }); err != nil {
		return nil, err
	}
	if l.format, err = parseFormat(l.get); err != nil {
		return nil, err
	}
	return l, l.complete()
}

// complete makes sure that no bucket is missing.
func (l *lease) complete() error {
	for _, b := range bucketsOf(l.format.schema) {
		if _, ok := l.roots[b.name]; !ok {
			return damaged("the bucket %q is missing", b.name)
		}
	}
	return nil
}

// cursor is the lease's cursor of a bucket.
func (l *lease) cursor(b *bucket) *cursor {
	c := l.cursors[b]
	if c == nil {
		c = &cursor{pages: &l.pages, ref: l.roots[b.name]}
		if _, ok := l.roots[b.name]; !ok {
			c.ref.inline = make([]byte, pageHeader)
			native.PutUint16(c.ref.inline[8:], leafFlag)
		}
		l.cursors[b] = c
	}
	return c
}

// get finds a value and returns its payload; nil when there is none.
func (l *lease) get(b *bucket, key []byte) ([]byte, error) {
	c := l.cursor(b)
	value := c.get(key)
	if value == nil || c.err != nil {
		return nil, c.err
	}
	payload, ok := b.open(key, value)
	if !ok {
		return nil, wrongSum(b, key)
	}
	return payload, nil
}

// over tells whether the lease has lasted long enough. One that has come far ends early
// enough to need no rest after it.
func (l *lease) over(far bool) bool {
	now := time.Now()
	return !now.Before(l.until) || (far && !now.Before(l.quick))
}
