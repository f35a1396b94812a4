package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"societop/model/text"
)

// OfTenants is a source without the experiments of other tenants; with no tenants it is the source
// itself. The empty name is a tenant, too. Once the list was read to its end, Changes says in Trouble
// which of the tenants have no experiment, and which tenants have some.
func OfTenants(src Source, tenants []string) Source {
	if len(tenants) == 0 {
		return src
	}
	of := ofTenants{src, slices.Compact(slices.Sorted(slices.Values(tenants))), &tenantSet{all: map[text.Text]bool{}}}
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
	met     *tenantSet
}

// Tenanted is a source of some tenants' experiments.
type Tenanted interface {
	// MissingTenants is an ErrNoTenant where some of the tenants have no experiment. It reads the
	// list unless that was read before.
	MissingTenants(ctx context.Context) error
}

// tenantSet is the tenants whose experiments a source was seen to have.
type tenantSet struct {
	mu    sync.Mutex
	all   map[text.Text]bool
	whole bool // the list was read to its end
}

// see takes note of a page of changes.
func (m *tenantSet) see(ch Changes) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range ch.Put {
		m.all[ch.Put[i].Tenant] = true
	}
	m.whole = m.whole || !ch.More
}

// complete reports whether the list was read to its end.
func (m *tenantSet) complete() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.whole
}

// lacks is MissingTenants, once the list was read to its end.
func (m *tenantSet) lacks(tenants []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.whole {
		return nil
	}
	return MissingTenants(tenants, m.all)
}

// MissingTenants is an ErrNoTenant where some of the tenants that were asked for are not among those
// that have experiments. It names both.
func MissingTenants(asked []string, have map[text.Text]bool) error {
	var missing, all []string
	for _, tenant := range asked {
		if !have[text.Clean(tenant)] {
			missing = append(missing, strconv.Quote(text.Clean(tenant).String()))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	for _, tenant := range slices.SortedFunc(maps.Keys(have), compareTexts) {
		all = append(all, strconv.Quote(tenant.String()))
	}
	detail := "there are no experiments at all"
	if n := len(all); n > maxTenants {
		detail = fmt.Sprintf("there are experiments of %s and %d more", strings.Join(all[:maxTenants], ", "), n-maxTenants)
	} else if n > 0 {
		detail = "there are experiments of " + strings.Join(all, ", ")
	}
	return &Error{Op: "--tenant", Address: strings.Join(missing, ", "), Err: ErrNoTenant, Detail: detail}
}

// maxTenants is how many tenants an error names.
const maxTenants = 10

var (
	_ Finder      = ofTenants{}
	_ BatchReader = ofTenants{}
	_ Surveyor    = ofTenants{}
	_ Lively      = ofTenants{}
	_ Listener    = ofTenants{}
	_ Tenanted    = ofTenants{}
	_ Controller  = ofTenants{}
	_ Joined      = ofTenants{}
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
	if err == nil {
		if o.met.see(ch); ch.Trouble == nil {
			ch.Trouble = o.met.lacks(o.tenants)
		}
	}
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
		e, err := o.Source.Experiment(ctx, Key{Tenant: text.Clean(tenant), ID: id})
		if !errors.Is(err, ErrNoExperiment) {
			return e, err
		}
	}
	if _, several := o.Source.(Joined); several || o.Info().Local { // keys may name a source
		return Find(ctx, o.Source, id, o.has)
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
func (o ofTenants) Experiments(ctx context.Context, keys []Key) ([]Experiment, error) {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return !o.has(k) })
	return ReadExperiments(ctx, o.Source, keys)
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

// MissingTenants reads the list of the source if need be.
func (o ofTenants) MissingTenants(ctx context.Context) error {
	if !o.met.complete() {
		if _, err := Tenants(ctx, o); err != nil {
			return err
		}
	}
	return o.met.lacks(o.tenants)
}

// Silent reports whether the source is; one that does not know is not.
func (o ofTenants) Silent(interval time.Duration) bool {
	l, ok := o.Source.(Listener)
	return ok && l.Silent(interval)
}

// Names is those of the sources that the source is made of.
func (o ofTenants) Names() []SourceName {
	if joined, ok := o.Source.(Joined); ok {
		return joined.Names()
	}
	return nil
}

// Only is one of the sources that the source is made of, without the experiments of other tenants.
func (o ofTenants) Only(name SourceName) Source {
	joined, ok := o.Source.(Joined)
	if !ok {
		return nil
	}
	part := joined.Only(name)
	if part == nil {
		return nil
	}
	return OfTenants(part, o.tenants)
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
	return slices.SortedFunc(maps.Keys(found), compareTexts), nil
}

// compareTexts orders texts as they are, not as they are shown.
func compareTexts(a, b text.Text) int { return cmp.Compare(a.Raw(), b.Raw()) }

// Forbids is that of the source.
func (o ofTenants) Forbids(c Control) error {
	if to, ok := o.Source.(Controller); ok {
		return to.Forbids(c)
	}
	return &Error{Op: c.String(), Address: o.Info().Address.String(), Err: ErrNotOffered}
}

// Carry carries out an order on one of the tenants' experiments.
func (o ofTenants) Carry(ctx context.Context, k Key, order Order, adv ProgressFunc) ControlResult {
	to, ok := o.Source.(Controller)
	switch {
	case !ok:
		return NewResult(k, order.Control, "", o.Forbids(order.Control))
	case !o.has(k):
		return NewResult(k, order.Control, "", ErrNoExperiment)
	}
	return to.Carry(ctx, k, order, adv)
}
