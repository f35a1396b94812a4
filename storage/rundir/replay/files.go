package replay

import (
	"io"
	"io/fs"
	"os"
)

// files is the file system, of which tests count the calls.
type files interface {
	ReadDir(dir string) ([]fs.DirEntry, error)
	Lstat(path string) (fs.FileInfo, error)
	Open(path string) (file, error)
}

// file is an open file.
type file interface {
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// system is the operating system's file system.
type system struct{}

// ReadDir is os.ReadDir.
func (system) ReadDir(dir string) ([]fs.DirEntry, error) { return os.ReadDir(dir) }

// Lstat is os.Lstat.
func (system) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// Open is os.Open.
func (system) Open(path string) (file, error) { return os.Open(path) }
