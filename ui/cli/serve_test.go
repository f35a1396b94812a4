package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"societop/model"
	"societop/model/text"
)

// served is a source with an address.
type served struct{ fakeSource }

func (*served) Info() model.Info {
	return model.Info{Kind: "lab file", Address: text.Clean("lab.db"), Local: true}
}

// serving runs the command with a server that is a function.
func serving(t *testing.T, server func(context.Context, model.Source, model.ServeOptions, func(string)) error, args ...string) (errs string, code int) {
	t.Helper()
	env, out, told := onTerminal(&served{}, append([]string{"serve"}, args...)...)
	ctx, cancel := context.WithCancelCause(context.Background())
	env.Serve = func(ctx context.Context, src model.Source, o model.ServeOptions, ready func(string)) error {
		defer cancel(Signal(syscall.SIGTERM))
		return server(ctx, src, o, ready)
	}
	code = Main(ctx, env)
	if out.Len() > 0 {
		t.Errorf("data: %q", out)
	}
	return told.String(), code
}

func TestServeTellsWhereItListensAndWhatFails(t *testing.T) {
	errs, code := serving(t, func(_ context.Context, src model.Source, o model.ServeOptions, ready func(string)) error {
		if _, ok := src.(*served); !ok || o.Version != "test" || !o.Token.Empty() || o.Listen != "127.0.0.1:8080" {
			t.Errorf("%T on %+v", src, o)
		}
		ready("http://127.0.0.1:8080")
		o.Failed(model.FailedRequest{Request: text.Clean("GET /api/\x1b[2J\n"), Status: 500, Err: fmt.Errorf("read lab.db: %w", model.ErrDamaged)})
		o.Failed(model.FailedRequest{Request: text.Clean("GET /api/experiments"), Err: errors.New("panic: \x1b[2J")})
		return nil
	}, "lab.db")
	want := "societop: serving lab.db on http://127.0.0.1:8080\n" +
		"societop: GET /api/\ufffd[2J : 500: read lab.db: the lab file is damaged; `societop check` names what is wrong; restore a copy, or record or import again into a new file\n" +
		"societop: GET /api/experiments: cut in the middle: panic: \ufffd[2J\n" +
		"societop: terminated\n"
	if errs != want || code != 143 {
		t.Errorf("exit code %d:\n%s", code, errs)
	}
}

func TestServeWarnsWhereOthersCanReachIt(t *testing.T) {
	for listen, want := range map[string]bool{
		"127.0.0.1:0": false, "localhost:0": false, "[::1]:0": false, "127.9.9.9:0": false, ":0": true, "0.0.0.0:0": true, "[::]:80": true, "lab-7:80": true, "10.0.0.1:80": true,
	} {
		errs, _ := serving(t, func(_ context.Context, _ model.Source, _ model.ServeOptions, ready func(string)) error {
			ready("http://x:1")
			return nil
		}, "--listen", listen, "lab.db")
		if got := strings.Contains(errs, "no password"); got != want {
			t.Errorf("%s: %s", listen, errs)
		}
	}
}

func TestServeFailsWithASentence(t *testing.T) {
	for _, tc := range []struct {
		err  error
		args []string
		want int
	}{
		{&model.Error{Op: "read", Address: "lab.db", Err: model.ErrNoLab}, []string{"lab.db"}, 6},
		{&model.Error{Op: "read", Address: "lab.db", Err: model.ErrLocked}, []string{"lab.db"}, 5},
		{&model.Error{Op: "listen on", Address: "127.0.0.1:8080", Err: model.ErrListen, Detail: "another program listens there"}, []string{"lab.db"}, 1},
		{nil, []string{"--listen", "8080", "lab.db"}, 2},
		{nil, []string{"--serve-token-file", "/nowhere/at/all", "lab.db"}, 2},
		{nil, []string{"--serve-token-file", os.DevNull, "lab.db"}, 2},
		{nil, []string{}, 2},
		{nil, []string{"a", "b"}, 2},
	} {
		env, _, errs := onTerminal(&fakeSource{}, append([]string{"serve"}, tc.args...)...)
		env.Serve = func(context.Context, model.Source, model.ServeOptions, func(string)) error { return tc.err }
		if code := Main(context.Background(), env); code != tc.want || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%q: exit code %d: %s", tc.args, code, errs)
		}
	}
}

func TestServeTellsMachinesWhatItIsAskedFor(t *testing.T) {
	prices := pricesFile(t, testPrices)
	for _, tc := range []struct {
		args  []string
		on    bool
		names bool
		code  int
	}{
		{nil, false, false, 143},
		{[]string{"--metrics"}, true, false, 143},
		{[]string{"--metrics", "--metrics-names", "--prices", prices}, true, true, 143},
		{[]string{"--metrics-names"}, false, false, 2},
		{[]string{"--prices", prices}, false, false, 2},
	} {
		errs, code := serving(t, func(_ context.Context, _ model.Source, o model.ServeOptions, _ func(string)) error {
			if m := o.Metrics; (m != nil) != tc.on || m != nil && (m.Names != tc.names || (m.Prices != nil) != tc.names || m.Version != "test" || m.Now == nil) {
				t.Errorf("%q: %+v", tc.args, m)
			}
			return nil
		}, append(tc.args, "lab.db")...)
		if code != tc.code {
			t.Errorf("%q: exit code %d: %s", tc.args, code, errs)
		}
	}
}

// TestServeAsksForTheTokenInAFile, which is never shown, and says where it is not safe.
func TestServeAsksForTheTokenInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for listen, want := range map[string]bool{"127.0.0.1:0": false, "0.0.0.0:0": true} {
		errs, code := serving(t, func(_ context.Context, _ model.Source, o model.ServeOptions, ready func(string)) error {
			if o.Token.Reveal() != "s3cret" {
				t.Errorf("the token is %d bytes long", len(o.Token.Reveal()))
			}
			ready("http://x:1")
			return nil
		}, "--listen", listen, "--serve-token-file", file, "lab.db")
		if code != 143 || strings.Contains(errs, "s3cret") || strings.Contains(errs, "no password") || strings.Contains(errs, "travels unencrypted") != want {
			t.Errorf("%s: exit code %d: %s", listen, code, errs)
		}
	}
}
