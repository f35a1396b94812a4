package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// TestAnIDInSeveralSources is an experiment in each, with all its own data.
func TestAnIDInSeveralSources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	names := []string{"", "/data/a.db", "http://lab-7:8080", "实验室", "/data/a.db/inner", strings.Repeat("x", layout.MaxSource)}
	var all []model.Experiment
	for i, name := range names {
		for _, tenant := range []string{"", "default", "a\x00b"} {
			e := storagetest.Experiments(3)[2]
			e.Tenant, e.Source, e.InputTokens = text.Clean(tenant), model.NewSourceName(name), int64(i)
			all = append(all, e)
		}
	}
	writeLab(t, path, all)
	for i, e := range all {
		fillLab(t, path, e.Key, storagetest.RunData{Log: "of " + names[i/3] + e.Tenant.Raw() + "\n"})
	}
	checkLab(t, path)
	s := Open(path, Options{})
	var m storagetest.Mirror
	m.Read(t, s, model.Budget{Rows: 4, Errors: true})
	want := map[model.Key]model.Experiment{}
	for i, e := range all {
		want[e.Key] = e
		got, err := s.Experiment(t.Context(), e.Key)
		if err != nil || got.Key != e.Key || got.InputTokens != e.InputTokens {
			t.Errorf("%q: %+v, %v", names[i/3], got.Key, err)
		}
		if log, err := s.RunData(e.Key).Log(t.Context(), model.LogBudget{}); err != nil || strings.TrimSuffix(log.Lines.Raw(), "\n") != "of "+names[i/3]+e.Tenant.Raw() {
			t.Errorf("%q: the log %q, %v", names[i/3], log.Lines.Raw(), err)
		}
	}
	m.Same(t, want, true)
	if _, err := s.Find(t.Context(), all[0].ID); !errors.Is(err, model.ErrAmbiguous) || !strings.Contains(err.Error(), "实验室") {
		t.Errorf("finding it: %v", err)
	}
	writeLab(t, path, nil, all[4].Key, all[7].Key)
	m.Read(t, s, model.Budget{Errors: true})
	delete(want, all[4].Key)
	delete(want, all[7].Key)
	m.Same(t, want, true)
	checkLab(t, path)
	long := all[0]
	long.Source = model.NewSourceName(strings.Repeat("x", layout.MaxSource+1))
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error { _, err := b.Put(long); return err })
	if err == nil {
		t.Error("a name that is too long is taken")
	}
}
