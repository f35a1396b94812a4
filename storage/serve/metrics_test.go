package serve

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/storagetest"
)

func TestMetricsAreServedWhereTheyAreAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, path, storagetest.Experiments(5))
	src := bolt.Open(path, bolt.Options{})
	off := New(src, Options{})
	for _, target := range []string{"/metrics", "/healthz"} {
		if got := ask(off, "GET", target); got.Code != 404 || got.Body.String() != notFoundBody {
			t.Errorf("%s without --metrics: %d %s", target, got.Code, got.Body)
		}
	}
	h := New(src, Options{})
	h.private = true
	stop := h.describeTo(t.Context(), &model.MetricsOptions{Now: time.Now})
	defer stop()
	get := func(target, host string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", target, nil)
		r.Host = host
		h.ServeHTTP(w, r)
		return w
	}
	if got := get("/metrics", "localhost:8080"); got.Code != 200 || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/plain; version=0.0.4") || !strings.Contains(got.Body.String(), `societop_experiments{status="running"} 1`) {
		t.Errorf("%d %v\n%s", got.Code, got.Header(), got.Body)
	}
	if got := get("/healthz", "localhost:8080"); got.Code != 503 || !strings.HasPrefix(got.Body.String(), "The source is not live: no recorder, as of ") {
		t.Errorf("without a recorder: %d %s", got.Code, got.Body)
	}
	for _, target := range []string{"/metrics", "/healthz"} {
		if got := get(target, "evil.example.org"); got.Code != http.StatusMisdirectedRequest {
			t.Errorf("%s by another name: %d %s", target, got.Code, got.Body)
		}
		if got := ask(h, "POST", target); got.Code != http.StatusMisdirectedRequest && got.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", target, got.Code)
		}
	}
	for _, p := range h.Paths() {
		if !strings.HasPrefix(p, "/api/") {
			t.Errorf("the description of AgentSociety's API has %s", p)
		}
	}
	c, err := bolt.Open(path, bolt.Options{Write: true}).Claim("a test", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	if got := get("/healthz", "127.0.0.1"); got.Code != 200 || got.Body.String() != "live\n" {
		t.Errorf("with a recorder: %d %s", got.Code, got.Body)
	}
	if err := c.Release(); err != nil {
		t.Error(err)
	}
}

// TestAnExporterEndsWithItsServer, before the source is closed.
func TestAnExporterEndsWithItsServer(t *testing.T) {
	m, _ := lab(3)
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- Run(ctx, m, model.ServeOptions{Listen: "127.0.0.1:0", Metrics: &model.MetricsOptions{Now: time.Now}}, func(url string) { ready <- url })
	}()
	resp, err := http.Get(<-ready + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	cancel()
	if err := <-done; err != nil || resp.StatusCode != 200 {
		t.Errorf("%d, %v", resp.StatusCode, err)
	}
}
