package remote

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/remote/link"
)

// TestARunThatNoListCanHold: the only experiment that runs is the one that can't be read. That
// is a trouble of its own, never a source that is away.
func TestARunThatNoListCanHold(t *testing.T) {
	w := watch10(t, model.Access{})
	w.server.Strict()
	for i := range w.all {
		w.put(i, func(e *model.Experiment) { e.Status = model.Finished })
	}
	w.put(6, func(e *model.Experiment) { e.Status = model.Running })
	w.good(0)
	w.put(6, func(e *model.Experiment) { e.Status = 9 })
	for range 100 {
		trouble, err := w.tick(2 * time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if trouble == nil && w.server.Count(listRoute) > 1 {
			t.Fatal("a list failed, and nothing says so")
		}
	}
	w.put(6, func(e *model.Experiment) { e.Status = model.Finished })
	w.good(2 * time.Minute)
}

// TestWhatRunsIsReadFirst: of thousands that are read one by one in the place of a list, what
// runs does not wait for the others.
func TestWhatRunsIsReadFirst(t *testing.T) {
	w := watch10(t, model.Access{})
	for i := range w.all {
		w.put(i, func(e *model.Experiment) { e.Status = model.Finished })
	}
	w.put(9, func(e *model.Experiment) { e.Status = model.Running })
	w.good(0)
	if _, err := w.c.Experiment(context.Background(), w.all[9].Key); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(2 * time.Minute)
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	w.c.list.bypassed = true
	due := w.c.due(w.c.now(), model.Budget{})
	if len(due) != len(w.all) || due[0].Summary.Key != w.all[9].Key {
		t.Errorf("%d are due, %v first", len(due), due[0].Summary.Key)
	}
}

// TestRetryAfterIsOfTheServer: whatever the status, who sends Retry-After does not speak of
// one experiment.
func TestRetryAfterIsOfTheServer(t *testing.T) {
	w := watch10(t, model.Access{})
	w.good(0)
	w.server.Fail(oneRoute, 500, "Internal Server Error", http.Header{"Retry-After": {"9"}})
	for range 2 { // the second time nothing is asked
		_, err := w.c.Experiment(context.Background(), w.all[1].Key)
		if !errors.Is(err, model.ErrServer) || model.RetryAfter(err) <= 0 {
			t.Errorf("%v", err)
		}
	}
}

// TestAServerThatRepeatsTheToken: what a server says of a request is shown, but for the token
// in it.
func TestAServerThatRepeatsTheToken(t *testing.T) {
	const token = "eyJhbGciOiJIUzI1NiJ9.c29jaWV0b3A.s3same"
	w := watch10(t, model.Access{Token: model.NewSecret(token)})
	for _, said := range []string{"bad token " + token, strings.Repeat("x", link.MaxSaid-10) + token} {
		w.server.Fail(listRoute, 401, `{"detail":"`+said+`"}`, nil)
		_, err := w.tick(0)
		if text := model.Explain(err).String(); !errors.Is(err, model.ErrUnauthorized) || strings.Contains(text, token[:10]) {
			t.Errorf("%q", text)
		}
	}
	w.server.Fail(listRoute, 302, "", map[string][]string{"Location": {"https://login.example/?next=" + token}})
	_, err := w.tick(0)
	if text := model.Explain(err).String(); !errors.Is(err, model.ErrNotEndpoint) || strings.Contains(text, token[:10]) {
		t.Errorf("%q", text)
	}
}
