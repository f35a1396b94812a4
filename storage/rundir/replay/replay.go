package replay

import (
	"context"

	"societop/model"
)

// Replay is the replay of one run directory. Its methods may be called from any goroutine.
type Replay struct {
	dir string
}

// Open is the replay of the run directory dir, which need not be there. It reads nothing.
func Open(dir string) *Replay { return &Replay{dir: dir} }

// Refresh reads what was written since the last call, and reports whether anything that the other
// methods return is another. done is how many steps the run has done by its own count; −1 if that
// is unknown. Whether the rows are in JSON or in a database is found out at each call; a directory
// without either has no datasets, which is no error.
func (r *Replay) Refresh(ctx context.Context, done int) (changed bool, err error) {
	return false, ctx.Err()
}

// Datasets is the catalog, by ascending id, as of the last Refresh.
func (r *Replay) Datasets() []model.Dataset { return nil }

// Rows returns rows of a dataset, by its id or the name of its table. It fails with model.ErrNoData
// if there is no such dataset.
func (r *Replay) Rows(dataset string, q model.RowQuery) (model.Rows, error) {
	return model.Rows{}, &model.Error{Op: "read", Address: r.dir, Err: model.ErrNoData, Detail: "there is no dataset " + dataset}
}

// Steps is the highest step of any row, and one more; 0 without rows.
func (r *Replay) Steps() int { return 0 }

// Close frees what Refresh opened. A closed replay has no datasets.
func (r *Replay) Close() error { return nil }

// IsDatabase reports whether the file at path is a sqlite.db of AgentSociety 2, by its tables.
func IsDatabase(path string) bool { return false }
