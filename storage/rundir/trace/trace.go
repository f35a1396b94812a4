package trace

import (
	"context"
	"time"

	"societop/model"
)

// Bound limits what a Refresh reads. What it leaves is read by later ones.
type Bound struct {
	Bytes int64 // of trace and logs, at most; 0: 16 MiB
	Files int   // of the trace, at most; files that were read before are read on. 0: all
}

// Tokens is what the calls of models used.
type Tokens struct {
	Input  int64
	Cached int64 // of Input; −1 unknown
	Output int64 // 0 unless Total
	Total  bool  // the run's own totals; else the sum of its trace, which has no output tokens
}

// Facts is what the owner of a run directory knows of its run.
type Facts struct {
	Profiles []model.Profile // all agents, by ascending id; nil: those that the trace names
	Steps    int             // done by the run's own count; −1 unknown
	Start    time.Time       // when the run was started, in UTC; zero if unknown or without a zone
	// StepAt returns the step that begins at a simulated time, which is naive and in UTC here; nil or
	// not ok: unknown, then the trace's own counts say it.
	StepAt func(at time.Time) (step int, ok bool)
	// Datasets and Rows are those of the run's replay; nil: there is none.
	Datasets []model.Dataset
	Rows     func(dataset string, q model.RowQuery) (model.Rows, error)
}

// Trace is the trace and the logs of one run directory. Its methods may be called from several
// goroutines.
type Trace struct {
	dir string
}

// Open returns the trace of a run directory. It reads nothing.
func Open(dir string) *Trace { return &Trace{dir: dir} }

// Refresh reads what has grown, and reports whether anything has changed. A file that is missing is
// not an error.
func (t *Trace) Refresh(ctx context.Context, _ Bound) (changed bool, err error) {
	return false, ctx.Err()
}

// Tokens returns what the run has used: the totals of LLM_STATS.json, else the sum of its trace if
// all of that was read. It reports whether either is known.
func (t *Trace) Tokens() (Tokens, bool) { return Tokens{}, false }

// Steps returns the wall times of steps, by ascending step: those of the spans that were read, and
// those that were seen while Refresh was called. Only StepAt of the facts is used.
func (t *Trace) Steps(Facts) []model.StepSpan { return nil }

// Activity returns who acted in which step: by a dataset of social events, else by the rounds of an
// environment, else by the trace. It fails with model.ErrNotOffered if there is none of them.
func (t *Trace) Activity(context.Context, Facts) (model.Activity, error) {
	return model.Activity{}, model.ErrNotOffered
}

// Health returns how long steps and calls took and what failed, in what was read. It fails with
// model.ErrNotOffered if there is neither a trace nor a log.
func (t *Trace) Health(context.Context, Facts) (model.Health, error) {
	return model.Health{}, model.ErrNotOffered
}
