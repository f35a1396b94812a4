package storagetest

import (
	"context"
	"math"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// pages bounds how many pages one reading may take: a source that never comes to an end
// fails instead of hanging.
const pages = 100_000

// Mirror is a lab as a reader of its changes knows it. The zero Mirror knows nothing.
type Mirror struct {
	Known  map[model.Key]model.Summary
	Cursor model.Cursor
	Total  int // as the source told it last

	listed map[model.Key]bool // by the listing under way; nil: there is none
}

// Apply takes over one page.
func (m *Mirror) Apply(ch model.Changes) {
	if m.Known == nil {
		m.Known = make(map[model.Key]model.Summary)
	}
	if ch.First {
		m.listed = make(map[model.Key]bool)
	}
	for _, s := range ch.Put {
		m.Known[s.Key] = s
		if m.listed != nil {
			m.listed[s.Key] = true
		}
	}
	for _, k := range ch.Gone {
		delete(m.Known, k)
		delete(m.listed, k)
	}
	if m.listed != nil && !ch.More {
		for k := range m.Known {
			if !m.listed[k] {
				delete(m.Known, k)
			}
		}
		m.listed = nil
	}
	m.Cursor, m.Total = ch.Next, ch.Total
}

// Read follows the source until there is no more, and returns the pages.
func (m *Mirror) Read(t testing.TB, src model.Source, b model.Budget) []model.Changes {
	t.Helper()
	var all []model.Changes
	for range pages {
		ch, err := src.Changes(context.Background(), m.Cursor, b)
		if err != nil {
			t.Fatalf("reading on from page %d: %v", len(all), err)
		}
		all = append(all, ch)
		m.Apply(ch)
		if !ch.More {
			return all
		}
	}
	t.Fatalf("the source has more after %d pages", pages)
	return nil
}

// Same fails t unless a mirror knows just what was written, without errors unless it was
// read with them.
func (m *Mirror) Same(t testing.TB, want map[model.Key]model.Experiment, withErrors bool) {
	t.Helper()
	if len(m.Known) != len(want) {
		t.Errorf("%d experiments, want %d", len(m.Known), len(want))
	}
	if m.Total >= 0 && m.Total != len(want) {
		t.Errorf("the source says that there are %d experiments, want %d", m.Total, len(want))
	}
	for k, e := range want {
		got, ok := m.Known[k]
		if !ok {
			t.Errorf("experiment %v of tenant %q is missing", k.ID, k.Tenant)
			continue
		}
		if !withErrors {
			e.Error = text.Lines{}
		}
		SameSummary(t, got, e.Summary)
	}
}

// SameSummary fails t unless two summaries hold the same: raw texts, equal plans, times to
// the microsecond, and the time of day bit by bit, where NaN is NaN and −0 is not 0.
func SameSummary(t testing.TB, got, want model.Summary) {
	t.Helper()
	if got.Name.Raw() != want.Name.Raw() || got.Error.Raw() != want.Error.Raw() {
		t.Errorf("experiment %v: name %q, error %q; want %q, %q", want.ID, got.Name.Raw(), got.Error.Raw(), want.Name.Raw(), want.Error.Raw())
	}
	if !got.Plan.Equal(want.Plan) {
		t.Errorf("experiment %v: plan %+v, want %+v", want.ID, got.Plan, want.Plan)
	}
	if g, w := math.Float64bits(got.Now.T), math.Float64bits(want.Now.T); g != w {
		t.Errorf("experiment %v: time of day %v (%#x), want %v (%#x)", want.ID, got.Now.T, g, want.Now.T, w)
	}
	if !got.Models.Equal(want.Models) {
		t.Errorf("experiment %v: models %q, want %q", want.ID, got.Models.All(), want.Models.All())
	}
	if !got.Dir.Equal(want.Dir) {
		t.Errorf("experiment %v: run directory %+v, want %+v", want.ID, got.Dir, want.Dir)
	}
	plain := func(s model.Summary) model.Summary {
		s.Plan, s.Models, s.Dir, s.Now.T = nil, nil, nil, 0
		s.Created, s.Updated = s.Created.Truncate(time.Microsecond).UTC(), s.Updated.Truncate(time.Microsecond).UTC()
		return s
	}
	if g, w := plain(got), plain(want); g != w {
		t.Errorf("experiment %v:\n got %+v\nwant %+v", want.ID, g, w)
	}
}
