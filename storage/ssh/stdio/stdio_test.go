package stdio

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/ssh/pipe"
	"societop/storage/storagetest"
)

// other is the other end of a Serve.
type other struct {
	in   *io.PipeWriter
	out  *bufio.Reader
	done chan error
}

// memory is a source that knows that it was closed.
type memory struct {
	*storagetest.Memory
	closed chan struct{}
}

func (m *memory) Close() error {
	close(m.closed)
	return nil
}

// serveTo serves src, of any path, with a handler.
func serveTo(ctx context.Context, t *testing.T, src model.Source, h http.HandlerFunc) *other {
	t.Helper()
	in, toIn := io.Pipe()
	fromOut, out := io.Pipe()
	o := &other{toIn, bufio.NewReader(fromOut), make(chan error, 1)}
	go func() {
		err := Serve(ctx, in, out, Options{
			Release: "test",
			Open: func(_ context.Context, path string) (model.Source, error) {
				if path != "/lab.db" {
					return nil, &model.Error{Op: "open", Address: path, Err: model.ErrDamaged, Detail: "no page is whole"}
				}
				return src, nil
			},
			Handler: func(model.Source) http.Handler { return h },
		})
		_, _ = in.Close(), out.Close()
		o.done <- err
	}()
	return o
}

// ends fails t unless Serve returns within two seconds.
func (o *other) ends(t *testing.T) error {
	t.Helper()
	select {
	case err := <-o.done:
		return err
	case <-time.After(2 * time.Second):
		t.Fatal("it goes on")
		return nil
	}
}

// greet asks for a path.
func (o *other) greet(t *testing.T, r pipe.Request) pipe.Reply {
	t.Helper()
	if err := pipe.Ask(o.in, r); err != nil {
		t.Fatal(err)
	}
	reply, err := pipe.ReadReply(o.out, 0)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// end is the client's end of the connection.
type end struct {
	pipe.Base
	io.Reader
	io.WriteCloser
}

// client is an HTTP client on the connection.
func (o *other) client(t *testing.T) *http.ClientConn {
	t.Helper()
	if reply := o.greet(t, pipe.Request{Version: pipe.Version, Path: "/lab.db"}); reply.Version != pipe.Version || reply.Failure != nil || reply.Release != "test" {
		t.Fatalf("%+v", reply)
	}
	over := &http.Transport{Protocols: new(http.Protocols), DialContext: func(context.Context, string, string) (net.Conn, error) {
		return end{Reader: o.out, WriteCloser: o.in}, nil
	}}
	over.Protocols.SetUnencryptedHTTP2(true)
	c, err := over.NewClientConn(t.Context(), "http", "x:80")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func request(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTheEndOfInput ends it and what it does, and closes the source.
func TestTheEndOfInput(t *testing.T) {
	src := &memory{storagetest.NewMemory(), make(chan struct{})}
	begun := make(chan struct{})
	o := serveTo(t.Context(), t, src, func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	})
	c := o.client(t)
	go func() { _, _ = c.RoundTrip(request(t)) }()
	<-begun
	if err := o.in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.ends(t); err != nil {
		t.Error(err)
	}
	<-src.closed
}

// TestAHandlerThatHangs does not keep it.
func TestAHandlerThatHangs(t *testing.T) {
	begun, forever := make(chan struct{}), make(chan struct{})
	defer close(forever)
	o := serveTo(t.Context(), t, storagetest.NewMemory(), func(http.ResponseWriter, *http.Request) {
		close(begun)
		<-forever
	})
	c := o.client(t)
	go func() { _, _ = c.RoundTrip(request(t)) }()
	<-begun
	if err := o.in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := o.ends(t); err != nil {
		t.Error(err)
	}
}

// TestASignal ends it, whatever the other end does.
func TestASignal(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	cause := errors.New("hung up")
	o := serveTo(ctx, t, storagetest.NewMemory(), nil)
	stop(cause)
	if err := o.ends(t); !errors.Is(err, cause) {
		t.Errorf("before the request: %v", err)
	}
	ctx, stop = context.WithCancelCause(t.Context())
	o = serveTo(ctx, t, storagetest.NewMemory(), func(http.ResponseWriter, *http.Request) {})
	answer, err := o.client(t).RoundTrip(request(t))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	stop(cause)
	if err := o.ends(t); err != nil {
		t.Error(err)
	}
}

// TestWhatIsNotServed: the other end is told why, and nothing else is said to it.
func TestWhatIsNotServed(t *testing.T) {
	o := serveTo(t.Context(), t, nil, nil)
	reply := o.greet(t, pipe.Request{Version: pipe.Version, Path: "/other.db"})
	if f := reply.Failure; f == nil || !errors.Is(f.Model("x"), model.ErrDamaged) || f.Detail != "no page is whole" {
		t.Errorf("%+v", reply)
	}
	if err := o.ends(t); !errors.Is(err, model.ErrDamaged) {
		t.Error(err)
	}
	o = serveTo(t.Context(), t, nil, nil)
	if reply := o.greet(t, pipe.Request{Version: pipe.Version + 1, Path: "/lab.db"}); reply.Version != pipe.Version {
		t.Errorf("%+v", reply)
	}
	if err := o.ends(t); !errors.Is(err, model.ErrUsage) {
		t.Error(err)
	}
	for _, said := range []string{"", "GET / HTTP/1.1\r\n\r\n", strings.Repeat("x", 1<<20)} {
		o := serveTo(t.Context(), t, nil, nil)
		go func() {
			_, _ = io.WriteString(o.in, said)
			_ = o.in.Close()
		}()
		if answer, _ := io.ReadAll(o.out); len(answer) > 0 {
			t.Errorf("%.40q: it says %q", said, answer)
		}
		if err := o.ends(t); err == nil {
			t.Errorf("%.40q: no error", said)
		}
	}
}
