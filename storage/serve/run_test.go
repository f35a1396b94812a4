package serve

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

func TestRunServesUntilItsContextEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, path, storagetest.Experiments(5))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- Run(ctx, bolt.Open(path, bolt.Options{}), model.ServeOptions{Listen: "127.0.0.1:0"}, func(url string) { ready <- url })
	}()
	url := <-ready
	resp, err := http.Get(url + "/api/experiments")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || strings.Count(string(body), `"tenant_id"`) != 5 || resp.Header.Get("Server") != "societop" || resp.Header.Get("Date") == "" {
		t.Errorf("%v %s, %v", resp.Header, body, err)
	}
	if err := Run(ctx, bolt.Open(path, bolt.Options{}), model.ServeOptions{Listen: strings.TrimPrefix(url, "http://")}, func(string) {
		t.Error("two programs listen there")
	}); !errors.Is(err, model.ErrListen) || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a port in use: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRunNeedsALabAndAnAddress(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "lab.db")
	writeLab(t, path, nil)
	for name, tc := range map[string]struct {
		lab, listen string
		want        error
	}{
		"no lab":            {filepath.Join(dir, "none.db"), "127.0.0.1:0", model.ErrNoLab},
		"a directory":       {dir, "127.0.0.1:0", model.ErrNotLab},
		"no port":           {path, "127.0.0.1", model.ErrListen},
		"an odd port":       {path, "127.0.0.1:http?", model.ErrListen},
		"another's address": {path, "192.0.2.1:0", model.ErrListen},
	} {
		err := Run(context.Background(), bolt.Open(tc.lab, bolt.Options{}), model.ServeOptions{Listen: tc.listen}, func(string) { t.Errorf("%s: ready", name) })
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

// TestAPageElsewhereReadsNothing: a name that leads to this machine is not one of its own.
func TestAPageElsewhereReadsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, path, storagetest.Experiments(5))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- Run(ctx, bolt.Open(path, bolt.Options{}), model.ServeOptions{Listen: "127.0.0.1:0"}, func(url string) { ready <- url })
	}()
	url := <-ready
	for host, want := range map[string]int{
		"localhost:8080": 200, "127.0.0.1": 200, "[::1]:80": 200, "LOCALHOST": 200,
		"evil.example": 421, "127.0.0.1.evil.example:8080": 421, "192.0.2.1:80": 421,
	} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/experiments", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != want || want != 200 && strings.Contains(string(body), "tenant_id") {
			t.Errorf("%s: %d %s, %v", host, resp.StatusCode, body, err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
