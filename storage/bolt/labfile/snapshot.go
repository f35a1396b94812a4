package labfile

import (
	"io"
	"os"

	"societop/model"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/page"
)

// A Snapshot is one state of a lab file, and the way to read it. It holds as long as the file is
// locked.
type Snapshot struct {
	State   State
	Meta    page.Meta
	Format  layout.Format
	Pages   *page.Reader
	roots   map[string]page.Root
	cursors map[*layout.Bucket]*page.Cursor // kept because each remembers the pages on its way
}

// OpenSnapshot looks at a locked file and makes sure that it is a lab file.
func OpenSnapshot(r io.ReaderAt, info os.FileInfo) (*Snapshot, error) {
	state, err := ReadState(r, info)
	if err != nil {
		return nil, err
	}
	m, err := state.Validate(r)
	if err != nil {
		return nil, err
	}
	s := NewSnapshot(state, m, page.NewReader(page.NewReadAhead(r), m.PageSize, m.High))
	return s, s.Load()
}

// NewSnapshot returns a snapshot without its buckets, which Load finds.
func NewSnapshot(state State, m page.Meta, ps *page.Reader) *Snapshot {
	return &Snapshot{
		State: state, Meta: m, Pages: ps,
		roots: make(map[string]page.Root, len(layout.Buckets)), cursors: make(map[*layout.Bucket]*page.Cursor, len(layout.Buckets)),
	}
}

// Load finds the buckets, reads the format and makes sure that no bucket is missing.
func (s *Snapshot) Load() error {
	err := s.Pages.EachBucket(s.Meta.Root, func(name string, r page.Root) { s.roots[name] = r })
	if err != nil {
		return err
	}
	if s.Format, err = layout.ParseFormat(s.Get); err != nil {
		return err
	}
	for _, b := range layout.BucketsOf(s.Format.Schema) {
		if _, ok := s.roots[b.Name]; !ok {
			return model.Damaged("the bucket %q is missing", b.Name)
		}
	}
	return nil
}

// Cursor returns the snapshot's cursor of a bucket.
func (s *Snapshot) Cursor(b *layout.Bucket) *page.Cursor {
	c := s.cursors[b]
	if c == nil {
		c = s.NewCursor(b)
		s.cursors[b] = c
	}
	return c
}

// NewCursor returns another cursor of a bucket.
func (s *Snapshot) NewCursor(b *layout.Bucket) *page.Cursor {
	r, ok := s.roots[b.Name]
	if !ok { // a file of an older schema
		r = page.EmptyRoot()
	}
	return s.Pages.Cursor(r)
}

// Get finds a value and returns its payload, nil when there is none. The payload holds until
// the cursor of the bucket moves.
func (s *Snapshot) Get(b *layout.Bucket, key []byte) ([]byte, error) {
	c := s.Cursor(b)
	value := c.Get(key)
	if value == nil || c.Err != nil {
		return nil, c.Err
	}
	return b.Open(key, value)
}

// CopyOf returns Get for a payload that is kept longer.
func (s *Snapshot) CopyOf(b *layout.Bucket, key []byte) ([]byte, error) {
	payload, err := s.Get(b, key)
	if payload == nil {
		return nil, err
	}
	return append(make([]byte, 0, len(payload)), payload...), nil
}

// VerifyAbsent makes sure that a key that was not found is not in the bucket.
func (s *Snapshot) VerifyAbsent(b *layout.Bucket, key []byte) error {
	return s.NewCursor(b).VerifyAbsent(key, b.Verify)
}

// Created finds when an experiment was created, which its index key begins with.
func (s *Snapshot) Created(bare []byte) (int64, error) {
	payload, err := s.Get(layout.Keys, bare)
	if err != nil {
		return 0, err
	}
	if payload == nil {
		return 0, model.ErrNoExperiment
	}
	return layout.ParseCreated(bare, payload)
}
