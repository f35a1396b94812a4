package peer

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/remote/link"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// counted counts all bytes of a connection, both ways, heads included.
type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// counting is a client of a handler, and a count of all bytes that go over its connections.
func counting(t *testing.T, h http.Handler) (*Client, *atomic.Int64) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	l, err := link.Open(s.URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	l.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		return counted{c, &n}, err
	}
	c := Over(l)
	t.Cleanup(func() { _ = c.Close() })
	return c, &n
}

// large makes the experiments of a large lab: a few workflows, names and ids of their own.
func large(n int) []model.Experiment {
	begin := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	all := make([]model.Experiment, n)
	for i := range all {
		e := &all[i]
		e.ID = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i))
		e.Tenant = text.Clean("default")
		e.Name = text.Clean(fmt.Sprintf("北京早高峰通勤模拟 %d", i))
		e.Status = model.Status(1 + i%3)
		e.Now = model.SimTime{Day: i % 5, T: float64(28801 + i%200*300)}
		e.InputTokens, e.OutputTokens = int64(i)*7919, int64(i)*977
		e.Created = begin.Add(time.Duration(i) * 61 * time.Second)
		e.Updated = e.Created.Add(time.Duration(i%977) * 1234567 * time.Microsecond)
		e.Config = text.CleanLines(fmt.Sprintf("llm:\n- model: qwen2.5-14b\n  provider: vllm\nexp:\n  workflow:\n  - days: %d\n    type: run\n", i%7+1))
		e.Plan, e.Models = plan.Read(e.Config.Raw())
	}
	return all
}

// TestALargeLabCostsWhatHasChanged: the bytes of the first list of 10,000, of a tick without a change and
// of one with 100, all of them that go over the connection.
func TestALargeLabCostsWhatHasChanged(t *testing.T) {
	const rows, changed = 10_000, 100
	path := filepath.Join(t.TempDir(), "lab.db")
	all := large(rows)
	write := func(put []model.Experiment) {
		t.Helper()
		err := bolt.Open(path, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error { return storagetest.Write(b, put, nil) })
		if err != nil {
			t.Fatal(err)
		}
	}
	write(all)
	src := bolt.Open(path, bolt.Options{})
	defer src.Close()
	c, n := counting(t, serve.New(src, serve.Options{Version: "1.0.0"}))
	var mirror storagetest.Mirror
	budget := model.Budget{Rows: 1000, Errors: true, Interval: 2 * time.Second, Watched: []model.Key{all[0].Key, all[1].Key}}
	cost := func(what string, most int64) {
		t.Helper()
		n.Store(0)
		begun := time.Now()
		mirror.Read(t, c, budget)
		t.Logf("%s: %d bytes, %v", what, n.Load(), time.Since(begun).Round(time.Millisecond))
		if n.Load() > most {
			t.Errorf("%s costs %d bytes, of at most %d", what, n.Load(), most)
		}
	}
	cost("the list of 10,000", 80*rows)
	if len(mirror.Known) != rows {
		t.Fatalf("%d experiments", len(mirror.Known))
	}
	cost("a tick without a change", 700)
	for i := range changed {
		e := &all[i*97]
		e.Now.T += 300
		e.InputTokens += 1000
		e.Updated = e.Updated.Add(time.Minute)
	}
	write(all)
	cost("a tick of 100 changes", 100*changed)
	cost("the tick after it", 700)
	for _, e := range []model.Experiment{all[0], all[97]} {
		s := mirror.Known[e.Key]
		storagetest.SameSummary(t, s, e.Summary)
	}
}

// TestRowsOfOnePlanShareIt, also those that come later.
func TestRowsOfOnePlanShareIt(t *testing.T) {
	m := storagetest.NewMemory()
	all := large(14)
	m.Put(all...)
	c := over(t, http.Handler(serve.New(m, serve.Options{})))
	plans, models := map[*plan.Plan]bool{}, map[*plan.Models]bool{}
	for range 2 {
		for since, more := (model.Cursor{}), true; more; {
			ch, err := c.Changes(t.Context(), since, model.Budget{Rows: 3})
			if err != nil {
				t.Fatal(err)
			}
			for i := range ch.Put {
				plans[ch.Put[i].Plan], models[ch.Put[i].Models] = true, true
			}
			since, more = ch.Next, ch.More
		}
	}
	if len(plans) != 7 || len(models) != 1 {
		t.Errorf("%d plans and %d lists of models, want 7 and 1", len(plans), len(models))
	}
}
