package serve

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// odd is a source in memory whose experiments are read by a function.
type odd struct {
	*storagetest.Memory
	read func(ctx context.Context, k model.Key) (model.Experiment, error)
}

func (o odd) Experiment(ctx context.Context, k model.Key) (model.Experiment, error) {
	return o.read(ctx, k)
}

// counted is a source that counts the experiments that were read.
func counted(m *storagetest.Memory) (odd, *atomic.Int64) {
	n := new(atomic.Int64)
	return odd{m, func(ctx context.Context, k model.Key) (model.Experiment, error) {
		n.Add(1)
		return m.Experiment(ctx, k)
	}}, n
}

// running is a handler on loopback.
type running struct {
	h    *Handler
	url  string
	end  context.CancelFunc
	done chan error

	mu   sync.Mutex
	told []model.FailedRequest
}

// start serves a source under limits until the test ends.
func start(t *testing.T, src model.Source, l limits) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	r := &running{url: "http://" + listener.Addr().String(), end: end, done: make(chan error, 1)}
	r.h = limited(src, Options{Failed: func(f model.FailedRequest) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, f)
	}}, l)
	go func() { r.done <- r.h.run(ctx, listener) }()
	t.Cleanup(end)
	return r
}

// failures is what was told so far.
func (r *running) failures() []model.FailedRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told
}

// get is the status and the body of an answer; err tells that it was cut.
func (r *running) get(t *testing.T, path string) (status int, body string, err error) {
	t.Helper()
	resp, err := http.Get(r.url + path)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// dial is a raw connection that has sent some bytes.
func (r *running) dial(t *testing.T, sent string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, _ = io.WriteString(c, sent) // which may be refused in the middle
	return c
}

// await waits for a condition.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for late := time.Now().Add(30 * time.Second); !ok(); runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatalf("not after 30 s: %s", what)
		}
	}
}

// fat is experiments with configs of a size.
func fat(n, size int) *storagetest.Memory {
	m := storagetest.NewMemory()
	for _, e := range storagetest.Experiments(n) {
		e.Config = text.CleanLines("exp: {}\n# " + strings.Repeat("x", size) + "\n")
		m.Put(e)
	}
	return m
}

const getList = "GET /api/experiments HTTP/1.1\r\nHost: x\r\n\r\n"

func TestAReaderThatTakesNothingIsLeft(t *testing.T) {
	l := usual
	l.stall = 50 * time.Millisecond
	src, begun := counted(fat(300, 100<<10))
	r := start(t, src, l)
	r.dial(t, getList)
	await(t, "the list is given up", func() bool { return begun.Load() > 0 && len(r.h.lists) == 0 })
	if told := r.failures(); len(told) > 0 {
		t.Errorf("the client's fault is told as the source's: %+v", told)
	}
}

func TestAReaderThatTakesLittleIsLeft(t *testing.T) {
	l := usual
	l.grace, l.minRate = 100*time.Millisecond, 1<<40
	src, begun := counted(fat(300, 100<<10))
	r := start(t, src, l)
	c := r.dial(t, getList)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for b := make([]byte, 1); ; {
			select {
			case <-tick.C:
				if _, err := c.Read(b); err != nil {
					return
				}
			case <-stop:
				return
			}
		}
	}()
	await(t, "the list is given up", func() bool { return begun.Load() > 0 && len(r.h.lists) == 0 })
	if begun.Load() == 300 {
		t.Error("the list was sent whole")
	}
}

func TestHeadsMustComeInTimeAndFit(t *testing.T) {
	l := usual
	l.body = 50 * time.Millisecond
	m, _ := lab(3)
	patient := start(t, m, l)
	l.head = 50 * time.Millisecond
	hurried := start(t, m, l)
	for name, tc := range map[string]struct{ sent, want string }{
		"nothing":                   {"", ""},
		"half a head":               {"GET /api/experiments HTTP/1.1\r\nHost: x\r\nX-", ""},
		"a URL of 10 MB":            {"GET /api/" + strings.Repeat("x", 10<<20) + " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 431"},
		"a URL of 5 KB":             {"GET /api/" + strings.Repeat("x", 5<<10) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 414"},
		"a query of 5 KB":           {"GET /api/experiments?" + strings.Repeat("x", 5<<10) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 414"},
		"a header of 1 MB":          {"GET /api/experiments HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", "HTTP/1.1 431"},
		"a NUL in the path":         {"GET /api/\x00 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400"},
		"no HTTP":                   {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "HTTP/1.1 400"},
		"a body that never is":      {"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "HTTP/1.1 200"},
		"a body without an end":     {"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "HTTP/1.1 200"},
		"a small body that is late": {"GET /api/openapi.json HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", "HTTP/1.1 200"},
		"two requests at once":      {"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404"},
	} {
		r := patient
		if tc.want == "" {
			r = hurried
		}
		c := r.dial(t, tc.sent)
		if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(c)
		var slow net.Error
		if errors.As(err, &slow) && slow.Timeout() {
			t.Errorf("%s: the connection is still there", name)
		}
		if !strings.HasPrefix(string(got), tc.want) && err == nil {
			t.Errorf("%s: %.100q, want %s", name, got, tc.want)
		}
	}
}

func TestManyConnectionsDoNotShutOthersOut(t *testing.T) {
	l := usual
	l.connections, l.head = 4, 20*time.Millisecond
	m, _ := lab(3)
	r := start(t, m, l)
	for range 60 {
		r.dial(t, "GET /api/exp")
	}
	if status, _, err := r.get(t, "/api/experiments"); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
}

func TestRequestsWaitForTheirTurn(t *testing.T) {
	m, all := lab(3)
	held := make(chan struct{})
	var once sync.Once
	release := func() { once.Do(func() { close(held) }) }
	defer release()
	src := odd{m, func(ctx context.Context, k model.Key) (model.Experiment, error) {
		select {
		case <-held:
		case <-ctx.Done():
		}
		return m.Experiment(ctx, k)
	}}
	l := usual
	l.lists, l.patience = 1, 20*time.Millisecond
	r := start(t, src, l)
	first := r.dial(t, getList)
	await(t, "the list begins", func() bool { return len(r.h.lists) == 1 })
	resp, err := http.Get(r.url + "/api/experiments")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") != "1" {
		t.Errorf("a second list is %d %v", resp.StatusCode, resp.Header)
	}
	if status, _, _ := r.get(t, "/api/experiments/"+all[0].ID.String()); status != 200 {
		t.Errorf("an experiment during a list is %d", status)
	}
	release()
	answer, err := http.ReadResponse(bufio.NewReader(first), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if b, err := io.ReadAll(answer.Body); err != nil || strings.Count(string(b), `"tenant_id"`) != 3 {
		t.Errorf("%s, %v", b, err)
	}
}

func TestAPanicIsACrashOfOneRequest(t *testing.T) {
	m, all := lab(40)
	src := odd{m, func(ctx context.Context, k model.Key) (model.Experiment, error) {
		if k == all[1].Key {
			panic("a page that points at itself\x1b[2J")
		}
		return m.Experiment(ctx, k)
	}}
	r := start(t, src, usual)
	tenant := "?tenant_id=" + all[1].Tenant.Raw()
	for range 3 {
		if status, body, err := r.get(t, "/api/experiments/"+all[1].ID.String()+tenant); status != 500 || body != "Internal Server Error" || err != nil {
			t.Errorf("%d %s, %v", status, body, err)
		}
	}
	if _, body, err := r.get(t, "/api/experiments"); err == nil {
		t.Errorf("a list that panicked came to an end: %d bytes", len(body))
	}
	if status, _, err := r.get(t, "/api/experiments/"+all[2].ID.String()); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
	told := r.failures()
	if len(told) != 4 || told[0].Status != 500 || told[3].Status != 0 || !strings.Contains(told[0].Err.Error(), "points at itself") {
		t.Errorf("%+v", told)
	}
}

func TestAListThatFailsInTheMiddleIsCut(t *testing.T) {
	m, all := lab(40)
	src := odd{m, func(ctx context.Context, k model.Key) (model.Experiment, error) {
		if k == all[1].Key {
			return model.Experiment{}, fmt.Errorf("read: %w", model.ErrDamaged)
		}
		return m.Experiment(ctx, k)
	}}
	r := start(t, src, usual)
	if _, body, err := r.get(t, "/api/experiments"); err == nil {
		t.Errorf("it came to an end: %.100s", body)
	}
	if told := r.failures(); len(told) != 1 || told[0].Status != 0 || !errors.Is(told[0].Err, model.ErrDamaged) || told[0].Request.String() != "GET /api/experiments" {
		t.Errorf("%+v", told)
	}
}

// sink takes some bytes, and no more until it is let.
type sink struct {
	head http.Header
	left int
	full chan struct{}
	more chan struct{}
	once sync.Once
}

func (s *sink) Header() http.Header { return s.head }

func (s *sink) WriteHeader(int) {}

func (s *sink) Write(p []byte) (int, error) {
	if s.left -= len(p); s.left < 0 {
		s.once.Do(func() { close(s.full) })
		<-s.more
	}
	return len(p), nil
}

func TestAListIsNotBuiltInMemory(t *testing.T) {
	const size, rows = 20 << 10, 3000
	m := fat(rows, size)
	src, read := counted(m)
	s := &sink{head: http.Header{}, left: 100 * size, full: make(chan struct{}), more: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r, _ := http.NewRequest(http.MethodGet, "/api/experiments", nil)
		New(src, Options{}).ServeHTTP(s, r)
	}()
	<-s.full
	if n := read.Load(); n > 102+wholeRows {
		t.Errorf("%d experiments were read when 100 were taken", n)
	}
	close(s.more)
	<-done
	if n := read.Load(); n != rows {
		t.Errorf("%d experiments, want %d", n, rows)
	}
}

func TestAnExperimentThatChangesWhileTheListIsReadComesOnce(t *testing.T) {
	m := fat(pageRows+200, 10)
	all := m.Experiments()
	changed := false
	src := odd{m, func(ctx context.Context, k model.Key) (model.Experiment, error) {
		if !changed {
			changed = true
			all[0].Now.T++
			m.Put(all[0])
			m.Delete(all[1].Key, all[len(all)-1].Key)
		}
		return m.Experiment(ctx, k)
	}}
	body := ask(New(src, Options{}), "GET", "/api/experiments").Body.String()
	if got := strings.Count(body, `"tenant_id"`); got != len(all)-2 || strings.Count(body, all[0].ID.String()) != 1 {
		t.Errorf("%d experiments, want %d", got, len(all)-2)
	}
}

func TestItEndsInTimeWhoeverIsBeingAnswered(t *testing.T) {
	m := fat(300, 100<<10)
	hang := storagetest.Experiments(1)[0]
	src := odd{m, func(ctx context.Context, k model.Key) (model.Experiment, error) {
		if k == hang.Key {
			<-ctx.Done()
			return model.Experiment{}, ctx.Err()
		}
		return m.Experiment(ctx, k)
	}}
	r := start(t, src, usual)
	r.dial(t, "GET /api/exp") // a head that does not come
	r.dial(t, getList)        // a list that is not taken
	r.dial(t, "GET /api/experiments/"+hang.ID.String()+"?tenant_id="+hang.Tenant.Raw()+" HTTP/1.1\r\nHost: x\r\n\r\n")
	await(t, "they are under way", func() bool { return len(r.h.lists) == 1 && len(r.h.requests) == 1 })
	if most := usual.leave + usual.leave/2; most > 2*time.Second {
		t.Errorf("they are given %v", most)
	}
	r.end()
	select {
	case err := <-r.done: // it waits for nobody longer than that
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it waits for whoever hangs")
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://")); err == nil {
		t.Error("it still listens")
	}
}
