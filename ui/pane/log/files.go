package log

import (
	"fmt"
	"slices"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// files is which logs a run has, and which of them is wanted.
type files struct {
	all    []model.LogFile
	chosen text.Text // its name; empty: the one that was written last
	shown  text.Text // of which the lines are
}

// Choose chooses one of several logs.
func (l *log) Choose(v *pane.View, c *pane.Choice) {
	if c.LogFile = (text.Text{}); v.Experiment.Key == l.key {
		c.LogFile = l.chosen
	}
}

// takeFiles sets which logs there are, of the run that is shown. One that is gone is not wanted any
// more.
func (l *log) takeFiles(v *pane.View) {
	l.all = v.Logs
	if v.Has(pane.NeedLogs) && l.index(l.chosen) < 0 {
		l.chosen = text.Text{}
	}
	if l.shown = l.chosen; l.shown.Empty() && len(l.all) > 0 {
		l.shown = l.all[0].Name
	}
}

// index returns the place of a log among all; −1 if it is none of them.
func (l *log) index(name text.Text) int {
	return slices.IndexFunc(l.all, func(f model.LogFile) bool { return f.Name == name })
}

// nextFile chooses the next log, which is shown from its end.
func (l *log) nextFile() {
	if len(l.all) > 1 {
		l.chosen = l.all[(max(l.index(l.shown), 0)+1)%len(l.all)].Name
		l.Top, l.follow, l.left = 0, true, 0
	}
}

// empty returns the note for a log without a line.
func (l *log) empty() string {
	switch {
	case l.shown.Empty():
		return "The log is empty."
	case len(l.all) > 1:
		return l.shown.String() + " is empty; " + l.keys.file.Help().Key + " shows the next log."
	}
	return l.shown.String() + " is empty."
}

// fileName returns the name of the log and its place among all; "" of a run with one that has no name.
func (l *log) fileName() string {
	switch len(l.all) {
	case 0:
		return ""
	case 1:
		return l.shown.String()
	}
	return fmt.Sprintf("%s %d/%d", l.shown, max(l.index(l.shown), 0)+1, len(l.all))
}
