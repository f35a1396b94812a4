//go:build unix

package ssh

import (
	"context"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/storagetest"
)

// lab is a lab file on a machine.
func (m *machine) lab(t *testing.T, host string) storagetest.Lab {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	update := func(t *testing.T, fn func(*bolt.Batch) error) {
		t.Helper()
		if err := bolt.Open(path, bolt.Options{Write: true}).Update(context.Background(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(t, func(*bolt.Batch) error { return nil })
	return storagetest.Lab{
		Open: func(t *testing.T) model.Source {
			t.Helper()
			src, err := Open("ssh://"+host+path, model.Access{Environ: m.environ})
			if err != nil {
				t.Fatal(err)
			}
			src.to.program = m.ssh
			return src
		},
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
}

func TestSourceOverAStub(t *testing.T) {
	m := newMachine(t, nil)
	storagetest.Run(t, func(t *testing.T) storagetest.Lab { return m.lab(t, "lab-7") })
}

func TestSourceOverSSHD(t *testing.T) {
	m, d := daemon(t)
	d.Share(t)
	storagetest.Run(t, func(t *testing.T) storagetest.Lab { return m.lab(t, d.Host) })
}
