package replay

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/runfile"
)

// Replay is the replay of one run directory. Its methods may be called from any goroutine.
type Replay struct {
	dir  string
	turn chan struct{} // holds one while Refresh or Close is at work
	content
	lines    *lines    // nil until there is a directory of shards
	database *database // nil while there is none, or it was not looked for
	busy     time.Time // since when the run does not let the database be read; zero: it does
	done     int
	ended    bool
	closed   bool
}

// busyLimit is how long a database that is being written is no error.
const busyLimit = 15 * time.Second

// Open is the replay of the run directory dir, which need not be there. It reads nothing.
func Open(dir string) *Replay {
	return &Replay{dir: dir, turn: make(chan struct{}, 1), done: -1}
}

// Refresh reads what was written since the last call, and reports whether anything that the other
// methods return has changed. done is how many steps the run had done by its own count before the call;
// −1 if that is unknown. Whether the rows are lines of JSON or in a database is found out at each call; a
// directory without either has no datasets, which is no error. After an error, what was read stays.
func (r *Replay) Refresh(ctx context.Context, done int) (changed bool, err error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if r.closed {
		return false, os.ErrClosed
	}
	changed, whole, err := r.refresh(ctx)
	if err != nil {
		return changed, r.explain(err)
	}
	if whole {
		r.mu.Lock()
		changed = changed || done != r.done
		r.done = done
		r.mu.Unlock()
	}
	return changed, nil
}

// refresh reads what was written. whole reports whether that is all that there was when it began.
func (r *Replay) refresh(ctx context.Context) (changed, whole bool, err error) {
	l := r.lines
	if l == nil {
		l = newLines(system{}, filepath.Join(r.dir, runfile.Replay), &r.content)
	}
	changed, err = l.refresh(ctx)
	if !errors.Is(err, fs.ErrNotExist) || r.lines != nil {
		if err == nil || l.passes > 0 {
			err = errors.Join(err, r.leaveDatabase())
			r.lines = l
		}
		return changed, true, err
	}
	changed, whole, err = r.refreshDatabase(ctx)
	if !errors.Is(err, model.ErrWriting) {
		r.busy = time.Time{}
		return changed, whole, err
	}
	if r.busy.IsZero() {
		r.busy = time.Now()
	}
	if time.Since(r.busy) < busyLimit {
		err = nil
	}
	return changed, false, err
}

// refreshDatabase reads what was written to the database, if there is one.
func (r *Replay) refreshDatabase(ctx context.Context) (changed, whole bool, err error) {
	if r.database == nil {
		d, err := openDatabase(ctx, filepath.Join(r.dir, runfile.Database), &r.content)
		if d == nil || err != nil {
			return false, err == nil, err
		}
		r.database = d
	}
	return r.database.refresh(ctx)
}

// leaveDatabase closes the database, if there is one.
func (r *Replay) leaveDatabase() error {
	d := r.database
	if r.database = nil; d == nil {
		return nil
	}
	return d.close()
}

// explain makes an error one that says what failed.
func (r *Replay) explain(err error) error {
	var done *model.Error
	if errors.As(err, &done) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &model.Error{Op: "read", Address: filepath.Join(r.dir, runfile.Replay), Err: model.ErrUnreadable, Detail: err.Error()}
}

// Ended says whether the run writes no more: then a line that is unfinished at the end of a shard counts
// as damaged.
func (r *Replay) Ended(ended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = ended
}

// Datasets is the catalog, by ascending id, as of the last Refresh.
func (r *Replay) Datasets() []model.Dataset {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.catalog.list(r.tables, r.ended)
}

// Rows returns rows of a dataset, by its id or the name of its table. It fails with model.ErrNoData
// if there is no such dataset.
func (r *Replay) Rows(dataset string, q model.RowQuery) (model.Rows, error) {
	r.mu.Lock()
	d := model.FindDataset(r.catalog.list(r.tables, r.ended), dataset)
	if d == nil {
		r.mu.Unlock()
		return model.Rows{}, &model.Error{
			Op: "read", Address: r.dir, Err: model.ErrNoData, Detail: "there is no dataset " + text.Clean(dataset).String(),
			Remedy: "`societop table SOURCE EXP` lists the datasets there are",
		}
	}
	t := r.tables[d.Table.Raw()]
	if t == nil {
		t = newTable(shape{}, nil)
	}
	names, targets := header(d.Columns, t.columns)
	got := t.take(q)
	out := model.Rows{Columns: names, Ambiguous: got.ambiguous, Total: got.total, Damaged: t.damaged, Whole: r.whole()}
	if r.ended {
		out.Damaged += t.torn
	}
	r.mu.Unlock()
	out.Cells = got.decode(len(names), targets)
	return out, nil
}

// whole is how many steps are whole. A run begins a step when all rows of the one before are written.
func (r *Replay) whole() int {
	if r.done >= 0 {
		return r.done
	}
	top := int64(0)
	for _, t := range r.tables {
		top = max(top, t.top())
	}
	return int(top)
}

// Steps is the highest step of any row, and one more; 0 without rows. A timeline has the step under way,
// too, which does not count.
func (r *Replay) Steps() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	steps := int64(0)
	for _, t := range r.tables {
		if t.earliest {
			steps = max(steps, t.top())
		} else {
			steps = max(steps, t.top()+1)
		}
	}
	return int(steps)
}

// Close frees what Refresh opened. A closed replay has no datasets.
func (r *Replay) Close() error {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	r.closed = true
	err := r.leaveDatabase()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.catalog, r.tables, r.lines = catalog{}, nil, nil
	return err
}
