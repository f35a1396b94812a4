package seen

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// Notes is what a user knew of a source when they looked last, as a file of JSON keeps it.
type Notes struct {
	Format int       `json:"societop_seen"`
	Looked time.Time `json:"looked"`           // the source's wall time; zero: nobody ever looked
	Marked time.Time `json:"marked"`           // up to when trouble was marked as seen
	Since  time.Time `json:"since"`            // what had happened by then was known
	Recent []Entry   `json:"recent,omitempty"` // what happened later and was known, too
	Unseen []Entry   `json:"unseen,omitempty"` // what had changed and was not looked at yet

	// AsOf is up to when what had happened was known of those of several sources that were away; zero:
	// nothing was known of one yet.
	AsOf map[string]time.Time `json:"as_of,omitempty"`
}

// Entry is an experiment in the notes.
type Entry struct {
	Tenant string `json:"tenant"`
	ID     string `json:"id"`
	Source string `json:"source,omitempty"` // of several
	Status int8   `json:"status,omitempty"`
	At     int64  `json:"at,omitempty"` // microseconds
}

const (
	// format is the version of the notes.
	format = 1
	// maxFile is the most bytes that are read of a file.
	maxFile = 16 << 20
)

// errDamaged is why a file is not used.
var errDamaged = errors.New("the file is damaged")

func entryOf(k model.Key, m mark) Entry {
	return Entry{k.Tenant.Raw(), k.ID.String(), k.Source.Raw(), int8(m.status), m.at}
}

// key returns whose entry it is; the zero key if that can't be read.
func (e *Entry) key() (k model.Key) {
	id, err := uuid.Parse(e.ID)
	if err != nil {
		return model.Key{}
	}
	return model.Key{Tenant: text.Clean(e.Tenant), ID: id, Source: model.NewSourceName(e.Source)}
}

// since returns by when what had happened in a source was known; looked reports whether anything was.
func (n *Notes) since(source model.SourceName) (at time.Time, looked bool) {
	of, away := n.AsOf[source.Raw()]
	switch {
	case n.Looked.IsZero() || away && of.IsZero():
		return time.Time{}, false
	case away && of.Add(-late).Before(n.Since):
		return of.Add(-late), true
	}
	return n.Since, true
}

// marks returns what is known of recent changes.
func (n *Notes) marks() map[model.Key]mark {
	all := make(map[model.Key]mark, len(n.Recent))
	for i := range n.Recent {
		e := &n.Recent[i]
		all[e.key()] = mark{model.Status(e.Status), e.At}
	}
	return all
}

// unseen returns the experiments that were not looked at.
func (n *Notes) unseen() map[model.Key]bool {
	all := make(map[model.Key]bool, len(n.Unseen))
	for i := range n.Unseen {
		all[n.Unseen[i].key()] = true
	}
	return all
}

// file is where notes are kept.
type file struct {
	path string
	mu   sync.Mutex
	err  error // of the last write, if nobody has asked for it
	said bool  // that writing fails
}

// Open returns a tracker with the notes in a file, which need not exist. If the file can't be used, the
// tracker starts without notes and writes new ones; the error is a sentence about that.
func Open(path string) (*Tracker, error) {
	t := New(time.Time{})
	t.file = &file{path: path}
	notes, err := read(path)
	if err != nil {
		return t, fmt.Errorf("what you have seen of this source is forgotten: %s: %w; it is written again", path, err)
	}
	t.last = notes
	return t, nil
}

// read reads notes. There are none in a file that does not exist.
func read(path string) (n Notes, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Notes{}, nil
	}
	if err != nil {
		return Notes{}, reason(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	raw, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return Notes{}, reason(err)
	}
	if err := json.Unmarshal(raw, &n); err != nil || n.Format != format || n.Looked.IsZero() {
		return Notes{}, errDamaged
	}
	return n, nil
}

// reason returns an error without the path that it names.
func reason(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// write replaces the notes in the file. What another monitor has marked as seen meanwhile stays so.
func (f *file) write(n Notes) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n.Format = format
	if other, err := read(f.path); err == nil && other.Marked.After(n.Marked) && !other.Marked.After(n.Looked) {
		n.Marked = other.Marked
	}
	f.err = f.replace(n)
}

// replace writes notes next to the file, and puts them in its place.
func (f *file) replace(n Notes) (err error) {
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".seen-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(append(raw, '\n'))
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // what failed is told
	}
	return err
}

// trouble returns why the last write failed, the first time.
func (f *file) trouble() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil || f.said {
		return nil
	}
	f.said = true
	return fmt.Errorf("what you have seen can't be kept: %s: %w", f.path, reason(f.err))
}
