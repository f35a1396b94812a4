package bolt

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"societop/model"
)

// fileState is what can be seen of a file without a lock: which file it is, its length and its
// two meta pages. A file whose state has not changed has not changed.
type fileState struct {
	info  os.FileInfo
	metas [2]meta
}

// unmoved tells whether info is of the same file, and of the same length.
func (s *fileState) unmoved(info os.FileInfo) bool {
	return s.info != nil && os.SameFile(s.info, info) && s.info.Size() == info.Size()
}

// same tells whether two states are the same state of the same file.
func (s *fileState) same(o *fileState) bool {
	return o.unmoved(s.info) && s.settled() && s.metas == o.metas
}

// settled is false while a meta page is being written, or is wrong.
func (s *fileState) settled() bool { return s.metas[0].valid && s.metas[1].valid }

// current is the meta page that counts: the newest valid one.
func (s *fileState) current() (meta, bool) {
	a, b := s.metas[0], s.metas[1]
	if !a.valid || (b.valid && b.txid > a.txid) {
		return b, b.valid
	}
	return a, true
}

// readState reads the meta pages of a file.
func readState(r io.ReaderAt, info os.FileInfo) (s fileState, err error) {
	s.info = info
	if s.metas[0], err = readMeta(r, 0); err != nil {
		return s, err
	}
	if s.metas[0].valid {
		s.metas[1], err = readMeta(r, int64(s.metas[0].pageSize))
		return s, err
	}
	// The first meta page tells where the second one is; without it, look everywhere.
	for size := int64(minPageSize); size <= maxPageSize && size < info.Size(); size <<= 1 {
		m, err := readMeta(r, size)
		if err != nil {
			return s, err
		}
		if m.valid && int64(m.pageSize) == size {
			s.metas[1] = m
			return s, nil
		}
	}
	return s, nil
}

// validate makes sure that the file is a bbolt file and as long as it should be, and returns
// the meta page that counts.
func (s *fileState) validate(r io.ReaderAt) (meta, error) {
	m, ok := s.current()
	switch {
	case s.info.Size() == 0:
		return m, fmt.Errorf("%w: it is empty", model.ErrNotLab)
	case !ok && (s.metas[0].magic || s.metas[1].magic):
		return m, model.Damaged("both meta pages are wrong")
	case !ok:
		return m, fmt.Errorf("%w: %s", model.ErrNotLab, sniff(r))
	case s.info.Size()/int64(m.pageSize) < int64(min(m.high, 1<<62)):
		return m, model.Damaged("it is cut: %d bytes of %d pages of %d", s.info.Size(), m.high, m.pageSize)
	}
	return m, nil
}

// sniff says what a file is that begins like no bbolt file.
func sniff(r io.ReaderAt) string {
	head := make([]byte, 16)
	n, _ := r.ReadAt(head, 0)
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("SQLite format 3")):
		return "it is an SQLite database; `societop import` reads AgentSociety's"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "it is a zip file; `societop import` reads exports"
	}
	return "it is no bbolt file"
}
