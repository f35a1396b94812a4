package bolt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"societop/model"
)

// claimSuffix makes the name of the file beside the lab file that a recorder keeps locked.
const claimSuffix = ".recorder"

// maxClaim is how much of a claim is read: it is one line.
const maxClaim = 1024

// Claim makes the caller the lab's recorder, of which there is one at a time: another gets
// ErrRecorder, with the first one's name. who says what records ("record http://lab-7").
// The claim ends with release, or with the process however it ends. It binds recorders
// only; batches can be written without it.
func (s *Store) Claim(who string) (release func() error, err error) {
	if err := s.mayWrite(opRecord); err != nil {
		return nil, err
	}
	path := s.path + claimSuffix
	f, err := lockClaim(path)
	if err != nil {
		if held(err) {
			return nil, &model.Error{Op: opRecord, Address: s.path, Err: model.ErrRecorder, Detail: readClaim(path)}
		}
		return nil, explain(opWrite, path, err)
	}
	host, _ := os.Hostname()
	line := fmt.Sprintf("%s, pid %d on %s, since %s\n", who, os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(line), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, explain(opWrite, path, err)
	}
	return func() error { return discard(f) }, nil
}

// lockClaim opens and locks the file of the claim. It tries for a second, because one who
// asks for the recorder's name holds the lock for a moment.
func lockClaim(path string) (*os.File, error) {
	for until := time.Now().Add(minWait); ; time.Sleep(pollEvery) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noWait, 0o600)
		if err != nil {
			return nil, err
		}
		if err = lock(f, exclusive); err == nil {
			var info os.FileInfo
			if info, err = stillThere(f, path); err == nil && info != nil {
				return f, nil
			}
		}
		_ = f.Close()
		if err != nil && (!held(err) || time.Now().After(until)) && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
}

// recorderOf names the recorder of a lab file, "" when there is none.
func recorderOf(lab string) string {
	path := lab + claimSuffix
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return ""
	}
	defer f.Close()
	if !held(lock(f, shared)) {
		return ""
	}
	return readClaim(path)
}

// readClaim reads what the recorder wrote of itself.
func readClaim(path string) string {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return ""
	}
	defer f.Close()
	line, _ := io.ReadAll(io.LimitReader(f, maxClaim))
	return strings.TrimSpace(string(line))
}
