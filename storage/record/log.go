package record

import (
	"context"
	"strings"

	"societop/model"
	"societop/storage/bolt"
)

// tail bounds how much of a log is compared: what a server sends at most.
var tail = model.LogBudget{Lines: 1000, Bytes: 8 << 20}

// entire bounds the log that is taken at first from a lab file, which may have all of it.
var entire = model.LogBudget{Bytes: 256 << 20}

// gap stands in a recorded log where lines are missing.
const gap = "… lines are missing here: the log grew faster than it was read\n"

// readLog brings the source's tail of the log into the lab, which takes of it what it does
// not have. Where the two tails do not meet, a line says so.
func (d *reading) readLog(ctx context.Context) error {
	here, err := d.here().Log(ctx, tail)
	if err != nil && !model.Lacking(err) {
		return err
	}
	most := tail
	if here.Lines.Empty() && d.src.Info().Local {
		most = entire
	}
	there, err := d.from.Log(ctx, most)
	if err != nil {
		return err
	}
	fresh := there.Lines.Raw()
	if fresh == "" {
		return nil
	}
	if older := lines(here); len(older) > 0 && model.Overlap(older, lines(there)) == 0 {
		fresh = gap + fresh
	}
	return d.update(ctx, func(b *bolt.Batch) error { return b.AppendLog(d.t.key, strings.TrimSuffix(fresh, "\n")+"\n") })
}

// lines are the raw lines of a log.
func lines(l model.Log) []string {
	raw := l.Lines.Raw()
	if raw == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(raw, "\n"), "\n")
}
