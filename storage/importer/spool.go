package importer

import (
	"bufio"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"societop/model"
)

// spool keeps what was read until all of it was, in a temporary file.
type spool struct {
	dir string // of temporary files, for its owner alone
	f   *os.File
	buf *bufio.Writer
	enc *gob.Encoder
}

func newSpool() (*spool, error) {
	dir, err := os.MkdirTemp("", "societop-import-")
	if err != nil {
		return nil, spoolFailure(os.TempDir(), err)
	}
	path := filepath.Join(dir, "experiments")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, errors.Join(spoolFailure(dir, err), os.RemoveAll(dir))
	}
	_ = os.Remove(path) // nothing of it outlives the process; close removes it where this is refused
	buf := bufio.NewWriterSize(f, 1<<16)
	return &spool{dir: dir, f: f, buf: buf, enc: gob.NewEncoder(buf)}, nil
}

// close frees the disk.
func (s *spool) close() {
	_ = s.f.Close()
	_ = os.RemoveAll(s.dir)
}

// add appends one experiment.
func (s *spool) add(f fields) error {
	if err := s.enc.Encode(f); err != nil {
		return spoolFailure(s.dir, err)
	}
	return nil
}

// each hands out what was added, in order.
func (s *spool) each(fn func(i int, f fields) error) error {
	if err := s.buf.Flush(); err != nil {
		return spoolFailure(s.dir, err)
	}
	if _, err := s.f.Seek(0, io.SeekStart); err != nil {
		return spoolFailure(s.dir, err)
	}
	dec := gob.NewDecoder(bufio.NewReaderSize(s.f, 1<<16))
	for i := 0; ; i++ {
		f := fields{}
		switch err := dec.Decode(&f); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return spoolFailure(s.dir, err)
		}
		if err := fn(i, f); err != nil {
			return err
		}
	}
}

// spoolFailure is what an error of the temporary file means for its reader.
func spoolFailure(dir string, err error) error {
	why := &model.Error{Op: "write", Address: dir, Err: model.ErrUnreadable, Detail: reason(err)}
	if errors.Is(err, syscall.ENOSPC) {
		why.Err = model.ErrFull
	}
	return why
}
