package remote

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// stopping runs a test with a running experiment, on a server that is reached within the bubble.
func stopping(t *testing.T, test func(t *testing.T, server *remotetest.Server, c *Client, e model.Experiment)) {
	synctest.Test(t, func(t *testing.T) {
		server := remotetest.New()
		e := storagetest.Experiments(1)[0]
		e.Tenant, e.Status = text.Clean(model.OnlyTenant), model.Running
		server.Put(e)
		server.Launch(e.Key)
		net := newPipes()
		at := &http.Server{Handler: server}
		go func() { _ = at.Serve(net) }()
		c, err := Open("http://lab", model.Access{Write: true})
		if err != nil {
			t.Fatal(err)
		}
		c.link.Dial = net.dial
		test(t, server, c, e)
		_ = c.Close()
		_ = at.Close()
		net.Close()
	})
}

// TestAStopThatIsNotAnswered is given 20 s and more, and then called what it is: unknown.
func TestAStopThatIsNotAnswered(t *testing.T) {
	stopping(t, func(t *testing.T, server *remotetest.Server, c *Client, e model.Experiment) {
		server.Delay(remotetest.StopRoute, time.Minute)
		begun := time.Now()
		r := c.Carry(t.Context(), e.Key, model.Order{Control: model.ControlStop}, nil)
		took := time.Since(begun)
		if r.Outcome != model.OutcomeUnknown || took < 20*time.Second || took > 45*time.Second || server.Count(remotetest.StopRoute) != 1 {
			t.Errorf("%s after %s: %s", r.Outcome, took, r.Said)
		}
		if said := `it may have been done: no answer came: no answer in time, and its process is "Running"`; r.Said.String() != said {
			t.Errorf("it says %q, want %q", r.Said, said)
		}
	})
	stopping(t, func(t *testing.T, server *remotetest.Server, c *Client, e model.Experiment) {
		server.Delay(remotetest.StopRoute, time.Minute)
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
		defer stop()
		r := c.Carry(ctx, e.Key, model.Order{Control: model.ControlStop}, nil)
		if r.Outcome != model.OutcomeUnknown || !errors.Is(r.Err, model.ErrUnknownOutcome) {
			t.Errorf("interrupted: %s: %s (%v)", r.Outcome, r.Said, r.Err)
		}
	})
}

// TestPollingPausesDuringAStop, which may take 10 s in which the server says nothing else; it is not
// called silent meanwhile.
func TestPollingPausesDuringAStop(t *testing.T) {
	stopping(t, func(t *testing.T, server *remotetest.Server, c *Client, e model.Experiment) {
		server.Delay(remotetest.StopRoute, 10*time.Second)
		var since model.Cursor
		b := model.Budget{Interval: 2 * time.Second, Watched: []model.Key{e.Key}}
		read := func() {
			ch, err := c.Changes(t.Context(), since, b)
			if err != nil {
				t.Errorf("after %s: %v", time.Now().Format("05.000"), err)
			}
			since = ch.Next
		}
		for range 10 {
			read()
			time.Sleep(2 * time.Second)
		}
		var r model.ControlResult
		var wait sync.WaitGroup
		begun := time.Now()
		wait.Go(func() { r = c.Carry(t.Context(), e.Key, model.Order{Control: model.ControlStop}, nil) })
		time.Sleep(time.Second)
		asked := server.Count(oneRoute) + server.Count(listRoute)
		for range 4 {
			read()
			time.Sleep(2 * time.Second)
			if c.Silent(2 * time.Second) {
				t.Error("the server is called silent")
			}
		}
		if n := server.Count(oneRoute) + server.Count(listRoute); n != asked {
			t.Errorf("%d requests were sent during the stop", n-asked)
		}
		wait.Wait()
		if took := time.Since(begun); r.Outcome != model.OutcomeDone || took < 10*time.Second || took > 11*time.Second {
			t.Errorf("%s after %s: %s", r.Outcome, took, r.Said)
		}
		for range 3 {
			read()
			time.Sleep(2 * time.Second)
		}
		if n := server.Count(oneRoute) + server.Count(listRoute); n <= asked {
			t.Error("polling does not go on after the stop")
		}
	})
}
