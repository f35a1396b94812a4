package model

import (
	"context"
	"time"

	"societop/model/text"
)

// Health is how well a run works: how long its steps and its calls take, and what fails. It is
// immutable.
type Health struct {
	From     text.Text   // what it was read from, in a few words: "trace, 12 of 92 files; output.log"
	Sample   float64     // the share of the trace that was read: 0…1; counts are of this share
	Steps    []StepSpan  // by ascending step
	Calls    []CallStats // by descending total time
	Failures []Failure   // by descending count
	// Of the model's calls:
	Retries    int64
	RateLimits int64
	Input      int64 // tokens
	Cached     int64 // of Input, how many were found in a cache; −1 unknown
	Output     int64
}

// StepSpan is the wall time of a step.
type StepSpan struct {
	Step       int       // from 0
	Start, End time.Time // UTC; either may be zero, which is unknown
}

// CallStats is how long calls of a name took.
type CallStats struct {
	Name          text.Text // such as "llm.completion" or "react.tool observe"
	Count, Failed int64
	Total         time.Duration
	P50, P95, Max time.Duration
	Slowest       []Call // a few, the slowest first
}

// Call is one call of a model or a tool.
type Call struct {
	Agent int64     // −1 unknown
	Step  int       // −1 unknown
	Start time.Time // UTC
	Took  time.Duration
	Note  text.Text // the model or the tool; may be empty
}

// Failure is a cause for which calls or steps failed.
type Failure struct {
	Cause   text.Text // such as "unknown tool"
	Count   int64
	Last    time.Time // UTC; zero if unknown
	Example text.Text // the newest message
}

// HealthReader is a RunData that knows of calls and failures. It fails with ErrNotOffered where it
// does not.
type HealthReader interface {
	Health(ctx context.Context) (Health, error)
}
