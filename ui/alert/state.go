package alert

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"societop/model"
	"societop/ui/event"
)

var (
	// ErrInUse is returned where another process keeps its state in the same file.
	ErrInUse = errors.New("another watch or monitor with alerts uses this state file; stop it, or give --state FILE or --no-state")
	// ErrNotState is returned for a file that was not written as a state file; it is left as it is.
	ErrNotState = errors.New("this is not a state file of watch; give --state another path")
)

// State is what a watcher knows of a source and what it has not told yet, in memory and, unless its
// path is empty, in a file of JSON lines: a head, then a line for each change, which counts when it
// is whole. From time to time the file is written new.
type State struct {
	path string
	head head
	tell func(string)
	lock *flock.Flock

	mu      sync.Mutex
	file    *os.File // nil while it can't be written
	size    int64
	compact int64 // the size at which it is written new
	pending []Alert
	failed  bool // to write, and that was said
}

// head is the first line of a state file.
type head struct {
	Format int    `json:"societop_watch"`
	Of     string `json:"of"` // the source and what else the state depends on
}

// format is the version of state files.
const format = 1

// Entry is a change of the state, written as one line.
type Entry struct {
	Seen   int64          `json:"seen,omitempty"` // when the source was read last; microseconds
	Away   *event.Absence `json:"away,omitempty"`
	AwayOf event.Absences `json:"away_of,omitempty"` // of several sources
	Runs   []event.Run    `json:"runs,omitempty"`
	Gone   []goneRun      `json:"gone,omitempty"`
	Alerts []Alert        `json:"alerts,omitempty"`
	Told   []note         `json:"told,omitempty"`
	Start  *note          `json:"start,omitempty"`
}

type goneRun struct {
	ID     string `json:"id"`
	Tenant string `json:"tenant,omitempty"`
	Source string `json:"source,omitempty"`
}

// note is of an alert and a channel.
type note struct {
	ID      string `json:"id"`
	Channel string `json:"channel"`
}

// NewEntry is a change of what is known. An Entry with nothing but seen is a sign of life.
func NewEntry(seen time.Time, away event.Absences, runs []event.Run, gone []model.Key, alerts []Alert) Entry {
	only, of := away[""], maps.Clone(away)
	delete(of, "")
	e := Entry{Seen: seen.UnixMicro(), Away: &only, AwayOf: of, Runs: runs, Alerts: alerts}
	for _, k := range gone {
		e.Gone = append(e.Gone, goneRun{k.ID.String(), k.Tenant.Raw(), k.Source.Raw()})
	}
	return e
}

// NoState is a state that nobody will find again.
func NoState() *State { return &State{} }

// OpenState opens or makes a state file. of says what it is the state of: the memory of another one
// is not used. memory is nil if there is none. tell takes sentences about the file.
func OpenState(path, of string, tell func(string)) (s *State, memory *event.Memory, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, failed(path, err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	switch locked, err := lock.TryLock(); {
	case err != nil:
		return nil, nil, failed(path, err)
	case !locked:
		return nil, nil, failed(path, ErrInUse)
	}
	s = &State{path: path, head: head{format, of}, tell: tell, lock: lock}
	memory, err = s.load()
	if err != nil {
		_ = lock.Unlock() // the end of the process does it, too
		return nil, nil, failed(path, err)
	}
	return s, memory, nil
}

func failed(path string, err error) error {
	var reason *os.PathError
	if errors.As(err, &reason) {
		err = reason.Err
	}
	return fmt.Errorf("the state file %s: %w", path, err)
}

// Commit writes a change. all is everything that is known of runs, for a file that is to be written
// new. The alerts of e may be told after it, whether it could be written or not.
func (s *State) Commit(e Entry, all func() []event.Run) {
	if s.path == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, e.Alerts...)
	if s.file != nil && s.size < s.compact {
		s.append(e, len(e.Alerts) > 0)
		return
	}
	e.Runs, e.Gone, e.Alerts = all(), nil, s.pending
	s.report(s.rewrite(e))
}

// Quiet reports whether an entry would say nothing new but that the watcher is alive.
func (e *Entry) Quiet() bool { return len(e.Runs)+len(e.Gone)+len(e.Alerts) == 0 }

// append adds a line to the file.
func (s *State) append(e Entry, sync bool) {
	if s.file == nil {
		return // the next commit writes it all
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = s.file.Write(append(line, '\n'))
		s.size += int64(len(line)) + 1
	}
	if err == nil && sync {
		err = s.file.Sync()
	}
	if err != nil {
		_ = s.file.Close()
		s.file = nil
	}
	s.report(err)
}

// report says, once for as long as it lasts, that the file can't be written.
func (s *State) report(err error) {
	if err != nil && !s.failed {
		s.tell(failed(s.path, err).Error() + "; alerts go on, but after a restart some may be told again, or not at all")
	}
	s.failed = err != nil
}

// rewrite writes the file new, and opens it to be added to.
func (s *State) rewrite(e Entry) (err error) {
	if s.file != nil {
		_ = s.file.Close() // it is replaced
		s.file = nil
	}
	file, err := os.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	enc := json.NewEncoder(file)
	enc.SetEscapeHTML(false)
	if err := errors.Join(enc.Encode(s.head), enc.Encode(e), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), s.path); err != nil {
		return err
	}
	s.file, err = os.OpenFile(s.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	s.size = info.Size()
	s.compact = 2*s.size + 1<<20
	return nil
}

// started notes that an alert begins to be told by a channel.
func (s *State) started(channel, id string) { s.note(note{id, channel}, true) }

// told notes that a channel has told an alert, or given it up.
func (s *State) told(channel, id string) { s.note(note{id, channel}, false) }

func (s *State) note(n note, start bool) {
	if s.path == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending = noted(s.pending, n, start); start {
		s.append(Entry{Start: &n}, false)
	} else {
		s.append(Entry{Told: []note{n}}, true)
	}
}

// noted is what is pending after a note.
func noted(pending []Alert, n note, start bool) []Alert {
	i := slices.IndexFunc(pending, func(a Alert) bool { return a.ID == n.ID && slices.Contains(a.Left, n.Channel) })
	if i < 0 {
		return pending
	}
	a := &pending[i]
	if start {
		a.Starts++
		return pending
	}
	a.Left = slices.DeleteFunc(slices.Clone(a.Left), func(c string) bool { return c == n.Channel })
	if len(a.Left) == 0 {
		return slices.Delete(pending, i, i+1)
	}
	return pending
}

// waiting are the alerts that a channel has not told.
func (s *State) waiting(channel string) (all []Alert) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.pending {
		if slices.Contains(a.Left, channel) {
			all = append(all, a)
		}
	}
	return all
}

// Close lets another process use the file.
func (s *State) Close() {
	if s.path == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		_ = s.file.Close() // each line was checked
	}
	_ = s.lock.Unlock() // the end of the process does it, too
}
