package remote

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/budget"
)

// burdened is the server of budget 16: 10,000 experiments, of which every fifth is RUNNING and
// has not moved for an hour. It answers one request after the other, and has a clock on which its
// answers take as long as they were measured to take AgentSociety.
type burdened struct {
	*httptest.Server
	hourly
	busy     time.Duration
	requests int
}

const (
	burdenRows = 10_000
	listTakes  = 2900 * time.Millisecond
	oneTakes   = 2500 * time.Microsecond
)

func newBurdened(t testing.TB) *burdened {
	l := &burdened{hourly: hourly{now: labStart}}
	var list bytes.Buffer
	list.WriteString(`{"data":[`)
	for i := range burdenRows {
		if i > 0 {
			list.WriteByte(',')
		}
		list.WriteString(burdenRow(i))
	}
	list.WriteString(`]}`)
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		took, body := listTakes, list.Bytes()
		if id, ok := strings.CutPrefix(r.URL.Path, "/api/experiments/"); ok {
			n := uuid.MustParse(id)
			took, body = oneTakes, []byte(`{"data":`+burdenRow(int(n[14])<<8|int(n[15]))+`}`)
		}
		l.requests++
		l.busy += took
		l.now = l.now.Add(took)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", l.now.Format(http.TimeFormat))
		_, _ = w.Write(body)
	}))
	t.Cleanup(l.Close)
	return l
}

// burdenKey is the i-th experiment.
func burdenKey(i int) model.Key { return model.Key{ID: uuid.UUID{14: byte(i >> 8), 15: byte(i)}} }

func burdenRow(i int) string {
	status := model.Finished
	if i%5 == 0 {
		status = model.Running
	}
	return fmt.Sprintf(`{"id":%q,"name":"run %d","status":%d,"cur_day":0,"cur_t":29101.0,"config":"exp:\n  workflow:\n  - steps: 100\n    type: step\n","created_at":"2026-11-24T06:00:00Z","updated_at":"2026-11-24T07:00:00Z"}`,
		burdenKey(i).ID, i, status)
}

// monitors lets some monitors, each with a screen of 40 rows, watch for a while, and returns how
// much of it they took, and the requests a minute.
func (l *burdened) monitors(t testing.TB, n int, long time.Duration) (part, minutely float64) {
	type monitor struct {
		c     *Client
		b     model.Budget
		since model.Cursor
		next  time.Time
	}
	all := make([]*monitor, n)
	for i := range all {
		c, err := Open(l.URL, model.Access{Now: l.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.link.Watch = l.Now
		m := &monitor{c: c, b: model.Budget{Interval: pollInterval, Rows: 20_000}, next: l.Now()}
		for row := range 40 {
			m.b.Watched = append(m.b.Watched, burdenKey(40*i+row))
		}
		all[i] = m
	}
	for begun := l.Now(); l.Now().Sub(begun) < long; {
		first := all[0]
		for _, m := range all {
			if m.next.Before(first.next) {
				first = m
			}
		}
		if wait := first.next.Sub(l.Now()); wait > 0 {
			l.pass(wait)
		}
		ch, err := first.c.Changes(context.Background(), first.since, first.b)
		if err != nil {
			t.Fatal(err)
		}
		if first.since, first.next = ch.Next, l.Now(); !ch.More {
			first.next = l.Now().Add(pollInterval)
		}
	}
	return l.busy.Seconds() / long.Seconds(), float64(l.requests) / long.Minutes()
}

// TestWhatAServerBears holds budget 16.
func TestWhatAServerBears(t *testing.T) {
	part, minutely := newBurdened(t).monitors(t, 1, 10*time.Minute)
	t.Logf("%.1f %% of the time, %.0f requests a minute", 100*part, minutely)
	if part > 0.03 || minutely > 60 {
		t.Errorf("one monitor takes %.1f %% of the time in %.0f requests a minute", 100*part, minutely)
	}
}

// BenchmarkBudget16Monitors prints budget 16.
func BenchmarkBudget16Monitors(b *testing.B) {
	var one, minutely, eight float64
	for b.Loop() {
		one, minutely = newBurdened(b).monitors(b, 1, 10*time.Minute)
		eight, _ = newBurdened(b).monitors(b, 8, 10*time.Minute)
	}
	budget.Report(b, "16a", one)
	budget.Report(b, "16b", minutely)
	budget.Report(b, "16c", eight)
}
