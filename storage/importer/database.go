package importer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"societop/model"
	"societop/storage/sqldb/sqlite"
	"societop/storage/sqldb/table"
)

// pageWait is how long a page waits for the engine to end a write: an import has many, and none
// should be in vain.
const pageWait = 30 * time.Second

// database is an open sqlite.db of AgentSociety.
type database struct {
	*sqlite.DB
	has map[string]bool // the columns of its experiments
}

// openDatabase opens the database at path. A copy of it goes into the directory temp.
func openDatabase(ctx context.Context, path, temp string) (*database, error) {
	db, err := sqlite.New(path, sqlite.Options{Temp: temp, Patience: pageWait})
	if err != nil {
		return nil, err
	}
	has, err := db.Columns(ctx, table.Experiment.Name)
	if err == nil && !has["id"] {
		err = errors.New("it is no database of AgentSociety: it has no table of experiments")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &database{db, has}, nil
}

func (d *database) close() error { return d.Close() }

// read reads the experiments, then their tables, and the questionnaires.
func (d *database) read(ctx context.Context, in *intake) error {
	first := len(in.read)
	if err := d.experiments(ctx, in); err != nil {
		return err
	}
	all := []*reading{}
	add := func(t *table.Table, run int, name string) error {
		r, err := d.begin(ctx, in, t, run, name)
		if err == nil && r != nil {
			all = append(all, r)
		}
		return err
	}
	if err := add(table.Questionnaires, in.file, table.Questionnaires.Name); err != nil {
		return err
	}
	for run := first; run < len(in.read); run++ {
		for _, t := range table.OfRun {
			if err := add(t, run, table.Name(in.read[run].key.ID, t.Name)); err != nil {
				return err
			}
		}
	}
	for _, r := range all {
		if err := r.read(ctx); err != nil {
			return err
		}
	}
	return d.countResults(ctx, in, first)
}

// experiments reads every experiment. One with a value that is too long is left out.
func (d *database) experiments(ctx context.Context, in *intake) error {
	s := table.Of(table.Experiment.Name, table.Experiment.Select(d.has)...)
	s.Limit = table.ValueLimit
	rows, err := d.Count(ctx, table.Experiment.Name)
	if err != nil {
		return err
	}
	in.total += 2 * rows
	return d.Scan(ctx, s, func(page []table.Row) error {
		for _, r := range page {
			if r.Long {
				in.leftOut("row %d is left out: it has a value of more than %d MiB", r.Number, table.ValueLimit>>20)
				continue
			}
			if _, _, err := in.experiment(fmt.Sprintf("row %d", r.Number), table.FieldsOf(r.Cells), false); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// reading is a table that is read. The engine only appends to it, and what has a row number is whole.
type reading struct {
	d    *database
	in   *rows
	scan table.Scan
}

// begin prepares the reading of a table; nil where there is none. Rows that are added from now on are
// left out: a run may add them faster than they are read.
func (d *database) begin(ctx context.Context, in *intake, t *table.Table, run int, name string) (*reading, error) {
	has, err := d.Columns(ctx, name)
	if err != nil || len(has) == 0 {
		return nil, err
	}
	newest, err := d.Last(ctx, name)
	if err != nil {
		return nil, d.unreadable(in, name, err)
	}
	s := table.Of(name, t.Select(has)...)
	s.Last = newest
	return &reading{d, in.table(t, run, newest), s}, nil
}

// unreadable is what an error of a table means: one of the table itself leaves it out.
func (d *database) unreadable(in *intake, name string, err error) error {
	if !d.Missing(err) {
		return err
	}
	in.leftOut("table %s is left out: %v", name, err)
	return nil
}

// read reads the table to its end.
func (r *reading) read(ctx context.Context) error {
	var taking error
	err := r.d.Scan(ctx, r.scan, func(page []table.Row) error {
		taking = r.take(page)
		return taking
	})
	switch {
	case taking != nil:
		return taking
	case err != nil:
		return r.fail(err)
	}
	r.in.end()
	if r.in.Kind == table.Frames {
		return r.in.leaveNewest()
	}
	return nil
}

// take takes one page of rows.
func (r *reading) take(page []table.Row) error {
	for _, row := range page {
		switch {
		case row.Long:
			r.in.skip(row.Number, fmt.Sprintf("it has a value of more than %d MiB", table.RowLimit>>20))
		case r.in.Done(row.Cells):
		default:
			if err := r.in.add(row.Number, r.in.Decode(row.Cells[:len(r.in.Columns)])); err != nil {
				return err
			}
		}
	}
	return nil
}

// fail is what it means that a page can't be read. A table that is gone or is none is
// forgotten: what was read of it may be torn.
func (r *reading) fail(err error) error {
	err = r.d.unreadable(r.in.intake, r.scan.Table, err)
	if err == nil && r.in.Kind != table.Surveys {
		return r.in.forget()
	}
	return err
}

// countResults says how many results of tasks are left out.
func (d *database) countResults(ctx context.Context, in *intake, first int) error {
	for _, f := range in.read[first:] {
		name := table.Name(f.key.ID, table.Results)
		some := false
		has, err := d.Columns(ctx, name)
		if err == nil && len(has) > 0 {
			err = d.Query(ctx, fmt.Sprintf("SELECT 1 FROM %q LIMIT 1", name), nil, func([]table.Cell) { some = true })
		}
		if err := d.unreadable(in, name, err); err != nil {
			return err
		}
		if some {
			in.leftOut("%s of experiment %s is left out: AgentSociety's API does not give it out, and a lab has no place for it", table.Results, f.key.ID)
		}
	}
	return nil
}

// readFailure is the error of a database to import.
func readFailure(err error) (detail string, sentinel error) {
	detail, sentinel = sqlite.Damage(err)
	switch {
	case errors.Is(sentinel, model.ErrLocked):
		detail, sentinel = sentinel.Error()+"; try again", model.ErrUnreadable
	case errors.Is(sentinel, model.ErrDamaged):
		detail, sentinel = sentinel.Error()+": "+detail, model.ErrImport
	}
	return detail, sentinel
}
