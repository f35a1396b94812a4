package claim

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
	"societop/storage/netfs"
)

// suffix makes the name of the file next to the lab file that a recorder keeps locked.
const suffix = ".recorder"

// A Claim makes its holder the lab's only recorder, until Release or the end of the process. The
// monitors of the lab show the state that it was last told. It writes every second that the
// process is running, so that they notice one that was suspended.
type Claim struct {
	path    string
	file    *os.File
	who     string
	network bool // other hosts see what was written only after a sync
	end     context.CancelFunc
	beating sync.WaitGroup

	mu    sync.Mutex
	state State
	told  time.Time // when state was
	doubt func() text.Text
}

// State is what a recorder lets the monitors of its lab know.
type State struct {
	// Liveness is the lab's while the claim is held. A zero AsOf stands for the lab's own.
	Liveness model.Liveness
	// Heard is up to which wall time the lab knows its source. It counts when the recorder was
	// killed, too.
	Heard time.Time
	// Good is how long the state holds: a recorder that says nothing else by then counts as stuck,
	// though its process runs. 0: as long as the claim.
	Good time.Duration
	// Sources says as of when each of several sources is known that is not live.
	Sources []layout.Origin
}

// The times of a claim.
const (
	// Beat is how often a claim is written.
	Beat = time.Second
	// fresh is how long a claim counts after it was written. With a monitor's interval it is less
	// than the two intervals and 5 s after which one must know that nothing new arrives.
	fresh = 5 * time.Second
)

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
		path: path, file: f, network: netfs.OnNetwork(path),
		who: fmt.Sprintf("%s, pid %d on %s, since %s", clip(who), os.Getpid(), host, time.Now().UTC().Format(time.RFC3339)),
	}
	if err = f.Truncate(0); err == nil {
		err = c.Tell(state)
	}
	if err != nil {
		_ = f.Close()
		return nil, labfile.Explain(labfile.OpWrite, path, err)
	}
	ctx, end := context.WithCancel(context.Background())
	c.end = end
	c.beating.Go(func() { c.beat(ctx) })
	return c, nil
}

// beat writes the claim again and again. What can't be written makes the claim look stuck.
func (c *Claim) beat(ctx context.Context) {
	ticker := time.NewTicker(Beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.mu.Lock()
			_ = c.write()
			c.mu.Unlock()
		}
	}
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
	same := !c.told.IsZero() && state.Liveness == c.state.Liveness && state.Good == c.state.Good && slices.Equal(state.Sources, c.state.Sources)
	c.state, c.told = state, time.Now()
	if same {
		return nil // the next beat writes its times
	}
	return labfile.Explain(labfile.OpWrite, c.path, c.write())
}

// Doubt sets a function that is called at every beat while the recording goes well by its last
// state. It returns why the source is not live after all, which a recorder that waits for an answer
// can't tell; or nothing.
func (c *Claim) Doubt(doubt func() text.Text) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.doubt = doubt
}

// write writes the file of the claim in one write.
func (c *Claim) write() error {
	now := time.Now()
	seen := Seen{Who: c.who, liveness: c.state.Liveness, heard: c.state.Heard, until: now.Add(fresh), beats: true, away: away(c.state.Sources, maxAway)}
	if why := c.trouble(now); !why.Empty() {
		seen.liveness = model.Liveness{AsOf: c.state.Heard, Why: why}
	}
	if _, err := c.file.WriteAt(seen.marshal(), 0); err != nil || !c.network {
		return err
	}
	return c.file.Sync()
}

// maxAway is the room for the sources that are not live: the file is one page.
const maxAway = claimSize / 2

// trouble is what the recorder has not said itself, because it is stuck, or waits for its source.
func (c *Claim) trouble(now time.Time) (why text.Text) {
	if c.state.Good > 0 && now.Sub(c.told) >= c.state.Good {
		return text.Clean(silent)
	}
	if c.state.Liveness.Live() && c.doubt != nil {
		why = text.Clean(clip(c.doubt().Raw()))
	}
	return why
}

// Release ends the claim.
func (c *Claim) Release() error {
	c.end()
	c.beating.Wait()
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
