package demo

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
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
