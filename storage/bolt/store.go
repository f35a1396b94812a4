package bolt

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/netfs"
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
	path         string
	write        bool
	wait         time.Duration
	pace         *pacer
	tally        tally
	minimalLease bool // each lease reads as little as it may; for tests

	claims     claim.Watch
	lastCommit atomic.Pointer[commit]

	mu        sync.Mutex
	seen      seen
	interners []*layout.Interner
	works     layout.Works
}

var (
	_ model.Source   = (*Store)(nil)
	_ model.Lively   = (*Store)(nil)
	_ model.Surveyor = (*Store)(nil)
)

// Open names a lab file. It reads and writes nothing, so it can't fail: the first method
// that needs the file fails where there is none, or where it is no lab file.
func Open(path string, o Options) *Store {
	if o.Wait == 0 {
		o.Wait = labfile.DefaultWait
	}
	s := &Store{
		path: path, write: o.Write, wait: max(o.Wait, labfile.MinWait),
		pace: newPacer(), interners: newInterners(),
	}
	s.pace.claimed = func() bool { return claim.Look(path).Held }
	return s
}

// Info returns the path of the file.
func (s *Store) Info() model.Info {
	return model.Info{Kind: "lab file", Address: text.Clean(s.path), Local: true}
}

// Close frees what the Store keeps in memory. There is no file to close.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interners, s.seen, s.works = newInterners(), seen{}, layout.Works{}
	return nil
}

// Report describes the file. It fails like every reading.
func (s *Store) Report(ctx context.Context) (model.LabReport, error) {
	r := model.LabReport{Path: text.Clean(s.path), Network: netfs.OnNetwork(s.path)}
	err := s.read(ctx, func(l *lease) error {
		r.Bytes, r.Modified = l.State.Info.Size(), l.State.Info.ModTime().UTC()
		r.Schema, r.Changes = l.Format.Schema, l.Format.Newest
		r.Experiments = int(l.Format.Experiments)
		r.Liveness = l.asOf()
		return nil
	})
	if c := s.claims.Look(s.path); err == nil {
		r.Liveness = c.LivenessOf(r.Liveness)
		if c.Held {
			r.Recorder = text.Clean(c.Who)
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
