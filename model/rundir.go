package model

import (
	"slices"
	"strings"
	"time"

	"societop/model/text"
)

// RunDir is what the run directory of an AgentSociety 2 run says in addition to what version 1
// knows of an experiment. It is immutable once it is part of a summary.
type RunDir struct {
	Done      int64       // steps done, by the run's own count; −1 unknown
	Epoch     time.Time   // the date of simulated day 0 at midnight, in UTC though it has no zone; zero if unknown
	Label     text.Text   // the run's experiment_id; may be empty, and several runs may have the same
	Path      text.Text   // the directory, absolute
	Phase     Phase       // the entry of steps.yaml that is under way, or was at the end
	Warnings  []text.Text // what a user should know of the run, such as "4 of 10 steps", each a few words
	Alive     text.Text   // how it is known that the run is alive or lost, in a few words: "process 4711"
	Agents    int         // how many agents it has; −1 unknown
	Uncounted bool        // the run does not count tokens: those of the summary mean nothing
}

// Warned is all warnings on one line.
func (d *RunDir) Warned() string {
	var all []string
	for _, w := range d.Warnings {
		all = append(all, w.String())
	}
	return strings.Join(all, "; ")
}

// stepping reports whether a step is under way, as far as the run says: while the agents are asked
// something, none is, and its length explains no silence.
func (d *RunDir) stepping() bool { return d.Phase.Kind.Empty() || d.Phase.Kind.Raw() == "run" }

// noDir is what is known of a run directory where there is none.
var noDir = &RunDir{Done: -1, Agents: -1}

// dir is what a run directory says of the experiment; of one without, it is noDir.
func (s *Summary) dir() *RunDir {
	if s.Dir == nil {
		return noDir
	}
	return s.Dir
}

// Phase is an entry of a steps.yaml, with its place among them.
type Phase struct {
	Kind  text.Text // run, ask, intervene or questionnaire; empty if unknown
	Index int       // from 0
	Count int       // of all entries; 0 if unknown
}

// Equal reports whether two say the same. Either may be nil.
func (d *RunDir) Equal(o *RunDir) bool {
	if d == nil || o == nil {
		return d == o
	}
	return d.Done == o.Done && d.Epoch.Equal(o.Epoch) && d.Label == o.Label && d.Path == o.Path && d.Phase == o.Phase &&
		slices.Equal(d.Warnings, o.Warnings) && d.Alive == o.Alive && d.Agents == o.Agents && d.Uncounted == o.Uncounted
}

// HasDirs reports whether there is, or was, an experiment with a run directory.
func (l *Lab) HasDirs() bool { return l.dirs }
