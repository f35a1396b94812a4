package bolt

import (
	"context"
	"errors"
	"fmt"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/chunk"
	"societop/storage/bolt/dataset"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

var (
	_ model.DatasetReader  = runData{}
	_ model.ActivityReader = runData{}
	_ model.HealthReader   = runData{}
	_ model.LogsReader     = runData{}
	_ model.Surveyor       = runData{}
	_ model.NotesReader    = agent{}
)

// PutDocument writes a document of a run, in place of what the lab had of it; more follows its name in its
// key. It fails with ErrNoExperiment where the experiment is not in the lab.
func PutDocument[T any](b *Batch, k model.Key, d *layout.Document[T], more string, v T) error {
	return b.withRun(k, 0, func(r *layout.Run) (bool, error) {
		return b.tables[layout.Documents].Keep(d.Key(r.Number, more), d.Encode(v))
	})
}

// PutRows writes rows of a dataset of the catalog in place of those that the lab has of some steps, from
// the first one to the one before to; 0 sets no end. It fails with ErrNoExperiment where the experiment is
// not in the lab.
func (b *Batch) PutRows(k model.Key, d *model.Dataset, from, to int, rows model.Rows) error {
	return b.withRun(k, 0, func(r *layout.Run) (bool, error) {
		return dataset.Put(b.tables[layout.Documents], b.tables[layout.Rows], r.Number, d, from, to, rows)
	})
}

// AppendFileLog is AppendLog for one of several logs of a run, by its name in the list of them.
func (b *Batch) AppendFileLog(k model.Key, name, raw string) error {
	return b.withRun(k, 0, func(r *layout.Run) (bool, error) {
		return chunk.AppendLines(b.tables[layout.FileLines], layout.FilePrefix(r.Number, name), raw)
	})
}

// document reads a document. Where there is none, it fails with ErrNotOffered of a run that has none, and
// with ErrNotRecorded of one of which a recorder has not read that part yet.
func document[T any](ctx context.Context, o runData, d *layout.Document[T], more, part string) (v T, err error) {
	var key, payload []byte
	err = o.store.read(ctx, func(l *lease) error {
		r, err := l.run(o.key)
		if err == nil {
			key = d.Key(r.Number, more)
			if payload, err = l.CopyOf(layout.Documents, key); payload == nil && err == nil {
				err = l.VerifyAbsent(layout.Documents, key)
			}
		}
		if payload != nil || err != nil && !model.Lacking(err) {
			return err
		}
		return l.noDocument(o.key, &r, part, err)
	})
	if err != nil {
		return v, err
	}
	v, ok := d.Decode(payload)
	if !ok {
		return v, o.explain(layout.Documents.Undecodable(key))
	}
	return v, nil
}

// noDocument says why there is no document of a part; err is why there is no run, if there is none.
func (l *lease) noDocument(k model.Key, r *layout.Run, part string, err error) error {
	bare := layout.BareKey(k)
	created, missing := l.Created(bare)
	if missing != nil {
		return missing
	}
	summary, failed := l.Get(layout.Index, layout.IndexKey(created, bare))
	if failed != nil {
		return failed
	}
	if s, ok := layout.ParseSummary(summary); ok && s.Bits&layout.HasDir == 0 {
		return model.ErrNotOffered
	}
	if err != nil {
		return err
	}
	if err := l.requireCheckpoint(r, part); err != nil {
		return err
	}
	return model.ErrNotOffered
}

// Datasets returns the catalog of a run's datasets, with the numbers of rows that the lab has.
func (o runData) Datasets(ctx context.Context) ([]model.Dataset, error) {
	all, err := document(ctx, o, &layout.DatasetsDoc, "", CheckpointDatasets)
	if err != nil {
		return nil, err
	}
	tables, err := o.scan(ctx, 0, layout.Documents, func(r *layout.Run) (from, prefix []byte) {
		key := layout.TableDoc.Key(r.Number, "")
		return key, key
	}, nil)
	if err != nil {
		return nil, err
	}
	return all, o.explain(dataset.Count(all, tables))
}

// Rows returns rows of a dataset. It reads the chunks that may have some of the steps asked for.
func (o runData) Rows(ctx context.Context, name string, q model.RowQuery) (out model.Rows, err error) {
	catalog, err := document(ctx, o, &layout.DatasetsDoc, "", CheckpointDatasets)
	if err != nil {
		return out, err
	}
	d := model.FindDataset(catalog, name)
	if d == nil {
		return out, o.explain(fmt.Errorf("%w: there is no dataset %s", model.ErrNoData, text.Clean(name)))
	}
	list, leases := &labfile.Items{Bucket: layout.Rows}, 0
	var key, state []byte
	for _, err := range o.leases(ctx, 0, func(l *lease, r *layout.Run, first bool) (more bool, err error) {
		if leases++; first {
			list.Clear()
		}
		key = dataset.StateKey(r.Number, d)
		if state, err = l.CopyOf(layout.Documents, key); state == nil && err == nil {
			err = model.ErrNotRecorded
		}
		if err != nil {
			return false, err
		}
		from, prefix, enough := dataset.Bounds(r.Number, d, &q)
		return l.collect(list, from, prefix, enough)
	}) {
		if err != nil {
			return out, err
		}
	}
	out, err = dataset.Select(d, key, state, list, q, leases == 1)
	return out, o.explain(err)
}

// Activity returns who acted in which step.
func (o runData) Activity(ctx context.Context) (model.Activity, error) {
	return document(ctx, o, &layout.ActivityDoc, "", CheckpointReports)
}

// Health returns how well the run works.
func (o runData) Health(ctx context.Context) (model.Health, error) {
	return document(ctx, o, &layout.HealthDoc, "", CheckpointReports)
}

// Surveys returns the questionnaires of the run, or those of the lab where the run has none of its own.
func (o runData) Surveys(ctx context.Context) ([]model.Survey, error) {
	all, err := document(ctx, o, &layout.SurveysDoc, "", CheckpointReports)
	if errors.Is(err, model.ErrNotOffered) {
		return o.store.Surveys(ctx)
	}
	if err != nil {
		return nil, err
	}
	surveys, ok := layout.ParseQuestionnaires(all)
	if !ok {
		err = o.explain(model.Damaged("the questionnaires of a run can't be decoded"))
	}
	return surveys, err
}

// Logs returns the run's logs, that which was written last first.
func (o runData) Logs(ctx context.Context) ([]model.LogFile, error) {
	return document(ctx, o, &layout.LogsDoc, "", CheckpointLog)
}

// Notes returns the files that the agent keeps.
func (a agent) Notes(ctx context.Context) ([]model.Note, error) {
	return document(ctx, a.runData, &layout.NotesDoc, layout.AgentName(a.id), CheckpointNotes)
}
