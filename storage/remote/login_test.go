package remote

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/remote/remotetest"
)

// netrcIn writes a netrc file into a new home directory.
func netrcIn(t *testing.T, text string) (home string) {
	home = t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".netrc"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return home
}

// TestLogins: the token before all else, then the user that was named, then ~/.netrc, for exactly
// the host; and nothing says the password.
func TestLogins(t *testing.T) {
	var got, sent, password string // what came last
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var user string
		user, password, _ = r.BasicAuth()
		_, sent, _ = strings.Cut(r.Header.Get("Authorization"), " ")
		got = user + "/" + password
		if got == "/" {
			got = r.Header.Get("Authorization")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"detail":"no: %s %s"}`, r.Header.Get("Authorization"), password)
	}))
	defer server.Close()
	const other, here = "machine lab-7 login eve password evil\n", "machine 127.0.0.1 login ann password pa#ss\nmachine 127.0.0.1\n  login bob\n  password b0b\n"
	const unread = "default login any password anyone\n"
	for _, tc := range []struct {
		name, netrc, user, token, password, want string
		usage                                    bool
	}{
		{name: "nothing"},
		{name: "another host", netrc: other + unread},
		{name: "this host", netrc: "# mine\n" + other + here, want: "ann/pa#ss"},
		{name: "one of its users", netrc: here, user: "bob", want: "bob/b0b"},
		{name: "a password of the environment", netrc: here, user: "bob", password: "secret of env", want: "bob/secret of env"},
		{name: "a password without a user", password: "secret of env"},
		{name: "a token", netrc: here, token: "t0k3n", want: "Bearer t0k3n"},
		{name: "a user without a password", netrc: here, user: "cat", usage: true},
		{name: "a password in the open", user: "ann:pa#ss", usage: true},
		{name: "a token and a user", netrc: here, user: "ann", token: "t0k3n", usage: true},
		{name: "a file that is cut", netrc: "machine"},
		{name: "a file that is cut, and a user", netrc: "machine", user: "ann", usage: true},
	} {
		got = ""
		c, err := Open(server.URL, model.Access{
			User: tc.user, Token: model.NewSecret(tc.token), Environ: []string{"HOME=" + netrcIn(t, tc.netrc), "SOCIETOP_PASSWORD=" + tc.password},
		})
		if tc.usage {
			if !errors.Is(err, model.ErrUsage) || strings.Contains(err.Error(), "pa#ss") {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if c.Info().Guarded != (tc.want != "") {
			t.Errorf("%s: guarded: %v", tc.name, c.Info().Guarded)
		}
		err = list(c)
		if got != tc.want || !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("%s: %q, %v; want %q", tc.name, got, err, tc.want)
		}
		if said := err.Error(); (sent != "" && strings.Contains(said, sent)) || (password != "" && strings.Contains(said, password)) {
			t.Errorf("%s: it says %v", tc.name, err)
		}
		_ = c.Close()
	}
}

// TestNothingSecretGoesToAProxyInClear, and without it the proxy may be used.
func TestNothingSecretGoesToAProxyInClear(t *testing.T) {
	home := netrcIn(t, "machine lab-7 login ann password s3cret\n")
	for _, tc := range []struct {
		address string
		access  model.Access
		refused bool
	}{
		{"http://lab-7", model.Access{Token: model.NewSecret("s3cret"), Environ: []string{"http_proxy=http://u:s3cret@p:3128"}}, true},
		{"http://lab-7", model.Access{Token: model.NewSecret("s3cret"), Environ: []string{"ALL_PROXY=http://p:3128"}}, true},
		{"http://lab-7", model.Access{Environ: []string{"HTTP_PROXY=p:3128", "HOME=" + home}}, true},
		{"http://lab-8", model.Access{Environ: []string{"HTTP_PROXY=p:3128", "HOME=" + home}}, false},
		{"https://lab-7", model.Access{Token: model.NewSecret("s3cret"), Environ: []string{"HTTPS_PROXY=http://p:3128", "HTTP_PROXY=http://p:3128"}}, false},
		{"http://lab-7", model.Access{Token: model.NewSecret("s3cret"), Environ: []string{"HTTP_PROXY=http://p:3128", "NO_PROXY=lab-7"}}, false},
		{"http://127.0.0.1", model.Access{Token: model.NewSecret("s3cret"), Environ: []string{"HTTP_PROXY=http://p:3128"}}, false},
	} {
		c, err := Open(tc.address, tc.access)
		if refused := errors.Is(err, model.ErrUsage); refused != tc.refused || (err != nil && (strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "http://p:3128"))) {
			t.Errorf("%s with %q: %v", tc.address, tc.access.Environ, err)
		}
		if err == nil {
			_ = c.Close()
		}
	}
}

// TestAProxyIsNamed wherever it may be what is wrong.
func TestAProxyIsNamed(t *testing.T) {
	status, kind := 502, "text/html"
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, `{"detail":"said"}`)
	}))
	defer proxy.Close()
	at, _ := url.Parse(proxy.URL)
	withLogin := "http://u:s3cret@" + at.Host
	for _, tc := range []struct {
		address, kind string
		status        int
		want          error
		text          string
	}{
		{"http://lab-7", "text/html", 502, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 502 Bad Gateway"},
		{"http://lab-7", "application/json", 504, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 504 Gateway Timeout"},
		{"http://lab-7", "text/html", 407, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 407 Proxy Authentication Required"},
		{"http://lab-7", "text/html", 403, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 403 Forbidden"},
		{"http://lab-7", "text/html", 503, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 503 Service Unavailable"},
		{"http://lab-7", "text/html", 200, model.ErrNotEndpoint, "it answers with a web page, by the proxy " + proxy.URL},
		{"http://lab-7", "application/json", 403, model.ErrForbidden, "403 Forbidden: said"}, // the server's own
		{"http://lab-7", "text/plain", 500, model.ErrServer, "500 Internal Server Error"},
		{"https://lab-7", "text/html", 502, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 502 Bad Gateway"},
		{"https://lab-7", "text/html", 407, model.ErrUnreachable, "the proxy " + proxy.URL + " answered 407 Proxy Authentication Required"},
	} {
		status, kind = tc.status, tc.kind
		c, err := Open(tc.address, model.Access{Environ: []string{"ALL_PROXY=" + withLogin}})
		if err != nil {
			t.Fatal(err)
		}
		if err := list(c); !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s, %d %s: %v, want %s", tc.address, tc.status, tc.kind, err, tc.text)
		}
		_ = c.Close()
	}
	proxy.Close()
	for _, address := range []string{"http://lab-7", "https://lab-7"} {
		c, err := Open(address, model.Access{Environ: []string{"ALL_PROXY=" + withLogin}})
		if err != nil {
			t.Fatal(err)
		}
		if err := list(c); !errors.Is(err, model.ErrUnreachable) || !strings.Contains(err.Error(), "the proxy "+proxy.URL+": connection refused") {
			t.Errorf("%s: %v", address, err)
		}
		_ = c.Close()
	}
}

// TestCompressedAnswers: what is compressed is asked for and read, within the limits of what is
// not.
func TestCompressedAnswers(t *testing.T) {
	asked, broken := "", ""
	inner := remotetest.Fixtures(recordings)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Get("Accept-Encoding")
		plain := httptest.NewRecorder()
		inner.ServeHTTP(plain, r)
		for name, values := range plain.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(plain.Code)
		switch broken {
		case "plain":
			_, _ = w.Write(plain.Body.Bytes())
			return
		case "bomb":
			zip := gzip.NewWriter(w)
			_, _ = io.WriteString(zip, `{"data":[`)
			for range 4096 {
				_, _ = zip.Write(make([]byte, 1<<16))
			}
			return
		}
		zip := gzip.NewWriter(w)
		if broken == "cut" {
			plain.Body.Truncate(plain.Body.Len() / 2)
		}
		_, _ = zip.Write(plain.Body.Bytes())
		if broken == "" {
			_ = zip.Close()
		} else {
			_ = zip.Flush()
		}
	}))
	defer server.Close()
	c, err := Open(server.URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := list(c); err != nil || asked != "gzip" {
		t.Errorf("%v, asked for %q", err, asked)
	}
	if all, err := of(t, c, finishedID).Profiles(context.Background()); err != nil || len(all) != 200 {
		t.Errorf("%d profiles, %v", len(all), err)
	}
	c.link.Limits.Body = 32 << 20
	for _, broken = range []string{"plain", "cut", "bomb"} {
		if _, err := of(t, c, finishedID).Profiles(context.Background()); !errors.Is(err, model.ErrAnswer) {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

// TestWhoMayNotReadIsToldByTheProbe, and what the server is all the same.
func TestWhoMayNotReadIsToldByTheProbe(t *testing.T) {
	w := watch10(t, model.Access{})
	if r, err := w.c.Probe(context.Background()); err != nil || r.Title.Empty() {
		t.Errorf("%+v, %v", r, err)
	}
	w.server.Token("s3same")
	if r, err := w.c.Probe(context.Background()); !errors.Is(err, model.ErrUnauthorized) || r.Title.Empty() {
		t.Errorf("%+v, %v", r, err)
	}
	w.server.Token("")
	for status, want := range map[int]error{403: model.ErrForbidden, 503: model.ErrServer, 302: model.ErrNotEndpoint} {
		w.server.Fail(oneRoute, status, `{"detail":"no"}`, nil)
		if _, err := w.c.Probe(context.Background()); !errors.Is(err, want) {
			t.Errorf("%d: %v", status, err)
		}
	}
}
