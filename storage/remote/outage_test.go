package remote

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

const (
	listRoute = "GET /api/experiments"
	oneRoute  = "GET /api/experiments/{exp_id}"
)

// watched is a server with ten experiments, and a Client that has read them.
type watched struct {
	t      *testing.T
	server *remotetest.Server
	at     *remotetest.Endpoint
	clock  *hourly
	c      *Client
	all    []model.Experiment
	mirror storagetest.Mirror
}

func watch10(t *testing.T, access model.Access) *watched {
	t.Helper()
	w := &watched{t: t, server: remotetest.New(), clock: &hourly{now: time.Now()}, all: storagetest.Experiments(10)}
	w.server.Put(w.all...)
	w.at = remotetest.Listen(t, w.server)
	access.Now = w.clock.Now
	var err error
	if w.c, err = Open(w.at.URL, access); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.c.Close() })
	return w
}

// tick reads once, some time later.
func (w *watched) tick(after time.Duration) (trouble, err error) {
	w.t.Helper()
	w.clock.pass(after)
	for {
		ch, err := w.c.Changes(context.Background(), w.mirror.Cursor, model.Budget{})
		if err != nil {
			return nil, err
		}
		if w.mirror.Apply(ch); !ch.More {
			return ch.Trouble, nil
		}
	}
}

// good reads once and fails the test unless all is well.
func (w *watched) good(after time.Duration) {
	w.t.Helper()
	if trouble, err := w.tick(after); trouble != nil || err != nil {
		w.t.Fatalf("trouble %v, error %v", trouble, err)
	}
	want := map[model.Key]model.Experiment{}
	for _, e := range w.all {
		want[e.Key] = e
	}
	w.mirror.Same(w.t, want, false)
}

// put changes an experiment on the server.
func (w *watched) put(i int, change func(*model.Experiment)) {
	change(&w.all[i])
	w.server.Put(w.all[i])
}

func TestAServerThatIsKilledAndComesBack(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	w.at.Stop()
	if _, err := w.tick(2 * time.Second); !errors.Is(err, model.ErrUnreachable) || model.Reason(err).String() != "connection refused" {
		t.Errorf("%v", err)
	}
	w.put(1, func(e *model.Experiment) { e.Now.Day++ })
	w.put(2, func(e *model.Experiment) { e.OutputTokens++ })
	w.at.Start(t)
	w.good(time.Minute)
}

func TestAServerThatIsNotThereAtFirst(t *testing.T) {
	w := watch10(t, model.Access{})
	w.at.Stop()
	for range 3 {
		if _, err := w.tick(time.Second); !errors.Is(err, model.ErrUnreachable) {
			t.Errorf("%v", err)
		}
	}
	w.at.Start(t)
	w.good(time.Second)
}

// TestAListThatFailsAlone: what is known is read one by one, and new states come in.
func TestAListThatFailsAlone(t *testing.T) {
	w := watch10(t, model.Access{})
	w.server.FailList()
	if _, err := w.tick(0); !errors.Is(err, model.ErrServer) {
		t.Fatalf("with nothing known: %v", err)
	}
	w.server.Heal(listRoute)
	w.good(time.Second)
	w.server.FailList()
	w.put(3, func(e *model.Experiment) { e.Status, e.Error = model.Failed, text.CleanLines("out of tokens") })
	w.put(6, func(e *model.Experiment) { e.Now.T++ }) // RUNNING
	trouble, err := w.tick(2 * time.Minute)
	if err != nil || !errors.Is(trouble, model.ErrServer) || model.Reason(trouble).String() != "500 Internal Server Error" {
		t.Errorf("trouble %v, error %v", trouble, err)
	}
	lists := w.server.Count(listRoute)
	for range 5 {
		if trouble, err = w.tick(2 * time.Second); err != nil || trouble == nil {
			t.Errorf("trouble %v, error %v", trouble, err)
		}
	}
	if n := w.server.Count(listRoute) - lists; n > 1 {
		t.Errorf("a list that fails was asked for %d times in 10 s", n)
	}
	w.server.Heal(listRoute)
	w.good(2 * time.Minute)
	// The server itself gone is no trouble with the list.
	w.server.FailList()
	w.at.Stop()
	if _, err := w.tick(2 * time.Minute); !errors.Is(err, model.ErrUnreachable) {
		t.Errorf("%v", err)
	}
}

// TestARowThatNoListCanHold is the trap as the server has it: one status that it does not know.
func TestARowThatNoListCanHold(t *testing.T) {
	w := watch10(t, model.Access{})
	w.server.Strict()
	w.good(0)
	w.put(6, func(e *model.Experiment) { e.Status = 9 })
	w.put(1, func(e *model.Experiment) { e.OutputTokens = 77 })
	if trouble, err := w.tick(2 * time.Minute); err != nil || trouble == nil {
		t.Errorf("trouble %v, error %v", trouble, err)
	}
	if got := w.mirror.Known[w.all[1].Key].OutputTokens; got != 77 {
		t.Errorf("%d tokens", got)
	}
	w.put(6, func(e *model.Experiment) { e.Status = model.Finished })
	w.good(2 * time.Minute)
}

func TestEverythingFailing(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	w.server.FailList()
	w.server.Fail(oneRoute, 500, "Internal Server Error", http.Header{"Content-Type": {"text/plain"}})
	for range 3 {
		if _, err := w.tick(2 * time.Minute); err == nil {
			t.Error("nothing can be read, and no error says so")
		}
	}
	w.server.Heal(oneRoute)
	w.server.Heal(listRoute)
	w.good(2 * time.Minute)
}

func TestExperimentsThatVanishReappearAndGoBack(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	gone := w.all[6] // RUNNING
	w.server.Delete(gone.Key)
	if _, err := w.tick(time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.mirror.Known[gone.Key]; ok {
		t.Error("it is still there")
	}
	gone.Status, gone.Error = model.Failed, text.CleanLines("deleted while it ran")
	w.put(6, func(e *model.Experiment) { *e = gone })
	w.good(time.Minute)
	w.put(1, func(e *model.Experiment) { e.Now, e.OutputTokens = model.SimTime{}, 0 }) // run again
	w.put(2, func(e *model.Experiment) { e.Status, e.Now = model.NotStarted, model.SimTime{} })
	w.good(time.Minute)
	w.server.Delete(w.all[9].Key)
	w.all = w.all[:9]
	w.good(time.Minute)
}

func TestRetryAfterIsObeyed(t *testing.T) {
	for _, tc := range []struct {
		header string
		wait   time.Duration
	}{
		{"7", 7 * time.Second},
		{time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat), 90 * time.Second},
		{"999999999999", time.Hour},
		{"-5", 0},
		{"soon", 0},
	} {
		t.Run(tc.header, func(t *testing.T) {
			w := watch10(t, model.Access{})
			w.good(0)
			busy := http.Header{"Retry-After": {tc.header}}
			w.server.Fail(listRoute, 429, `{"detail":"slow down"}`, busy)
			w.server.Fail(oneRoute, 503, `{"detail":"slow down"}`, busy)
			_, err := w.tick(time.Minute)
			if got := model.RetryAfter(err); !errors.Is(err, model.ErrServer) || got > tc.wait || got < tc.wait-3*time.Second {
				t.Fatalf("asked to wait %v: %v", got, err)
			}
			asked := w.server.Count(listRoute) + w.server.Count(oneRoute)
			_, err = w.tick(tc.wait / 2)
			if n := w.server.Count(listRoute) + w.server.Count(oneRoute) - asked; tc.wait > 0 && (n > 0 || err == nil) {
				t.Errorf("%d requests while the server wants to be left in peace, %v", n, err)
			}
			w.server.Heal(listRoute)
			w.server.Heal(oneRoute)
			w.good(max(tc.wait, time.Minute))
		})
	}
}

func TestTheTokenIsSentAndNothingSaysIt(t *testing.T) {
	const token = "s3same-open"
	w := watch10(t, model.Access{Token: model.NewSecret(token)})
	w.server.Token(token)
	w.good(0)
	if got := w.server.Header(listRoute).Get("Authorization"); got != "Bearer "+token {
		t.Errorf("header %q", got)
	}
	w.server.Token("another")
	_, err := w.tick(time.Minute)
	if !errors.Is(err, model.ErrUnauthorized) || strings.Contains(model.Explain(err).String(), token) {
		t.Errorf("%v", err)
	}
	w.server.Token("")
	w.server.Fail(listRoute, 403, `{"detail":"Server is in read-only mode \u001b[2J"}`, nil)
	w.server.Fail(oneRoute, 403, `{"detail":"no"}`, nil)
	_, err = w.tick(time.Minute)
	if text := model.Explain(err).String(); !errors.Is(err, model.ErrForbidden) || !strings.Contains(text, "read-only mode") || strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
}

func TestATokenInClearIsWarnedOf(t *testing.T) {
	token := model.NewSecret("x")
	for address, warned := range map[string]bool{
		"http://lab-7:8080": true, "http://10.0.0.7": true, "http://[2001:db8::1]": true,
		"https://lab-7": false, "http://localhost:8080": false, "http://127.0.0.2": false, "http://[::1]:80": false,
	} {
		c, err := Open(address, model.Access{Token: token})
		if err != nil {
			t.Fatal(err)
		}
		if got := !c.Info().Warning.Empty(); got != warned {
			t.Errorf("%s: warned %v", address, got)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestNothingIsAskedTwiceAtOnce(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	key := w.all[1].Key
	releaseList, releaseOne := w.server.Hold(listRoute), w.server.Hold(oneRoute)
	lists, ones := w.server.Count(listRoute), w.server.Count(oneRoute)
	w.clock.pass(time.Minute)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := w.c.Changes(context.Background(), model.Cursor{}, model.Budget{Fresh: true}); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := w.c.Experiment(context.Background(), key); err != nil {
				t.Error(err)
			}
		})
	}
	for w.server.UnderWay(listRoute) == 0 || w.server.UnderWay(oneRoute) == 0 {
		runtime.Gosched()
	}
	releaseList()
	releaseOne()
	wg.Wait()
	if n := w.server.MostAtOnce(listRoute); n > 1 {
		t.Errorf("%d lists at once", n)
	}
	if n := w.server.Count(listRoute) - lists; n > 2 {
		t.Errorf("%d lists", n)
	}
	if n := w.server.Count(oneRoute) - ones; n > 8 {
		t.Errorf("one experiment was asked for %d times", n)
	}
}

func TestAnOlderServerOffersLess(t *testing.T) {
	w := watch10(t, model.Access{})
	w.server.Older()
	w.good(0)
	s, ctx := w.c.RunData(w.all[2].Key), context.Background()
	_, logErr := s.Log(ctx, model.LogBudget{})
	_, metricsErr := s.Metrics(ctx)
	if !errors.Is(logErr, model.ErrNotOffered) || !errors.Is(metricsErr, model.ErrNotOffered) {
		t.Errorf("log %v, metrics %v", logErr, metricsErr)
	}
	r, err := w.c.Probe(ctx)
	if err != nil || r.Release.String() != "1.3 or 1.4" || len(r.Lacks) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestALeaverLeavesTheOthers: who gives up does not end what others wait for, and Close ends
// everything.
func TestALeaverLeavesTheOthers(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	release := w.server.Hold(oneRoute)
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	left := make(chan error)
	go func() {
		_, err := w.c.Experiment(ctx, w.all[1].Key)
		left <- err
	}()
	for w.server.UnderWay(oneRoute) == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := w.c.Close(); err != nil { // though the server never answers
		t.Error(err)
	}
	if _, err := w.c.Changes(context.Background(), model.Cursor{}, model.Budget{}); err == nil {
		t.Error("a closed Client answers")
	}
}

// TestAPanicIsAnError, and the next reading goes on.
func TestAPanicIsAnError(t *testing.T) {
	c := client(t)
	_, err := share(context.Background(), c, "x", func(context.Context) (int, error) { panic("at the disco") })
	if !errors.Is(err, model.ErrAnswer) || !strings.Contains(err.Error(), "at the disco") {
		t.Errorf("%v", err)
	}
	if n, err := share(context.Background(), c, "x", func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
