//go:build unix

package alert

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// one is an alert with a name that nobody would want to be obeyed.
func one() Alert {
	return Alert{
		ID: "0123", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Event: "failed", Source: "lab.db", Run: "id", Name: "$(touch pwned)\n\x1b[2Jx", Status: "error", From: "running",
		Text: strings.Repeat("语", 5000), JSON: json.RawMessage(`{"event":"failed"}`), Left: []string{"exec"},
	}
}

// told collects sentences.
type told struct {
	mu  sync.Mutex
	all []string
}

func (t *told) tell(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, s)
}

func (t *told) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.all, "\n")
}

func TestCommands(t *testing.T) {
	for command, want := range map[string]struct {
		err  string
		told string
	}{
		"cat":                   {"", `--exec: {"event":"failed"}`},
		`echo "$SOCIETOP_NAME"`: {"", "--exec: $(touch pwned) \ufffd[2Jx"},
		`echo "$SOCIETOP_AT $SOCIETOP_ID $SOCIETOP_STATUS $SOCIETOP_FROM $SOCIETOP_EVENT $SOCIETOP_EVENT_ID $SOCIETOP_SOURCE"`: {"", "--exec: 2026-01-02T03:04:05Z id error running failed 0123 lab.db"},
		`echo "${#SOCIETOP_TOKEN} ${#SOCIETOP_PASSWORD} ${#PGPASSWORD} $KEPT"`:                                                 {"", "--exec: 0 0 0 kept"},
		`printf %s "$SOCIETOP_TEXT" | wc -c | tr -d ' '`:                                                                       {"", "--exec: 4095"},
		"exit 3":                   {"the command of --exec failed (exit status 3), for the event failed of $(touch pwned)", ""},
		"societop-no-such-command": {"failed (exit status 127)", "not found"},
		"yes | head -c 1000000":    {"", "--exec: … and more lines"},
		"head -c 1000000 /dev/zero | tr '\\0' x; printf '\\033]0;pwned\\007'": {"", "bytes more"},
		"exec <&-":                       {"", ""},
		"kill -9 $$":                     {"signal: killed", ""},
		"printf '\\033]0;pwned\\007\\n'": {"", "--exec: \ufffd]0;pwned"},
	} {
		var said told
		x := &Exec{Command: command, Environ: append(os.Environ(), "SOCIETOP_TOKEN=x", "SOCIETOP_PASSWORD=x", "PGPASSWORD=x", "KEPT=kept"), Tell: said.tell}
		a, started := one(), 0
		again, err := x.Send(t.Context(), &a, func() { started++ })
		if again || started != 1 || (err == nil) != (want.err == "") || err != nil && !strings.Contains(err.Error(), want.err) || !strings.Contains(said.text(), want.told) || want.told == "" && said.text() != "" || len(said.all) > maxLines+1 || strings.ContainsAny(said.text(), "\x1b\x07") {
			t.Errorf("%s: again %v, started %d, %v; it says %q", command, again, started, err, said.text())
		}
	}
	if _, err := os.Stat("pwned"); err == nil {
		t.Error("a name was run")
	}
}

// TestACommandThatHangs is killed with all that it has started, however it hides.
func TestACommandThatHangs(t *testing.T) {
	for name, command := range map[string]string{
		"itself":         `echo $$ >"$PIDS"; sleep 1000`,
		"one after it":   `sleep 1000 & echo $! >"$PIDS"`,
		"one in silence": `sleep 1000 >/dev/null 2>&1 & echo $! >"$PIDS"`,
		"one that won't": `trap '' TERM INT HUP; echo $$ >"$PIDS"; while :; do sleep 1; done`,
	} {
		pids := filepath.Join(t.TempDir(), "pids")
		var said told
		x := &Exec{Command: command, Environ: append(os.Environ(), "PIDS="+pids), Tell: said.tell, Time: 300 * time.Millisecond}
		a := one()
		again, err := x.Send(t.Context(), &a, func() {})
		if again || err == nil || !strings.Contains(err.Error(), "was killed after 300ms, for the event failed of") {
			t.Errorf("%s: again %v, %v", name, again, err)
		}
		data, _ := os.ReadFile(pids)
		pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for range 500 { // until init has seen it
			if stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err != nil || strings.Contains(string(stat), ") Z ") {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil && !strings.Contains(string(stat), ") Z ") {
			t.Errorf("%s: %d goes on: %s", name, pid, stat)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// TestACommandAtTheEnd is given a moment, and told again later if that is not enough.
func TestACommandAtTheEnd(t *testing.T) {
	for command, want := range map[string]bool{"sleep 0.2": false, "sleep 1000": true} {
		ctx, cancel := context.WithCancel(t.Context())
		x := &Exec{Command: command, Environ: os.Environ(), Tell: func(string) {}}
		a := one()
		again, err := x.Send(ctx, &a, cancel)
		if again != want || (err != nil) != want {
			t.Errorf("%s: again %v, %v", command, again, err)
		}
	}
}

// TestFourAtOnce: the first ones wait for each other, and there are never more.
func TestFourAtOnce(t *testing.T) {
	started, runs := t.TempDir(), t.TempDir()
	x := &Exec{
		Command: `: >"$STARTED/$$"; : >"$RUNS/$$"; until [ "$(ls "$STARTED" | wc -l)" -ge 4 ]; do sleep 0.01; done; ls "$RUNS" | wc -l | tr -d ' '; rm "$RUNS/$$"`,
		Environ: append(os.Environ(), "STARTED="+started, "RUNS="+runs),
	}
	var said told
	x.Tell = said.tell
	d := Open(NoState(), []Channel{x}, time.Now, said.tell)
	for range 20 {
		a := one()
		a.At = time.Now()
		d.Put(a)
	}
	for range 3000 {
		if strings.Count(said.text(), "--exec: ") == 20 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.Close()
	if strings.Count(said.text(), "--exec: ") != 20 || strings.Trim(said.text(), "-exc: 1234\n") != "" {
		t.Errorf("commands at once:\n%s", said.text())
	}
}
