package claim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
)

// suffix makes the name of the file next to the lab file that a recorder keeps locked.
const suffix = ".recorder"

// A Claim makes its holder the lab's only recorder, until Release or the end of the process. The
// monitors of the lab show the state that it was last told.
type Claim struct {
	path string
	file *os.File
	who  string

	mu      sync.Mutex
	state   State
	written time.Time // state was
}

// State is what a recorder lets the monitors of its lab know.
type State struct {
	// Liveness is the lab's while the claim is held. A zero AsOf stands for the lab's own.
	Liveness model.Liveness
	// Heard is up to which wall time the lab knows its source. It counts when the recorder was
	// killed, too.
	Heard time.Time
	// Good is how long the state holds: monitors that see no other one by then take the recorder
	// for stuck. 0: as long as the claim.
	Good time.Duration
}

// tellEvery is how often a state is written that differs in nothing but its times.
const tellEvery = 5 * time.Second

// Take makes the caller the recorder of the lab at a path, of which there is one at a time:
// another gets ErrRecorder, with the first one's name. who says what records
// ("record http://lab-7"), state how that is going.
func Take(lab, who string, state State) (*Claim, error) {
	path := lab + suffix
	f, err := lockClaim(path, claimMode(lab))
	if err != nil {
		if labfile.Held(err) {
			return nil, &model.Error{Op: labfile.OpRecord, Address: lab, Err: model.ErrRecorder, Detail: Look(lab).Who}
		}
		return nil, labfile.Explain(labfile.OpWrite, path, err)
	}
	host, _ := os.Hostname()
	c := &Claim{
		path: path, file: f,
		who: fmt.Sprintf("%s, pid %d on %s, since %s", clip(who), os.Getpid(), host, time.Now().UTC().Format(time.RFC3339)),
	}
	if err = f.Truncate(0); err == nil {
		err = c.write(state)
	}
	if err != nil {
		_ = f.Close()
		return nil, labfile.Explain(labfile.OpWrite, path, err)
	}
	return c, nil
}

// claimMode returns the mode of the claim's file: who may read the lab may see who records it.
func claimMode(lab string) fs.FileMode {
	if info, err := labfile.Stat(lab); err == nil {
		return info.Mode().Perm()&0o666 | 0o600
	}
	return 0o600
}

// Tell says how the recording is going. It costs next to nothing while that does not change.
func (c *Claim) Tell(state State) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	state.Liveness.Why = text.Clean(clip(state.Liveness.Why.Raw()))
	if state.Liveness == c.state.Liveness && state.Good == c.state.Good && time.Since(c.written).Abs() < tellEvery {
		return nil
	}
	return labfile.Explain(labfile.OpWrite, c.path, c.write(state))
}

// write writes the file of the claim in one write.
func (c *Claim) write(state State) error {
	now := time.Now()
	seen := Seen{Who: c.who, liveness: state.Liveness, heard: state.Heard}
	if state.Good > 0 {
		seen.until = now.Add(state.Good)
	}
	if _, err := c.file.WriteAt(seen.marshal(), 0); err != nil {
		return err
	}
	c.state, c.written = state, now
	return nil
}

// Release ends the claim.
func (c *Claim) Release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return labfile.Discard(c.file)
}

// lockClaim opens and locks the file of the claim. It tries for a second, because a process
// that asks for the recorder's name holds the lock for a moment.
func lockClaim(path string, mode fs.FileMode) (*os.File, error) {
	for until := time.Now().Add(labfile.MinWait); ; time.Sleep(labfile.PollEvery) {
		f, err := labfile.Open(path, os.O_RDWR|os.O_CREATE, mode)
		if err != nil {
			return nil, err
		}
		if err = labfile.Lock(f, labfile.Exclusive); err == nil {
			var info os.FileInfo
			if info, err = labfile.StillThere(f, path); err == nil && info != nil {
				return f, nil
			}
		}
		_ = f.Close()
		if err != nil && (!labfile.Held(err) || time.Now().After(until)) && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
}
