package serve

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/remote"
	"societop/storage/storagetest"
)

// served is a lab whose sources are read through a server and the client of endpoints.
func served(t *testing.T, src model.Source, lab storagetest.Lab) storagetest.Lab {
	t.Helper()
	s := httptest.NewServer(New(src, Options{}))
	t.Cleanup(s.Close)
	var hours atomic.Int64 // an hour later a list is due again
	write := lab.Write
	lab.Write = func(t *testing.T, put []model.Experiment, gone []model.Key) {
		write(t, put, gone)
		hours.Add(1)
	}
	lab.Open = func(t *testing.T) model.Source {
		t.Helper()
		c, err := remote.Open(s.URL, model.Access{Now: func() time.Time { return time.Now().Add(time.Duration(hours.Load()) * time.Hour) }})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return lab
}

func TestAClientOfAServedMemoryPasses(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		m := storagetest.NewMemory()
		return served(t, m, storagetest.Lab{
			Write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
				m.Put(put...)
				m.Delete(gone...)
			},
			Fill: func(_ *testing.T, e model.Experiment, s storagetest.RunData) { m.SetRunData(e.Key, s) },
		})
	})
}

func TestAClientOfAServedLabFilePasses(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		path := filepath.Join(t.TempDir(), "lab.db")
		write := func(t *testing.T, put []model.Experiment, gone []model.Key) {
			t.Helper()
			writeLab(t, path, put, gone...)
		}
		write(t, nil, nil)
		src := bolt.Open(path, bolt.Options{})
		t.Cleanup(func() { _ = src.Close() })
		return served(t, src, storagetest.Lab{
			Write: write,
			Fill: func(t *testing.T, e model.Experiment, s storagetest.RunData) {
				t.Helper()
				err := bolt.Open(path, bolt.Options{Write: true}).Update(context.Background(), func(b *bolt.Batch) error { return s.Write(b, e.Key) })
				if err != nil {
					t.Fatal(err)
				}
			},
			Check: func(t *testing.T) {
				report, err := check.Lab(context.Background(), path, nil)
				if err != nil || len(report.Problems) > 0 {
					t.Errorf("%v (%v)", report.Problems, err)
				}
			},
		})
	})
}

// writeLab writes one batch into a lab file.
func writeLab(t testing.TB, path string, put []model.Experiment, gone ...model.Key) {
	t.Helper()
	err := bolt.Open(path, bolt.Options{Write: true}).Update(context.Background(), func(b *bolt.Batch) error { return storagetest.Write(b, put, gone) })
	if err != nil {
		t.Fatal(err)
	}
}
