package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// pipes is a network in memory, on which the clock of a test stands still while nobody waits.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// hangs is a server that can be stopped as by SIGSTOP: connections stand, and are accepted, and
// nothing is answered.
type hangs struct {
	mu      sync.Mutex
	stopped chan struct{} // not nil while it is; closed when it goes on
	takes   time.Duration // to make a list
	rows    int
	asked   int
	list    chan struct{} // where it is not nil, a list stops in the middle until it is closed
	history time.Duration // to make the history of an agent
}

func (h *hangs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.asked++
	stopped, takes, middle := h.stopped, h.takes, h.list
	h.mu.Unlock()
	if stopped != nil {
		<-stopped
	}
	w.Header().Set("Content-Type", "application/json")
	row := func(i int) string {
		return fmt.Sprintf(`{"id":%q,"status":1,"created_at":"2000-01-01T00:00:00Z","updated_at":"2000-01-01T00:00:00Z"}`, uuid.UUID{1, byte(i)})
	}
	if strings.HasSuffix(r.URL.Path, "/status") {
		select {
		case <-time.After(h.history):
		case <-r.Context().Done():
			return
		}
		fmt.Fprint(w, `{"data":[{"day":0,"t":1,"created_at":"2000-01-01T00:00:00Z"}]}`)
		return
	}
	if !strings.HasSuffix(r.URL.Path, "/experiments") {
		id, err := uuid.Parse(path.Base(r.URL.Path))
		if err != nil || id == nobody {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `{"data":%s}`, row(int(id[1])))
		return
	}
	time.Sleep(takes)
	var rows []string
	for i := range h.rows {
		rows = append(rows, row(i))
	}
	fmt.Fprintf(w, `{"data":[%s`, rows[0])
	if middle != nil {
		w.(http.Flusher).Flush()
		<-middle
	}
	fmt.Fprintf(w, `,%s]}`, strings.Join(rows[1:], ","))
}

// stop stops the server, and returns what lets it go on.
func (h *hangs) stop() (resume func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	stopped := make(chan struct{})
	h.stopped = stopped
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.stopped = nil
		close(stopped)
	}
}

// hanging runs a test with a Client of a server that can be stopped, and with a monitor's reading:
// until says how long it goes well, at most for some time.
func hanging(t *testing.T, h *hangs, test func(c *Client, read func(most time.Duration) (since time.Duration, err error))) {
	synctest.Test(t, func(t *testing.T) {
		net := newPipes()
		server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
		go func() { _ = server.Serve(net) }()
		c, err := Open("http://lab", model.Access{})
		if err != nil {
			t.Fatal(err)
		}
		c.link.Dial = net.dial
		var since model.Cursor
		b := model.Budget{Interval: pollInterval, Watched: []model.Key{{ID: uuid.UUID{1}}}}
		read := func(most time.Duration) (time.Duration, error) {
			for begun := time.Now(); ; {
				ch, err := c.Changes(t.Context(), since, b)
				if passed := time.Since(begun); err != nil || passed > most {
					return passed, err
				}
				if since = ch.Next; !ch.More {
					time.Sleep(pollInterval)
				}
			}
		}
		test(c, read)
		_ = net.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		_ = server.Close()
	})
}

// reported is how long after the last good answer an outage may be reported.
const reported = 2*pollInterval + 5*time.Second

// TestAServerThatHangsIsAway: it was live, and is stopped.
func TestAServerThatHangsIsAway(t *testing.T) {
	for _, rows := range []int{2, 40} {
		for after := range 5 { // a list may be under way, or not
			h := &hangs{rows: rows, takes: 100 * time.Millisecond}
			hanging(t, h, func(_ *Client, read func(time.Duration) (time.Duration, error)) {
				if _, err := read(time.Minute + time.Duration(after)*3*time.Second); err != nil {
					t.Fatal(err)
				}
				resume := h.stop()
				passed, err := read(time.Hour)
				if !errors.Is(err, model.ErrUnreachable) || model.Reason(err).String() != "no answer in time" || passed > reported {
					t.Errorf("%d rows: %v after %v", rows, err, passed)
				}
				h.mu.Lock()
				asked := h.asked
				h.mu.Unlock()
				for range 4 {
					time.Sleep(time.Second)
					if _, err := read(time.Second); err == nil {
						t.Error("it is away no more, and says nothing")
					}
				}
				if h.mu.Lock(); h.asked > asked+1 {
					t.Errorf("%d more requests to a server that does not answer", h.asked-asked)
				}
				h.mu.Unlock()
				resume()
				time.Sleep(pollInterval)
				if _, err := read(time.Minute); err != nil {
					t.Errorf("once it goes on: %v", err)
				}
			})
		}
	}
}

// TestAServerThatHangsStaysAway: it is stopped for minutes, while requests to it run out of time and
// others are sent. That it goes on is known with the next answers.
func TestAServerThatHangsStaysAway(t *testing.T) {
	for _, rows := range []int{2, 40} {
		for after := range 5 {
			h := &hangs{rows: rows, takes: 100 * time.Millisecond}
			hanging(t, h, func(c *Client, read func(time.Duration) (time.Duration, error)) {
				if _, err := read(time.Minute + time.Duration(after)*3*time.Second); err != nil {
					t.Fatal(err)
				}
				resume := h.stop()
				if _, err := read(time.Hour); err == nil {
					t.Fatal("it does not answer, and is not away")
				}
				h.mu.Lock()
				before := h.asked
				h.mu.Unlock()
				for hung := time.Now(); time.Since(hung) < 5*time.Minute; time.Sleep(pollInterval) {
					if _, err := read(0); model.Reason(err).String() != "no answer in time" {
						t.Errorf("%d rows, after %v: %v", rows, time.Since(hung), err)
						break
					}
				}
				h.mu.Lock()
				if asked := h.asked - before; asked < 3 || asked > 20 {
					t.Errorf("%d requests in 5 minutes", asked)
				}
				h.mu.Unlock()
				resume()
				time.Sleep(pollInterval)
				if ch, err := c.Changes(context.Background(), model.Cursor{}, model.Budget{Interval: pollInterval}); err != nil || ch.Trouble != nil {
					t.Errorf("once it goes on: %v, %v", ch.Trouble, err)
				}
				if _, err := read(time.Minute); err != nil {
					t.Errorf("once it goes on: %v", err)
				}
			})
		}
	}
}

// TestAServerThatNeverAnswers: it accepts, and that is all.
func TestAServerThatNeverAnswers(t *testing.T) {
	h := &hangs{rows: 2}
	hanging(t, h, func(_ *Client, read func(time.Duration) (time.Duration, error)) {
		resume := h.stop()
		defer resume()
		if passed, err := read(time.Hour); !errors.Is(err, model.ErrUnreachable) || passed > reported {
			t.Errorf("%v after %v", err, passed)
		}
	})
}

// TestAServerThatIsBusyIsNotAway: a list that takes as long as the last one did, or that is long
// on the way, and a server that is at work on something for a few seconds.
func TestAServerThatIsBusyIsNotAway(t *testing.T) {
	for _, takes := range []time.Duration{3500 * time.Millisecond, 20 * time.Second} {
		h := &hangs{rows: 40, takes: takes}
		hanging(t, h, func(_ *Client, read func(time.Duration) (time.Duration, error)) {
			if passed, err := read(time.Hour); err != nil {
				t.Errorf("a list of %v: %v after %v", takes, err, passed)
			}
			resume := h.stop()
			time.AfterFunc(6*time.Second, resume)
			if _, err := read(5 * time.Minute); err != nil {
				t.Errorf("busy for 6 s: %v", err)
			}
		})
	}
}

// TestAListThatStopsInTheMiddle is an outage like any other; that it goes on is noticed, and the
// list is not asked for again.
func TestAListThatStopsInTheMiddle(t *testing.T) {
	h := &hangs{rows: 40, takes: time.Second}
	hanging(t, h, func(_ *Client, read func(time.Duration) (time.Duration, error)) {
		if _, err := read(30 * time.Second); err != nil {
			t.Fatal(err)
		}
		middle := make(chan struct{})
		h.mu.Lock()
		h.list = middle
		h.mu.Unlock()
		if _, err := read(10 * time.Minute); !errors.Is(err, model.ErrUnreachable) {
			t.Errorf("%v", err)
		}
		h.mu.Lock()
		h.list = nil
		h.mu.Unlock()
		close(middle)
		time.Sleep(pollInterval)
		if _, err := read(5 * time.Minute); err != nil {
			t.Errorf("once it goes on: %v", err)
		}
	})
}
