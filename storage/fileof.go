package storage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/bolt/control"
	"societop/storage/rundir"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/runfile"
	"societop/storage/sqldb"
	"societop/storage/sqldb/sqlite"
)

// file is what is at a path: a lab file, a sqlite.db of AgentSociety 1, or a directory of AgentSociety 2
// or the sqlite.db in it. Which of them is found out again whenever another file is there. While
// nothing is, it stays what it was.
type file struct {
	lab      *control.Lab
	database *sqldb.Source
	runs     *rundir.Source // the directory at the path
	run      *rundir.Source // that in which the path is a sqlite.db

	mu    sync.Mutex
	known os.FileInfo // of the file whose kind is known; nil: none is
	kind  kind
}

// kind is what is at a path.
type kind int8

const (
	isLab kind = iota
	isDatabase
	isRuns // a directory
	isRun  // the sqlite.db in a run directory
)

var (
	_ model.Source      = (*file)(nil)
	_ model.Finder      = (*file)(nil)
	_ model.BatchReader = (*file)(nil)
	_ model.Surveyor    = (*file)(nil)
	_ model.Lively      = (*file)(nil)
	_ model.Controller  = (*file)(nil)
	_ model.Prober      = databaseFile{}
)

// databaseFile is a file that was a sqlite.db when it was opened.
type databaseFile struct{ *file }

// openFile opens the file at a path, which need not be there. A lab file is written only where access
// allows it.
func openFile(path string, access model.Access) (model.Source, error) {
	db, err := openSQLite(path, access)
	if err != nil {
		return nil, err
	}
	options := rundir.Options{LostAfter: access.LostAfter, Now: access.Now}
	f := &file{
		lab: control.Open(path, access.Write), database: db,
		runs: rundir.New(path, options), run: rundir.New(filepath.Dir(path), options),
	}
	if f.decide(); f.kind == isDatabase {
		return databaseFile{f}, nil
	}
	return f, nil
}

// decide finds out what kind of file is there, if it is another one than before.
func (f *file) decide() {
	path := f.lab.Info().Address.Raw()
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() && (!info.Mode().IsRegular() || info.Size() == 0) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known != nil && os.SameFile(f.known, info) {
		return
	}
	f.known, f.kind = info, kindOf(path, info)
}

// kindOf is what is at a path.
func kindOf(path string, info os.FileInfo) kind {
	switch {
	case info.IsDir():
		return isRuns
	case !sqlite.IsFile(path):
		return isLab
	case filepath.Base(path) != runfile.Database:
		return isDatabase
	}
	ctx, cancel := context.WithTimeout(context.Background(), enginePatience)
	defer cancel()
	if is, err := replay.IsDatabase(ctx, path); err == nil && is {
		return isRun
	}
	return isDatabase
}

// reader is what reads the file that is there.
type reader interface {
	model.Source
	model.Finder
	model.BatchReader
	model.Lively
}

// now is what reads the file that is there now.
func (f *file) now() reader {
	f.decide()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reader()
}

// reader is what reads the file that was there last.
func (f *file) reader() reader {
	switch f.kind {
	case isDatabase:
		return f.database
	case isRuns:
		return f.runs
	case isRun:
		return f.run
	case isLab:
	}
	return f.lab
}

// Info tells what the file was when it was last read.
func (f *file) Info() model.Info {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reader().Info()
}

// Close closes what was opened.
func (f *file) Close() error {
	return errors.Join(f.lab.Close(), f.database.Close(), f.runs.Close(), f.run.Close())
}

// Changes reads what has changed. A file of another kind begins with everything.
func (f *file) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	return f.now().Changes(ctx, since, b)
}

// Experiment reads one experiment whole.
func (f *file) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	return f.now().Experiment(ctx, k)
}

// Experiments reads some experiments whole.
func (f *file) Experiments(ctx context.Context, keys []model.Key) ([]model.Experiment, error) {
	return f.now().Experiments(ctx, keys)
}

// Find reads the experiment of an id.
func (f *file) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	return f.now().Find(ctx, id)
}

// Surveys is all questionnaires. A run directory has those of its runs only.
func (f *file) Surveys(ctx context.Context) ([]model.Survey, error) {
	if s, ok := f.now().(model.Surveyor); ok {
		return s.Surveys(ctx)
	}
	return nil, &model.Error{Op: "read", Address: f.Info().Address.Raw(), Err: model.ErrNotOffered}
}

// RunData is what the file has of an experiment.
func (f *file) RunData(k model.Key) model.RunData { return f.now().RunData(k) }

// Liveness says whether new data can arrive.
func (f *file) Liveness(ctx context.Context) (model.Liveness, error) { return f.now().Liveness(ctx) }

// Forbids allows only to delete from a lab file.
func (f *file) Forbids(c model.Control) error {
	switch f.now() {
	case f.lab:
		return f.lab.Forbids(c)
	case f.runs, f.run:
		return &model.Error{Op: c.String(), Address: f.Info().Address.Raw(), Err: model.ErrNotOffered, Detail: "a run directory is only read"}
	}
	return &model.Error{Op: c.String(), Address: f.Info().Address.Raw(), Err: model.ErrNotOffered, Detail: "a database is only read; give the address of the server instead"}
}

// Carry deletes an experiment from a lab file; see [model.Controller].
func (f *file) Carry(ctx context.Context, k model.Key, o model.Order, adv model.ProgressFunc) model.ControlResult {
	if err := f.Forbids(o.Control); err != nil {
		return model.NewResult(k, o.Control, "", err)
	}
	return f.lab.Carry(ctx, k, o, adv)
}

// Probe tells of which AgentSociety the database is.
func (d databaseFile) Probe(ctx context.Context) (model.EndpointReport, error) {
	if d.now() != d.database {
		return model.EndpointReport{}, &model.Error{Op: "read", Address: d.Info().Address.Raw(), Err: model.ErrNotOffered, Detail: "it is no database of AgentSociety 1 now"}
	}
	return d.database.Probe(ctx)
}
