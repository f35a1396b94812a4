package model

import (
	"context"
	"time"

	"societop/model/text"
)

// Deed is what an agent did in a step.
type Deed int8

// The deeds. To be absent is not to fail, and neither is zero of something.
const (
	Absent Deed = iota // nothing is known of it
	Acted
	FailedToAct // it tried, and failed
)

// Activity is who acted in which step of a run. It is immutable.
type Activity struct {
	From   text.Text       // what it was read from, in a few words: "social_media.event", "trace, 12 of 92 files"
	Steps  int             // how many steps it tells of, from step 0
	Whole  int             // steps below this one are whole; what is absent in later ones may still come
	Agents []AgentActivity // by ascending id, those that never acted too
	Events []EventCount    // by descending total, then by kind
	Walls  []time.Time     // when each step was done, in UTC; zero where it is unknown. As long as Steps, or empty
}

// AgentActivity is a row of an Activity.
type AgentActivity struct {
	ID    int64
	Name  text.Text
	Deeds []Deed    // by step, as long as Activity.Steps
	Why   text.Text // the newest failure, in a few words; empty if there is none
}

// EventCount is how many events of a kind there were in each step.
type EventCount struct {
	Kind   text.Text // such as "post"
	Counts []int     // by step, as long as Activity.Steps
}

// ActivityReader is a RunData that knows who acted in which step. It fails with ErrNotOffered where
// it does not.
type ActivityReader interface {
	Activity(ctx context.Context) (Activity, error)
}
