package page

import "io"

// aheadBytes is how much is read at once of a file that is read in order.
const aheadBytes = 64 << 10

// ReadAhead reads a file for one lease. Where a read starts at the end of the one before, it reads
// ahead, because neighbours in the index are mostly neighbours in the file.
type ReadAhead struct {
	r    io.ReaderAt
	buf  []byte // what was read ahead
	at   int64  // where buf begins in the file
	next int64  // where the last read ended
}

// NewReadAhead returns a reader of a file for one lease.
func NewReadAhead(r io.ReaderAt) *ReadAhead { return &ReadAhead{r: r} }

// ReadAt implements io.ReaderAt, for one goroutine only.
func (a *ReadAhead) ReadAt(b []byte, off int64) (int, error) {
	if n, ok := a.have(b, off); ok {
		return n, nil
	}
	inOrder := off == a.next && len(b) < aheadBytes
	a.next = off + int64(len(b))
	if !inOrder {
		return a.r.ReadAt(b, off)
	}
	if a.buf == nil {
		a.buf = make([]byte, aheadBytes)
	}
	n, err := a.r.ReadAt(a.buf[:aheadBytes], off)
	a.buf, a.at = a.buf[:n], off
	if n, ok := a.have(b, off); ok {
		return n, nil
	}
	return copy(b, a.buf), err
}

// have answers a read from what was read ahead.
func (a *ReadAhead) have(b []byte, off int64) (n int, ok bool) {
	from := off - a.at
	if from < 0 || from+int64(len(b)) > int64(len(a.buf)) {
		return 0, false
	}
	a.next = off + int64(len(b))
	return copy(b, a.buf[from:]), true
}
