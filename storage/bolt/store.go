package bolt

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
)

// Options is how a lab file is opened.
type Options struct {
	// Write allows to create the file and to change it. Without it nothing is ever written.
	Write bool
	// Wait is how long a reading waits for the lock; a batch waits five times as long. It is
	// never under a second; 0 is two seconds.
	Wait time.Duration
}

// Store is a lab file. Its methods may be called from any goroutine.
type Store struct {
	path  string
	write bool
	wait  time.Duration
	pace  *pacer
	tally tally
	hasty bool // each lease reads as little as it may; for tests

	mu    sync.Mutex
	seen  seen
	words []*interner
	plans planCache
	owned owned
}

var (
	_ model.Source   = (*Store)(nil)
	_ model.Lively   = (*Store)(nil)
	_ model.Surveyor = (*Store)(nil)
)

// Open names a lab file. It reads and writes nothing, so it can't fail: that there is no
// file, or that it is no lab file, is told by the first method that needs it.
func Open(path string, o Options) *Store {
	if o.Wait == 0 {
		o.Wait = defaultWait
	}
	s := &Store{
		path: path, write: o.Write, wait: max(o.Wait, minWait),
		pace: newPacer(), words: newInterners(),
	}
	s.pace.claimed = func() bool { return lookAtClaim(path).held }
	return s
}

// Info tells the path of the file.
func (s *Store) Info() model.Info {
	return model.Info{Kind: "lab file", Address: text.Clean(s.path), Local: true}
}

// Close frees what the Store keeps in memory. There is no file to close.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words, s.seen, s.plans = newInterners(), seen{}, planCache{}
	return nil
}

// Report tells what is known of the file as a file. It fails like every reading.
func (s *Store) Report(ctx context.Context) (model.LabReport, error) {
	r := model.LabReport{Path: text.Clean(s.path), Network: onNetwork(s.path)}
	err := s.read(ctx, func(l *lease) error {
		r.Bytes, r.Modified = l.state.info.Size(), l.state.info.ModTime().UTC()
		r.Schema, r.Changes = l.format.schema, l.format.newest
		r.Experiments = int(l.format.experiments)
		r.Liveness = l.asOf()
		return nil
	})
	if c := lookAtClaim(s.path); err == nil {
		r.Liveness = c.of(r.Liveness)
		if c.held {
			r.Recorder = text.Clean(c.who)
		}
	}
	return r, err
}

// MayWrite refuses a Store without Options.Write, and one of a directory that does not exist.
func (s *Store) MayWrite(op string) error {
	if !s.write {
		return &model.Error{Op: op, Address: s.path, Err: model.ErrReadOnly, Detail: "it was opened for reading"}
	}
	dir := filepath.Dir(s.path)
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return &model.Error{Op: op, Address: s.path, Err: model.ErrReadOnly, Detail: "there is no directory " + dir}
	}
	return nil
}
