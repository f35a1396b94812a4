package trace

import (
	"path/filepath"
	"slices"
	"time"

	"societop/model/health"
	"societop/storage/rundir/runfile"
)

// logReach is how much of a long log is read: its end.
const logReach = 32 << 20

// logFile is one log, and what its lines say.
type logFile struct {
	tail
	name string
	said health.Log
	cut  bool // its beginning was not read
}

// newLogs returns the logs of a directory, unread.
func newLogs(dir string) []*logFile {
	out := make([]*logFile, len(runfile.Logs))
	for i, name := range runfile.Logs {
		out[i] = &logFile{name: name, tail: tail{path: filepath.Join(dir, name)}}
	}
	return out
}

// look notes how large the log is. One that begins again is read from its start.
func (l *logFile) look() error {
	restarted, err := l.tail.look()
	if restarted {
		info, size := l.info, l.size
		*l = logFile{name: l.name, tail: tail{path: l.path, info: info, size: size}}
	}
	if l.offset == 0 && l.size > logReach {
		l.offset, l.skips, l.cut = l.size-logReach, true, true
	}
	return err
}

// read reads what has grown.
func (l *logFile) read(limit int64) (int64, error) {
	return l.tail.read(limit, func(b []byte) { l.said.Add(string(b)) })
}

// The bounds within which a log's clock is told from another time.
const (
	zoneStep  = 15 * time.Minute
	zoneSlack = 2 * time.Minute
	farthest  = 14 * time.Hour
)

// zone returns by how much the times of the log are ahead of UTC. It is told from when the run was
// started, from when the file was written last, or from the first span.
func (l *logFile) zone(start, firstSpan time.Time) (time.Duration, bool) {
	if by, ok := ahead(l.said.First, start); ok && !l.cut {
		return by, true
	}
	if l.info != nil {
		if by, ok := ahead(l.said.Last, l.info.ModTime()); ok {
			return by, true
		}
	}
	return ahead(l.said.First, firstSpan)
}

// ahead returns by how many quarters of an hour a clock is ahead of UTC, if two times are the same
// moment or nearly.
func ahead(clock, utc time.Time) (time.Duration, bool) {
	if clock.IsZero() || utc.IsZero() {
		return 0, false
	}
	gap := clock.Sub(utc)
	by := gap.Round(zoneStep)
	return by, (gap-by).Abs() <= zoneSlack && by.Abs() <= farthest
}

// logs is what all logs of a run say together.
type logs struct {
	failures            health.Failures
	retries, rateLimits int64
	calls               health.Calls
	agents              []health.AgentFailure // with their times in UTC; those without one are left out
	names               []string
}

// gather merges logs. Lines may stand in several of them, so that of each cause the log with the most
// counts.
func gather(all []*logFile, start, firstSpan time.Time) logs {
	var out logs
	for _, l := range all {
		if l.said.Lines == 0 {
			continue
		}
		name := l.name
		if l.cut {
			name += " (its end)"
		}
		out.names = append(out.names, name)
		by, known := l.zone(start, firstSpan)
		out.failures.Most(l.said.Failures.Moved(-by, known))
		out.retries, out.rateLimits = max(out.retries, l.said.Retries), max(out.rateLimits, l.said.RateLimits)
		for _, a := range l.said.Agents {
			if known && !a.At.IsZero() {
				a.At = a.At.Add(-by)
				out.agents = append(out.agents, a)
			}
		}
	}
	most := slices.MaxFunc(all, func(a, b *logFile) int { return int(a.said.Calls.Count() - b.said.Calls.Count()) })
	out.calls = most.said.Calls
	return out
}
