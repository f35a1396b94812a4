//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/ui/cli/clitest"
)

// TestADemosFileIsOfItsEnd, and a recorder that is killed leaves one that is of then; what records
// it is live. Real processes, through a server, too.
func TestADemosFileIsOfItsEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demo, copied := filepath.Join(dir, "demo.db"), filepath.Join(dir, "copy.db")
	program.Done(t, "demo", "--once", "--agents", "0", "--file", demo)
	if out := program.Done(t, "info", demo); !regexp.MustCompile(`(?m)^not live     as of .*, no demo at work$`).MatchString(out) {
		t.Errorf("info says %s", out)
	}
	recorder := clitest.Start(t, exec.Command(string(program), "record", "--interval", "100ms", demo, copied), 80, 10)
	monitor := program.Open(t, 100, 20, "--interval", "200ms", copied)
	monitor.Shows("source: no demo at work")
	server := clitest.Start(t, exec.Command(string(program), "serve", "--listen", "127.0.0.1:0", copied), 120, 10)
	server.Matches(`http://[0-9.:]+`)
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(server.Screen())
	if out := program.Done(t, "info", url); !strings.Contains(out, ", source: no demo at work\n") {
		t.Errorf("info of its server says %s", out)
	}
	live := program.Open(t, 100, 20, "demo", "--agents", "0", "--file", demo)
	live.Shows("● live")
	monitor.Shows("● live")
	if out := program.Done(t, "info", write(t, "sent.db", read(t, demo))); !strings.Contains(out, ", no demo at work\n") {
		t.Errorf("info of a copy, whose demo goes on, says %s", out)
	}
	if err := recorder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	monitor.Shows("no recorder")
	for _, source := range []string{copied, url} {
		all := listed(t, source)
		if len(all) == 0 {
			t.Fatal("nothing is listed")
		}
		for _, r := range all {
			if r.AsOf == "" || r.ETA != nil || r.Stalled != nil {
				t.Errorf("list %s: %+v", source, r)
			}
		}
	}
	if _, errs, code := program.Run(t, "wait", "--timeout", "1", copied, firstRunning(t, copied)); code != 124 || strings.Count(errs, "no recorder") != 1 {
		t.Errorf("wait: exit code %d: %s", code, errs)
	}
	if strings.Contains(live.Written(), "as of") {
		t.Error("a demo is not live at first")
	}
	leaves(t, live)
}

// TestASuspendedRecorderIsNotLive, nor is a suspended demo; both are live again once they go on.
func TestASuspendedRecorderIsNotLive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demo, copied := filepath.Join(dir, "demo.db"), filepath.Join(dir, "copy.db")
	first := program.Open(t, 100, 20, "demo", "--agents", "0", "--file", demo)
	first.Shows("● live")
	recorder := clitest.Start(t, exec.Command(string(program), "record", "--interval", "1s", demo, copied), 80, 10)
	recorder.Shows("recording")
	monitor := program.Open(t, 100, 20, "--interval", "1s", copied)
	monitor.Shows("● live")
	for name, suspended := range map[string]*os.Process{"recorder": recorder.Process, "demo": first.Process} {
		if err := suspended.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		stopped := time.Now()
		monitor.Shows("recorder: does not answer")
		if took := time.Since(stopped); took > 30*time.Second { // 7 s on a machine at rest
			t.Errorf("that the %s is suspended is seen after %v", name, took)
		}
		if out := program.Done(t, "info", copied); !strings.Contains(out, ", recorder: does not answer\n") {
			t.Errorf("info says %s", out)
		}
		if err := suspended.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		monitor.Shows("● live")
	}
	leaves(t, monitor)
	leaves(t, first)
}

// firstRunning is the id of an experiment that runs.
func firstRunning(t *testing.T, path string) string {
	t.Helper()
	for _, r := range listed(t, path) {
		if r.StatusName == "running" {
			return r.ID
		}
	}
	t.Fatal("nothing runs")
	return ""
}
