//go:build unix

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/storage/remote/remotetest"
	"societop/ui/cli/clitest"
)

// recorded is a server of the recorded answers, as it prints times in a zone.
func recorded(t *testing.T, offset string) *remotetest.Endpoint {
	t.Helper()
	return remotetest.Listen(t, remotetest.Fixtures("../../../storage/remote/testdata/agentsociety-api", remotetest.Offset(offset)))
}

// TestAnEndpoint: the recorded experiments with the right progress and times, through an outage.
func TestAnEndpoint(t *testing.T) {
	t.Parallel()
	server := recorded(t, "+08:00")
	x := program.Open(t, 160, 45, "--utc", "--interval", "200ms", server.URL)
	x.Shows("Experiments 13")
	x.Shows("● live")
	for _, row := range []string{`飓风影响实验 Hurricane 🌀 .* 31% d1 03:55 +(failed|error)`, `北京早高峰通勤模拟 🚇 live .* 7% d0 10:55`, `individual benchmark 个体任务 +– –`} {
		x.Matches(row)
	}
	x.Press("jjj")
	x.Shows("step 36 of 504")
	x.Press("\tG")
	x.Shows("2026-11-23 14:42 UTC") // updated, whatever the offset says
	x.Press("\t")
	server.Stop()
	x.Shows("STALE")
	x.Shows("connection refused")
	x.Shows("Experiments 13")
	server.Start(t)
	x.Shows("● live")
	x.Press("8")
	x.Shows("no log here")
	x.Press("Gkk")
	x.Shows("following")
	x.Press("q")
	if code := x.Gone(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestCommandsOnAnEndpoint: data on stdout, a sentence and the right code for what fails.
func TestCommandsOnAnEndpoint(t *testing.T) {
	t.Parallel()
	server := recorded(t, "Z")
	for args, want := range map[string]string{
		"list --json": `"id":"72420354-a142-5529-91a6-296b7b4c7689"`, "show --json 72420354": `"step":36,"steps":504`, "config 7242": "workflow:",
		"agents 1c2a67e2-8cf0-5168-b697-66e0f003a377": "李娜1", "timeline --csv 1c2a": "2,86101", "metrics 1c2a": "num_completed_trips",
		"talk --agent 1 1c2a": "一起吃饭吗", "surveys --agent 2 1c2a": "pending", "log --lines 2 1c2a": "attempt 10/10", "wait 1c2a": "finished",
	} {
		words := strings.Fields(args)
		at := append([]string{words[0], server.URL}, words[1:]...)
		if out := program.Done(t, at...); !strings.Contains(out, want) {
			t.Errorf("societop %s prints %.300s", args, out)
		}
	}
	for args, want := range map[string]int{"list": 3, "show x": 3, "wait x": 3, "watch": 3, "info": 3, "agents x": 3} {
		words := strings.Fields(args)
		at := append([]string{words[0], "http://127.0.0.1:1"}, words[1:]...)
		if _, errs, code := program.Run(t, at...); code != want || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "connection refused") {
			t.Errorf("societop %s: exit code %d: %s", args, code, errs)
		}
	}
	for args, want := range map[string]int{"show none": 4, "log 7242": 1, "wait 51b2": 10, "wait b3a8": 11, "wait --for error 1c2a": 12, "wait --timeout 100ms 7242": 124, "check": 2} {
		words := strings.Fields(args)
		at := append([]string{words[0], server.URL}, words[1:]...)
		if out, errs, code := program.Run(t, at...); code != want || errs == "" || strings.Contains(out+errs, "\x1b") {
			t.Errorf("societop %s: exit code %d: %s", args, code, errs)
		}
	}
}

// TestAServedLab: what is in a lab file can be read through societop at both ends, until a
// signal ends it.
func TestAServedLab(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "demo", "--once", "--file", path, "--experiments", "7", "--seed", "3")
	server := exec.Command(string(program), "serve", "--listen", "127.0.0.1:0", path)
	told, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Process.Kill() }() // unless it has ended
	messages := bufio.NewReader(told)
	tenants, _ := messages.ReadString('\n')
	ready, _ := messages.ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(ready), " on ")
	if !ok || !strings.HasPrefix(ready, "societop: serving "+path+" on http://127.0.0.1:") {
		t.Fatalf("it says %q", ready)
	}
	if tenants != "societop: the experiments are of tenant \"default\"\n" {
		t.Errorf("of whom they are: %q", tenants)
	}
	ended := []string{"list", "--json", "--filter", "status:finished,error,stopped"} // of which no number moves
	if got, want := program.Done(t, append(ended, url)...), program.Done(t, append(ended, path)...); got != want || !strings.Contains(got, "飓风") {
		t.Errorf("the served list:\n%s\nwant\n%s", got, want)
	}
	if out := program.Done(t, "info", url); !strings.Contains(out, "AgentSociety") {
		t.Errorf("info:\n%s", out)
	}
	if _, errs, code := program.Run(t, "serve", "--listen", strings.TrimPrefix(url, "http://"), path); code != 1 || !strings.Contains(errs, "another program listens there") {
		t.Errorf("a second server: exit code %d: %s", code, errs)
	}
	if _, errs, code := program.Run(t, "serve", path+".none"); code != 6 || strings.Count(errs, "\n") != 1 {
		t.Errorf("no lab: exit code %d: %s", code, errs)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var rest []byte
	over := make(chan struct{})
	go func() {
		rest, _ = io.ReadAll(messages)
		_ = server.Wait() // the code is asked for below
		close(over)
	}()
	if !clitest.InTime(over, 2*time.Second) {
		t.Error("the server does not end within two seconds")
	}
	<-over
	if code := server.ProcessState.ExitCode(); code != 143 || string(rest) != "societop: terminated\n" {
		t.Errorf("exit code %d: %s", code, rest)
	}
}

// TestTheTokenIsNowhere: it opens the endpoint and shows neither on the screen nor in the
// list of processes.
func TestTheTokenIsNowhere(t *testing.T) {
	t.Parallel()
	const token = "s3same-of-the-test"
	server := remotetest.New()
	server.Token(token)
	server.Put(step(1, 10, time.Now().Add(-time.Minute)))
	at := remotetest.Listen(t, server)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program.Done(t, "list", "--token-file", file, at.URL)
	if _, errs, code := program.Run(t, "list", at.URL); code != 3 || !strings.Contains(errs, "$SOCIETOP_TOKEN") {
		t.Errorf("without it: exit code %d: %s", code, errs)
	}
	cmd := exec.Command(string(program), "--interval", "100ms", at.URL)
	cmd.Env = []string{"SOCIETOP_TOKEN=" + token}
	x := clitest.Start(t, cmd, 100, 30)
	x.Shows("北京早高峰通勤模拟")
	server.Token("another")
	x.Shows("the server wants a valid token")
	x.Press("!")
	x.Shows("Messages")
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", x.Process.Pid))
	if err != nil || strings.Contains(string(line), token) || strings.Contains(x.Written(), token) {
		t.Errorf("it is told: %v", err)
	}
}

// TestALongListIsUsableWhileItComesIn: the rows that are there can be moved in though the rest
// never comes.
func TestALongListIsUsableWhileItComesIn(t *testing.T) {
	t.Parallel()
	at := remotetest.Listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/api/experiments" {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"detail":"Experiment not found"}`)
			return
		}
		begin := `{"data":[`
		for i := range 5000 {
			_, _ = fmt.Fprintf(w, `%s{"id":"%s","name":"row %d","status":2,"config":"%s"}`, begin, uuid.UUID{byte(i >> 8), byte(i), 1}, i, strings.Repeat(`agents:\n`, 2000))
			begin = ","
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	x := program.Open(t, 100, 30, at.URL)
	x.Shows("reading 5,000")
	x.Press("jjj")
	x.Matches(`▌✔ row 3 `)
	x.Press(`/"row 499"` + "\r")
	x.Shows("Experiments 11 of 5,000")
	x.Shows("row 4999")
	x.Press("\x1b")
	x.Shows("Experiments 5,000")
	if peak := peakMemory(t, x.Process.Pid); peak > 100<<20 {
		t.Errorf("it took %d MiB", peak>>20)
	}
	x.Press("q")
	if code := x.Gone(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// peakMemory is the most memory in bytes that a process has had.
func peakMemory(t *testing.T, pid int) (n int64) {
	t.Helper()
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer status.Close()
	text, _ := io.ReadAll(status)
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &n); err == nil {
			return n << 10
		}
	}
	t.Fatal("no peak of the memory")
	return 0
}
