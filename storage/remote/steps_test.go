package remote

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/remote/link"
	"societop/storage/remote/ration"
	"societop/storage/storagetest"
)

// Routes by which a client may learn of steps.
const (
	historyRoute  = "GET /api/experiments/{exp_id}/agents/{agent_id}/status"
	frameRoute    = "GET /api/experiments/{exp_id}/agents/-/status"
	timelineRoute = "GET /api/experiments/{exp_id}/timeline"
)

// minuteSteps is how many steps of a minute each the run of stepped has done.
const minuteSteps = 6

// stepped makes an experiment of w a run, of which the last step was done a minute ago, by agents of
// some ids; the negative ones have no place.
func stepped(w *watched, agents ...int64) (s model.RunData, want []model.StepTime) {
	now := w.clock.Now().UTC().Truncate(time.Microsecond)
	w.put(1, func(e *model.Experiment) {
		e.Status, e.Created, e.Updated = model.Running, now.Add(-(minuteSteps+1)*time.Minute), now.Add(-time.Minute)
		e.Now = model.SimTimeOf(28801 + 300*(minuteSteps-1))
	})
	var data storagetest.RunData
	for i := range minuteSteps {
		f := model.Frame{At: model.SimTimeOf(int64(28801 + 300*i))}
		done := now.Add(time.Duration(i-minuteSteps) * time.Minute)
		for _, id := range agents {
			a := model.AgentStatus{ID: max(id, -id), At: f.At, Lng: 116, Lat: 40, Created: done}
			if id < 0 {
				a.Lng, a.Lat = math.NaN(), math.NaN()
			}
			f.Agents = append(f.Agents, a)
		}
		data.Frames = append(data.Frames, f)
		want = append(want, model.StepTime{At: f.At, Wall: done})
	}
	w.server.Clock(w.clock.Now)
	w.server.SetRunData(w.all[1].Key, data)
	return w.c.RunData(w.all[1].Key), want
}

// readSteps fails the test unless the steps of a run are those that are wanted.
func readSteps(t *testing.T, s model.RunData, want []model.StepTime) {
	t.Helper()
	got, err := s.Steps(context.Background())
	if err != nil || !slices.EqualFunc(got, want, func(a, b model.StepTime) bool { return a.At == b.At && a.Wall.Equal(b.Wall) }) {
		t.Errorf("steps %v (%v), want %v", got, err, want)
	}
}

// TestStepsAreOneRequest: whoever asks, and however many ask at once; and after a while another one,
// where there can be more.
func TestStepsAreOneRequest(t *testing.T) {
	w := watch10(t, model.Access{})
	s, want := stepped(w, 2, 1, 3)
	w.good(0)
	release := w.server.Hold(historyRoute)
	var askers sync.WaitGroup
	for range 4 {
		askers.Go(func() { readSteps(t, s, want) })
	}
	for w.server.UnderWay(historyRoute) == 0 {
		time.Sleep(time.Millisecond)
	}
	release()
	askers.Wait()
	got, _ := s.Steps(context.Background())
	clear(got) // it is the caller's
	w.good(time.Hour)
	readSteps(t, s, want)
	for _, tc := range []struct {
		after time.Duration
		moves bool
		want  int // requests in all
	}{{time.Minute, false, 1}, {0, true, 2}, {historyShare - time.Second, true, 2}, {2 * time.Second, false, 3}, {time.Hour, false, 3}} {
		if tc.moves {
			w.put(1, func(e *model.Experiment) { e.Updated = e.Updated.Add(time.Second) })
		}
		w.clock.pass(tc.after)
		if _, err := w.c.Experiment(context.Background(), w.all[1].Key); err != nil {
			t.Fatal(err)
		}
		readSteps(t, s, want)
		if n := w.server.Count(historyRoute); n != tc.want {
			t.Errorf("%d requests, want %d", n, tc.want)
		}
	}
	if n := w.server.Count(frameRoute) + w.server.Count(timelineRoute); n != 0 {
		t.Errorf("%d other requests", n)
	}
}

// TestStepsOfARunThatBeganAgain are asked for again, and hold nothing of the former run.
func TestStepsOfARunThatBeganAgain(t *testing.T) {
	w := watch10(t, model.Access{})
	s, want := stepped(w, 1)
	w.good(0)
	readSteps(t, s, want)
	w.put(1, func(e *model.Experiment) { e.Now = want[1].At })
	w.server.SetRunData(w.all[1].Key, storagetest.RunData{Frames: []model.Frame{{At: want[1].At, Agents: []model.AgentStatus{{ID: 1, Created: want[5].Wall}}}}})
	w.good(time.Hour)
	readSteps(t, s, []model.StepTime{{At: want[1].At, Wall: want[5].Wall}})
}

// TestStepsOfWhichAgent: not every agent has statuses. What was seen of a frame spares requests.
func TestStepsOfWhichAgent(t *testing.T) {
	for _, tc := range []struct {
		name   string
		agents []int64
		before func(model.RunData) error
		counts [3]int // of requests for a history, a frame and the timeline
		agent  int64
	}{
		{"the first", []int64{1, 2}, nil, [3]int{1, 0, 0}, 1},
		{"one that has a place", []int64{-20, -21, 31, 32}, nil, [3]int{2, 1, 1}, 31},
		{"any", []int64{-20, -21}, nil, [3]int{2, 1, 1}, 20},
		{"of a frame that was read", []int64{-20, 31}, func(s model.RunData) error {
			_, err := s.Frame(context.Background(), model.Latest)
			return err
		}, [3]int{1, 1, 1}, 31},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := watch10(t, model.Access{})
			s, want := stepped(w, tc.agents...)
			w.good(0)
			if tc.before != nil {
				if err := tc.before(s); err != nil {
					t.Fatal(err)
				}
			}
			readSteps(t, s, want)
			if got := [3]int{w.server.Count(historyRoute), w.server.Count(frameRoute), w.server.Count(timelineRoute)}; got != tc.counts {
				t.Errorf("requests %v, want %v", got, tc.counts)
			}
			for asked := range w.server.Requests() {
				if strings.Contains(asked, fmt.Sprintf("/agents/%d/status", tc.agent)) {
					tc.agent = 0
				}
			}
			if tc.agent != 0 {
				t.Errorf("agent %d was not asked for: %v", tc.agent, w.server.Requests())
			}
		})
	}
	w := watch10(t, model.Access{})
	s, want := stepped(w, -20, 31)
	readSteps(t, s, want)
	before := w.server.Count(historyRoute)
	w.put(2, func(e *model.Experiment) { e.Status = model.Running })
	w.server.SetRunData(w.all[2].Key, storagetest.RunData{Frames: []model.Frame{{At: want[0].At, Agents: []model.AgentStatus{{ID: 31, Created: want[0].Wall}}}}})
	readSteps(t, w.c.RunData(w.all[2].Key), want[:1])
	if n := w.server.Count(historyRoute) - before; n != 1 {
		t.Errorf("%d requests for another run of the same agents", n)
	}
	w = watch10(t, model.Access{})
	s, _ = stepped(w) // nobody has statuses
	readSteps(t, s, nil)
}

// TestAHistoryThatFailsIsNotAskedForAgain, but for what says nothing of it: a route that is missing
// not in this run, another failure not for ten minutes.
func TestAHistoryThatFailsIsNotAskedForAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		status                 int
		body                   string
		want                   error
		again, afterTenMinutes int // requests of two more readings, and of another one later
	}{
		"a route that is missing": {status: 404, body: `{"detail":"Not Found"}`, want: model.ErrNotOffered},
		"another method":          {status: 405, body: `{"detail":"Method Not Allowed"}`, want: model.ErrNotOffered},
		"a crash":                 {status: 500, body: `Internal Server Error`, want: model.ErrNoData, afterTenMinutes: 1},
		"garbage":                 {status: 200, body: `{"data":[{"day":0,"t":`, want: model.ErrAnswer, afterTenMinutes: 1},
		"no rows":                 {status: 200, body: `{"data":7}`, want: model.ErrAnswer, afterTenMinutes: 1},
		"rows that are none":      {status: 200, body: `{"data":[1,2]}`, want: model.ErrAnswer, afterTenMinutes: 1},
		"too many rows":           {status: 200, body: `{"data":[` + strings.Repeat(`{},`, 200_000) + `{}]}`, want: model.ErrAnswer, afterTenMinutes: 1},
		"not started":             {status: 400, body: `{"detail":"Experiment not running"}`, want: model.ErrNotStarted, again: 2, afterTenMinutes: 1},
		"a login that is missing": {status: 401, body: `{"detail":"Unauthorized"}`, want: model.ErrUnauthorized, again: 2, afterTenMinutes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch10(t, model.Access{})
			w.c.link.Limits.Rows = 100_000
			s, _ := stepped(w, 1)
			w.good(0)
			w.server.Fail(historyRoute, tc.status, tc.body, nil)
			ask := func() int {
				before := w.server.Count(historyRoute)
				if got, err := s.Steps(context.Background()); !errors.Is(err, tc.want) || len(got) > 0 || strings.ContainsAny(err.Error(), "\n\x1b") {
					t.Errorf("%v (%v), want %v", got, err, tc.want)
				}
				return w.server.Count(historyRoute) - before
			}
			if n := ask(); n != 1 {
				t.Errorf("%d requests", n)
			}
			if n := ask() + ask(); n != tc.again {
				t.Errorf("%d more requests, want %d", n, tc.again)
			}
			w.clock.pass(historyRest + time.Second)
			if n := ask(); n != tc.afterTenMinutes {
				t.Errorf("%d requests after ten minutes, want %d", n, tc.afterTenMinutes)
			}
			if trouble, err := w.tick(0); trouble != nil || err != nil {
				t.Errorf("that is an outage: %v, %v", trouble, err)
			}
		})
	}
}

// TestAHistoryThatHangs is let go; the server is not silent because of it, and its caller may go
// before.
func TestAHistoryThatHangs(t *testing.T) {
	w := watch10(t, model.Access{})
	s, _ := stepped(w, 1)
	w.good(0)
	w.c.link.Limits = hasty
	release := w.server.Hold(historyRoute)
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan error, 1)
	go func() {
		_, err := s.Steps(ctx)
		gone <- err
	}()
	for w.server.UnderWay(historyRoute) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	w.good(time.Hour)
	for range 2 {
		if _, err := s.Steps(context.Background()); !errors.Is(err, model.ErrUnreachable) {
			t.Errorf("%v", err)
		}
	}
	if n := w.server.Count(historyRoute); n != 1 {
		t.Errorf("%d requests", n)
	}
	w.good(time.Hour)
}

// TestAHistoryThatHangsIsNoOutage of a monitor, which is live all the time.
func TestAHistoryThatHangsIsNoOutage(t *testing.T) {
	for _, rows := range []int{2, 40} {
		hanging(t, &hangs{rows: rows, takes: time.Millisecond, history: time.Hour}, func(c *Client, read func(time.Duration) (time.Duration, error)) {
			if _, err := read(time.Minute); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() {
				_, err := c.RunData(model.Key{ID: uuid.UUID{1}}).Steps(context.Background())
				ended <- err
			}()
			if passed, err := read(5 * time.Minute); err != nil {
				t.Errorf("%d rows: %v after %v", rows, err, passed)
			}
			if err := <-ended; !errors.Is(err, model.ErrUnreachable) || model.Reason(err).String() != "no answer in time" {
				t.Errorf("%d rows: %v", rows, err)
			}
		})
	}
}

// TestHistoriesWaitForTheirTurn where a monitor is at work: the first comes at once. Who reads once
// does not wait.
func TestHistoriesWaitForTheirTurn(t *testing.T) {
	const runs, takes = 40, 77 * time.Millisecond
	for _, monitor := range []bool{true, false} {
		hanging(t, &hangs{rows: runs, takes: time.Millisecond, history: takes}, func(c *Client, read func(time.Duration) (time.Duration, error)) {
			if monitor {
				if _, err := read(time.Minute); err != nil {
					t.Fatal(err)
				}
			}
			begun, first := time.Now(), time.Duration(0)
			for i := range runs {
				s := c.RunData(model.Key{ID: uuid.UUID{1, byte(i)}})
				if i > 0 && monitor { // another run is selected: nobody waits for this one any more
					ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
					if _, err := s.Steps(ctx); err == nil || time.Since(begun) > time.Hour {
						t.Fatal(err)
					}
					cancel()
				}
				if all, err := s.Steps(context.Background()); err != nil || len(all) != 1 {
					t.Fatal(all, err)
				}
				if i == 0 {
					first = time.Since(begun)
				}
			}
			part := runs * takes.Seconds() / time.Since(begun).Seconds()
			t.Logf("a monitor %v: the first after %v, all after %v", monitor, first, time.Since(begun))
			if first > 2*takes || (monitor && part > ration.Aim) || (!monitor && part < 0.9) {
				t.Errorf("a monitor %v: the first after %v, all take %.1f %% of the time", monitor, first, 100*part)
			}
		})
	}
}

// TestWhatAHistoryMayHold: rows of the API and the steps that follow from them; times are minutes
// after 06:00 of the day on which it is 08:00 for the server.
func TestWhatAHistoryMayHold(t *testing.T) {
	last := labStart.Add(ahead)
	minutes := func(all []model.StepTime) (out string) {
		for _, s := range all {
			out += fmt.Sprintf("%g@%g ", s.At.Seconds(), s.Wall.Sub(labStart.Add(-2*time.Hour)).Minutes())
		}
		return strings.TrimSpace(out)
	}
	row := func(day, t, created string) string {
		return fmt.Sprintf(`{"id":1,"day":%s,"t":%s,"lng":NaN,"lat":null,"status":{"day":7,"t":[7,"}"],"created_at":"x"},"created_at":%s}`, day, t, created)
	}
	at := func(t, clock, zone string) string { return row("0", t, `"2026-11-24T`+clock+zone+`"`) }
	for name, tc := range map[string]struct {
		rows []string
		want string
	}{
		"PostgreSQL":             {[]string{at("1.0", "06:01:00", "Z"), at("301.0", "06:02:30.000", "Z")}, "1@1 301@2.5"},
		"SQLite in the east":     {[]string{at("1", "06:01:00", "+08:00"), at("301", "06:02:00", "+08:00")}, "1@1 301@2"},
		"SQLite in the west":     {[]string{at("1", "06:01:00", "-05:00"), at("301", "06:02:00", "-05:00")}, "1@1 301@2"},
		"local times":            {[]string{at("1", "09:01:00", "+03:00"), at("301", "09:02:00", "+03:00"), at("601", "09:03:00", "+03:00")}, "1@1 301@2 601@3"},
		"the future":             {[]string{at("1", "06:01:00", "Z"), at("301", "09:00:00", "Z"), row("0", "601", `"9999-12-31T23:59:59Z"`), at("901", "06:04:00", "Z")}, "1@1 901@4"},
		"the server's clock":     {[]string{at("1", "08:00:04", "Z"), at("301", "08:00:06", "Z")}, fmt.Sprintf("1@%g", 120+4./60)},
		"no time":                {[]string{at("1", "06:01:00", "Z"), row("0", "301", `"yesterday"`), row("0", "601", `null`), row("0", "901", `""`)}, "1@1"},
		"no moment":              {[]string{row("-1", "-1.0", `"2026-11-24T06:01:00Z"`), row("0", "NaN", `"2026-11-24T06:01:00Z"`), row("0", "Infinity", `"2026-11-24T06:01:00Z"`), row("1e300", "1", `"2026-11-24T06:01:00Z"`), `{}`}, ""},
		"a day that is huge":     {[]string{row("9223372036854775807", "1", `"2026-11-24T06:01:00Z"`)}, ""},
		"rows twice":             {[]string{at("1", "06:01:00", "Z"), at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z"), at("301", "06:02:00", "Z")}, "1@1 301@2"},
		"no order, and a hole":   {[]string{at("901", "06:04:00", "Z"), at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z")}, "1@1 301@2 901@4"},
		"one out of order":       {[]string{at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z"), at("601", "06:03:00", "Z"), at("301", "06:03:30", "Z"), at("901", "06:04:00", "Z")}, "1@1 301@2 601@3 901@4"},
		"the last out of order":  {[]string{at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z"), at("601", "06:03:00", "Z"), at("301", "07:01:00", "Z")}, "1@1 301@2 601@3"},
		"a former run":           {[]string{at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z"), at("601", "06:03:00", "Z"), at("1", "07:01:00", "Z"), at("301", "07:02:00", "Z")}, "1@61 301@62"},
		"two of them":            {[]string{at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z"), at("1", "06:31:00", "Z"), at("1", "07:01:00", "Z"), at("301", "07:02:00", "Z"), at("601", "07:03:00", "Z")}, "1@61 301@62 601@63"},
		"a run just begun":       {[]string{at("1", "06:01:00", "Z"), at("301", "06:02:00", "Z"), at("1", "07:01:00", "Z")}, "1@61"},
		"a clock that was set":   {[]string{at("1", "06:10:00", "Z"), at("301", "06:11:00", "Z"), at("601", "06:10:30", "Z"), at("901", "06:11:30", "Z")}, "1@10 601@10.5 901@11.5"},
		"all at the same time":   {[]string{at("601", "06:01:00", "Z"), at("301", "06:01:00", "Z"), at("1", "06:01:00", "Z")}, "1@1 301@1 601@1"},
		"nothing":                {nil, ""},
		"a thousand former runs": {slices.Repeat([]string{at("1", "06:01:00", "Z"), at("301", "06:01:00", "Z")}, 1000), "1@1 301@1"},
	} {
		rows, err := takeSteps(strings.NewReader(`{"data":[`+strings.Join(tc.rows, ",\n")+`]}`), &link.Usual)
		if got := minutes(model.NewestSteps(stepTimes(rows, last))); got != tc.want || err != nil {
			t.Errorf("%s: %s (%v), want %s", name, got, err, tc.want)
		}
	}
}

// TestStepsOfManyRunsAreForgotten where they are too many to keep.
func TestStepsOfManyRunsAreForgotten(t *testing.T) {
	p := past{runs: map[model.Key]*history{}}
	for i := range 40 {
		k := burdenKey(i)
		p.keep(p.of(k, 1), history{steps: make([]model.StepTime, maxRemembered/10)})
		if h := p.of(k, 1); !h.read || p.size > maxRemembered {
			t.Fatalf("run %d: %d steps are kept", i, p.size)
		}
	}
	p.of(burdenKey(39), 2)
	if want := 9 * maxRemembered / 10; p.size != want {
		t.Errorf("%d steps are kept, want %d", p.size, want)
	}
}
