package remote

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// zoned is a server whose one experiment has the times that a test gives it.
func zoned(t *testing.T, clock *hourly) (c *Client, set func(status model.Status, created, updated string)) {
	row := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", clock.Now().Format(http.TimeFormat))
		if strings.HasSuffix(r.URL.Path, "/experiments") {
			fmt.Fprintf(w, `{"data":[%s]}`, row)
		} else {
			fmt.Fprintf(w, `{"data":%s}`, row)
		}
	}))
	t.Cleanup(server.Close)
	c = clientOf(t, server.URL, clock)
	t.Cleanup(func() { _ = c.Close() })
	return c, func(status model.Status, created, updated string) {
		row = fmt.Sprintf(`{"tenant_id":"default","id":%q,"status":%d,"created_at":%q,"updated_at":%q}`, uuid.UUID{1}, status, created, updated)
	}
}

// TestTheTimeAtWhichARunWasStopped: AgentSociety 1.5.4 and later write it in the server's zone,
// where all others are UTC with that zone for a label.
func TestTheTimeAtWhichARunWasStopped(t *testing.T) {
	for _, tc := range []struct{ name, created, moved, stopped string }{
		{"east", "2026-11-24T06:00:00+08:00", "2026-11-24T07:58:00+08:00", "2026-11-24T15:59:00+08:00"},
		{"west", "2026-11-24T06:00:00-05:00", "2026-11-24T07:58:00-05:00", "2026-11-24T02:59:00-05:00"},
		{"west, a run of ten hours", "2026-11-23T22:00:00-05:00", "2026-11-24T07:58:00-05:00", "2026-11-24T02:59:00-05:00"},
		{"UTC", "2026-11-24T06:00:00+00:00", "2026-11-24T07:58:00+00:00", "2026-11-24T07:59:00+00:00"},
		{"PostgreSQL", "2026-11-24T06:00:00Z", "2026-11-24T07:58:00Z", "2026-11-24T07:59:00Z"},
		{"before 1.5.4", "2026-11-24T06:00:00+08:00", "2026-11-24T07:58:00+08:00", "2026-11-24T07:59:00+08:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			clock := &hourly{now: labStart}
			c, set := zoned(t, clock)
			set(model.Running, tc.created, tc.moved)
			since := updatedIs(t, c, model.Cursor{}, labStart.Add(-2*time.Minute))
			set(model.Stopped, tc.created, tc.stopped)
			for range 3 { // it stays so
				clock.pass(time.Minute)
				since = updatedIs(t, c, since, labStart.Add(-time.Minute))
			}
		})
	}
}

// updatedIs reads on, and fails t unless the experiment was updated at a time, by the list and by
// itself.
func updatedIs(t *testing.T, c *Client, since model.Cursor, want time.Time) model.Cursor {
	t.Helper()
	more, k := true, model.Key{Tenant: text.Clean(model.OnlyTenant), ID: uuid.UUID{1}}
	for more {
		ch, err := c.Changes(context.Background(), since, model.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range ch.Put {
			if !s.Updated.Equal(want) {
				t.Errorf("listed as updated at %v, want %v", s.Updated, want)
			}
		}
		since, more = ch.Next, ch.More
	}
	if e, err := c.Experiment(context.Background(), k); err != nil || !e.Updated.Equal(want) {
		t.Errorf("updated at %v (%v), want %v", e.Updated, err, want)
	}
	return since
}

// TestNoTimeIsLaterThanTheServersClock, whatever the server says; and what can't be does not move
// with the clock.
func TestNoTimeIsLaterThanTheServersClock(t *testing.T) {
	for _, updated := range []string{"2026-11-25T09:00:00Z", "2099-01-01T00:00:00+08:00", "2026-11-24T08:30:00+00:00"} {
		clock := &hourly{now: labStart}
		c, set := zoned(t, clock)
		set(model.Running, "2026-11-24T06:00:00Z", updated)
		since := updatedIs(t, c, model.Cursor{}, labStart)
		clock.pass(time.Minute)
		updatedIs(t, c, since, labStart)
	}
	clock := &hourly{now: labStart}
	c, set := zoned(t, clock)
	set(model.NotStarted, "2026-11-24T15:00:00+08:00", "2026-11-24T15:00:00+08:00")
	e, err := c.Find(context.Background(), uuid.UUID{1})
	if want := labStart.Add(-time.Hour); err != nil || !e.Created.Equal(want) || !e.Updated.Equal(want) {
		t.Errorf("created at %v, updated at %v (%v), want %v", e.Created, e.Updated, err, want)
	}
}
