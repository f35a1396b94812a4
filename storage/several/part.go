package several

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"societop/model"
)

const (
	// openTime is how long Join waits for sources to be opened.
	openTime = 2 * time.Second
	// readTime is how long a part may take to answer before that counts as a failure.
	readTime = 30 * time.Second
	// patience is how long a caller who comes again waits for a part.
	patience = time.Second
	// slowTime is how much longer than the interval a reading may take before it counts as slow.
	slowTime = 5 * time.Second
	// longest is the longest delay until a part that is away is read again, and longestLocal that
	// until a file on this machine is, which costs little.
	longest      = time.Minute
	longestLocal = 5 * time.Second
)

// part is one of the sources, and how its reading goes. What is below reading needs the lock of the Source.
type part struct {
	Part
	at int // in Source.parts

	mu      sync.Mutex
	src     model.Source  // nil: not opened yet
	opening chan struct{} // of one place: who has it opens the source

	reading
	work
	inner map[model.SourceName]model.SourceName // names of the sources within it, with its own in front
	health
}

// reading is how far a part is read.
type reading struct {
	cursor  model.Cursor
	errors  bool   // with the errors of experiments
	listing uint32 // the number of the newest full listing
	listed  bool   // one is under way
	stale   bool   // experiments were known when it began
	loaded  bool   // a full listing has come in
	total   int
	count   int // of its experiments in the table
}

// work is the reading of a part that is under way, or the last one.
type work struct {
	busy  bool      // it is being read
	begun time.Time // when that began
	paged time.Time // when the page that is awaited was asked for
	moved time.Time // when it had something new last
	round uint64    // in which it was read last
	late  bool      // its last answer took too long, or it failed
	asked model.Budget
}

// health is how a part is doing.
type health struct {
	failures int // in a row
	failure  error
	retryAt  time.Time
	nextAt   time.Time // before which it is not read again
	trouble  error
	liveness model.Liveness
	sources  []model.SourceState // of a lab that recorded several
	answered time.Time
	skew     time.Duration // how far its clock is ahead
}

// source returns the source, or nil where it was not opened yet.
func (p *part) source() model.Source {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.src
}

// info is what is known of the source.
func (p *part) info() model.Info {
	if src := p.source(); src != nil {
		return src.Info()
	}
	return p.Info
}

// opened returns the source, and fails with ErrUnreachable where it was not opened yet.
func (p *part) opened() (model.Source, error) {
	if src := p.source(); src != nil {
		return src, nil
	}
	return nil, &model.Error{Op: "open", Address: p.Name.String(), Err: model.ErrUnreachable, Detail: "it is not open yet"}
}

// open opens the source unless it is.
func (p *part) open(ctx context.Context) (model.Source, error) {
	select {
	case p.opening <- struct{}{}:
		defer func() { <-p.opening }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if src := p.source(); src != nil {
		return src, nil
	}
	src, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.src = src
	return src, nil
}

// open opens all parts at once, as far as that takes no longer than openTime. It fails with the
// errors of wrong usage; a part that fails otherwise is opened again when it is read.
func (s *Source) open(ctx context.Context) error {
	results := make(chan error, len(s.parts))
	for _, p := range s.parts {
		s.start(p, func(ctx context.Context) {
			_, err := p.open(ctx)
			s.mu.Lock()
			defer s.mu.Unlock()
			if p.busy = false; err != nil {
				s.failed(p, err)
			}
			p.nextAt, p.retryAt = time.Time{}, time.Time{} // it is read by the first call all the same
			results <- err
			s.moves()
		})
	}
	timer := time.NewTimer(openTime)
	defer timer.Stop()
	for range s.parts {
		select {
		case err := <-results:
			if errors.Is(err, model.ErrUsage) {
				return err
			}
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// start runs fn, which reads a part, in a goroutine. Nothing else reads the part until fn says that
// it is not busy any more.
func (s *Source) start(p *part, fn func(ctx context.Context)) {
	p.busy, p.begun = true, time.Now()
	p.paged = p.begun
	s.reads.Go(func() {
		if err := model.Guard(func() error { fn(s.life); return nil }); err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			p.busy = false
			s.failed(p, err)
		}
	})
}

// kick begins to read a part where that is due: once in each round, and in one that lasts for longer
// than an interval again. It needs the lock.
func (s *Source) kick(p *part, round uint64, b model.Budget) {
	now := p.Now()
	again := p.round >= round
	switch {
	case p.busy, s.life.Err() != nil, again && (b.Interval <= 0 || time.Since(p.begun) < b.Interval):
		return
	case (!b.Fresh || again) && (now.Before(p.nextAt) || now.Before(p.retryAt)):
		return
	}
	p.round = s.rounds
	b.Watched, b.Errors = s.watched(p, b.Watched), s.errors
	b.Interval = max(b.Interval, p.Interval)
	p.asked = b
	s.start(p, func(ctx context.Context) { s.read(ctx, p, b) })
}

// watched is those of some keys that are of a part, as that knows them.
func (s *Source) watched(p *part, keys []model.Key) (own []model.Key) {
	for _, k := range keys {
		if q, inner := s.part(k.Source); q == p {
			k.Source = inner
			own = append(own, k)
		}
	}
	return own
}

// read reads all that a part has by now.
func (s *Source) read(ctx context.Context, p *part, b model.Budget) {
	for more := true; more; b.Fresh = false {
		s.mu.Lock()
		if b.Errors != p.errors {
			p.errors, p.cursor = b.Errors, model.Cursor{}
		}
		p.paged = time.Now()
		since, begun := p.cursor, p.paged
		s.mu.Unlock()
		ch, err := p.changes(ctx, since, b)
		s.mu.Lock()
		if err != nil {
			more = false
			s.failed(p, err)
		} else {
			more, p.late = ch.More, time.Since(begun) >= patience
			s.take(p, &ch)
		}
		if !more {
			p.busy = false
		}
		s.moves()
		s.mu.Unlock()
	}
}

// changes asks a part for one page.
func (p *part) changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	slow := &model.Error{Op: "read", Address: p.Name.String(), Err: model.ErrUnreachable, Detail: fmt.Sprintf("no answer for %v", readTime)}
	ctx, cancel := context.WithTimeoutCause(ctx, readTime, slow)
	defer cancel()
	src, err := p.open(ctx)
	if err != nil {
		return model.Changes{}, causeOf(ctx, err)
	}
	ch, err := src.Changes(ctx, since, b)
	return ch, causeOf(ctx, err)
}

// causeOf is an error, or why the context ended of which it tells.
func causeOf(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), model.ErrUnreachable) {
		return context.Cause(ctx)
	}
	return err
}

// failed takes note that a part could not be read. It needs the lock.
func (s *Source) failed(p *part, err error) {
	if s.life.Err() != nil {
		return // it is being closed
	}
	p.failures++
	p.failure, p.late = err, true
	most := longest
	if p.info().Local {
		most = longestLocal
	}
	p.retryAt = p.Now().Add(model.Backoff(err, p.failures, max(p.asked.Interval, p.Interval), most))
}

// take takes over a page of a part. It needs the lock.
func (s *Source) take(p *part, ch *model.Changes) {
	now := p.Now()
	if len(ch.Put)+len(ch.Gone) > 0 {
		p.moved = time.Now()
	}
	p.failures, p.failure, p.retryAt = 0, nil, time.Time{}
	p.answered, p.liveness, p.cursor, p.total = now, ch.Liveness, ch.Next, ch.Total
	p.nextAt = now.Add(p.Interval)
	if ch.Trouble != nil || !ch.More {
		p.trouble = ch.Trouble
	}
	p.sources = ch.Sources
	if !ch.Clock.IsZero() {
		p.skew = ch.Clock.Sub(now)
	}
	s.table.take(p, ch)
	if !ch.More {
		p.loaded = true
	}
}

// state is how a part is doing. It needs the lock.
func (p *part) state() model.SourceState {
	state := model.SourceState{
		Name: p.Name, Info: p.info(), Liveness: p.liveness, Skew: p.skew, Trouble: p.trouble, Failure: p.failure,
		Loaded: p.loaded, Answered: p.answered, RetryAt: p.retryAt,
	}
	state.Slow = p.busy && p.failure == nil && time.Since(p.paged) > p.asked.Interval+slowTime
	return state
}

// withInner is the state of a part, or, of a lab that recorded several sources, that of each of them. It
// needs the lock.
func (p *part) withInner(state model.SourceState) (all []model.SourceState) {
	for _, inner := range p.sources {
		one := state
		one.Name, one.Info, one.Liveness = p.qualified(inner.Name), inner.Info, inner.Liveness
		all = append(all, one)
	}
	if len(all) == 0 {
		return []model.SourceState{state}
	}
	return all
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
