package record

import (
	"context"
	"errors"
	"slices"
	"strings"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/layout"
)

// tail bounds how much of a log is compared: what a server sends at most.
var tail = model.LogBudget{Lines: 1000, Bytes: 8 << 20}

// entire bounds the log that is taken at first from a lab file, which may have all of it.
var entire = model.LogBudget{Bytes: 256 << 20}

// gap stands in a recorded log where lines are missing.
const gap = "… lines are missing here: the log grew faster than it was read\n"

// logWork is which of several logs of a run are yet to be read.
type logWork struct {
	begun bool
	files []model.LogFile
	order []model.LogFile // of all, as the source lists them
}

// readLogs reads the log of a run, or the next of its logs.
func (d *reading) readLogs(ctx context.Context) (done bool, err error) {
	w := &d.t.logs
	of, several := d.from.(model.LogsReader)
	if !w.begun {
		if !several {
			return true, d.readLog(ctx)
		}
		files, err := of.Logs(ctx)
		if errors.Is(err, model.ErrNotOffered) {
			return true, d.readLog(ctx)
		}
		if err != nil {
			return false, err
		}
		w.begun, w.files, w.order = true, files, files
	}
	if len(w.files) == 0 {
		w.begun = false
		return true, nil
	}
	f := w.files[0]
	if err := d.readFile(ctx, f); ofOnePart(err) {
		d.t.parts[logs].err = err
	} else if err != nil {
		return false, err
	}
	w.files = w.files[1:]
	return false, nil
}

// again stands in a recorded log where a file is shorter than it was.
const again = "… the file begins again here\n"

// inOrder is logs in the order in which the source lists them; those that it does not have any more come
// last.
func inOrder(all, order []model.LogFile) []model.LogFile {
	place := func(f model.LogFile) int {
		if at := slices.IndexFunc(order, func(o model.LogFile) bool { return o.Name == f.Name }); at >= 0 {
			return at
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b model.LogFile) int { return place(a) - place(b) })
	return all
}

// readFile brings what is new of one of several logs into the lab.
func (d *reading) readFile(ctx context.Context, f model.LogFile) error {
	known, err := d.here().(model.LogsReader).Logs(ctx)
	if err != nil && !model.Lacking(err) {
		return err
	}
	most := model.LogBudget{Bytes: tail.Bytes, File: f.Name}
	var size int64
	if at := slices.IndexFunc(known, func(o model.LogFile) bool { return o.Name == f.Name }); at >= 0 {
		if size = known[at].Size; known[at] == f {
			return nil
		}
		known = slices.Delete(known, at, at+1)
	} else {
		most.Bytes = entire.Bytes
	}
	here, err := d.here().Log(ctx, most)
	if err != nil && !model.Lacking(err) {
		return err
	}
	there, err := d.from.Log(ctx, most)
	if err != nil {
		return err
	}
	fresh := there.Lines.Raw()
	older := lines(here)
	switch meet := len(older) == 0 || fresh == "" || model.Overlap(older, lines(there)) > 0; {
	case !meet && f.Size < size:
		fresh = again + fresh
	case !meet:
		fresh = gap + fresh
	}
	known = inOrder(append(known, f), d.t.logs.order)
	return d.update(ctx, func(b *bolt.Batch) error {
		if err := b.AppendFileLog(d.t.key, f.Name.Raw(), fresh); err != nil {
			return err
		}
		return bolt.PutDocument(b, d.t.key, &layout.LogsDoc, "", known)
	})
}

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
