package trace

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// The sizes of what is read at once, and of the longest line that is: a span has a few kilobytes.
const (
	chunk    = 256 << 10
	longLine = 1 << 20
)

// tail reads the lines of a file that grows, each once it is whole.
type tail struct {
	path   string
	info   fs.FileInfo // of the file that was read
	offset int64       // up to here it was read: the end of a line
	size   int64       // at the last look
	skips  bool        // the rest of a line that is too long, or was begun before the first one read, is left out
}

// look notes how large the file is, and reports whether it is another one than before, or shorter
// than what was read.
func (t *tail) look() (restarted bool, err error) {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() { // opening a pipe may wait for ever
		restarted = t.offset > 0
		t.info, t.size = nil, 0
		return restarted, nil
	}
	if err != nil {
		return false, err
	}
	restarted = t.info != nil && (!os.SameFile(t.info, info) || info.Size() < t.offset)
	t.info, t.size = info, info.Size()
	return restarted, nil
}

// grown reports whether there is anything to read.
func (t *tail) grown() bool { return t.size > t.offset }

// read gives whole lines to a function, up to so many bytes, and returns how many it has read.
func (t *tail) read(limit int64, line func([]byte)) (n int64, err error) {
	f, err := os.Open(t.path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || t.info != nil && !os.SameFile(t.info, opened) {
		return 0, err // the next look notices
	}
	buf := make([]byte, min(int64(chunk), limit, max(t.size-t.offset, 1)))
	for n < limit && t.grown() {
		got, err := f.ReadAt(buf[:min(int64(len(buf)), t.size-t.offset)], t.offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if got == 0 {
			break
		}
		used := t.lines(buf[:got], line)
		switch {
		case used > 0:
		case got == len(buf) && len(buf) < longLine: // longer than the buffer
			buf = make([]byte, min(2*len(buf), longLine))
			continue
		case got == len(buf):
			t.skips, used = true, int64(got)
		default: // the line is being written
			return n, nil
		}
		n, t.offset = n+used, t.offset+used
	}
	return n, nil
}

// lines gives the whole lines of a buffer to a function, and returns where they end.
func (t *tail) lines(buf []byte, line func([]byte)) (used int64) {
	for {
		end := bytes.IndexByte(buf[used:], '\n')
		if end < 0 {
			return used
		}
		if one := bytes.TrimRight(buf[used:used+int64(end)], "\r"); !t.skips && len(one) > 0 {
			line(one)
		}
		t.skips = false
		used += int64(end) + 1
	}
}
