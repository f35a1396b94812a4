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
	busy      time.Duration
	requests  int
	histories int // of the requests
}

const (
	burdenRows   = 10_000
	burdenScreen = 40 // rows that a monitor has in view
	listTakes    = 2900 * time.Millisecond
	oneTakes     = 2500 * time.Microsecond
	historyTakes = 77 * time.Millisecond // out of a table of 1,000,000 rows
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
		if id, ok := strings.CutPrefix(r.URL.Path, "/api/experiments/"); strings.HasSuffix(id, "/status") {
			took, body = historyTakes, []byte(`{"data":[{"day":0,"t":28801.0,"created_at":"2026-11-24T07:00:00Z"}]}`)
			l.histories++
		} else if ok {
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

// burdenMonitor is a monitor of that server: each run in view that is RUNNING it asks for its steps.
type burdenMonitor struct {
	c     *Client
	b     model.Budget
	since model.Cursor
	next  time.Time
	steps []model.Key // of these runs it knows no steps yet
}

// newMonitors makes some monitors, each with a screen of rows of its own, of which every so manyth
// run is in view: the first of five is RUNNING.
func (l *burdened) newMonitors(t testing.TB, n, every int) []*burdenMonitor {
	all := make([]*burdenMonitor, n)
	for i := range all {
		c, err := Open(l.URL, model.Access{Now: l.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		c.link.Watch = l.Now
		m := &burdenMonitor{c: c, b: model.Budget{Interval: pollInterval, Rows: 20_000}, next: l.Now()}
		for row := range burdenScreen {
			at := (burdenScreen*i + row) * every
			m.b.Watched = append(m.b.Watched, burdenKey(at))
			if at%5 == 0 {
				m.steps = append(m.steps, burdenKey(at))
			}
		}
		all[i] = m
	}
	return all
}

// tick reads once, and then the steps of the next run, if it need not wait for that.
func (m *burdenMonitor) tick(t testing.TB, l *burdened) {
	ch, err := m.c.Changes(context.Background(), m.since, m.b)
	if err != nil {
		t.Fatal(err)
	}
	if m.since, m.next = ch.Next, l.Now(); ch.More {
		return
	}
	m.next = l.Now().Add(pollInterval)
	for len(m.steps) > 0 {
		m.c.mu.Lock()
		before := m.c.ration
		wait := before.History(l.Now())
		m.c.mu.Unlock()
		if wait > 0 {
			return
		}
		if all, err := m.c.RunData(m.steps[0]).Steps(context.Background()); err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		m.steps = m.steps[1:]
	}
}

// load is what monitors cost a server.
type load struct {
	part      float64 // of its time
	minutely  float64 // requests
	histories int
}

// monitors lets some monitors watch for a while, and returns what they cost.
func (l *burdened) monitors(t testing.TB, n, every int, long time.Duration) load {
	all := l.newMonitors(t, n, every)
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
		first.tick(t, l)
	}
	return load{l.busy.Seconds() / long.Seconds(), float64(l.requests) / long.Minutes(), l.histories}
}

// TestWhatAServerBears holds budget 16, of a screen of which every fifth row is RUNNING, and of one of
// which all are.
func TestWhatAServerBears(t *testing.T) {
	for _, every := range []int{1, 5} {
		got := newBurdened(t).monitors(t, 1, every, 10*time.Minute)
		t.Logf("%.2f %% of the time, %.0f requests a minute, %d histories", 100*got.part, got.minutely, got.histories)
		if got.part > 0.03 || got.minutely > 60 || got.histories < 8 {
			t.Errorf("one monitor takes %.2f %% of the time in %.0f requests a minute, with %d histories", 100*got.part, got.minutely, got.histories)
		}
	}
}

// BenchmarkBudget16Monitors prints budget 16, of screens of which all rows are RUNNING.
func BenchmarkBudget16Monitors(b *testing.B) {
	var one, eight load
	for b.Loop() {
		one = newBurdened(b).monitors(b, 1, 5, 10*time.Minute)
		eight = newBurdened(b).monitors(b, 8, 5, 10*time.Minute)
	}
	b.ReportMetric(float64(one.histories), "histories-of-one")
	b.ReportMetric(float64(eight.histories), "histories-of-eight")
	budget.Report(b, "16a", one.part)
	budget.Report(b, "16b", one.minutely)
	budget.Report(b, "16c", eight.part)
}
