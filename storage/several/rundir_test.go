package several

import (
	"context"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// TestRunDirectoriesAmongOthers have all that they have by themselves, also as one of the sources.
func TestRunDirectoriesAmongOthers(t *testing.T) {
	now := func() time.Time { return time.Now().Add(24 * time.Hour) }
	root := rundirtest.Unpack(t, "2.9.2-completed", "2.9.2-killed", "2.5.4-completed")
	runs := rundir.New(root, rundir.Options{Now: now})
	m, e := storagetest.NewMemory(), storagetest.Experiments(2)[1]
	e.Dir = &model.RunDir{Done: 3, Path: text.Clean("/runs/sim-1")}
	m.Put(e)
	m.SetRunData(e.Key, storagetest.RunData{Dir: storagetest.SampleDir(3, 4)})
	part := func(name string, src model.Source) Part {
		return Part{Name: model.NewSourceName(name), Info: src.Info(), Now: now, Open: func(context.Context) (model.Source, error) { return src, nil }}
	}
	s, err := Join(t.Context(), []Part{part("cluster", runs), part("memory", m)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mirror storagetest.Mirror
	mirror.Read(t, s, model.Budget{})
	if len(mirror.Known) != 4 {
		t.Errorf("%d experiments", len(mirror.Known))
	}
	of := map[string]model.Source{"cluster": runs, "memory": m}
	for k, summary := range mirror.Known {
		own := k
		own.Source = model.SourceName{}
		src := of[k.Source.Raw()]
		want, err := src.Experiment(t.Context(), own)
		if err != nil {
			t.Fatal(err)
		}
		if !summary.Dir.Equal(want.Dir) || summary.Status != want.Status {
			t.Errorf("%+v, want %+v", summary, want.Summary)
		}
		for name, whole := range map[string]model.Source{"the whole": s, "only one": s.Only(k.Source), "a tenant": model.OfTenants(s, []string{k.Tenant.Raw()})} {
			got := whole.RunData(k)
			if _, ok := got.(model.DatasetReader); !ok {
				t.Errorf("%s does not know datasets", name)
			}
			storagetest.SameRunDir(t, got, src.RunData(own), 0, 1, 2)
		}
	}
}
