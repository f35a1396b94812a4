// Package follow follows the configuration file, and keeps what is chosen by hand.
package follow

import (
	"maps"
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/ui/config"
)

// lookTime is the time between two looks at the file. A file counts when it is the same in two of
// them: an editor may write it in pieces, or take it away for a moment.
const lookTime = time.Second

// File follows a configuration file.
type File struct {
	reader *config.Reader // nil: there is none to follow
	now    *config.File   // what counts
	read   bool           // seen is that of a file that was read
	seen   config.Stamp
	last   config.Stamp
}

// Msg is a look at the file.
type Msg struct {
	stamp config.Stamp
	file  *config.File // nil: it was not read
}

// New returns one that follows the file of a reader, which was read already.
func New(r *config.Reader, now *config.File) *File {
	if now == nil {
		now = new(config.File)
	}
	return &File{reader: r, now: now}
}

// Now returns the file that counts.
func (f *File) Now() *config.File { return f.now }

// Look looks at the file, after some time.
func (f *File) Look() tea.Cmd {
	if f.reader == nil || f.reader.Path == "" {
		return nil
	}
	r, read, seen, last := f.reader, f.read, f.seen, f.last
	return tea.Tick(lookTime, func(time.Time) tea.Msg {
		msg := Msg{stamp: r.Stamp()}
		if msg.stamp != last || read && msg.stamp == seen {
			return msg
		}
		if msg.file = new(config.File); msg.stamp != (config.Stamp{}) {
			msg.file = r.Read()
		}
		if msg.stamp != r.Stamp() { // it was changed meanwhile
			msg.file = nil
		}
		return msg
	})
}

// Update takes a look at the file. It returns what the file says from now on, if that is not what it
// said before, and what it said. Of a file that can't be read nothing counts, and the former one stays.
func (f *File) Update(msg Msg) (now, before *config.File, changed bool) {
	f.last = msg.stamp
	if msg.file == nil {
		return nil, nil, false
	}
	f.read, f.seen = true, msg.stamp
	before = f.now
	if same(before, msg.file) {
		return nil, nil, false
	}
	if msg.file.Broken {
		return msg.file, before, true
	}
	f.now = keeping(msg.file, before)
	return f.now, before, true
}

// same reports whether two files say the same.
func same(a, b *config.File) bool {
	x, y := *a, *b
	for _, f := range []*config.File{&x, &y} { // a file that is not there says nothing, as an empty one
		f.Path, f.Named = "", ""
		if len(f.Values) == 0 {
			f.Values = nil
		}
	}
	return reflect.DeepEqual(x, y)
}

// keeping returns a file with the former values of those settings that are wrong in it.
func keeping(f, before *config.File) *config.File {
	values := maps.Clone(f.Values)
	for _, t := range f.Troubles {
		if was, ok := before.Values[t.Key]; ok {
			if _, has := values[t.Key]; !has && values != nil {
				values[t.Key] = was
			}
		}
	}
	out := *f
	out.Values = values
	return &out
}

// Hand keeps what is chosen by hand in a file. A nil one keeps nothing.
type Hand struct {
	mu     sync.Mutex // of chosen
	chosen config.Chosen
	dirty  bool
	file   sync.Mutex // while it is written
}

// NewHand returns one that goes on with what was chosen; nil: nothing is to be kept.
func NewHand(chosen *config.Chosen) *Hand {
	if chosen == nil || chosen.Path == "" {
		return nil
	}
	return &Hand{chosen: config.Chosen{Path: chosen.Path, Values: maps.Clone(chosen.Values)}}
}

// Choose notes a value of a setting; an empty one takes it back. It reports whether there is anything
// to write.
func (h *Hand) Choose(key, value string) bool {
	if h == nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.chosen.Values[key] == value {
		return false
	}
	if h.chosen.Values == nil {
		h.chosen.Values = map[string]string{}
	}
	if h.chosen.Values[key] = value; value == "" {
		delete(h.chosen.Values, key)
	}
	h.dirty = true
	return true
}

// Chosen returns what is chosen; nil: nothing is kept.
func (h *Hand) Chosen() *config.Chosen {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return &config.Chosen{Path: h.chosen.Path, Values: maps.Clone(h.chosen.Values)}
}

// Write writes the file, if something was chosen since. It is not for Update.
func (h *Hand) Write() error {
	if h == nil {
		return nil
	}
	h.file.Lock()
	defer h.file.Unlock()
	h.mu.Lock()
	dirty := h.dirty
	h.dirty = false
	h.mu.Unlock()
	if !dirty {
		return nil
	}
	return h.Chosen().Write()
}
