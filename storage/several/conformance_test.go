package several

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/remote"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// names are those of the sources of a test.
var names = []model.SourceName{model.NewSourceName("memory"), model.NewSourceName("/data/lab.db"), model.NewSourceName("http://lab-7")}

// homeOf is the source that a test puts an experiment into.
func homeOf(id uuid.UUID) int { return int(id[0]) % len(names) }

// nameless is several sources whose keys are without a source, which is that of homeOf.
type nameless struct{ *Source }

func (n nameless) named(k model.Key) model.Key {
	k.Source = names[homeOf(k.ID)]
	return k
}

// without is a key as the suite knows it. It fails t where the source is another than it should be.
func (n nameless) without(k model.Key) model.Key {
	if k.Source != names[homeOf(k.ID)] {
		panic("an experiment has come into another source: " + k.Source.String())
	}
	k.Source = model.SourceName{}
	return k
}

func (n nameless) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	ch, err := n.Source.Changes(ctx, since, b)
	for i := range ch.Put {
		ch.Put[i].Key = n.without(ch.Put[i].Key)
	}
	for i := range ch.Gone {
		ch.Gone[i] = n.without(ch.Gone[i])
	}
	return ch, err
}

func (n nameless) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	e, err := n.Source.Experiment(ctx, n.named(k))
	if err == nil {
		e.Key = n.without(e.Key)
	}
	return e, err
}

func (n nameless) RunData(k model.Key) model.RunData { return n.Source.RunData(n.named(k)) }

// home is one of the sources of a test.
type home struct {
	open  func() (model.Source, error)
	write func(t *testing.T, put []model.Experiment, gone []model.Key)
	fill  func(t *testing.T, k model.Key, data storagetest.RunData)
}

// homes are a source in memory, a lab file and an endpoint, with the clock of the endpoint.
func homes(t *testing.T) []home {
	t.Helper()
	memory, server, lab := storagetest.NewMemory(), remotetest.New(), filepath.Join(t.TempDir(), "lab.db")
	clock, url := &hourly{now: time.Now()}, server.Start(t)
	update := func(t *testing.T, change func(b *bolt.Batch) error) {
		t.Helper()
		if err := bolt.Open(lab, bolt.Options{Write: true}).Update(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	update(t, func(*bolt.Batch) error { return nil })
	return []home{{
		open: func() (model.Source, error) { return memory, nil },
		write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
			memory.Put(put...)
			memory.Delete(gone...)
		},
		fill: func(_ *testing.T, k model.Key, data storagetest.RunData) { memory.SetRunData(k, data) },
	}, {
		open: func() (model.Source, error) { return bolt.Open(lab, bolt.Options{}), nil },
		write: func(t *testing.T, put []model.Experiment, gone []model.Key) {
			t.Helper()
			update(t, func(b *bolt.Batch) error { return storagetest.Write(b, put, gone) })
		},
		fill: func(t *testing.T, k model.Key, data storagetest.RunData) {
			t.Helper()
			update(t, func(b *bolt.Batch) error { return data.Write(b, k) })
		},
	}, {
		open: func() (model.Source, error) { return remote.Open(url, model.Access{Now: clock.Now}) },
		write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
			server.Put(put...)
			server.Delete(gone...)
			clock.pass(time.Hour)
		},
		fill: func(_ *testing.T, k model.Key, data storagetest.RunData) { server.SetRunData(k, data) },
	}}
}

// hourly is a clock that passes only when it is told to.
type hourly struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hourly) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hourly) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func TestSource(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		all := homes(t)
		return storagetest.Lab{
			Open: func(t *testing.T) model.Source {
				var parts []Part
				for i, h := range all {
					parts = append(parts, Part{Name: names[i], Open: func(context.Context) (model.Source, error) { return h.open() }})
				}
				s, err := Join(t.Context(), parts)
				if err != nil {
					t.Fatal(err)
				}
				return nameless{s}
			},
			Write: func(t *testing.T, put []model.Experiment, gone []model.Key) {
				for i, h := range all {
					var own []model.Experiment
					var ended []model.Key
					for _, e := range put {
						if homeOf(e.ID) == i {
							own = append(own, e)
						}
					}
					for _, k := range gone {
						if homeOf(k.ID) == i {
							ended = append(ended, k)
						}
					}
					h.write(t, own, ended)
				}
			},
			Fill: func(t *testing.T, e model.Experiment, s storagetest.RunData) { all[homeOf(e.ID)].fill(t, e.Key, s) },
		}
	})
}
