//go:build unix

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/bolt/claim"
	"societop/storage/storagetest"
	"societop/ui/cli/clitest"
)

// TestOneRecorderAndEightMonitors: eight monitors load a lab at once while it is written to.
func TestOneRecorderAndEightMonitors(t *testing.T) {
	t.Parallel()
	loadTogether(t, 20_000, 0)
}

// TestSoakOneRecorderAndEightMonitors does so with a large lab, and writes for a minute.
func TestSoakOneRecorderAndEightMonitors(t *testing.T) {
	storagetest.Soak(t)
	loadTogether(t, 150_000, time.Minute)
}

// crowded is the i-th experiment of a large lab; it runs.
func crowded(i int, begin time.Time) model.Experiment {
	e := step(i, 100, begin)
	e.ID = uuid.UUID{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i), 15: 1}
	e.Created = begin.Add(-time.Duration(i) * time.Second)
	return e
}

// failed is a running experiment that ended in an error.
func failed(e model.Experiment) model.Experiment {
	e.Status, e.Updated = model.Failed, time.Now()
	return e
}

// leastCommits are written at least while the monitors load.
const leastCommits = 60

// loadTogether lets eight monitors load a lab of n experiments. Meanwhile, and for as long as
// given, the recorder writes batches, each of which makes one more experiment fail and adds
// one: the counts in the header tell whether all have arrived. A batch that does not get the
// lock within ten seconds fails.
func loadTogether(t *testing.T, n int, atLeast time.Duration) {
	const monitors = 8
	path := filepath.Join(t.TempDir(), "lab.db")
	lab, begin := bolt.Open(path, bolt.Options{Write: true}), time.Now()
	for i := 0; i < n; i += 5000 {
		batch := make([]model.Experiment, 5000)
		for k := range batch {
			batch[k] = crowded(i+k, begin)
		}
		puts(t, lab, batch...)
	}
	claim, err := lab.Claim("the test", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	screens := make([]*clitest.Terminal, monitors)
	for i := range screens {
		screens[i] = program.Open(t, 130, 24, "--interval", "100ms", path)
	}
	commits, start, loading := 0, time.Now(), 0
	for commits < leastCommits || time.Since(start) < atLeast || anyLoads(screens) {
		if anyLoads(screens) {
			loading++
		}
		puts(t, lab, failed(crowded(commits, begin)), crowded(n+commits, begin))
		commits++
	}
	t.Logf("%d commits in %v, %d of them while the monitors loaded %d experiments", commits, time.Since(start).Round(time.Millisecond), loading, n)
	if loading == 0 {
		t.Error("no batch was written while the monitors loaded")
	}
	for i, x := range screens {
		x.Shows(grouped(n + commits))
		x.Shows(fmt.Sprintf("✖ %s error", grouped(commits)))
		x.Shows("● live")
		for _, never := range []string{"STALE", "locked", "damaged", "can't be read"} {
			if strings.Contains(x.Written(), never) {
				t.Errorf("monitor %d once showed %q", i, never)
			}
		}
	}
	refusedSecond(t, path)
	if err := claim.Release(); err != nil {
		t.Error(err)
	}
	if out := program.Done(t, "check", path); !strings.HasPrefix(out, "whole: "+grouped(n+commits)+" experiments") {
		t.Errorf("the check says %s", out)
	}
}

// anyLoads tells whether one of the monitors has not shown the whole lab yet.
func anyLoads(screens []*clitest.Terminal) bool {
	for _, x := range screens {
		if s := x.Screen(); !strings.Contains(s, "● live") || !strings.Contains(s, "error") {
			return true
		}
	}
	return false
}

// grouped writes a count as the screen does.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// refusedSecond fails t unless a second recorder is refused with the first one's name.
func refusedSecond(t *testing.T, path string) {
	t.Helper()
	for _, args := range [][]string{{"record", "--once", "http://127.0.0.1:1", path}, {"demo", "--once", "--file", path}} {
		_, errs, code := program.Run(t, args...)
		if code != 5 || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "the test, pid") {
			t.Errorf("societop %s: exit code %d: %s", args[0], code, errs)
		}
	}
}
