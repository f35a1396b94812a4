package rundir

import (
	"context"
	"os"

	"societop/model"
	"societop/storage/rundir/runfile"
	"societop/storage/rundir/trace"
)

// tokens is what a run has used, as far as it says so.
type tokens struct {
	known         bool // by the run's own totals, or else
	summed        bool // by its trace, which has no output tokens
	input, output int64
	trace         *trace.Trace // while it is read; nil: it is not
}

// How much of a trace is read at once: of a run that is looked at, and of others.
const (
	watchedTrace = 8 << 20
	otherTrace   = 1 << 20
)

// sum reads on in the trace of a run that does not have its totals yet. The sum counts once all of it
// was read.
func (t *tokens) sum(ctx context.Context, e *entry, watched, ended bool) {
	if t.known || t.summed && ended {
		t.trace = nil
		return
	}
	if info, err := os.Stat(e.file(runfile.Trace)); err != nil || !info.IsDir() {
		return
	}
	bound := trace.Bound{Bytes: otherTrace}
	if watched {
		bound.Bytes = watchedTrace
	}
	if t.trace == nil {
		t.trace = trace.Open(e.dir)
	}
	changed, err := t.trace.Refresh(ctx, bound)
	if err != nil {
		return
	}
	if used, ok := t.trace.Tokens(); ok {
		t.summed, t.input, t.output = true, used.Input, -1
		if used.Total {
			t.output = used.Output
		}
	}
	if ended && (!watched || !changed) {
		t.trace = nil // a long one is read from its beginning for those who look at it
	}
}

// read reads a LLM_STATS.json.
func (t *tokens) read(path string) {
	*t = tokens{summed: t.summed, input: t.input, output: t.output, trace: t.trace}
	if used, _, ok := trace.ReadTotals(path); ok {
		*t = tokens{known: true, input: used.Input, output: used.Output}
	}
}

// into puts the tokens into a summary.
func (t *tokens) into(s *model.Summary, dir *model.RunDir) {
	dir.Uncounted = !t.known && !t.summed
	s.InputTokens, s.OutputTokens = t.input, t.output
}
