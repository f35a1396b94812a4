package model

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"societop/model/text"
)

// OfTenants is a source without the experiments of other tenants; with no tenants it is the source
// itself. The empty name is a tenant, too.
func OfTenants(src Source, tenants []string) Source {
	if len(tenants) == 0 {
		return src
	}
	of := ofTenants{src, slices.Compact(slices.Sorted(slices.Values(tenants)))}
	if prober, ok := src.(Prober); ok {
		return struct {
			ofTenants
			Prober
		}{of, prober}
	}
	return of
}

// ofTenants is a source of some tenants' experiments.
type ofTenants struct {
	Source
	tenants []string // in order
}

var (
	_ Finder      = ofTenants{}
	_ BatchReader = ofTenants{}
	_ Surveyor    = ofTenants{}
	_ Lively      = ofTenants{}
	_ Listener    = ofTenants{}
)

// has reports whether an experiment is of one of the tenants.
func (o ofTenants) has(k Key) bool {
	_, ok := slices.BinarySearch(o.tenants, k.Tenant.Raw())
	return ok
}

// Changes is the changes of the source that are of the tenants. How many experiments they have is
// unknown.
func (o ofTenants) Changes(ctx context.Context, since Cursor, b Budget) (Changes, error) {
	ch, err := o.Source.Changes(ctx, since, b)
	ch.Put = slices.DeleteFunc(slices.Clone(ch.Put), func(s Summary) bool { return !o.has(s.Key) })
	ch.Gone = slices.DeleteFunc(slices.Clone(ch.Gone), func(k Key) bool { return !o.has(k) })
	ch.Total = -1
	return ch, err
}

// Experiment is one of the tenants' experiments.
func (o ofTenants) Experiment(ctx context.Context, k Key) (Experiment, error) {
	if !o.has(k) {
		return Experiment{}, ErrNoExperiment
	}
	return o.Source.Experiment(ctx, k)
}

// RunData is the data of one of the tenants' experiments.
func (o ofTenants) RunData(k Key) RunData {
	if !o.has(k) {
		return NoRunData{Err: ErrNoExperiment}
	}
	return o.Source.RunData(k)
}

// Find is the experiment of an id: that of OnlyTenant, else of the first of the tenants that has it.
func (o ofTenants) Find(ctx context.Context, id uuid.UUID) (Experiment, error) {
	first := slices.SortedStableFunc(slices.Values(o.tenants), func(a, b string) int {
		return cmp.Compare(rank(a), rank(b))
	})
	for _, tenant := range first {
		e, err := o.Source.Experiment(ctx, Key{text.Clean(tenant), id})
		if !errors.Is(err, ErrNoExperiment) {
			return e, err
		}
	}
	return Experiment{}, ErrNoExperiment
}

// rank is 0 for OnlyTenant and 1 for another.
func rank(tenant string) int {
	if tenant == OnlyTenant {
		return 0
	}
	return 1
}

// Experiments reads several of the tenants' experiments.
func (o ofTenants) Experiments(ctx context.Context, keys []Key) (all []Experiment, err error) {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return !o.has(k) })
	if at, ok := o.Source.(BatchReader); ok {
		return at.Experiments(ctx, keys)
	}
	for _, k := range keys {
		e, err := o.Source.Experiment(ctx, k)
		if err != nil && !errors.Is(err, ErrNoExperiment) {
			return nil, err
		}
		if err == nil {
			all = append(all, e)
		}
	}
	return all, nil
}

// Surveys is the questionnaires of the source, which belong to no tenant.
func (o ofTenants) Surveys(ctx context.Context) ([]Survey, error) {
	if s, ok := o.Source.(Surveyor); ok {
		return s.Surveys(ctx)
	}
	return nil, ErrNotOffered
}

// Liveness is that of the source; one that does not say so by itself is live.
func (o ofTenants) Liveness(ctx context.Context) (Liveness, error) {
	if l, ok := o.Source.(Lively); ok {
		return l.Liveness(ctx)
	}
	return Liveness{}, nil
}

// Silent reports whether the source is; one that does not know is not.
func (o ofTenants) Silent(interval time.Duration) bool {
	l, ok := o.Source.(Listener)
	return ok && l.Silent(interval)
}

// Tenants is the tenants whose experiments a source has, in order. It reads the list to its end.
func Tenants(ctx context.Context, src Source) ([]text.Text, error) {
	found := make(map[text.Text]bool)
	for since, more := (Cursor{}), true; more; {
		ch, err := src.Changes(ctx, since, Budget{Rows: 10_000})
		if err != nil {
			return nil, err
		}
		for i := range ch.Put {
			found[ch.Put[i].Tenant] = true
		}
		since, more = ch.Next, ch.More
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b text.Text) int { return cmp.Compare(a.Raw(), b.Raw()) }), nil
}
