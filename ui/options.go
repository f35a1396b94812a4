package ui

import (
	"io"
	"os/exec"
	"time"

	"societop/model"
	"societop/model/price"
	"societop/model/text"
	"societop/ui/config"
	"societop/ui/seen"
	"societop/ui/theme"
)

// Terminal is where the monitor is shown.
type Terminal struct {
	In      io.Reader // nil: the terminal of the process
	Out     io.Writer
	Environ []string
	Bell    bool   // it rings when a run comes to need attention, unless it has the focus
	Desktop string // then it notifies the desktop, by this one of alert.Protocols; empty: it does not
}

// Start is what the monitor shows and does at the start.
type Start struct {
	Filter  string
	Sort    string        // a sort key
	Mouse   bool          // the mouse is on
	Warning text.Text     // is said
	Seen    *seen.Tracker // says what has changed since the user last looked; nil: nothing is known of that
}

// Settings is the configuration, for what the monitor itself takes from it and reads again when the
// file changes. The options already follow it.
type Settings struct {
	Layers config.Layers
	Reader *config.Reader // of Layers.File; nil: there is none
}

// Vocabulary returns what of the monitor a configuration may name.
func Vocabulary() *config.Vocabulary { return new(config.Vocabulary) }

// Options is what the monitor is started with.
type Options struct {
	Source   model.Source
	Interval time.Duration  // between two readings; 0: only by hand
	Theme    theme.Name     // auto, light, dark or mono; NO_COLOR in Environ makes it mono
	ASCII    bool           // draw with ASCII only
	Suspend  bool           // ^z may suspend the program: there is a shell to come back to
	Zone     *time.Location // of the wall times on the screen
	Prices   *price.Table   // of models; nil: costs are not shown
	Now      func() time.Time
	Settings
	Start
	Terminal
	// JSON is an experiment as commands print it, on one line.
	JSON func(model.Summary, model.Estimate, model.Cost) string
	// Pager is a command that shows a text and waits until the user has seen it.
	Pager func(text string) (*exec.Cmd, error)
}
