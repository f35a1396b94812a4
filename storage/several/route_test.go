package several

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// writable is a source whose experiments can be changed, with questionnaires.
type writable struct {
	*storagetest.Memory
	carried []model.Key
}

func (*writable) Forbids(c model.Control) error {
	if c == model.ControlDelete {
		return model.ErrNotOffered
	}
	return nil
}

func (w *writable) Carry(_ context.Context, k model.Key, o model.Order, _ model.ProgressFunc) model.ControlResult {
	w.carried = append(w.carried, k)
	r := model.NewResult(k, o.Control, "", nil)
	r.State = &model.Summary{Key: k}
	return r
}

func (*writable) Probe(context.Context) (model.EndpointReport, error) {
	return model.EndpointReport{Title: text.Clean("a server")}, nil
}

// plain is a source without anything that a source need not have.
type plain struct{ model.Source }

// TestEachKeyLeadsToItsSource, for all that a source can do.
func TestEachKeyLeadsToItsSource(t *testing.T) {
	all := storagetest.Experiments(3)
	w, m := &writable{Memory: storagetest.NewMemory()}, storagetest.NewMemory()
	inner := all[2]
	inner.Source = model.NewSourceName("inner")
	w.Put(all[:2]...)
	m.Put(all[1], inner)
	w.SetSurveys(model.Survey{ID: uuid.UUID{1}}, model.Survey{ID: uuid.UUID{2}})
	m.SetRunData(all[1].Key, storagetest.RunData{Log: "of b\n"})
	part := func(name string, src model.Source) Part {
		return Part{Name: model.NewSourceName(name), Open: func(context.Context) (model.Source, error) { return src, nil }}
	}
	s, err := Join(t.Context(), []Part{part("a", w), part("/b", plain{m})})
	if err != nil {
		t.Fatal(err)
	}
	var r storagetest.Mirror
	r.Read(t, s, model.Budget{})
	keys := []model.Key{key("a", all[0]), key("a", all[1]), key("/b", all[1]), key("/b/inner", inner)}
	for _, k := range keys {
		if e, err := s.Experiment(t.Context(), k); err != nil || e.Key != k || r.Known[k].Key != k {
			t.Errorf("%v: %+v, %v", k, e.Key, err)
		}
	}
	got, err := s.Experiments(t.Context(), []model.Key{keys[3], {ID: uuid.Max}, keys[1], keys[2]})
	if err != nil || len(got) != 3 || got[0].Key != keys[3] || got[1].Key != keys[1] || got[2].Key != keys[2] {
		t.Errorf("several at once: %d, %v", len(got), err)
	}
	if log, err := s.RunData(keys[2]).Log(t.Context(), model.LogBudget{}); err != nil || log.Lines.Raw() != "of b" {
		t.Errorf("the log %q, %v", log.Lines.Raw(), err)
	}
	if e, err := s.Find(t.Context(), all[2].ID); err != nil || e.Key != keys[3] {
		t.Errorf("finding one: %v, %v", e.Key, err)
	}
	if _, err := s.Find(t.Context(), all[1].ID); !errors.Is(err, model.ErrAmbiguous) {
		t.Errorf("finding one of two: %v", err)
	}
	if _, err := s.Find(t.Context(), uuid.Max); !errors.Is(err, model.ErrNoExperiment) {
		t.Errorf("finding none: %v", err)
	}
	if surveys, err := s.Surveys(t.Context()); err != nil || len(surveys) != 2 {
		t.Errorf("%d questionnaires, %v", len(surveys), err)
	}
	testControls(t, s, w, keys)
	testOnly(t, s, keys)
	of := model.OfTenants(s, []string{all[0].Tenant.Raw()})
	if e, err := of.(model.Finder).Find(t.Context(), all[0].ID); err != nil || e.Key != keys[0] || model.Part(of, keys[0].Source) == of {
		t.Errorf("of a tenant: %v, %v", e.Key, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// testControls: each source has its own right to write.
func testControls(t *testing.T, s *Source, w *writable, keys []model.Key) {
	t.Helper()
	stop := model.Order{Control: model.ControlStop}
	if res := s.Carry(t.Context(), keys[1], stop, nil); res.Outcome != model.OutcomeDone || res.Key != keys[1] || res.State.Key != keys[1] || len(w.carried) != 1 || !w.carried[0].Source.Empty() {
		t.Errorf("%+v, %v", res, w.carried)
	}
	if res := s.Carry(t.Context(), keys[2], stop, nil); res.Outcome != model.OutcomeRefused || !errors.Is(res.Err, model.ErrNotOffered) {
		t.Errorf("%+v", res)
	}
	if s.Forbids(model.ControlStop) != nil || s.Forbids(model.ControlDelete) == nil {
		t.Errorf("it forbids %v and %v", s.Forbids(model.ControlStop), s.Forbids(model.ControlDelete))
	}
	run := func(k model.Key) *model.Summary { return &model.Summary{Key: k, Status: model.Running} }
	if a, b := model.Permits(s, model.Liveness{}, model.ControlStop, run(keys[1])), model.Permits(s, model.Liveness{}, model.ControlStop, run(keys[2])); a != nil || !errors.Is(b, model.ErrNotOffered) {
		t.Errorf("permits: %v, %v", a, b)
	}
}

// testOnly: one of the sources has its own experiments, by the keys of the whole.
func testOnly(t *testing.T, s *Source, keys []model.Key) {
	t.Helper()
	for name, want := range map[string][]model.Key{"a": keys[:2], "/b": keys[2:], "/b/inner": keys[3:]} {
		src := s.Only(model.NewSourceName(name))
		var m storagetest.Mirror
		m.Read(t, src, model.Budget{})
		for k := range m.Known {
			if !slices.Contains(want, k) {
				t.Errorf("%s has %v", name, k)
			}
		}
		if len(m.Known) != len(want) {
			t.Errorf("%s has %d experiments, want %d", name, len(m.Known), len(want))
		}
		if e, err := src.(model.Finder).Find(t.Context(), want[len(want)-1].ID); err != nil || e.Key != want[len(want)-1] {
			t.Errorf("%s: finding one: %v, %v", name, e.Key, err)
		}
		if _, probes := src.(model.Prober); probes != (name == "a") {
			t.Errorf("%s can be asked what it is: %v", name, probes)
		}
	}
	if s.Only(model.NewSourceName("c")) != nil {
		t.Error("there is a source c")
	}
}
