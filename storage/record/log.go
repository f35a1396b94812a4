package record

import (
	"context"
	"strings"

	"societop/model"
	"societop/storage/bolt"
)

// tail bounds how much of a log is compared: what a server sends at most.
var tail = model.LogBudget{Lines: 1000, Bytes: 8 << 20}

// gap stands in a recorded log where lines are missing.
const gap = "… lines are missing here: the log grew faster than it was read"

// readLog appends what the source's log has behind the lab's.
func (r *recorder) readLog(ctx context.Context, t *track, s model.Society) error {
	there, err := s.Log(ctx, tail)
	if err != nil {
		return err
	}
	here, err := r.store.Society(t.key).Log(ctx, tail)
	if err != nil && !lacking(err) {
		return err
	}
	fresh := behind(lines(here), lines(there))
	if len(fresh) == 0 {
		return nil
	}
	return r.update(ctx, func(b *bolt.Batch) error { return b.AppendLog(t.key, strings.Join(fresh, "\n")+"\n") })
}

// lines are the raw lines of a log.
func lines(l model.Log) []string {
	raw := l.Lines.Raw()
	if raw == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(raw, "\n"), "\n")
}

// behind is the lines of a newer tail that come behind those of an older one. Where the two
// do not meet, a line says so.
func behind(older, newer []string) []string {
	if len(older) == 0 {
		return newer
	}
	if n := model.Overlap(older, newer); n > 0 || len(newer) == 0 {
		return newer[n:]
	}
	return append([]string{gap}, newer...)
}
