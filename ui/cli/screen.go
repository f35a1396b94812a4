package cli

import (
	"context"
	"errors"
	"sync"
	"time"

	"societop/model"
	"societop/ui"
)

// work is what is done while the monitor shows it. The monitor begins when ready is called, or
// when the work has ended.
type work func(ctx context.Context, ready func()) error

// monitor shows the source of o, and closes it, while work is done.
func (e *Env) monitor(ctx context.Context, o ui.Options, pprof string, work work) (err error) {
	defer closing(o.Source, &err)
	if err := probe(ctx, o.Source); err != nil {
		return err
	}
	return profiled(pprof, func() error {
		return during(ctx, work, func(ctx context.Context) error { return e.Monitor(ctx, o) })
	})
}

// probeTime is how long the monitor waits for the first look at its source.
const probeTime = 500 * time.Millisecond

// probe fails for a path that can't become a lab file by waiting for it. The monitor shows every
// other failure on its screen and waits. It opens at once on an endpoint.
func probe(ctx context.Context, src model.Source) error {
	if !src.Info().Local {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	_, err := src.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1})
	if exitCode(err) != exitNoLab || errors.Is(err, model.ErrNoLab) {
		return nil
	}
	return err
}

// during runs work until show returns. If work fails, show ends and the failure is returned after
// show has released the terminal.
func during(ctx context.Context, work work, show func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	worked, begun := make(chan error, 1), make(chan struct{})
	ready := sync.OnceFunc(func() { close(begun) })
	go func() {
		defer ready()
		err := model.Guard(func() error { return work(ctx, ready) })
		if err != nil {
			cancel()
		}
		worked <- err
	}()
	<-begun
	shown := show(ctx)
	cancel()
	if err := <-worked; err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return shown
}
