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
