package labfile

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"societop/model"
	"societop/storage/bolt/page"
)

// State is what can be seen of a file without a lock: which file it is, its length and its
// two meta pages. A file whose state has not changed has not changed.
type State struct {
	Info  os.FileInfo
	Metas [2]page.Meta
}

// Unmoved reports whether info is of the same file, and of the same length.
func (s *State) Unmoved(info os.FileInfo) bool {
	return s.Info != nil && os.SameFile(s.Info, info) && s.Info.Size() == info.Size()
}

// Same reports whether two states are the same state of the same file.
func (s *State) Same(o *State) bool {
	return o.Unmoved(s.Info) && s.settled() && s.Metas == o.Metas
}

// settled is false while a meta page is being written, or is wrong.
func (s *State) settled() bool { return s.Metas[0].Valid && s.Metas[1].Valid }

// current returns the meta page that counts: the newest valid one.
func (s *State) current() (page.Meta, bool) {
	a, b := s.Metas[0], s.Metas[1]
	if !a.Valid || (b.Valid && b.TxID > a.TxID) {
		return b, b.Valid
	}
	return a, true
}

// ReadState reads the meta pages of a file.
func ReadState(r io.ReaderAt, info os.FileInfo) (s State, err error) {
	s.Info = info
	if s.Metas[0], err = page.ReadMeta(r, 0); err != nil {
		return s, err
	}
	if s.Metas[0].Valid {
		s.Metas[1], err = page.ReadMeta(r, int64(s.Metas[0].PageSize))
		return s, err
	}
	// The first meta page says where the second one is; without it, try every page size.
	for size := int64(page.MinPageSize); size <= page.MaxPageSize && size < info.Size(); size <<= 1 {
		m, err := page.ReadMeta(r, size)
		if err != nil {
			return s, err
		}
		if m.Valid && int64(m.PageSize) == size {
			s.Metas[1] = m
			return s, nil
		}
	}
	return s, nil
}

// Validate makes sure that the file is a bbolt file and as long as it should be, and returns
// the meta page that counts.
func (s *State) Validate(r io.ReaderAt) (page.Meta, error) {
	m, ok := s.current()
	switch {
	case s.Info.Size() == 0:
		return m, fmt.Errorf("%w: it is empty", model.ErrNotSource)
	case !ok && (s.Metas[0].Magic || s.Metas[1].Magic):
		return m, model.Damaged("both meta pages are wrong")
	case !ok:
		return m, sniff(r)
	case s.Info.Size()/int64(m.PageSize) < int64(min(m.High, 1<<62)):
		return m, model.Damaged("it is cut: %d bytes of %d pages of %d", s.Info.Size(), m.High, m.PageSize)
	}
	return m, nil
}

// sniff says what a file is that does not begin as a bbolt file does.
func sniff(r io.ReaderAt) error {
	head := make([]byte, 512)
	n, _ := r.ReadAt(head, 0)
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("SQLite format 3")):
		return notLab("it is an SQLite database; `societop import` reads AgentSociety's")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return notLab("it is compressed by gzip and can only be read; `gunzip` unpacks it")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return notLab("it is a zip file; `societop import` reads exports")
	case bytes.ContainsFunc(head, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }):
		return fmt.Errorf("%w: it is of an unknown kind", model.ErrNotSource)
	}
	return fmt.Errorf("%w: it is a text file", model.ErrNotSource)
}

// notLab is the error of a file that is something else, which another command may read.
func notLab(what string) error { return fmt.Errorf("%w: %s", model.ErrNotLab, what) }
