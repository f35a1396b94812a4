package config

import (
	"io/fs"
	"os"
	"time"
)

// Reader reads the file of one place, again and again.
type Reader struct {
	Path  string      // of the file; empty: there is no place for one
	Named string      // as File.Named
	Home  string      // what ~ stands for in the file; empty: it is not known
	Words *Vocabulary // what the file may name
}

// Stamp is what a file looks like from outside. It is comparable; one that differs says that the
// file has to be read again.
type Stamp struct {
	size     int64
	modified time.Time
	mode     fs.FileMode
	there    bool
}

// Stamp returns that of the file as it is now.
func (r *Reader) Stamp() Stamp {
	info, err := os.Stat(r.Path)
	if err != nil {
		return Stamp{}
	}
	return Stamp{info.Size(), info.ModTime(), info.Mode(), true}
}

// Read reads the file. What is wrong with it is in its Troubles. A file that is not there is one
// that says nothing, unless it was named.
func (r *Reader) Read() *File {
	return &File{Path: r.Path, Named: r.Named}
}
