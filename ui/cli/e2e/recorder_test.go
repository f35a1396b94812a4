//go:build unix

package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"societop/ui/cli/clitest"
)

// TestADemosFileIsOfItsEnd, and a recorder that is killed leaves one that is of then; what records
// it is live. Real processes, through a server, too.
func TestADemosFileIsOfItsEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	demo, copied := filepath.Join(dir, "demo.db"), filepath.Join(dir, "copy.db")
	program.Done(t, "demo", "--once", "--agents", "0", "--file", demo)
	if out := program.Done(t, "info", demo); !regexp.MustCompile(`(?m)^not live     as of .*, the demo has ended$`).MatchString(out) {
		t.Errorf("info says %s", out)
	}
	recorder := clitest.Start(t, exec.Command(string(program), "record", "--interval", "100ms", demo, copied), 80, 10)
	monitor := program.Open(t, 100, 20, "--interval", "200ms", copied)
	monitor.Shows("source: the demo has ended")
	server := clitest.Start(t, exec.Command(string(program), "serve", "--listen", "127.0.0.1:0", copied), 120, 10)
	server.Matches(`http://[0-9.:]+`)
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(server.Screen())
	if out := program.Done(t, "info", url); !strings.Contains(out, ", source: the demo has ended\n") {
		t.Errorf("info of its server says %s", out)
	}
	live := program.Open(t, 100, 20, "demo", "--agents", "0", "--file", demo)
	live.Shows("● live")
	monitor.Shows("● live")
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
