package remotetest

import (
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/storage/storagetest"
)

// Foe is an endpoint that behaves badly, the same on every path unless its name says
// otherwise.
type Foe struct {
	Name string
	// Want is what a client must do, in a few words. Of all foes it must let go in bounded
	// time and memory, and tell nothing of its token.
	Want string
	// Err is what reading the list must fail with; ErrAny where any error of the model will
	// do, and nil where the reading may succeed.
	Err error
	// Retry is how long the foe asks for a pause.
	Retry time.Duration
	// Slow tells that nothing but the client's patience brings the reading to an end.
	Slow bool

	start func(t testing.TB) (url string)
}

// ErrAny stands for whichever error a client finds fit.
var ErrAny = errors.New("any error")

// foe makes a foe.
func foe(name, want string, err error, start func(testing.TB) string) Foe {
	return Foe{Name: name, Want: want, Err: err, start: start}
}

// after is a foe that asks for a pause.
func (f Foe) after(d time.Duration) Foe {
	f.Retry = d
	return f
}

// slow is a foe that takes all the time there is.
func (f Foe) slow() Foe {
	f.Slow = true
	return f
}

// Start starts the foe on loopback until the test ends. Some of them fail the test at its
// end where the client did what it must never do.
func (f Foe) Start(t testing.TB) (url string) {
	t.Helper()
	return f.start(t)
}

// Hostile is all foes.
func Hostile() []Foe {
	return slices.Concat(silent(), broken(), strange(), refusing(), redirecting(), wrong(), bombs())
}

// CAFile is a file with the certificate of the foes that speak TLS.
func CAFile(t testing.TB) string {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	path := filepath.Join(t.TempDir(), "ca.pem")
	b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serving starts a handler.
func serving(h http.HandlerFunc) func(testing.TB) string {
	return func(t testing.TB) string {
		t.Helper()
		return Listen(t, h).URL
	}
}

// plain answers with a status, a body and headers: name, value, name, value …
func plain(status int, body string, header ...string) func(testing.TB) string {
	return serving(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// taking takes the connection over; gone is closed when the client has left.
func taking(f func(c net.Conn, gone <-chan struct{})) func(testing.TB) string {
	return serving(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer func() { _ = c.Close() }() // the client may have cut it
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = io.Copy(io.Discard, c)
		}()
		f(c, gone)
	})
}

// writing sends bytes as they stand, and closes the connection.
func writing(answer string) func(testing.TB) string {
	return taking(func(c net.Conn, _ <-chan struct{}) { _, _ = io.WriteString(c, answer) })
}

// endless sends a beginning and then a part without end, as fast as it is read.
func endless(beginning, part string) func(testing.TB) string {
	return taking(func(c net.Conn, _ <-chan struct{}) {
		_, err := io.WriteString(c, beginning)
		for block := strings.Repeat(part, 1+len(beginning)/len(part)+32<<10/len(part)); err == nil; {
			_, err = io.WriteString(c, block)
		}
	})
}

// dripping sends a beginning, and then one byte a second.
func dripping(beginning, rest string) func(testing.TB) string {
	return taking(func(c net.Conn, gone <-chan struct{}) {
		_, err := io.WriteString(c, beginning)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for i := 0; err == nil; i++ {
			select {
			case <-tick.C:
				_, err = io.WriteString(c, rest[i%len(rest):][:1])
			case <-gone:
				return
			}
		}
	})
}

// ok is the header of a good answer of unknown length.
const ok = "HTTP/1.1 200 OK\r\nserver: uvicorn\r\ncontent-type: application/json\r\n"

// sized and chunked are headers of good answers.
const (
	sized   = ok + "content-length: 1000\r\n\r\n"
	chunked = ok + "transfer-encoding: chunked\r\n\r\n"
)

// good is a server that has three experiments, as a foe that is mended.
func good() *Server {
	s := New()
	s.Put(storagetest.Experiments(3)...)
	return s
}

// goodList is the list of good.
func goodList() string {
	s := good()
	return string(captured(func(w http.ResponseWriter) {
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/experiments", nil))
	}).body)
}

// silent is foes that do not come to an end.
func silent() []Foe {
	const want = "give up when the time for this stage is over"
	wait := func(_ net.Conn, gone <-chan struct{}) { <-gone }
	return []Foe{
		foe("no answer", want, model.ErrUnreachable, taking(wait)).slow(),
		foe("a header without end", "give up after some kilobytes", ErrAny, endless(ok, "x-padding: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n")),
		foe("one line of the header without end", "give up after some kilobytes", ErrAny, endless(ok+"x-padding: ", "x")),
		foe("a header at a byte a second", want, model.ErrUnreachable, dripping(ok, "x-padding: x\r\n")).slow(),
		foe("a body without end", "give up at the limit of an answer", ErrAny, endless(chunkedHead(`{"data":[`), chunk(strings.Repeat("{},", 1000)))),
		foe("white space without end", "give up at the limit of an answer", ErrAny, endless(chunkedHead(`{"data":[`), chunk(strings.Repeat(" ", 4000)))),
		foe("a body that stops", want, model.ErrUnreachable, taking(func(c net.Conn, gone <-chan struct{}) {
			_, _ = io.WriteString(c, sized+`{"data":[`)
			<-gone
		})).slow(),
		foe("a body at a byte a second", want, model.ErrUnreachable, dripping(sized+`{"data":[`, " ")).slow(),
	}
}

// chunkedHead is the beginning of a chunked answer.
func chunkedHead(beginning string) string { return chunked + chunk(beginning) }
