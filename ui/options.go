package ui

import (
	"context"
	"io"
	"time"

	"societop/model"
)

// Options is what the monitor is started with.
type Options struct {
	Source   model.Source
	Interval time.Duration // between two readings; 0: only by hand
	Theme    string        // auto, light, dark or mono
	ASCII    bool          // draw with ASCII only
	Filter   string        // the filter at the start
	Sort     string        // the sort key at the start
	Zone     *time.Location
	In       io.Reader // the terminal
	Out      io.Writer // the terminal
	Environ  []string
	Now      func() time.Time
}

// Run shows the monitor until it is left, or ctx is done, or its terminal goes away. The
// terminal is restored when it returns.
func Run(ctx context.Context, o Options) error { return nil }
