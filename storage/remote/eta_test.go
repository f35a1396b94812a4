package remote

import (
	"context"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"societop/model"
	"societop/storage/remote/remotetest"
)

// monitor reads a server into a lab.
type monitor struct {
	c     *Client
	lab   *model.Lab
	since model.Cursor
}

func newMonitor(t *testing.T, url string, clock *hourly) *monitor {
	c := clientOf(t, url, clock)
	t.Cleanup(func() { _ = c.Close() })
	return &monitor{c: c, lab: model.NewLab()}
}

// tick reads once.
func (m *monitor) tick(t *testing.T, clock *hourly, look model.Key) {
	t.Helper()
	for more := true; more; {
		ch, err := m.c.Changes(t.Context(), m.since, model.Budget{Interval: pollInterval, Watched: []model.Key{look}})
		if err != nil {
			t.Fatal(err)
		}
		m.lab.Apply(ch, clock.Now())
		m.since, more = ch.Next, ch.More
	}
}

// look reads the history of a run into the lab, as a monitor does once it has the run in view.
func (m *monitor) look(t *testing.T, clock *hourly, k model.Key) {
	t.Helper()
	steps, err := m.c.RunData(k).Steps(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := m.lab.Get(k); !ok || !m.lab.SetPace(k, model.PaceOf(&s, steps), clock.Now()) {
		t.Fatalf("%d steps are of no use", len(steps))
	}
}

// labelled is a server that labels its times with an offset, of which the digits are UTC.
func labelled(h http.Handler, offset string) http.Handler {
	utc := regexp.MustCompile(`(_at":"[^"]*)Z"`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(utc.ReplaceAll(answer.Body.Bytes(), []byte(`${1}`+offset+`"`)))
	})
}

// TestAMonitorJustOpenedHasTheETAOfOneThatWatched, at several times of a run of some days, on servers
// in several zones, and after the run has begun again. Who watches takes the time of the row of a
// step, where the history has that of its statuses, which are a little later; and may see a step only
// with the one after it. So the two may differ by a hundredth.
func TestAMonitorJustOpenedHasTheETAOfOneThatWatched(t *testing.T) {
	for _, offset := range []string{"Z", "+08:00", "-05:00"} {
		t.Run(offset, func(t *testing.T) {
			clock, server := &hourly{now: labStart}, remotetest.New()
			server.Clock(clock.Now)
			url := remotetest.Listen(t, labelled(server, offset)).URL
			run := server.StartRun("a society", 800, remotetest.DayAndNight(1), clock.Now())
			watching := newMonitor(t, url, clock)
			watch := func(until model.SimTime) {
				for run.Experiment.Now.Compare(until) < 0 {
					clock.pass(pollInterval)
					run.Move(clock.Now())
					watching.tick(t, clock, run.Experiment.Key)
				}
				sameETA(t, watching, newMonitor(t, url, clock), clock, run.Experiment.Key)
			}
			for _, until := range []model.SimTime{{T: 60301}, {Day: 1, T: 40201}, {Day: 2, T: 301}} {
				watch(until)
			}
			run.StartAgain(clock.Now())
			watching.tick(t, clock, run.Experiment.Key)
			for _, until := range []model.SimTime{{T: 30301}, {Day: 1, T: 301}} {
				watch(until)
			}
		})
	}
}

// sameETA fails the test unless a monitor that is opened now says what one that watched does.
func sameETA(t *testing.T, watching, opened *monitor, clock *hourly, k model.Key) {
	t.Helper()
	opened.tick(t, clock, k)
	opened.look(t, clock, k)
	want, got := watching.lab.Estimate(k, clock.Now()), opened.lab.Estimate(k, clock.Now())
	near := func(a, b time.Duration) bool { return math.Abs(a.Seconds()-b.Seconds()) <= 0.01*b.Seconds() }
	if !want.Known || !got.Known || got.Rough != want.Rough || !near(got.Left, want.Left) || !near(got.Low, want.Low) || !near(got.High, want.High) {
		t.Errorf("opened: %v (%v – %v), rough %v; watched: %v (%v – %v), rough %v",
			got.Left, got.Low, got.High, got.Rough, want.Left, want.Low, want.High, want.Rough)
	}
}
