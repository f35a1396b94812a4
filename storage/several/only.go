package several

import (
	"context"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// Names returns the names of the sources.
func (s *Source) Names() (names []model.SourceName) {
	for _, p := range s.parts {
		names = append(names, p.Name)
	}
	return names
}

// Only returns one of the sources, or of those within one, as a source of the same keys.
func (s *Source) Only(name model.SourceName) model.Source {
	p, inner := s.part(name)
	if p == nil {
		return nil
	}
	src, err := p.opened()
	if err != nil {
		src = unopened{p}
	}
	of := only{src, s, p, inner}
	if prober, ok := src.(model.Prober); ok {
		return struct {
			only
			model.Prober
		}{of, prober}
	}
	return of
}

// only is one of the sources, with the keys of the whole.
type only struct {
	model.Source
	of    *Source
	part  *part
	inner model.SourceName // of one within it, which alone counts; empty: all
}

var (
	_ model.Finder      = only{}
	_ model.BatchReader = only{}
	_ model.Surveyor    = only{}
	_ model.Lively      = only{}
	_ model.Listener    = only{}
	_ model.Controller  = only{}
)

// own is a key as the source knows it. ok is false for one of another source.
func (o only) own(k model.Key) (own model.Key, ok bool) {
	p, inner := o.of.part(k.Source)
	k.Source = inner
	return k, p == o.part && o.has(k)
}

// has reports whether a key of the source counts.
func (o only) has(own model.Key) bool { return o.inner.Empty() || own.Source == o.inner }

// whole is a key of the source as the whole knows it.
func (o only) whole(own model.Key) model.Key {
	own.Source = o.of.nameOf(o.part, own.Source)
	return own
}

// Close does nothing: the whole is closed.
func (o only) Close() error { return nil }

// Changes is those of the source.
func (o only) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	var watched []model.Key
	for _, k := range b.Watched {
		if own, ok := o.own(k); ok {
			watched = append(watched, own)
		}
	}
	b.Watched = watched
	ch, err := o.Source.Changes(ctx, since, b)
	put, gone := ch.Put, ch.Gone
	ch.Put, ch.Gone = nil, nil
	for _, e := range put {
		if o.has(e.Key) {
			e.Key = o.whole(e.Key)
			ch.Put = append(ch.Put, e)
		}
	}
	for _, k := range gone {
		if o.has(k) {
			ch.Gone = append(ch.Gone, o.whole(k))
		}
	}
	if !o.inner.Empty() {
		ch.Total = -1
	}
	return ch, err
}

// Experiment is one of the source.
func (o only) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	own, ok := o.own(k)
	if !ok {
		return model.Experiment{}, none(k.ID)
	}
	e, err := o.Source.Experiment(ctx, own)
	e.Key = k
	return e, err
}

// none says that there is no experiment of an id.
func none(id uuid.UUID) error {
	return &model.Error{Op: "find", Address: id.String(), Err: model.ErrNoExperiment}
}

// RunData is what the source has of one of its experiments.
func (o only) RunData(k model.Key) model.RunData {
	own, ok := o.own(k)
	if !ok {
		return model.NoRunData{Err: none(k.ID)}
	}
	return o.Source.RunData(own)
}

// Find reads an experiment of the source by its id.
func (o only) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	e, err := model.Find(ctx, o.Source, id, o.has)
	e.Key = o.whole(e.Key)
	return e, err
}

// Experiments reads several experiments of the source.
func (o only) Experiments(ctx context.Context, keys []model.Key) ([]model.Experiment, error) {
	var owns []model.Key
	for _, k := range keys {
		if own, ok := o.own(k); ok {
			owns = append(owns, own)
		}
	}
	all, err := model.ReadExperiments(ctx, o.Source, owns)
	for i := range all {
		all[i].Key = o.whole(all[i].Key)
	}
	return all, err
}

// Surveys is the questionnaires of the source.
func (o only) Surveys(ctx context.Context) ([]model.Survey, error) {
	if surveyor, ok := o.Source.(model.Surveyor); ok {
		return surveyor.Surveys(ctx)
	}
	return nil, &model.Error{Op: "read", Address: o.Info().Address.String(), Err: model.ErrNotOffered}
}

// Liveness is that of the source; one that does not say so by itself is live.
func (o only) Liveness(ctx context.Context) (model.Liveness, error) {
	if lively, ok := o.Source.(model.Lively); ok {
		return lively.Liveness(ctx)
	}
	return model.Liveness{}, nil
}

// Silent reports whether the source is; one that does not know is not.
func (o only) Silent(interval time.Duration) bool {
	listener, ok := o.Source.(model.Listener)
	return ok && listener.Silent(interval)
}

// Forbids is that of the source.
func (o only) Forbids(c model.Control) error { return forbids(o.Source, c) }

// Carry carries out an order on one of the source's experiments.
func (o only) Carry(ctx context.Context, k model.Key, order model.Order, adv model.ProgressFunc) model.ControlResult {
	if _, ok := o.own(k); !ok {
		return model.NewResult(k, order.Control, "", none(k.ID))
	}
	return o.of.Carry(ctx, k, order, adv)
}

// unopened is a source that could not be opened yet. Each reading tries that again.
type unopened struct{ *part }

// Info is what is known of it.
func (u unopened) Info() model.Info { return u.info() }

// Changes opens the source, and reads.
func (u unopened) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	src, err := u.open(ctx)
	if err != nil {
		return model.Changes{}, err
	}
	return src.Changes(ctx, since, b)
}

// Experiment opens the source, and reads.
func (u unopened) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	src, err := u.open(ctx)
	if err != nil {
		return model.Experiment{}, err
	}
	return src.Experiment(ctx, k)
}

// RunData is what the source has, once it is open.
func (u unopened) RunData(k model.Key) model.RunData {
	src, err := u.opened()
	if err != nil {
		return model.NoRunData{Err: err}
	}
	return src.RunData(k)
}

// Close does nothing: the whole is closed.
func (u unopened) Close() error { return nil }
