package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	bbolterrors "go.etcd.io/bbolt/errors"

	"societop/model"
)

// glance is what can be seen of a file without a lock: which file it is, its length and its
// two meta pages. A file whose glance has not changed has not changed.
type glance struct {
	info  os.FileInfo
	metas [2]meta
}

// unmoved tells whether info is of the same file, and of the same length.
func (g *glance) unmoved(info os.FileInfo) bool {
	return g.info != nil && os.SameFile(g.info, info) && g.info.Size() == info.Size()
}

// same tells whether two glances saw the same state of the same file.
func (g *glance) same(o *glance) bool {
	return o.unmoved(g.info) && g.settled() && g.metas == o.metas
}

// settled is false while a meta page is being written, or is wrong.
func (g *glance) settled() bool { return g.metas[0].valid && g.metas[1].valid }

// current is the meta page that counts: the newest valid one.
func (g *glance) current() (meta, bool) {
	a, b := g.metas[0], g.metas[1]
	if !a.valid || (b.valid && b.txid > a.txid) {
		return b, b.valid
	}
	return a, true
}

// statFile makes sure that a path leads to a regular file before anything opens it: opening
// a FIFO or a device may block or do something.
func statFile(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	kind := ""
	switch m := info.Mode(); {
	case m.IsRegular():
		_ = os.SameFile(info, info) // which file it is Windows looks up at the first comparison
		return info, nil
	case m.IsDir():
		kind = "a directory"
	case m&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case m&fs.ModeSocket != 0:
		kind = "a socket"
	case m&fs.ModeDevice != 0:
		kind = "a device"
	default:
		kind = "no regular file"
	}
	return nil, fmt.Errorf("%w: it is %s", model.ErrNotLab, kind)
}

// openFile opens a regular file; should it have become something else, this does not block.
func openFile(path string, flag int) (*os.File, error) {
	return os.OpenFile(path, flag|noWait, 0)
}

// look reads the meta pages of a file.
func look(r io.ReaderAt, info os.FileInfo) (g glance, err error) {
	g.info = info
	if g.metas[0], err = readMeta(r, 0); err != nil {
		return g, err
	}
	if g.metas[0].valid {
		g.metas[1], err = readMeta(r, int64(g.metas[0].pageSize))
		return g, err
	}
	// The first meta page tells where the second one is; without it, look everywhere.
	for size := int64(minPageSize); size <= maxPageSize && size < info.Size(); size <<= 1 {
		m, err := readMeta(r, size)
		if err != nil {
			return g, err
		}
		if m.valid && int64(m.pageSize) == size {
			g.metas[1] = m
			return g, nil
		}
	}
	return g, nil
}

// judge tells whether a glance is one of a bbolt file that is as long as it should be.
func judge(r io.ReaderAt, g *glance) (meta, error) {
	m, ok := g.current()
	switch {
	case g.info.Size() == 0:
		return m, fmt.Errorf("%w: it is empty", model.ErrNotLab)
	case !ok && (g.metas[0].magic || g.metas[1].magic):
		return m, damaged("both meta pages are wrong")
	case !ok:
		return m, fmt.Errorf("%w: %s", model.ErrNotLab, guess(r))
	case g.info.Size()/int64(m.pageSize) < int64(min(m.high, 1<<62)):
		return m, damaged("it is cut: %d bytes of %d pages of %d", g.info.Size(), m.high, m.pageSize)
	}
	return m, nil
}

// guess says what a file is that begins like no bbolt file.
func guess(r io.ReaderAt) string {
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

// explain makes a *model.Error of what went wrong with a file.
func explain(op, path string, err error) error {
	var known *model.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	sentinel, detail := classify(op, err), ""
	if sentinel != nil {
		detail = err.Error()
		if plain, ok := errors.AsType[*fs.PathError](err); ok {
			detail = plain.Err.Error()
		}
		if err = sentinel; errors.Is(err, model.ErrNoLab) {
			detail = ""
		}
	}
	return &model.Error{Op: op, Address: path, Err: err, Detail: detail}
}

// classify finds the sentinel for an error of the operating system; nil where the error has
// one already, or needs none.
func classify(op string, err error) error {
	errno := errnoOf(err)
	switch {
	case noRoom(errno):
		return model.ErrFull
	case errors.Is(err, fs.ErrNotExist):
		if op == opWrite { // its folder is what is missing, and can't be made
			return model.ErrReadOnly
		}
		return model.ErrNoLab
	case held(err) || errors.Is(err, bbolterrors.ErrTimeout):
		return model.ErrLocked
	case errno == 0:
		return nil
	case op == opWrite:
		return model.ErrReadOnly
	}
	return model.ErrUnreadable
}

// errnoOf is the number of an error of the operating system, 0 where it is none. Of errors
// while it makes a file longer bbolt keeps only the words.
func errnoOf(err error) (errno syscall.Errno) {
	if errors.As(err, &errno) {
		return errno
	}
	for _, errno := range slices.Concat(fullErrors, brokenErrors) {
		if strings.HasSuffix(err.Error(), errno.Error()) {
			return errno
		}
	}
	return 0
}

// noRoom reports whether a write failed for want of room.
func noRoom(errno syscall.Errno) bool { return slices.Contains(fullErrors, errno) }

// What an error says was tried.
const (
	opRead   = "read"
	opWrite  = "write"
	opCheck  = "check"
	opRecord = "record"
)
