package rundir

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"
)

// stamp is by what a file is known to have changed. The zero stamp is that of no file.
type stamp struct {
	changed time.Time
	size    int64
}

// stampOf is the stamp of a regular file; zero where there is none.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// errTooLong is returned for a file that is longer than any of its kind.
var errTooLong = errors.New("the file is too long")

// slurp reads a regular file of at most so many bytes. Its stamp is of before, so that what is
// written meanwhile is seen by the next look.
func slurp(path string, most int64) ([]byte, stamp, error) {
	at := stampOf(path)
	if at == (stamp{}) {
		return nil, at, fs.ErrNotExist // or a pipe, which is none of a run's files
	}
	if at.size > most {
		return nil, at, errTooLong
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, at, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = errTooLong
	}
	return b, at, err
}
