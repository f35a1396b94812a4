// Package runfile names the files of an AgentSociety 2 run directory, and reads the small ones. They
// may be gone, half written, of any length, or no regular files at all: a named pipe is not opened,
// because that may wait for ever.
package runfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files and directories of a run.
const (
	PID       = "pid.json"
	Step      = "SOCIETY_STEP.json"
	Society   = "SOCIETY.json"
	Stats     = "LLM_STATS.json"
	Config    = "init_config.json"
	Plan      = "steps.yaml"
	Replay    = "replay"
	Schema    = "_schema.json" // in Replay
	Trace     = "trace"
	Artifacts = "artifacts"
	Database  = "sqlite.db" // of releases before 2.6
)

// Logs are the logs that AgentSociety, its starters and its documentation name.
var Logs = []string{"output.log", "sim.log", "stderr.log", "stdout.log"}

// MaxSmall is how long the files may be that a run rewrites as it goes on: PID, Step and Stats.
const MaxSmall = 1 << 20

// Stamp tells whether a file has changed. The zero Stamp is that of no file.
type Stamp struct {
	Changed time.Time
	Size    int64
}

// StampOf returns the stamp of a regular file; zero where there is none.
func StampOf(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return Stamp{}
	}
	return Stamp{info.ModTime(), info.Size()}
}

// Regular reports whether there is a regular file at a path.
func Regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// ErrTooLong is returned for a file that is longer than any of its kind.
var ErrTooLong = errors.New("the file is too long")

// Read reads a regular file of at most so many bytes. It fails with fs.ErrNotExist where there is
// none, and with ErrTooLong. The stamp is from before the reading, so that what is written meanwhile
// makes the next one differ.
func Read(path string, most int64) ([]byte, Stamp, error) {
	at := StampOf(path)
	if at == (Stamp{}) {
		return nil, at, fs.ErrNotExist
	}
	if at.Size > most {
		return nil, at, ErrTooLong
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, at, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = ErrTooLong
	}
	return b, at, err
}

// Resolve returns a path without links, as far as it exists: the last part need not.
func Resolve(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return filepath.Clean(path)
}
