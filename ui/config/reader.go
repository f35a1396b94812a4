package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"societop/model/text"
)

// Reader reads the file of one place, again and again.
type Reader struct {
	Path  string      // of the file, absolute; empty: there is no place for one
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
	f := &File{Path: r.Path, Named: r.Named, Values: map[string]Value{}}
	if r.Path == "" {
		return f
	}
	data, open, err := r.content()
	switch {
	case r.Named == "" && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)): // a service may have the home /dev/null
		f.Path = ""
	case err != nil:
		f.Unread, f.Broken = true, true
		f.wrong(0, "", fmt.Sprintf("the configuration can't be read: %s", reason(err)))
	default:
		parse(f, data, r.Home, r.Words)
		if open {
			f.distrust()
		}
		f.sorted()
	}
	return f
}

// errNoFile is why something else is not read: it might never end.
var errNoFile = errors.New("it is not a file")

// content returns what the file holds, and reports whether others can write to it.
func (r *Reader) content() (data []byte, open bool, err error) {
	if r.Path == os.DevNull {
		return nil, false, nil
	}
	info, err := os.Stat(r.Path)
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait
		return nil, false, errNoFile
	}
	file, err := os.Open(r.Path)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil { // of what is read, whatever the name means by now
		return nil, false, err
	}
	if data, err = io.ReadAll(io.LimitReader(file, MaxFile+1)); err != nil {
		return nil, false, err
	}
	return data, writable(info) || replaceable(r.Path), nil
}

// replaceable reports whether others can put another file in the place of a file.
func replaceable(path string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(filepath.Dir(path))
	return err == nil && info.Mode()&fs.ModeSticky == 0 && writable(info)
}

// reason is why a file can't be read, without its name.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// distrust takes from the file what others must not decide.
func (f *File) distrust() {
	f.Open = true
	const because = "is ignored, because others can write to the file; run chmod go-w on it and its directory"
	for _, key := range []string{"alerts.exec", "alerts.webhook", "alerts.webhook_file"} {
		if v, ok := f.Values[key]; ok {
			delete(f.Values, key)
			f.Troubles = append(f.Troubles, Trouble{f.Path, v.From.Line, key, text.Clean(because)})
		}
	}
	for i := range f.Sources {
		s := &f.Sources[i]
		if s.RemoteCommand != "" {
			f.wrong(s.Line, "sources."+s.Name+".remote_command", because)
		}
		if s.TokenFile != "" {
			f.wrong(s.Line, "sources."+s.Name+".token_file", because)
		}
		s.RemoteCommand, s.TokenFile = "", ""
	}
}
