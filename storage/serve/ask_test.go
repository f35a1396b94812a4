package serve

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// asked is an answer to a request of a server that Run has made.
type asked struct {
	status int
	header http.Header
	body   []byte // as it came
}

// serving runs a server of some tenants' experiments in a lab file with options, and returns how to ask it.
func serving(t *testing.T, path string, o model.ServeOptions, tenants ...string) func(method, target, host, encoding string) asked {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	o.Listen = "127.0.0.1:0"
	go func() {
		done <- Run(ctx, model.OfTenants(bolt.Open(path, bolt.Options{}), tenants), o, func(url string) { ready <- url })
	}()
	url := <-ready
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return func(method, target, host, encoding string) asked {
		t.Helper()
		r, err := http.NewRequest(method, url+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		if encoding != "" {
			r.Header.Set("Accept-Encoding", encoding)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return asked{resp.StatusCode, resp.Header, body}
	}
}

// TestGzipForThoseWhoAskForIt: the same bytes in far fewer; small answers, failures and HEAD stay
// as they are.
func TestGzipForThoseWhoAskForIt(t *testing.T) {
	path, all := filepath.Join(t.TempDir(), "lab.db"), storagetest.Experiments(40)
	for i := range all {
		all[i].Config = text.CleanLines(strings.Repeat("exp:\n  environment:\n    start_tick: 28800\n", 100))
	}
	writeLab(t, path, all)
	ask := serving(t, path, model.ServeOptions{})
	for _, target := range []string{"/api/experiments", "/api/experiments/" + all[1].ID.String()} {
		plain := ask("GET", target, "", "")
		if plain.header.Get("Content-Encoding") != "" || plain.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: nobody asked for it: %v", target, plain.header)
		}
		for _, encoding := range []string{"gzip", "deflate, gzip;q=0.5", "GZIP ; q=1"} {
			packed := ask("GET", target, "", encoding)
			z, err := gzip.NewReader(bytes.NewReader(packed.body))
			if err != nil {
				t.Fatalf("%s %q: %v", target, encoding, err)
			}
			got, err := io.ReadAll(z)
			if err != nil || !bytes.Equal(got, plain.body) || len(packed.body) > len(plain.body)/10 || packed.header.Get("Content-Encoding") != "gzip" {
				t.Errorf("%s %q: %d bytes of %d, %v, %v", target, encoding, len(packed.body), len(plain.body), packed.header, err)
			}
		}
		for _, encoding := range []string{"gzip;q=0", "identity", "br", "x-gzipped"} {
			if got := ask("GET", target, "", encoding); !bytes.Equal(got.body, plain.body) {
				t.Errorf("%s %q: %v", target, encoding, got.header)
			}
		}
	}
	for method, target := range map[string]string{"GET": "/api/experiments/x", "HEAD": "/api/experiments", "POST": "/api/experiments"} {
		if got := ask(method, target, "", "gzip"); got.header.Get("Content-Encoding") != "" || got.status < 400 {
			t.Errorf("%s %s: %d %v", method, target, got.status, got.header)
		}
	}
}

// TestAReverseProxyHasANameOfItsOwn, which is allowed only by name.
func TestAReverseProxyHasANameOfItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, path, storagetest.Experiments(2))
	ask := serving(t, path, model.ServeOptions{AllowHosts: []string{"lab.example.org"}})
	for host, want := range map[string]int{
		"": 200, "localhost": 200, "lab.example.org": 200, "LAB.example.org:8443": 200,
		"example.org": 421, "x.lab.example.org": 421, "lab.example.org.evil": 421, "evil": 421,
	} {
		if got := ask("GET", "/api/experiments", host, ""); got.status != want {
			t.Errorf("%q: %d, want %d", host, got.status, want)
		}
	}
}

// TestOneTenantIsServed, and named; the others are not there.
func TestOneTenantIsServed(t *testing.T) {
	path, all := filepath.Join(t.TempDir(), "lab.db"), storagetest.Experiments(4)
	for i, tenant := range []string{"", "a", "default", "default"} {
		all[i].Tenant = text.Clean(tenant)
	}
	writeLab(t, path, all)
	for tenants, want := range map[string]struct {
		rows  int
		found []string
	}{"all": {4, []string{"", "a", "default"}}, "": {1, []string{""}}, "default": {2, []string{"default"}}, "none": {0, nil}} {
		var o model.ServeOptions
		var only []string
		if tenants != "all" {
			only = []string{tenants}
		}
		var found []string
		o.Found = func(all []text.Text, missing error) {
			if errors.Is(missing, model.ErrNoTenant) != (tenants == "none") {
				t.Errorf("%q: it misses %v", tenants, missing)
			}
			for _, tenant := range all {
				found = append(found, tenant.Raw())
			}
		}
		ask := serving(t, path, o, only...)
		if got := ask("GET", "/api/experiments", "", ""); bytes.Count(got.body, []byte(`"tenant_id"`)) != want.rows {
			t.Errorf("%q: %s", tenants, got.body)
		}
		if !slices.Equal(found, want.found) {
			t.Errorf("%q: it finds %q", tenants, found)
		}
		if got := ask("GET", "/api/experiments/"+all[1].ID.String(), "", ""); (got.status == 200) != (tenants == "all") {
			t.Errorf("%q: one of another: %d", tenants, got.status)
		}
	}
}

// TestWhatIsNotRecordedYetIsNotFound, and never a crash.
func TestWhatIsNotRecordedYetIsNotFound(t *testing.T) {
	path, all := filepath.Join(t.TempDir(), "lab.db"), storagetest.Experiments(2)
	all[0].Status, all[1].Status = model.Running, model.Finished
	writeLab(t, path, all)
	err := bolt.Open(path, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error {
		return b.PutCheckpoint(all[1].Key, bolt.CheckpointOrigin, "0 28801 1") // the recorder has just begun
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := serving(t, path, model.ServeOptions{Failed: func(f model.FailedRequest) { t.Errorf("%+v", f) }})
	for _, e := range all {
		for _, route := range routes() {
			target := strings.TrimPrefix(route.pattern, "GET ")
			if !strings.Contains(target, "{exp_id}/") || strings.HasSuffix(target, "/status") && !strings.Contains(target, "/agents/") {
				continue
			}
			target = strings.NewReplacer("{exp_id}", e.ID.String(), "{agent_id}", "3").Replace(target)
			if got := ask("GET", target, "", ""); got.status != 404 || string(got.body) != `{"detail":"not recorded yet"}` {
				t.Errorf("%s: %d %s", target, got.status, got.body)
			}
		}
	}
}
