package record

import (
	"context"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/kept"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// TestALabThatIsServedIsRecordedWhole: lab → serve → remote → record → lab: both hold the
// same, but for the secrets that serve masks.
func TestALabThatIsServedIsRecordedWhole(t *testing.T) {
	first := filepath.Join(t.TempDir(), "first.db")
	err := bolt.Open(first, bolt.Options{Write: true}).Update(context.Background(), func(b *bolt.Batch) error {
		for i, e := range storagetest.Experiments(30) {
			if _, err := b.Put(e); err != nil {
				return err
			}
			if e.Status == model.NotStarted {
				continue
			}
			if err := runOf(3+i%4, 5+rand.IntN(20)).Write(b, e.Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lab := bolt.Open(first, bolt.Options{})
	defer lab.Close()
	server := httptest.NewServer(serve.New(lab, serve.Options{}))
	defer server.Close()
	second := filepath.Join(t.TempDir(), "second.db")
	o := quick
	o.Interval = time.Second
	if err := Record(context.Background(), from(t, server.URL), second, o, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, second), lab)
}

// TestWhatIsKeptOfFilesIsRecorded copies from a lab file also what it keeps for exports.
func TestWhatIsKeptOfFilesIsRecorded(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "first.db"), filepath.Join(t.TempDir(), "second.db")
	e := storagetest.Experiments(1)[0]
	e.Status = model.Finished
	want := map[string]string{kept.Artifacts: string(kept.AppendArtifacts(nil, `{"a": 1}`)), kept.Offset: kept.UTC}
	err := bolt.Open(first, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error {
		if _, err := b.Put(e); err != nil {
			return err
		}
		if err := runOf(3, 5).Write(b, e.Key); err != nil {
			return err
		}
		for name, value := range want {
			if err := b.PutCheckpoint(e.Key, name, value); err != nil {
				return err
			}
		}
		return b.PutCheckpoint(e.Key, "another", "1")
	})
	if err != nil {
		t.Fatal(err)
	}
	lab := bolt.Open(first, bolt.Options{})
	defer lab.Close()
	if err := Record(t.Context(), lab, second, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	copied := bolt.Open(second, bolt.Options{})
	defer copied.Close()
	got, err := copied.Checkpoints(t.Context(), e.Key)
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, %v, want %q", name, got[name], err, value)
		}
	}
	if got["another"] != "" {
		t.Errorf("a checkpoint of something else was copied: %q", got)
	}
}
