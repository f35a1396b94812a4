package several

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// Experiment reads one experiment from its source. It fails as that does.
func (s *Source) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	src, own, err := s.route(k)
	if err = errors.Join(ctx.Err(), err); err != nil {
		return model.Experiment{}, err
	}
	e, err := src.Experiment(ctx, own)
	if err == nil {
		e.Key = k
	}
	return e, err
}

// RunData is what the source of an experiment has of it.
func (s *Source) RunData(k model.Key) model.RunData {
	src, own, err := s.route(k)
	if err != nil {
		return model.NoRunData{Err: err}
	}
	return src.RunData(own)
}

// othersTime is how long those that do not answer are waited for, once one has, where that may do.
const othersTime = 2 * time.Second

// each calls fn for each part that is open, all at once, and returns the results in the order of the
// parts. A part that is not open fails. Unless all are needed, those that do not answer soon after
// the first fail, too: the ctx of fn ends.
func each[T any](ctx context.Context, s *Source, all bool, fn func(ctx context.Context, p *part, src model.Source) (T, error)) ([]T, []error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results, errs := make([]T, len(s.parts)), make([]error, len(s.parts))
	var first sync.Once
	var wg sync.WaitGroup
	for i, p := range s.parts {
		src, err := p.opened()
		if errs[i] = err; err != nil {
			continue
		}
		wg.Go(func() {
			errs[i] = model.Guard(func() (err error) { results[i], err = fn(ctx, p, src); return err })
			if errs[i] == nil && !all {
				first.Do(func() { time.AfterFunc(othersTime, cancel) })
			}
		})
	}
	wg.Wait()
	return results, errs
}

// Find reads an experiment by its id. It fails with ErrAmbiguous, naming the sources, where several
// have one; with ErrNoExperiment only if all have answered; and otherwise with why one did not.
func (s *Source) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	if err := ctx.Err(); err != nil {
		return model.Experiment{}, err
	}
	all, errs := each(ctx, s, false, func(ctx context.Context, p *part, src model.Source) (model.Experiment, error) {
		e, err := model.Find(ctx, src, id, nil)
		if err == nil {
			e.Source = s.nameOf(p, e.Source)
		}
		return e, err
	})
	var found []model.Experiment
	var keys []model.Key
	var failed []error
	for i, err := range errs {
		switch {
		case err == nil:
			found, keys = append(found, all[i]), append(keys, all[i].Key)
		case !errors.Is(err, model.ErrNoExperiment):
			failed = append(failed, err)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return model.Experiment{}, model.Ambiguous(id, keys)
	case len(failed) > 0:
		return model.Experiment{}, joinErrors(failed)
	}
	return model.Experiment{}, none(id)
}

// nameOf is the name of a source within a part, as the whole knows it.
func (s *Source) nameOf(p *part, inner model.SourceName) model.SourceName {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.qualified(inner)
}

// Experiments reads several experiments, those of each source at once with those of the others. Those
// of the sources that answer are returned also where it fails because others do not.
func (s *Source) Experiments(ctx context.Context, keys []model.Key) ([]model.Experiment, error) {
	own := make([][]model.Key, len(s.parts))
	for _, k := range keys {
		if p, inner := s.part(k.Source); p != nil {
			k.Source = inner
			own[p.at] = append(own[p.at], k)
		}
	}
	all, errs := each(ctx, s, true, func(ctx context.Context, p *part, src model.Source) ([]model.Experiment, error) {
		if len(own[p.at]) == 0 {
			return nil, nil
		}
		return model.ReadExperiments(ctx, src, own[p.at])
	})
	byKey := make(map[model.Key]*model.Experiment, len(keys))
	for i, some := range all {
		if len(own[i]) == 0 {
			errs[i] = nil
		}
		for j := range some {
			some[j].Source = s.nameOf(s.parts[i], some[j].Source)
			byKey[some[j].Key] = &some[j]
		}
	}
	var out []model.Experiment
	for _, k := range keys {
		if e := byKey[k]; e != nil {
			out = append(out, *e)
		}
	}
	return out, joinErrors(errs)
}

// Surveys is the questionnaires of all sources, each id once. What a source fails with counts only
// where no other answers.
func (s *Source) Surveys(ctx context.Context) ([]model.Survey, error) {
	all, errs := each(ctx, s, false, func(ctx context.Context, _ *part, src model.Source) ([]model.Survey, error) {
		if surveyor, ok := src.(model.Surveyor); ok {
			return surveyor.Surveys(ctx)
		}
		return nil, model.ErrNotOffered
	})
	var out []model.Survey
	answered, known := false, map[uuid.UUID]bool{}
	var failure error = &model.Error{Op: "read", Address: s.Info().Address.String(), Err: model.ErrNotOffered}
	for i, some := range all {
		for _, survey := range some {
			if !known[survey.ID] {
				known[survey.ID] = true
				out = append(out, survey)
			}
		}
		if answered = answered || errs[i] == nil; errs[i] != nil && !errors.Is(errs[i], model.ErrNotOffered) {
			failure = errs[i]
		}
	}
	if answered {
		return out, nil
	}
	return nil, failure
}

// Liveness is that of all sources as one. A source that was read already is not asked.
func (s *Source) Liveness(ctx context.Context) (model.Liveness, error) {
	states, _ := each(ctx, s, true, func(ctx context.Context, p *part, src model.Source) (model.SourceState, error) {
		s.mu.Lock()
		state, known := p.state(), !p.answered.IsZero()
		s.mu.Unlock()
		if lively, ok := src.(model.Lively); ok && !known {
			var err error
			if state.Liveness, err = lively.Liveness(ctx); err != nil {
				state.Liveness = model.Liveness{Why: model.Reason(err)}
			}
		}
		return state, nil
	})
	return livenessOf(states, s.parts[0].Now()), ctx.Err()
}

// Silent reports whether all sources owe an answer for too long.
func (s *Source) Silent(interval time.Duration) bool {
	for _, p := range s.parts {
		src, err := p.opened()
		listener, ok := src.(model.Listener)
		if err == nil && (!ok || !listener.Silent(interval)) {
			return false
		}
	}
	return true
}

// Forbids returns nil where one of the sources does the control, and else why the first does not. Of
// one experiment its own source knows: see model.Permits.
func (s *Source) Forbids(c model.Control) (why error) {
	for _, p := range s.parts {
		src, err := p.opened()
		if err == nil {
			err = forbids(src, c)
		}
		if err == nil {
			return nil
		}
		if why == nil {
			why = err
		}
	}
	return why
}

// forbids is Forbids of one source.
func forbids(src model.Source, c model.Control) error {
	if to, ok := src.(model.Controller); ok {
		return to.Forbids(c)
	}
	return &model.Error{Op: c.String(), Address: src.Info().Address.String(), Err: model.ErrNotOffered}
}

// Carry carries out an order on an experiment, as far as its source allows it.
func (s *Source) Carry(ctx context.Context, k model.Key, o model.Order, adv model.ProgressFunc) model.ControlResult {
	src, own, err := s.route(k)
	if err != nil {
		return model.NewResult(k, o.Control, "", err)
	}
	to, ok := src.(model.Controller)
	if !ok {
		return model.NewResult(k, o.Control, "", forbids(src, o.Control))
	}
	result := to.Carry(ctx, own, o, adv)
	if result.Key = k; result.State != nil {
		state := *result.State
		state.Key = k
		result.State = &state
	}
	return result
}
