package remote

import (
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// hourly is a clock that the test moves: an hour later a list is due again.
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

// clientOf is a Client of a server by a clock.
func clientOf(t testing.TB, url string, clock *hourly) *Client {
	t.Helper()
	c, err := Open(url, model.Access{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSource(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		server, clock := remotetest.New(), &hourly{now: time.Now()}
		url := server.Start(t)
		return storagetest.Lab{
			Open: func(t *testing.T) model.Source { return clientOf(t, url, clock) },
			Write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
				server.Put(put...)
				server.Delete(gone...)
				clock.pass(time.Hour)
			},
			Fill: func(_ *testing.T, e model.Experiment, s storagetest.RunData) { server.SetRunData(e.Key, s) },
		}
	})
}
