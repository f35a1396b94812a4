package config

import (
	"fmt"
	"slices"
	"time"

	"societop/model/price"
	"societop/model/text"
)

// File is what a configuration file says. The zero File says nothing. It is immutable and may be
// shared.
type File struct {
	Path     string    // absolute; empty: there is none
	Named    string    // what named it: "--config" or "$SOCIETOP_CONFIG"; empty for the usual place
	Unread   bool      // it can't be read: the only trouble says why
	Broken   bool      // it can't be read, or its syntax is wrong: nothing of it counts
	Open     bool      // others can write to it: its commands, webhooks and token files don't count
	Troubles []Trouble // in the order of lines
	Values   map[string]Value
	Sources  []Source // in the order of names, as the others
	Groups   []Group
	Views    []View
	Keys     []Binding
	Colors   []Color
	Prices   *price.Table // nil: there are none
}

// Trouble is something in the file that does not count.
type Trouble struct {
	Path string
	Line int       // 0: it has none
	Key  string    // "theme", "sources.lab7.interval"; empty for the file as a whole
	Text text.Text // what is wrong, and what is allowed; with a Key it goes on after that: "can't be …"
}

// String is the trouble as one sentence: "/home/u/config.toml, line 3: theme can't be …".
func (t Trouble) String() string {
	s := t.Path
	if t.Line > 0 {
		s += fmt.Sprintf(", line %d", t.Line)
	}
	s += ":"
	if t.Key != "" {
		s += " " + t.Key
	}
	return text.Clean(s).String() + " " + t.Text.String()
}

// Source is a source of the section [sources].
type Source struct {
	Name          string // without @
	Line          int
	Address       string // a path is absolute
	TokenFile     string // absolute; empty: none
	User          string
	CAFile        string // absolute; empty: none
	Interval      time.Duration
	NoWrite       bool   // write = false
	RemoteCommand string // for the shell on the other side of ssh; empty: the usual one
}

// Group is several sources under one name.
type Group struct {
	Name    string // without @
	Line    int
	Members []string // as they are written: "@lab7" or an address; a path is absolute
	Loop    string   // it contains itself, as this says: "@a → @b → @a"; empty: it does not
}

// View is a named choice of experiments, their order and their columns.
type View struct {
	Name   string
	Line   int
	Values map[string]Value // of the settings filter, sort, columns and source that it has
	// Damaged is what is wrong with it, as a sentence: without a filter that is wrong it would show
	// what it is meant to hide, so it is not used. It is empty if nothing is.
	Damaged string
}

// Binding is an action of the monitor with the keys that the file gives it.
type Binding struct {
	Action string // one of Vocabulary.Actions
	Keys   []string
	Line   int
	// Refused reports that something is wrong with the keys: the action has its usual ones.
	Refused bool
}

// Color is the colour of a part of the screen.
type Color struct {
	Theme string // "dark" or "light"; empty: in both
	Token string // one of Vocabulary.Colors
	Value string // "#rrggbb", or a number from 0 to 255
	Line  int
}

// Said returns what is wrong with the file, as sentences. Of one that does not count it is also said
// what does.
func (f *File) Said() (said []string) {
	for _, t := range f.Troubles {
		s := t.String()
		if f.Broken {
			s += "; nothing of the file counts, but the defaults"
		}
		said = append(said, s)
	}
	return said
}

// View returns the view of a name, and reports whether there is one.
func (f *File) View(name string) (*View, bool) {
	if f == nil {
		return nil, false
	}
	i := slices.IndexFunc(f.Views, func(v View) bool { return v.Name == name })
	if i < 0 {
		return nil, false
	}
	return &f.Views[i], true
}

// ViewNames returns the names of the views that can be used.
func (f *File) ViewNames() (names []string) {
	if f != nil {
		for _, v := range f.Views {
			if v.Damaged == "" {
				names = append(names, v.Name)
			}
		}
	}
	return names
}

// Vocabulary is what a file may name that other packages have. A nil list is not checked.
type Vocabulary struct {
	Columns []string // of the list
	Panes   []string
	Actions []string // that have keys
	Colors  []string // parts of the screen
	// CheckKeys returns what is wrong with keys: one that does not exist, or that two actions would
	// have. Their Path is filled in later. It may be nil.
	CheckKeys func([]Binding) []Trouble
}
