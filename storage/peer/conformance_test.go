package peer

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/remote/link"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// over is a client of a handler on a server that is closed at the end of the test.
func over(t testing.TB, h http.Handler) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	l, err := link.Open(s.URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	return Over(l)
}

func TestAClientOfMemoryPasses(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storagetest.Lab {
		m := storagetest.NewMemory()
		return storagetest.Lab{
			Open: func(t *testing.T) model.Source { return over(t, serve.New(m, serve.Options{})) },
			Write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
				m.Put(put...)
				m.Delete(gone...)
			},
			Fill: func(_ *testing.T, e model.Experiment, s storagetest.RunData) { m.SetRunData(e.Key, s) },
			Dirs: true,
		}
	})
}

func TestAClientOfALabFilePasses(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		path := filepath.Join(t.TempDir(), "lab.db")
		update := func(t *testing.T, fn func(*bolt.Batch) error) {
			t.Helper()
			if err := bolt.Open(path, bolt.Options{Write: true}).Update(context.Background(), fn); err != nil {
				t.Fatal(err)
			}
		}
		update(t, func(*bolt.Batch) error { return nil })
		src := bolt.Open(path, bolt.Options{})
		t.Cleanup(func() { _ = src.Close() })
		return storagetest.Lab{
			Open: func(t *testing.T) model.Source { return over(t, serve.New(src, serve.Options{})) },
			Write: func(t *testing.T, put []model.Experiment, gone []model.Key) {
				t.Helper()
				update(t, func(b *bolt.Batch) error { return storagetest.Write(b, put, gone) })
			},
			Fill: func(t *testing.T, e model.Experiment, s storagetest.RunData) {
				t.Helper()
				update(t, func(b *bolt.Batch) error { return s.Write(b, e.Key) })
			},
			Check: func(t *testing.T) {
				report, err := check.Lab(context.Background(), path, nil)
				if err != nil || len(report.Problems) > 0 {
					t.Errorf("%v (%v)", report.Problems, err)
				}
			},
		}
	})
}
