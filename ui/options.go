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

// Listener is who listens to what the monitor reads.
type Listener struct {
	// Heard is told every answer of the source, and returns what there is to say; nil: nobody listens.
	Heard func(model.Changes, error) []text.Text
	// Errors lets the errors of experiments be read with the list.
	Errors bool
	// Reconfigured is called when the configuration has changed, not by Update. It reports whether
	// Heard needs a whole list. It may be nil.
	Reconfigured func(config.Layers) (relist bool)
}

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
	Listener
	// JSON is an experiment as commands print it, on one line.
	JSON func(model.Summary, model.Estimate, model.Cost) string
	// Pager is a command that shows a text and waits until the user has seen it.
	Pager func(text string) (*exec.Cmd, error)
}
