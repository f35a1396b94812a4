package cli

import (
	"context"
	"sync"
)

// maxAhead is how many bytes a search keeps that has found them before its turn.
const maxAhead = 16 << 20

// found is one thing that a search has to say: a line of the output, or else a message.
type found struct {
	line    []byte
	message string
}

// hitFeed takes what one of several searches has to say until it is its turn.
type hitFeed struct {
	mu    sync.Mutex
	moved sync.Cond
	all   []found
	size  int
	ended bool
	err   error // of the search, once it has ended
}

// newHitFeed returns a feed that takes nothing more once ctx is done.
func newHitFeed(ctx context.Context) (f *hitFeed, stop func() bool) {
	f = new(hitFeed)
	f.moved.L = &f.mu
	return f, context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.moved.Broadcast()
	})
}

// put adds something, when there is room for it. It reports whether more is wanted.
func (f *hitFeed) put(ctx context.Context, one found) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.size > maxAhead && ctx.Err() == nil {
		f.moved.Wait()
	}
	f.all = append(f.all, one)
	f.size += len(one.line)
	f.moved.Broadcast()
	return ctx.Err() == nil
}

// end says that nothing follows, and why.
func (f *hitFeed) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended, f.err = true, err
	f.moved.Broadcast()
}

// take waits for what the search has to say, and takes it. At the end there is nothing.
func (f *hitFeed) take() (all []found, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.all) == 0 && !f.ended {
		f.moved.Wait()
	}
	all, f.all, f.size = f.all, nil, 0
	f.moved.Broadcast()
	if len(all) == 0 {
		err = f.err
	}
	return all, err
}
