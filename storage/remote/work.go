package remote

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/singleflight"

	"societop/model"
	"societop/storage/remote/link"
)

// work is what a Client does on behalf of several callers.
type work struct {
	life    context.Context
	end     context.CancelFunc
	running sync.WaitGroup
	flights singleflight.Group
	mu      sync.Mutex // of running once life has ended
}

func newWork() *work {
	w := &work{}
	w.life, w.end = context.WithCancel(context.Background())
	return w
}

// share runs fn for everybody who asks for the same thing while it is under way. It goes on
// as long as the Client lives, or fn does: a cancelled caller does not affect the others.
func share[T any](ctx context.Context, c *Client, what string, fn func(context.Context) (T, error)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, c.link.Explain(context.Cause(ctx))
	}
	answer := c.work.flights.DoChan(what, func() (any, error) {
		if err := c.work.enter(); err != nil {
			return none, err
		}
		defer c.work.running.Done()
		return safely(func() (T, error) { return fn(c.work.life) })
	})
	select {
	case <-ctx.Done():
		return none, c.link.Explain(context.Cause(ctx))
	case r := <-answer:
		if r.Err != nil {
			return none, c.link.Explain(r.Err)
		}
		return r.Val.(T), nil
	}
}

// enter counts one more thing that runs, which close waits for; it fails once the work has ended.
func (w *work) enter() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.life.Err() == nil {
		w.running.Add(1)
	}
	return w.life.Err()
}

// close ends what is under way and waits for it.
func (w *work) close() {
	w.mu.Lock()
	w.end()
	w.mu.Unlock()
	w.running.Wait()
}

// safely makes an error of a panic, which in a goroutine of this package would end the
// program and leave its terminal as it is.
func safely[T any](fn func() (T, error)) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &link.Fault{Kind: model.ErrAnswer, Detail: fmt.Sprintf("societop failed on it: %v: %s", r, debug.Stack())}
		}
	}()
	return fn()
}
