//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"societop/model"
	"societop/model/budget"
	"societop/ui/cli/clitest"
	"societop/ui/human"
)

// The labs that are measured against each other.
const (
	few  = 100
	many = 1_000_000
)

// labOf is a lab of n experiments, made once a run. It goes with the built program.
func labOf(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(filepath.Dir(string(program)), fmt.Sprintf("%d.db", n))
	if _, err := os.Stat(path); err != nil {
		program.Done(b, "demo", "--once", "--file", path, "--experiments", fmt.Sprint(n))
	}
	return path
}

// full tells whether each row of the list on a screen of 100×50 shows an experiment.
func full(screen string) bool {
	rows := strings.Split(screen, "\n")
	if len(rows) < 50 {
		return false
	}
	return !slices.ContainsFunc(rows[3:48], func(row string) bool { return strings.Trim(row, "│ ") == "" })
}

// started is how long it takes from exec until the first page of the list is on the screen.
func started(b *testing.B, path string) time.Duration {
	b.Helper()
	begun := time.Now()
	x := program.Open(b, 100, 50, path)
	x.Await("a full list", full)
	took := time.Since(begun)
	x.Press("q")
	x.Gone(clitest.Patience)
	return took
}

// cool drops a file from the page cache.
func cool(b *testing.B, path string) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBudget1Start is the time from exec until a page of the list is on the screen of an
// emulator. The times are the middle ones of several starts. "cold" is that with a lab that is
// not in the page cache.
func BenchmarkBudget1Start(b *testing.B) {
	small, large := labOf(b, few), labOf(b, many)
	var inSmall, inLarge, cold []time.Duration
	for b.Loop() {
		for range 5 {
			inSmall, inLarge = append(inSmall, started(b, small)), append(inLarge, started(b, large))
		}
		cool(b, large)
		cold = append(cold, started(b, large))
	}
	budget.Report(b, "1", middle(inLarge).Seconds()/middle(inSmall).Seconds())
	b.ReportMetric(float64(middle(inSmall).Milliseconds()), "small-ms")
	b.ReportMetric(float64(middle(inLarge).Milliseconds()), "large-ms")
	b.ReportMetric(float64(middle(cold).Milliseconds()), "cold-ms")
}

func middle(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// anonymous is the most anonymous memory in bytes that a monitor takes until a lab of n
// experiments is loaded: the most memory of all that it had resident, but for the pages of
// files, of which it maps none but its own.
func anonymous(b *testing.B, n int) int64 {
	b.Helper()
	x := program.Open(b, 100, 50, labOf(b, n))
	x.Await("a loaded lab", func(s string) bool {
		return strings.Contains(s, "as of") && strings.Contains(s, "Experiments "+human.Count(n))
	})
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", x.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	return (kilobytes(b, string(status), "VmHWM") - kilobytes(b, string(status), "RssFile")) << 10
}

// kilobytes is a number of what /proc tells of a process.
func kilobytes(b *testing.B, status, name string) (n int64) {
	b.Helper()
	_, rest, ok := strings.Cut(status, name+":")
	if _, err := fmt.Sscan(rest, &n); !ok || err != nil {
		b.Fatalf("no %s: %v", name, err)
	}
	return n
}

// BenchmarkBudget3Memory is the anonymous memory of the monitor at its peak while a million
// experiments load, above that with 100, for each of them.
func BenchmarkBudget3Memory(b *testing.B) {
	var worst int64
	for b.Loop() {
		worst = max(worst, anonymous(b, many)-anonymous(b, few))
	}
	budget.Report(b, "3", float64(worst)/many)
}

// BenchmarkBudget5IdleBytes is what an idle monitor writes in three seconds of 30 ticks.
func BenchmarkBudget5IdleBytes(b *testing.B) {
	_, x := watched(b, model.Finished, time.Now())
	settled, n := x.Quiet(time.Second), 0
	for b.Loop() {
		n = x.Quiet(3*time.Second) - settled
	}
	budget.Report(b, "5b", float64(n))
}

// BenchmarkBudget6Bytes is what the monitor writes for a `j` and for a tick that changes three
// rows, with Chinese and emoji on the screen, but for 32 bytes a frame, as a share of the least
// that it takes. The figures are the middle ones: a full minute may come between.
func BenchmarkBudget6Bytes(b *testing.B) {
	start := time.Now().Add(-100 * time.Second)
	lab, x := watched(b, model.Running, start)
	var keys, ticks, leastKeys, leastTicks []int
	for n := 0; b.Loop(); n++ {
		bytes, least := cost(x, func() { x.Press("j") })
		keys, leastKeys = append(keys, bytes), append(leastKeys, least)
		bytes, least = cost(x, func() { threeRows(b, lab, n, start) })
		ticks, leastTicks = append(ticks, bytes), append(leastTicks, least)
	}
	budget.Report(b, "6a", float64(median(keys)-32)/float64(median(leastKeys)))
	budget.Report(b, "6b", float64(median(ticks)-32)/float64(median(leastTicks)))
	for name, n := range map[string]int{"j-B": median(keys), "j-least-B": median(leastKeys), "tick-B": median(ticks), "tick-least-B": median(leastTicks)} {
		b.ReportMetric(float64(n), name)
	}
}
