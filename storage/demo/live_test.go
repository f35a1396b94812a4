package demo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
)

func TestWrite(t *testing.T) {
	o := options(t)
	o.Experiments = 500
	var last, total int64
	if err := Write(t.Context(), o, func(done, all int64) { last, total = done, all }); err != nil {
		t.Fatal(err)
	}
	if last != 500 || total != 500 {
		t.Errorf("advance ended at %d of %d", last, total)
	}
	store := bolt.Open(o.Path, bolt.Options{Write: true})
	claim, err := store.Claim("a recorder", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), o, nil); !errors.Is(err, model.ErrRecorder) {
		t.Errorf("error %v", err)
	}
	if err := claim.Release(); err != nil {
		t.Fatal(err)
	}
}

// TestALabOfOtherData: a demo writes into its own lab again, and leaves any other as it is.
func TestALabOfOtherData(t *testing.T) {
	o := options(t)
	for range 2 {
		if err := Write(t.Context(), o, nil); err != nil {
			t.Fatal(err)
		}
	}
	later := model.Liveness{AsOf: time.Now().Add(time.Hour), Why: text.Clean("the demo has ended")}
	if err := bolt.Open(o.Path, bolt.Options{Write: true}).Settle(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), o, nil); err != nil {
		t.Errorf("a demo of an older version: %v", err)
	}
	for _, why := range []string{"", model.Imported, model.NoRecorder} {
		o := options(t)
		store := bolt.Open(o.Path, bolt.Options{Write: true})
		err := store.Update(t.Context(), func(b *bolt.Batch) error {
			if why != "" {
				b.SetAsOf(model.Liveness{AsOf: start.Add(-time.Hour), Why: text.Clean(why)})
			}
			_, err := b.Put(model.Experiment{Summary: model.Summary{Key: model.Key{ID: uuid.New()}, Created: start}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before := must[[]byte](t)(os.ReadFile(o.Path))
		if err := Write(t.Context(), o, nil); !errors.Is(err, model.ErrNotDemo) {
			t.Errorf("%q: error %v", why, err)
		}
		if err := Live(t.Context(), o, time.Now, func() {}); !errors.Is(err, model.ErrNotDemo) {
			t.Errorf("%q: error of a live demo %v", why, err)
		}
		if !bytes.Equal(before, must[[]byte](t)(os.ReadFile(o.Path))) {
			t.Errorf("%q: the lab was changed", why)
		}
	}
}

func TestLive(t *testing.T) {
	// What the lab file packs with is shared, and must not be made within the bubble.
	l := told(t, 1, 0)
	must[[]model.Profile](t)(l.store.RunData(l.peopled()[0].e.Key).Profiles(t.Context()))
	synctest.Test(t, func(t *testing.T) {
		o := options(t)
		o.Start = time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- Live(ctx, o, time.Now, func() {}) }()
		time.Sleep(2 * time.Minute) // of the bubble's clock
		synctest.Wait()
		store := bolt.Open(o.Path, bolt.Options{})
		n := count(list(t, store))
		if n[model.Finished] < 3 || n[model.Failed] < 3 {
			t.Errorf("after two minutes: %v", n)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		for _, s := range list(t, store) {
			if s.Status == model.NotStarted {
				continue
			}
			timeline, err := store.RunData(s.Key).Timeline(t.Context())
			if steps := s.Plan.Done(s.Now.Seconds()); err != nil || int64(len(timeline)) != steps {
				t.Errorf("%q: %d moments of %d steps (%v)", s.Name, len(timeline), steps, err)
			}
		}
	})
}
