package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/storagetest"
)

func TestAnExperimentIsFoundByItsIDAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	all := storagetest.Experiments(30)
	all[1].ID = all[0].ID // of no tenant, which comes before that of all[0]
	writeLab(t, path, all)
	s := Open(path, Options{})
	for i, want := range all {
		if i == 0 {
			want = all[1]
		}
		if got, err := s.Find(context.Background(), want.ID); err != nil || got.Key != want.Key || got.Config != want.Config {
			t.Errorf("experiment %d: %v (%v)", i, got.Key, err)
		}
	}
	for _, id := range []uuid.UUID{uuid.Nil, uuid.Max} {
		if _, err := s.Find(context.Background(), id); !errors.Is(err, model.ErrNoExperiment) {
			t.Errorf("%v: %v", id, err)
		}
	}
}
