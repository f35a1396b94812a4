package record

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/layout"
)

// reportOf reads something that a run may have, and adds what writes it.
func reportOf[R, T any](from any, read func(R) (T, error), write *[]func(*bolt.Batch) error, put func(*bolt.Batch, T) error) error {
	of, ok := from.(R)
	if !ok {
		return nil
	}
	v, err := read(of)
	switch {
	case model.Lacking(err):
		return nil
	case err == nil:
		*write = append(*write, func(b *bolt.Batch) error { return put(b, v) })
	}
	return err
}

// readReports reads what is known of a run as a whole: who acted when, how well it works, and its
// questionnaires.
func (d *reading) readReports(ctx context.Context) error {
	var all []func(*bolt.Batch) error
	k := d.t.key
	err := cmp.Or(
		reportOf(d.from, func(r model.ActivityReader) (model.Activity, error) { return r.Activity(ctx) }, &all,
			func(b *bolt.Batch, v model.Activity) error { return bolt.PutDocument(b, k, &layout.ActivityDoc, "", v) }),
		reportOf(d.from, func(r model.HealthReader) (model.Health, error) { return r.Health(ctx) }, &all,
			func(b *bolt.Batch, v model.Health) error { return bolt.PutDocument(b, k, &layout.HealthDoc, "", v) }),
		reportOf(d.from, func(r model.Surveyor) ([]model.Survey, error) { return r.Surveys(ctx) }, &all,
			func(b *bolt.Batch, v []model.Survey) error {
				return bolt.PutDocument(b, k, &layout.SurveysDoc, "", layout.Questionnaires(v))
			}),
	)
	if err != nil || len(all) == 0 {
		return err
	}
	return d.update(ctx, func(b *bolt.Batch) error {
		for _, write := range all {
			if err := write(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// noteWork is whose notes are yet to be read.
type noteWork struct {
	state  string
	begun  bool
	agents []int64
}

// readNotes reads the notes of the next agents of a run that has ended.
func (d *reading) readNotes(ctx context.Context) (done bool, err error) {
	w := &d.t.notes
	if !w.begun {
		all, err := d.from.Profiles(ctx)
		if err != nil {
			return false, err
		}
		w.begun, w.state, w.agents = true, d.t.run.state, nil
		for _, a := range all {
			w.agents = append(w.agents, a.ID)
		}
	}
	n := min(len(w.agents), agentsAtOnce)
	if n == 0 {
		w.begun = false
		return true, nil
	}
	var write []func(*bolt.Batch) error
	for _, id := range w.agents[:n] {
		err := reportOf(d.from.Agent(id), func(r model.NotesReader) ([]model.Note, error) { return r.Notes(ctx) }, &write,
			func(b *bolt.Batch, v []model.Note) error {
				return bolt.PutDocument(b, d.t.key, &layout.NotesDoc, layout.AgentName(id), bounded(v))
			})
		if ofOnePart(err) {
			d.t.parts[notes].err, err = err, nil
		}
		if err != nil {
			return false, err
		}
	}
	err = d.update(ctx, func(b *bolt.Batch) error {
		for _, put := range write {
			if err := put(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		w.agents = w.agents[n:]
	}
	return false, err
}

// How much of the notes of an agent is kept: of each file the end.
const (
	noteBytes   = 64 << 10
	notesAtMost = 64
)

// bounded is notes that are not longer than what is kept.
func bounded(all []model.Note) []model.Note {
	all = slices.Clone(all[:min(len(all), notesAtMost)])
	for i := range all {
		if raw := all[i].Content.Raw(); len(raw) > noteBytes {
			raw = raw[len(raw)-noteBytes:]
			if _, rest, whole := strings.Cut(raw, "\n"); whole {
				raw = rest
			}
			all[i].Content = text.CleanLines(raw)
		}
	}
	return all
}
