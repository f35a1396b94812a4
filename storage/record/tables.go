package record

import (
	"context"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/dataset"
	"societop/storage/bolt/layout"
)

// tableWork is what is to be read of the datasets of a run.
type tableWork struct {
	state   string           // of the run, in which they were looked at
	begun   bool             // they are being read
	swept   bool             // all rows were read once since the run was followed, or has begun to run again
	sweep   bool             // all rows are being read
	all     []model.Dataset  // those that are yet to be read; the windows are of the first
	windows []model.RowQuery // that are yet to be read; none: they are not known
	whole   map[string]int   // by dataset: the steps below were whole when they were read last
}

// readTables reads some rows of the datasets. While a run goes on, they are those from the first step on that
// was not whole when it was read; once it has ended, and where the recorder has not seen all of it, all are
// read again, because a resumed run may write a step twice. What is in the lab already is not written.
func (d *reading) readTables(ctx context.Context) (done bool, err error) {
	of, ok := d.from.(model.DatasetReader)
	if !ok {
		return true, nil
	}
	w := &d.t.tables
	if !w.begun {
		if err := d.beginTables(ctx, of); err != nil {
			return false, err
		}
	}
	if len(w.all) == 0 {
		w.begun, w.swept = false, w.swept || w.sweep
		return true, nil
	}
	one := &w.all[0]
	if len(w.windows) == 0 {
		return false, d.openTable(ctx, of, one)
	}
	q := w.windows[0]
	rows, err := of.Rows(ctx, one.ID.Raw(), q)
	if err == nil {
		err = d.update(ctx, func(b *bolt.Batch) error { return b.PutRows(d.t.key, one, q.From, q.To, rows) })
	}
	if err != nil && !ofOnePart(err) {
		return false, err
	}
	if err != nil { // the others may be readable
		d.t.parts[tables].err = err
		w.windows = w.windows[:1]
	}
	if w.windows = w.windows[1:]; len(w.windows) == 0 {
		w.whole[one.ID.Raw()] = rows.Whole
		w.all = w.all[1:]
	}
	return false, nil
}

// beginTables reads the catalog.
func (d *reading) beginTables(ctx context.Context, of model.DatasetReader) error {
	w := &d.t.tables
	all, err := of.Datasets(ctx)
	if err != nil {
		return err
	}
	if w.whole == nil {
		w.whole = map[string]int{}
	}
	w.begun, w.all, w.windows, w.state = true, all, nil, d.t.run.state
	w.sweep = !w.swept || d.t.run.ended
	return d.update(ctx, func(b *bolt.Batch) error {
		return bolt.PutDocument(b, d.t.key, &layout.DatasetsDoc, "", dataset.Bare(all))
	})
}

// openTable finds out what is to be read of a dataset.
func (d *reading) openTable(ctx context.Context, of model.DatasetReader, one *model.Dataset) (err error) {
	w := &d.t.tables
	id := one.ID.Raw()
	from := 0
	if !w.sweep {
		from = w.whole[id]
	}
	w.windows, _, err = dataset.Windows(ctx, of, one, from)
	if ofOnePart(err) {
		d.t.parts[tables].err, err = err, nil
		w.all = w.all[1:]
	}
	return err
}
