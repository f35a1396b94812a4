package replay

import (
	"io/fs"
	"path/filepath"
	"sync/atomic"
)

// Counted is a file system that counts what is asked of it, for tests.
type Counted struct {
	Lists, Stats, Opens atomic.Int64
	Failing             atomic.Pointer[string] // a file that can't be opened
}

// Reset makes all counts 0.
func (c *Counted) Reset() {
	c.Lists.Store(0)
	c.Stats.Store(0)
	c.Opens.Store(0)
}

// ReadDir counts a listing.
func (c *Counted) ReadDir(dir string) ([]fs.DirEntry, error) {
	c.Lists.Add(1)
	return system{}.ReadDir(dir)
}

// Lstat counts a stat.
func (c *Counted) Lstat(path string) (fs.FileInfo, error) {
	c.Stats.Add(1)
	return system{}.Lstat(path)
}

// Open counts an open file.
func (c *Counted) Open(path string) (file, error) {
	c.Opens.Add(1)
	if f := c.Failing.Load(); f != nil && filepath.Base(path) == *f {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	f, err := system{}.Open(path)
	if err != nil {
		return nil, err
	}
	return countedFile{f, c}, nil
}

type countedFile struct {
	file
	c *Counted
}

func (f countedFile) Stat() (fs.FileInfo, error) {
	f.c.Stats.Add(1)
	return f.file.Stat()
}

// OpenCounted is Open on a file system that counts.
func OpenCounted(dir string) (*Replay, *Counted) {
	r, c := Open(dir), new(Counted)
	r.lines = newLines(c, filepath.Join(dir, "replay"), &r.content)
	return r, c
}

// Memory is about how many bytes the rows of a replay take, and how many rows there are.
func (r *Replay) Memory() (bytes, rows int) {
	for _, t := range r.tables {
		for _, c := range t.chunks {
			bytes += cap(c)
		}
		rows += t.live
	}
	return bytes, rows
}

// MaxLine is the longest line that is read.
const MaxLine = maxLine
