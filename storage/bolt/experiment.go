package bolt

import (
	"bytes"
	"context"
	"errors"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

var (
	_ model.BatchReader = (*Store)(nil)
	_ model.Finder      = (*Store)(nil)
)

// Experiment reads one experiment whole. It fails with ErrNoExperiment, with ErrDamaged
// where a checksum of it is wrong, and with the errors of every reading: ErrNoLab,
// ErrNotLab, ErrNewer, ErrDamaged, ErrLocked and ErrUnreadable.
func (s *Store) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	var w rawExperiment
	err := s.read(ctx, func(l *lease) (err error) {
		w, err = l.rawExperiment(layout.BareKey(k))
		return err
	})
	if err != nil {
		return model.Experiment{}, err
	}
	return s.experiment(&w)
}

// Experiments reads several experiments whole, as many in a lease as there is time for. Those
// that are not there are left out. It fails like Experiment.
func (s *Store) Experiments(ctx context.Context, keys []model.Key) ([]model.Experiment, error) {
	all := make([]model.Experiment, 0, len(keys))
	for len(keys) > 0 {
		var raw []rawExperiment
		err := s.read(ctx, func(l *lease) error {
			for n := 0; len(keys) > 0 && (n == 0 || !l.over(n >= farItems)); n++ {
				w, err := l.rawExperiment(layout.BareKey(keys[0]))
				if err != nil && !errors.Is(err, model.ErrNoExperiment) {
					return err
				}
				if keys = keys[1:]; err == nil {
					raw = append(raw, w)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for i := range raw {
			e, err := s.experiment(&raw[i])
			if err != nil {
				return nil, err
			}
			all = append(all, e)
		}
	}
	return all, nil
}

// rawExperiment is an experiment as the file has it, copied out of a lease.
type rawExperiment struct{ bare, key, summary, config, text []byte }

// rawExperiment reads an experiment.
func (l *lease) rawExperiment(bare []byte) (w rawExperiment, err error) {
	created, err := l.Created(bare)
	if err != nil {
		return w, err
	}
	w.bare, w.key = bare, layout.IndexKey(created, bare)
	if w.summary, err = l.CopyOf(layout.Index, w.key); err != nil {
		return w, err
	}
	if w.config, err = l.CopyOf(layout.Configs, bare); err != nil {
		return w, err
	}
	w.text, err = l.CopyOf(layout.Errors, bare)
	return w, err
}

// experiment decodes an experiment.
func (s *Store) experiment(w *rawExperiment) (e model.Experiment, err error) {
	s.mu.Lock()
	err = s.interners[0].Summary(&e.Summary, w.key, w.summary)
	s.mu.Unlock()
	if err == nil {
		err = complete(w.bare, w.summary, w.config, w.text)
	}
	if err != nil {
		return model.Experiment{}, labfile.Explain(labfile.OpRead, s.path, err)
	}
	e.Config, e.Error = text.CleanLines(string(w.config)), text.CleanLines(string(w.text))
	return e, nil
}

// complete makes sure that an experiment has the texts that its summary says it has.
func complete(bare, summary, config, text []byte) error {
	r, _ := layout.ParseSummary(summary)
	if (r.Bits&layout.HasConfig != 0) != (config != nil) {
		return model.Damaged("%s is missing, or should not be there", layout.Configs.Describe(bare))
	}
	if (r.Bits&layout.HasError != 0) != (text != nil) {
		return model.Damaged("%s is missing, or should not be there", layout.Errors.Describe(bare))
	}
	return nil
}

// Find reads the experiment with an id: that of model.OnlyTenant, or else of the first tenant that
// has one. It fails as Experiment does, and with ErrAmbiguous where several sources have one.
func (s *Store) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	var all []model.Key
	err := s.read(ctx, func(l *lease) error {
		in, c := layout.NewInterner(), l.Cursor(layout.Keys)
		all = all[:0]
		for c.Seek(id[:]); c.Valid() && bytes.HasPrefix(c.Key, id[:]); c.Next() {
			all = append(all, in.Key(c.Key))
		}
		return c.Err
	})
	if err == nil {
		err = model.Ambiguous(id, all)
	}
	if err != nil {
		return model.Experiment{}, labfile.Explain(labfile.OpRead, s.path, err)
	}
	return s.Experiment(ctx, model.FirstTenant(all))
}
