package remote

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/budget"
	"societop/storage/storagetest"
)

// lab is a server whose clock is the test's: a list takes it a while, and runs move on as time
// passes.
type lab struct {
	*httptest.Server
	hourly                             // its clock, and the lock of all of it
	takes  time.Duration               // to make a list
	runs   map[uuid.UUID]time.Duration // length of a step
	lists  []time.Time
	reads  map[uuid.UUID][]time.Time // when each experiment was read, by a list or one by one
}

var labStart = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

func newLab(t testing.TB, takes time.Duration, steps ...time.Duration) *lab {
	l := &lab{hourly: hourly{now: labStart}, takes: takes, runs: map[uuid.UUID]time.Duration{}, reads: map[uuid.UUID][]time.Time{}}
	for i, s := range steps {
		l.runs[uuid.UUID{15: byte(i + 1)}] = s
	}
	l.Server = httptest.NewServer(http.HandlerFunc(l.serve))
	t.Cleanup(l.Close)
	return l
}

func (l *lab) serve(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", l.now.Format(http.TimeFormat))
	if id, ok := strings.CutPrefix(r.URL.Path, "/api/experiments/"); ok {
		if id := uuid.MustParse(id); l.runs[id] > 0 {
			fmt.Fprintf(w, `{"data":%s}`, l.row(id))
		} else {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"detail":"Experiment not found"}`)
		}
		return
	}
	l.lists = append(l.lists, l.now)
	var rows []string
	for id := range l.runs {
		rows = append(rows, l.row(id))
	}
	l.now = l.now.Add(l.takes)
	fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(rows, ","))
}

// row is one experiment as it is now.
func (l *lab) row(id uuid.UUID) string {
	l.reads[id] = append(l.reads[id], l.now)
	done := l.now.Sub(labStart)/l.runs[id] + 1
	sim := 28801 + 300*(int(done)-1)
	return fmt.Sprintf(`{"id":%q,"status":1,"cur_day":%d,"cur_t":%d.0,"config":"exp:\n  workflow:\n  - steps: 100000\n    type: step\n","created_at":%q,"updated_at":%q}`,
		id, sim/86400, sim%86400, labStart.Add(-l.runs[id]).Format(time.RFC3339Nano), labStart.Add((done-1)*l.runs[id]).Format(time.RFC3339Nano))
}

// TestPollingThatAServerCanBear holds budget 15: lists take a tenth of the time at most, and
// what runs is never older than two intervals plus a list, or a quarter of its step length.
func TestPollingThatAServerCanBear(t *testing.T) {
	for name, takes := range pollTakes {
		t.Run(name, func(t *testing.T) {
			l, elapsed := polled(t, takes)
			l.hold(t, elapsed)
		})
	}
}

// BenchmarkBudget15Polling prints budget 15 of the worst of the labs.
func BenchmarkBudget15Polling(b *testing.B) {
	var part, oldest float64
	for b.Loop() {
		for _, takes := range pollTakes {
			l, elapsed := polled(b, takes)
			part = max(part, l.busy().Seconds()/elapsed.Seconds())
			for id := range l.runs {
				for _, gap := range l.gaps(id) {
					oldest = max(oldest, gap.Seconds()/l.allowed(id).Seconds())
				}
			}
		}
	}
	budget.Report(b, "15a", part)
	budget.Report(b, "15b", oldest)
}

// pollInterval is the interval that servers are polled at.
const pollInterval = 2 * time.Second

// pollTakes is how long a list takes servers.
var pollTakes = map[string]time.Duration{"a small lab": 10 * time.Millisecond, "a list of 10,000": 3500 * time.Millisecond}

// polled is a server of runs with steps of three lengths after ten minutes of polling.
func polled(t testing.TB, takes time.Duration) (l *lab, elapsed time.Duration) {
	l = newLab(t, takes, 4*time.Second, 43*time.Second, 10*time.Minute)
	c, err := Open(l.URL, model.Access{Now: l.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.link.Watch = l.Now
	b := model.Budget{Interval: pollInterval}
	for id := range l.runs {
		b.Watched = append(b.Watched, model.Key{ID: id})
	}
	var since model.Cursor
	begun := l.Now()
	for l.Now().Sub(begun) < 10*time.Minute {
		ch, err := c.Changes(context.Background(), since, b)
		if err != nil {
			t.Fatal(err)
		}
		if since = ch.Next; !ch.More {
			l.pass(pollInterval)
		}
	}
	return l, l.Now().Sub(begun)
}

// busy is how long the server has made lists.
func (l *lab) busy() time.Duration { return time.Duration(len(l.lists)) * l.takes }

// allowed is how old a run may get: two intervals and a list, or a quarter of its step.
func (l *lab) allowed(id uuid.UUID) time.Duration {
	return max(2*pollInterval+l.takes, min(l.runs[id]/4, 30*time.Second))
}

// gaps are the times between the reads of a run.
func (l *lab) gaps(id uuid.UUID) (gaps []time.Duration) {
	reads := slices.Compact(l.reads[id])
	for i := 1; i < len(reads); i++ {
		gaps = append(gaps, reads[i].Sub(reads[i-1]))
	}
	return gaps
}

// hold fails t unless a server was asked as budget 15 wants it.
func (l *lab) hold(t *testing.T, elapsed time.Duration) {
	busy := l.busy()
	t.Logf("%d lists in %v take %.1f %% of the time", len(l.lists), elapsed, 100*busy.Seconds()/elapsed.Seconds())
	if busy*10 > elapsed+10*l.takes { // the first is not rationed
		t.Errorf("lists take %v of %v", busy, elapsed)
	}
	if len(l.lists) > int(elapsed/listRest)+1 {
		t.Errorf("%d lists in %v", len(l.lists), elapsed)
	}
	for id, step := range l.runs {
		gaps := l.gaps(id)
		if oldest := slices.Max(gaps); oldest > l.allowed(id) {
			t.Errorf("a run with steps of %v was not read for %v, want %v at most", step, oldest, l.allowed(id))
		}
		if most := int(elapsed/max(pollInterval, min(step/4, 30*time.Second)-pollInterval)) + 1 + len(l.lists); len(gaps) > most {
			t.Errorf("a run with steps of %v was read %d times, want %d at most", step, len(gaps)+1, most+1)
		}
	}
}

// TestOnlyReadingRoutesAreAsked: never /api/llm-configs, which gives away keys, and never
// anything but GET.
func TestOnlyReadingRoutesAreAsked(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	for i := range w.all {
		w.server.SetRunData(w.all[i].Key, storagetest.RunData{Profiles: []model.Profile{{ID: 1}}})
	}
	_ = others(w.c) // some of it is not there
	s := w.c.RunData(w.all[1].Key)
	_, _ = s.Profiles(context.Background())
	_, _ = s.Frame(context.Background(), model.Latest)
	_, _ = s.Prompt(context.Background(), model.Latest)
	_, _ = s.Agent(1).Talk(context.Background())
	_, _ = s.Agent(1).Answers(context.Background())
	_, _ = w.c.Surveys(context.Background())
	if n := len(w.server.Requests()); n < 12 {
		t.Errorf("%d kinds of requests", n)
	}
	for request := range w.server.Requests() {
		if !regexp.MustCompile(`^GET /api/(experiments(/[0-9a-f-]{36}(/(timeline|metrics|prompt|agents/(-|1)/(profile|status|dialog|survey)))?)?|run-experiments/[0-9a-f-]{36}/log|surveys|openapi\.json)(\?.*)?$`).MatchString(request) {
			t.Errorf("it asked for %s", request)
		}
	}
}
