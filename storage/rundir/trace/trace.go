package trace

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"societop/model"
	"societop/storage/rundir/runfile"
)

// Bound limits what a Refresh reads. What it leaves is read by later ones.
type Bound struct {
	Bytes int64 // of trace and logs, at most; 0: 16 MiB
	Files int   // of the trace, at most; files that were read before are read on. 0: all
}

const defaultBytes = 16 << 20

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
	dir     string
	mu      sync.Mutex
	shards  []*tail // by name
	spans   *spans
	logs    []*logFile
	watched watched
	stats   stats
}

// Open returns the trace of a run directory. It reads nothing.
func Open(dir string) *Trace {
	return &Trace{dir: dir, spans: &spans{}, logs: newLogs(dir), watched: watched{done: -1}}
}

// Refresh reads what has grown, and reports whether anything has changed. A file that is missing is
// not an error.
func (t *Trace) Refresh(ctx context.Context, b Bound) (changed bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b.Bytes <= 0 {
		b.Bytes = defaultBytes
	}
	changed = t.watched.look(t.dir)
	changed = t.stats.look(t.dir) || changed
	read, err := t.readLogs(ctx, b.Bytes/2)
	if err != nil {
		return changed || read > 0, err
	}
	restarted, err := t.look()
	if err != nil {
		return changed || read > 0, err
	}
	more, err := t.readShards(ctx, b.Files, b.Bytes-read)
	return changed || restarted || read+more > 0, err
}

// readLogs reads what logs have grown, up to so many bytes.
func (t *Trace) readLogs(ctx context.Context, limit int64) (n int64, err error) {
	for _, l := range t.logs {
		if err := l.look(); err != nil {
			return n, err
		}
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		if !l.grown() || n >= limit {
			continue
		}
		read, err := l.read(limit - n)
		if n += read; err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, err
		}
	}
	return n, nil
}

// look finds the files of the trace and how large they are. If one of them is another than before,
// everything is read again.
func (t *Trace) look() (restarted bool, err error) {
	entries, err := os.ReadDir(filepath.Join(t.dir, runfile.Trace))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	was := make(map[string]*tail, len(t.shards))
	for _, s := range t.shards {
		was[s.path] = s
	}
	t.shards = t.shards[:0]
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, "trace_") || !strings.HasSuffix(name, ".jsonl") || e.IsDir() {
			continue
		}
		path := filepath.Join(t.dir, runfile.Trace, e.Name())
		s := was[path]
		if s == nil {
			s = &tail{path: path}
		}
		delete(was, path)
		again, err := s.look()
		if err != nil {
			return restarted, err
		}
		restarted = restarted || again
		t.shards = append(t.shards, s)
	}
	for _, s := range was {
		restarted = restarted || s.offset > 0
	}
	if restarted {
		t.spans = &spans{}
		for _, s := range t.shards {
			s.offset, s.skips = 0, false
		}
	}
	return restarted, nil
}

// readShards reads what files of the trace have grown: of no more than so many files, 0 being all, and
// up to so many bytes.
func (t *Trace) readShards(ctx context.Context, files int, limit int64) (n int64, err error) {
	open := 0
	for _, s := range t.shards {
		if s.offset > 0 {
			open++
		}
	}
	for _, s := range t.shards {
		if ctx.Err() != nil || n >= limit {
			return n, ctx.Err()
		}
		if !s.grown() || s.offset == 0 && files > 0 && open >= files {
			continue
		}
		if s.offset == 0 {
			open++
		}
		read, err := s.read(limit-n, t.spans.add)
		if n += read; err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, err
		}
	}
	return n, nil
}

// share returns how much of the trace was read, in bytes and files, and how many files there are. Without
// a trace the share is 1.
func (t *Trace) share() (share float64, files, of int) {
	var read, all int64
	for _, s := range t.shards {
		if read, all = read+s.offset, all+s.size; s.offset > 0 {
			files++
		}
	}
	if all == 0 {
		return 1, 0, 0
	}
	return float64(read) / float64(all), files, len(t.shards)
}

// whole reports whether all of the trace was read, but for a line that is being written.
func (t *Trace) whole() bool {
	return !slices.ContainsFunc(t.shards, func(s *tail) bool { return s.size-s.offset > longLine || s.offset == 0 && s.size > 0 })
}

// Tokens returns what the run has used: the totals of LLM_STATS.json, else the sum of its trace if
// all of that was read. It reports whether either is known.
func (t *Trace) Tokens() (Tokens, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tokens()
}

func (t *Trace) tokens() (Tokens, bool) {
	if t.stats.known {
		return t.stats.tokens, true
	}
	return Tokens{Input: t.spans.input, Cached: t.spans.cached}, t.spans.counted && t.whole()
}

// Steps returns the wall times of steps, by ascending step: those of the spans that were read, and
// those that were seen while Refresh was called. Only StepAt of the facts is used.
func (t *Trace) Steps(f Facts) []model.StepSpan {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.steps(f)
}

func (t *Trace) steps(f Facts) []model.StepSpan {
	return t.watched.addTo(t.spans.stepSpans(t.spans.clockOf(f.StepAt)))
}

// stats is the totals that a run writes at its end.
type stats struct {
	stamp  runfile.Stamp // of what was read
	known  bool
	tokens Tokens
}

// look reads LLM_STATS.json if it has changed, and reports whether it has. While it is half written, what it said
// last stays.
func (s *stats) look(dir string) (changed bool) {
	path := filepath.Join(dir, runfile.Stats)
	switch at := runfile.StampOf(path); at {
	case s.stamp:
		return false
	case runfile.Stamp{}:
		was := s.known
		*s = stats{}
		return was
	}
	tokens, at, ok := ReadTotals(path)
	if ok {
		*s = stats{at, true, tokens}
	}
	return ok
}

// ReadTotals reads a LLM_STATS.json, with its stamp; ok is false where it is missing, damaged or half written.
func ReadTotals(path string) (used Tokens, at runfile.Stamp, ok bool) {
	b, at, err := runfile.Read(path, runfile.MaxSmall)
	if err != nil {
		return used, at, false
	}
	var file struct {
		Totals *struct {
			Input  int64  `json:"input"`
			Output int64  `json:"output"`
			Cached *int64 `json:"cached_input"`
		} `json:"totals"`
	}
	if json.Unmarshal(b, &file) != nil || file.Totals == nil || file.Totals.Input < 0 || file.Totals.Output < 0 {
		return used, at, false
	}
	used = Tokens{Input: file.Totals.Input, Output: file.Totals.Output, Cached: -1, Total: true}
	if file.Totals.Cached != nil {
		used.Cached = max(*file.Totals.Cached, 0)
	}
	return used, at, true
}
