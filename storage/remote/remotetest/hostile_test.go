package remotetest

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// meet asks a foe as a careless client with little time does, and reads at most a megabyte.
func meet(t *testing.T, f Foe, client *http.Client, patience time.Duration) (status, size int, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Start(t)+"/api/experiments", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, int(n), err
}

func TestEveryFoeEndsWhenItsClientHasGone(t *testing.T) {
	names := make(map[string]bool)
	for _, f := range Hostile() {
		if names[f.Name] || f.Want == "" {
			t.Errorf("%s: twice, or without a word on what is to be done", f.Name)
		}
		names[f.Name] = true
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel() // its end waits for the handlers
			transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			patience := 30 * time.Second
			if f.Slow {
				patience = 50 * time.Millisecond
			}
			status, size, err := meet(t, f, client, patience)
			t.Logf("%d, %d bytes, %v", status, size, err)
			if timeout := err != nil && strings.Contains(err.Error(), "deadline exceeded"); timeout != f.Slow {
				t.Errorf("patience was over: %v, want %v", timeout, f.Slow)
			}
		})
	}
}

func TestSomeFoesAreOnlyStrange(t *testing.T) {
	for _, f := range Hostile() {
		if !strings.HasPrefix(f.Want, "read it") && !strings.HasPrefix(f.Want, "count") && !strings.HasPrefix(f.Want, "read the answer") {
			continue
		}
		if status, size, err := meet(t, f, &http.Client{}, 30*time.Second); status != http.StatusOK || size < 300 || err != nil {
			t.Errorf("%s: %d with %d bytes (%v)", f.Name, status, size, err)
		}
	}
}

func TestNoWrongAnswerIsAGoodOne(t *testing.T) {
	good := map[string]bool{goodList(): true, changed("", ""): true}
	for _, f := range wrong() {
		resp, err := http.Get(f.Start(t))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || good[string(body)] {
			t.Errorf("%s: %.100q (%v) is good, or that of another", f.Name, body, err)
		}
		good[string(body)] = true
	}
}

func TestATokenThatTravelsFailsTheTest(t *testing.T) {
	for _, f := range redirecting()[:2] {
		spy := &spy{TB: t}
		req, err := http.NewRequest(http.MethodGet, f.Start(spy), nil)
		if err != nil {
			t.Fatal(err)
		}
		careless := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			r.Header.Set("Authorization", "Bearer secret")
			return nil
		}}
		resp, err := careless.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		for _, end := range spy.ends {
			end()
		}
		if !spy.failed {
			t.Errorf("%s: nobody saw the token", f.Name)
		}
	}
}

// spy is a test that is looked at.
type spy struct {
	testing.TB
	ends   []func()
	failed bool
}

func (s *spy) Cleanup(f func()) { s.ends = append([]func(){f}, s.ends...) }

func (s *spy) Error(...any) { s.failed = true }
