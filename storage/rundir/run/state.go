package run

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"societop/model"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/trace"
)

// refreshEvery is how often the files of a run are looked at, at most.
const refreshEvery = time.Second

// state is what was read of one run.
type state struct {
	dir string

	// Of the pool, under its lock:
	readers int
	turn    uint64 // of the last reading
	rows    int

	turnstile chan struct{} // holds one value while somebody reads or writes what follows
	replay    *replay.Replay
	refreshed time.Time // zero: never
	failure   error     // of the last refresh
	revision  uint64    // of the rows: another one when any of them is another
	tables    *tables   // of this revision
	measured  memo[[]model.Metric]

	trace     *trace.Trace
	artifacts artifacts
	configs   configs
}

// memo is a result that holds for one revision of the rows, and one number of whole steps.
type memo[T any] struct {
	known    bool
	revision uint64
	whole    int
	value    T
}

func newState(dir string) *state {
	return &state{dir: dir, turnstile: make(chan struct{}, 1), replay: replay.Open(dir), trace: trace.Open(dir)}
}

// close frees what is open. Nobody may read the state.
func (s *state) close() { _ = s.replay.Close() }

// enter waits until nobody else reads.
func (s *state) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.turnstile <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *state) leave() { <-s.turnstile }

// refresh reads what has grown, unless that was done a moment ago.
func (s *state) refresh(ctx context.Context, f *Facts, now time.Time) error {
	if since := now.Sub(s.refreshed); !s.refreshed.IsZero() && since >= 0 && since < refreshEvery {
		return s.failure
	}
	if err := present(s.dir); err != nil {
		s.refreshed, s.failure = now, err
		return err
	}
	s.replay.Ended(f.Status.Ended())
	changed, err := s.replay.Refresh(ctx, model.Int(f.Done))
	if ctx.Err() != nil {
		s.tables = nil // what was read so far counts as changed
		return ctx.Err()
	}
	if changed || s.tables == nil {
		s.revision++
		s.tables = newTables(s.replay)
	}
	s.refreshed, s.failure = now, explain(s.dir, err)
	return s.failure
}

// present fails where a run directory is not there any more.
func present(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fs.ErrNotExist
	}
	return explain(dir, err)
}

// explain is the error of a reading below a run directory.
func explain(path string, err error) error {
	var told *model.Error
	fail := &model.Error{Op: "read", Address: path, Err: model.ErrUnreadable}
	switch {
	case err == nil || errors.As(err, &told) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrNotExist):
		fail.Err, fail.Detail = model.ErrNoExperiment, "the run directory is not there any more"
	default:
		fail.Detail = err.Error()
	}
	return fail
}
