package serve

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/several"
	"societop/storage/storagetest"
)

// dying is a source that answers no question about an experiment once it is dead.
type dying struct {
	*storagetest.Memory
	dead  atomic.Bool
	asked atomic.Int32
}

func (d *dying) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	if d.dead.Load() {
		d.asked.Add(1)
		return model.Experiment{}, &model.Error{Op: "read", Address: "b", Err: model.ErrUnreachable}
	}
	return d.Memory.Experiment(ctx, k)
}

// TestTheListOutlivesASource: of several sources one that is dead leaves the rows of the others whole,
// its own as they were last read, and is not asked for each.
func TestTheListOutlivesASource(t *testing.T) {
	all := storagetest.Experiments(60)
	for i := range all {
		all[i].Config = text.CleanLines("model: qwen\n")
	}
	a, b := &dying{Memory: storagetest.NewMemory()}, &dying{Memory: storagetest.NewMemory()}
	a.Put(all[:30]...)
	b.Put(all[30:]...)
	parts := map[string]model.Source{"a": a, "b": b}
	var specs []several.Part
	for _, name := range []string{"a", "b"} {
		specs = append(specs, several.Part{Name: model.NewSourceName(name), Open: func(context.Context) (model.Source, error) { return parts[name], nil }})
	}
	src, err := several.Join(t.Context(), specs)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	h := New(src, Options{})
	count := func(configs int) {
		t.Helper()
		list := ask(h, "GET", "/api/experiments").Body.String()
		if strings.Count(list, `"source":"a"`) != 30 || strings.Count(list, `"source":"b"`) != 30 || strings.Count(list, "qwen") != configs || !strings.HasSuffix(list, "]}") {
			t.Errorf("want %d configs:\n%s", configs, list)
		}
	}
	count(60)
	b.dead.Store(true)
	count(30)
	if n := b.asked.Load(); n > 2 {
		t.Errorf("the dead source was asked %d times", n)
	}
}
