package ui

import (
	"io"
	"os/exec"
	"time"

	"societop/model"
	"societop/model/price"
	"societop/model/text"
	"societop/ui/theme"
)

// Terminal is where the monitor is shown.
type Terminal struct {
	In      io.Reader // nil: the terminal of the process
	Out     io.Writer
	Environ []string
}

// Options is what the monitor is started with.
type Options struct {
	Source   model.Source
	Interval time.Duration  // between two readings; 0: only by hand
	Theme    theme.Name     // auto, light, dark or mono; NO_COLOR in Environ makes it mono
	ASCII    bool           // draw with ASCII only
	Filter   string         // the filter at the start
	Sort     string         // the sort key at the start
	Mouse    bool           // the mouse is on at the start
	Suspend  bool           // ^z may suspend the program: there is a shell to come back to
	Zone     *time.Location // of the wall times on the screen
	Warning  text.Text      // said at the start
	Prices   *price.Table   // of models; nil: costs are not shown
	Now      func() time.Time
	Terminal
	// JSON is an experiment as commands print it, on one line.
	JSON func(model.Summary, model.Estimate, model.Cost) string
	// Pager is a command that shows a text and waits until the user has seen it.
	Pager func(text string) (*exec.Cmd, error)
}
