package bolt

import (
	"context"
	"errors"

	"societop/model"
	"societop/model/text"
)

var _ model.BatchReader = (*Store)(nil)

// Experiment reads one experiment whole. It fails with ErrNoExperiment, with ErrDamaged
// where a checksum of it is wrong, and with the errors of every reading: ErrNoLab,
// ErrNotLab, ErrNewer, ErrDamaged, ErrLocked and ErrUnreadable.
func (s *Store) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	var w whole
	err := s.read(ctx, func(l *lease) (err error) {
		w, err = l.whole(bareKey(k))
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
		var raw []whole
		err := s.read(ctx, func(l *lease) error {
			for n := 0; len(keys) > 0 && (n == 0 || !l.over(n >= farItems)); n++ {
				w, err := l.whole(bareKey(keys[0]))
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

// whole is an experiment as the file has it, copied out of a lease.
type whole struct{ bare, key, summary, config, text []byte }

// whole reads an experiment.
func (l *lease) whole(bare []byte) (w whole, err error) {
	created, err := l.created(bare)
	if err != nil {
		return w, err
	}
	w.bare, w.key = bare, indexKey(created, bare)
	if w.summary, err = l.copyOf(indexBucket, w.key); err != nil {
		return w, err
	}
	if w.config, err = l.copyOf(configBucket, bare); err != nil {
		return w, err
	}
	w.text, err = l.copyOf(errorBucket, bare)
	return w, err
}

// experiment decodes an experiment.
func (s *Store) experiment(w *whole) (e model.Experiment, err error) {
	if e.Summary, err = s.decode(w.key, w.summary); err == nil {
		err = complete(w.bare, w.summary, w.config, w.text)
	}
	if err != nil {
		return model.Experiment{}, explain(opRead, s.path, err)
	}
	e.Config, e.Error = text.CleanLines(string(w.config)), text.CleanLines(string(w.text))
	return e, nil
}

// complete makes sure that an experiment has the texts that its summary says it has.
func complete(bare, summary, config, text []byte) error {
	r, _ := parseSummary(summary)
	if (r.bits&hasConfig != 0) != (config != nil) {
		return model.Damaged("%s is missing, or should not be there", configBucket.describe(bare))
	}
	if (r.bits&hasError != 0) != (text != nil) {
		return model.Damaged("%s is missing, or should not be there", errorBucket.describe(bare))
	}
	return nil
}

// decode decodes one entry of the index.
func (s *Store) decode(key, payload []byte) (sum model.Summary, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.words[0].summary(&sum, key, payload)
	return sum, err
}
