package bolt

import (
	"io"
	"os"
	"societop/model"
)

// A snapshot is one state of a lab file, and the way to read it. It holds as long as the file is
// locked.
type snapshot struct {
	state   fileState
	meta    meta
	format  format
	pages   *pages
	roots   map[string]ref
	cursors map[*bucket]*cursor // kept because each remembers the pages on its way
}

// openSnapshot looks at a locked file and makes sure that it is a lab file.
func openSnapshot(r io.ReaderAt, info os.FileInfo) (*snapshot, error) {
	state, err := readState(r, info)
	if err != nil {
		return nil, err
	}
	m, err := state.validate(r)
	if err != nil {
		return nil, err
	}
	s := newSnapshot(state, m, newPages(newReadAhead(r), m.pageSize, m.high))
	return s, s.load()
}

// newSnapshot returns a snapshot without its buckets, which load finds.
func newSnapshot(state fileState, m meta, ps *pages) *snapshot {
	return &snapshot{
		state: state, meta: m, pages: ps,
		roots: make(map[string]ref, len(buckets)), cursors: make(map[*bucket]*cursor, len(buckets)),
	}
}

// load finds the buckets, reads the format and makes sure that no bucket is missing.
func (s *snapshot) load() error {
	err := s.pages.eachBucket(s.meta.root, func(name string, r ref) { s.roots[name] = r })
	if err != nil {
		return err
	}
	if s.format, err = parseFormat(s.get); err != nil {
		return err
	}
	for _, b := range bucketsOf(s.format.schema) {
		if _, ok := s.roots[b.name]; !ok {
			return model.Damaged("the bucket %q is missing", b.name)
		}
	}
	return nil
}

// cursor returns the snapshot's cursor of a bucket.
func (s *snapshot) cursor(b *bucket) *cursor {
	c := s.cursors[b]
	if c == nil {
		c = s.newCursor(b)
		s.cursors[b] = c
	}
	return c
}

// newCursor returns another cursor of a bucket.
func (s *snapshot) newCursor(b *bucket) *cursor {
	r, ok := s.roots[b.name]
	if !ok { // a file of an older schema
		r = emptyRef()
	}
	return s.pages.cursor(r)
}

// get finds a value and returns its payload, nil when there is none. The payload holds until
// the cursor of the bucket moves.
func (s *snapshot) get(b *bucket, key []byte) ([]byte, error) {
	c := s.cursor(b)
	value := c.get(key)
	if value == nil || c.err != nil {
		return nil, c.err
	}
	return b.open(key, value)
}

// copyOf is get for what is kept longer.
func (s *snapshot) copyOf(b *bucket, key []byte) ([]byte, error) {
	payload, err := s.get(b, key)
	if payload == nil {
		return nil, err
	}
	return append(make([]byte, 0, len(payload)), payload...), nil
}

// verifyAbsent makes sure that a key that was not found is not in the bucket.
func (s *snapshot) verifyAbsent(b *bucket, key []byte) error {
	return s.newCursor(b).verifyAbsent(key, b.verify)
}

// created finds when an experiment was created, which its index key begins with.
func (s *snapshot) created(bare []byte) (int64, error) {
	payload, err := s.get(keysBucket, bare)
	if err != nil {
		return 0, err
	}
	if payload == nil {
		return 0, model.ErrNoExperiment
	}
	return parseCreated(bare, payload)
}
