package bolt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"societop/model"
	"societop/storage/bolt/chunk"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

// AppendLog adds lines to a run's log. raw may begin with the lines at the end of the log, which are
// not written again, so that a server's last thousand lines can be passed as they are. A last line
// without a newline counts as complete. It fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) AppendLog(k model.Key, raw string) error {
	return b.withRun(k, layout.HasLines, func(r *layout.Run) (bool, error) {
		return chunk.AppendLines(b.tables[layout.Lines], layout.RunKey(r.Number), raw)
	})
}

// Log returns the end of the run's log, or of one of its logs. It reads no more of it than the budget needs.
func (o runData) Log(ctx context.Context, budget model.LogBudget) (model.Log, error) {
	files, err := o.Logs(ctx)
	switch name := budget.File; {
	case err != nil && !model.Lacking(err):
		return model.Log{}, err
	case len(files) > 0:
		if name.Empty() {
			name = files[0].Name
		} else if !slices.ContainsFunc(files, func(f model.LogFile) bool { return f.Name == name }) {
			return model.Log{}, o.explain(fmt.Errorf("%w: there is no log %s", model.ErrNoData, name))
		}
		return o.lines(ctx, 0, layout.FileLines, func(r *layout.Run) (from, prefix []byte) {
			key := layout.FilePrefix(r.Number, name.Raw())
			return key, key
		}, budget)
	}
	return o.lines(ctx, layout.HasLines, layout.Lines, ofRun, budget)
}

// lines returns the end of a log within bounds of a bucket.
func (o runData) lines(ctx context.Context, kind layout.Kinds, of *layout.Bucket, within bounds, budget model.LogBudget) (model.Log, error) {
	var lines, size uint64
	list, err := o.scan(ctx, kind, of, within, func(all *labfile.Items) bool {
		if all.Len() == 1 {
			lines, size = 0, 0
		}
		_, payload, err := all.At(all.Len() - 1)
		_, n, of, _, _ := layout.ChunkHead(payload)
		lines, size = lines+n, size+of
		return err != nil || (budget.Lines > 0 && lines > uint64(budget.Lines)) || (budget.Bytes > 0 && size > uint64(budget.Bytes))
	})
	if err != nil {
		return model.Log{}, err
	}
	var texts []string
	var first layout.Chunk
	room := layout.NewRoom()
	err = list.Each(func(key, payload []byte) (ok bool) {
		last := first
		first, ok = layout.ParseChunk(key, payload)
		texts = append(texts, first.Text)
		return ok && room.Take(len(first.Text)) && (len(texts) == 1 || first.N+1 == last.N)
	})
	if err != nil {
		return model.Log{}, o.explain(err)
	}
	slices.Reverse(texts)
	log := model.TailLog(strings.Join(texts, ""), budget)
	log.Dropped += int(first.Before)
	return log, nil
}
