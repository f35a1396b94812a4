//go:build unix

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"societop/storage/remote/remotetest"
)

// counted counts the requests of each kind that a handler answers, and how many there were at once.
type counted struct {
	http.Handler
	mu       sync.Mutex
	now, all int
	most     int
	agents   int // requests for the data of one agent
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.now++
	c.all++
	c.most = max(c.most, c.now)
	if regexp.MustCompile(`/agents/\d+/`).MatchString(r.URL.Path) {
		c.agents++
	}
	c.mu.Unlock()
	c.Handler.ServeHTTP(w, r)
	c.mu.Lock()
	c.now--
	c.mu.Unlock()
}

// counts returns what was counted so far.
func (c *counted) counts() (all, most, agents int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all, c.most, c.agents
}

func TestGrepALabFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "lab.db")
	program.Done(t, "demo", "--once", "--file", path, "--experiments", "7", "--agents", "40", "--seed", "3")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	out := program.Done(t, "grep", ".", path)
	for _, where := range []string{` config \d+: `, ` log \d+: `, ` d\d+ \d\d:\d\d prompt \d+: `, ` d\d+ \d\d:\d\d agent \d+ talk: `, ` agent \d+ talk from \d+: `, ` agent \d+ answers: `} {
		if !regexp.MustCompile(where).MatchString(out) {
			t.Errorf("no line has %q", where)
		}
	}
	if strings.Contains(out, "\x1b") || strings.Contains(out, "sk-") {
		t.Error("an escape, or a secret")
	}
	talk := program.Done(t, "grep", "--in", "talk", ".", path)
	said := 0
	for _, e := range listed(t, path) {
		out, _, code := program.Run(t, "talk", "--json", path, e.ID)
		if code != 0 {
			continue // it has not started
		}
		said += strings.Count(out, `"content":`)
	}
	if n := strings.Count(talk, "\n"); n < said || said == 0 {
		t.Errorf("%d lines of talk are found of %d messages", n, said)
	}
	if after, err := os.Stat(path); err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the lab file was changed: %v", err)
	}
}

// TestGrepAnEndpoint: one request after the other, three an experiment unless more is asked for.
func TestGrepAnEndpoint(t *testing.T) {
	t.Parallel()
	c := &counted{Handler: remotetest.Fixtures("../../../storage/remote/testdata/agentsociety-api", remotetest.Offset("Z"))}
	server := remotetest.Listen(t, c)
	out := program.Done(t, "grep", "workflow:|attempt 10/10", server.URL)
	if !regexp.MustCompile(`config \d+: .*workflow:`).MatchString(out) || !regexp.MustCompile(`log \d+: .*attempt 10/10`).MatchString(out) {
		t.Errorf("%s", out)
	}
	const experiments, list = 13, 5
	if all, most, agents := c.counts(); most != 1 || agents > 0 || all > 3*experiments+list {
		t.Errorf("%d requests, %d at once, %d for agents", all, most, agents)
	}
	out = program.Done(t, "grep", "--json", "--in", "talk", "--filter", "1c2a67e2", "一起吃饭", server.URL)
	if _, most, agents := c.counts(); !strings.Contains(out, `"agent":`) || most != 1 || agents == 0 {
		t.Errorf("%d at once, %d for agents: %s", most, agents, out)
	}
	server.Stop()
	if out, errs, code := program.Run(t, "grep", ".", server.URL); code != 3 || out != "" || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}

// TestGrepShowsItsFirstHitAtOnce, long before it is done, and ends with an interrupt.
func TestGrepShowsItsFirstHitAtOnce(t *testing.T) {
	t.Parallel()
	fixtures := remotetest.Fixtures("../../../storage/remote/testdata/agentsociety-api", remotetest.Offset("Z"))
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	server := remotetest.Listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/log") {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
			return
		}
		fixtures.ServeHTTP(w, r)
	}))
	x := program.Open(t, 120, 20, "grep", "workflow:", server.URL)
	x.Shows("workflow:")
	x.Press("\x03")
	if code := x.Gone(5 * time.Second); code != 130 {
		t.Errorf("exit code %d", code)
	}
}
