package remote

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/remote/remotetest"
)

// TestCertificates: a server whose certificate nobody knows is refused, and read once the file
// with it is given.
func TestCertificates(t *testing.T) {
	server := httptest.NewUnstartedServer(remotetest.Fixtures(recordings))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // who does not trust it says so to it
	server.StartTLS()
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, cert, 0o600); err != nil {
		t.Fatal(err)
	}
	for ca, want := range map[string]error{"": model.ErrUnreachable, file: nil} {
		c, err := Open(server.URL, model.Access{CAFile: ca})
		if err != nil {
			t.Fatal(err)
		}
		if err := list(c); !errors.Is(err, want) || (want != nil && !strings.Contains(err.Error(), "--ca-file")) {
			t.Errorf("with %q: %v", ca, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, ca := range []string{empty, filepath.Join(t.TempDir(), "none")} {
		if _, err := Open(server.URL, model.Access{CAFile: ca}); !errors.Is(err, model.ErrUsage) {
			t.Errorf("with %q: %v", ca, err)
		}
	}
}

// TestProxies: the variables that other programs obey are obeyed; this machine needs no proxy.
func TestProxies(t *testing.T) {
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.RequestURI
		w.WriteHeader(http.StatusTeapot)
	}))
	defer proxy.Close()
	for _, tc := range []struct {
		address string
		environ []string
		want    string
	}{
		{"http://lab-7:8080/x", []string{"HTTP_PROXY=" + proxy.URL}, "GET http://lab-7:8080/x/api/experiments"},
		{"http://lab-7:8080", []string{"http_proxy=" + proxy.URL, "PATH=/bin"}, "GET http://lab-7:8080/api/experiments"},
		{"https://lab-7", []string{"HTTPS_PROXY=" + proxy.URL}, "CONNECT lab-7:443"},
		{"http://127.0.0.1:1", []string{"HTTP_PROXY=" + proxy.URL}, ""},
		{"http://127.0.0.1:1", nil, ""},
		{"http://lab.invalid", []string{"HTTP_PROXY=" + proxy.URL, "NO_PROXY=.invalid"}, ""},
	} {
		asked = ""
		c, err := Open(tc.address, model.Access{Environ: tc.environ})
		if err != nil {
			t.Fatal(err)
		}
		if err := list(c); err == nil || asked != tc.want {
			t.Errorf("%s with %q: %q, %v; want %q", tc.address, tc.environ, asked, err, tc.want)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := Open("https://lab", model.Access{Environ: []string{"HTTPS_PROXY=http://user:hidden@[bad"}}); !errors.Is(err, model.ErrUsage) || strings.Contains(err.Error(), "hidden") {
		t.Errorf("%v", err)
	}
}

// TestAPathIsAPrefix: an endpoint may live below a path.
func TestAPathIsAPrefix(t *testing.T) {
	server := httptest.NewServer(http.StripPrefix("/labs/7", remotetest.Fixtures(recordings)))
	defer server.Close()
	c, err := Open(server.URL+"/labs/7/", model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := list(c); err != nil {
		t.Error(err)
	}
	if got := c.Info().Address.String(); got != server.URL+"/labs/7" {
		t.Errorf("address %q", got)
	}
	if _, err := of(t, c, finishedID).Timeline(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestWhatIsNoAddress is refused without being repeated.
func TestWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"http://user:hidden@lab", "http://lab?token=hidden", "http://lab/#hidden", "http://", "http://lab:0", "http://lab:70000", "ftp://lab", "http://[::1", "http://la b", "://"} {
		if _, err := Open(address, model.Access{}); !errors.Is(err, model.ErrUsage) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
