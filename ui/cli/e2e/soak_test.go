//go:build unix

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/budget"
	"societop/storage/bolt"
	"societop/ui/cli/clitest"
)

// busy is how long the threads of a process have had a processor.
func busy(tb testing.TB, pid int) (total time.Duration) {
	tb.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		tb.Skip("the system does not tell how busy a process was")
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // the thread has ended
		}
		ns, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		total += time.Duration(ns)
	}
	return total
}

// BenchmarkBudget14Idle is the processor time of a monitor on a lab of 1,000 ended experiments,
// read every two seconds, beside that of an empty program, at the same time.
func BenchmarkBudget14Idle(b *testing.B) {
	path := filepath.Join(b.TempDir(), "lab.db")
	lab := bolt.Open(path, bolt.Options{Write: true})
	start := time.Now().Add(-time.Hour)
	var all []model.Experiment
	for i := range 1000 {
		e := step(i, 480, start)
		e.ID[1] = byte(i / 256)
		e.Status = model.Finished
		all = append(all, e)
	}
	puts(b, lab, all...)
	monitor := program.Open(b, 160, 50, path)
	monitor.Shows("Experiments 1,000")
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{asEmpty + "=1"}
	nothing := clitest.Start(b, cmd, 160, 50)
	nothing.Shows("empty")
	monitor.Quiet(time.Second)
	one, other := busy(b, monitor.Process.Pid), busy(b, nothing.Process.Pid)
	time.Sleep(time.Minute)
	one, other = busy(b, monitor.Process.Pid)-one, busy(b, nothing.Process.Pid)-other
	for b.Loop() { // once is enough: a minute has thousands of wake-ups
	}
	b.ReportMetric(float64(other.Milliseconds()), "empty-ms")
	budget.Report(b, "14a", float64(one)/float64(other))
}

// held is what a process holds.
type held struct{ anonymous, files, threads int }

func holds(t *testing.T, pid int) (h held) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("the system does not tell what a process holds")
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.Atoi(strings.Fields(value + " 0")[0])
		switch name {
		case "RssAnon":
			h.anonymous = n << 10
		case "Threads":
			h.threads = n
		}
	}
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	h.files = len(files)
	return h
}

// TestSoakMonitors: ten minutes of keys, on a lab that is written to every second and on a
// server of it, and no monitor holds more at the end than at the beginning.
func TestSoakMonitors(t *testing.T) {
	if os.Getenv("SOCIETOP_SOAK") == "" {
		t.Skip("it takes ten minutes: make soak")
	}
	path := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "demo", "--once", "--seed", "3", "--file", path)
	lab := bolt.Open(path, bolt.Options{Write: true})
	records(t, lab)
	server := clitest.Start(t, exec.Command(string(program), "serve", path, "--listen", "127.0.0.1:0"), 120, 10)
	address := regexp.MustCompile(`http://[0-9.:]+`)
	server.Matches(address.String())
	url := address.FindString(server.Screen())
	monitors := map[string]*clitest.Terminal{"lab": program.Open(t, 160, 45, path), "endpoint": program.Open(t, 160, 45, url)}
	for _, x := range monitors {
		x.Shows("● live")
	}
	start, rng := time.Now(), rand.New(rand.NewPCG(1, 2))
	samples := map[string][]held{}
	for second := range 600 {
		puts(t, lab, step(second%40, int64(second), start))
		for range 4 {
			for _, x := range monitors {
				x.Press(soakKeys[rng.IntN(len(soakKeys))])
			}
			time.Sleep(250 * time.Millisecond)
		}
		if second%10 == 9 {
			for name, x := range monitors {
				samples[name] = append(samples[name], holds(t, x.Process.Pid))
			}
		}
	}
	for name, all := range samples {
		first, last := most(all[5:20]), most(all[len(all)-15:])
		t.Logf("%s: %+v early, %+v late", name, first, last)
		if last.anonymous > first.anonymous+first.anonymous/4 || last.files > first.files+2 || last.threads > first.threads+4 {
			t.Errorf("%s: it holds %+v, and held %+v", name, last, first)
		}
	}
}

// soakKeys are what a reader types who looks at everything, and never leaves.
var soakKeys = strings.Split("j k G g 1 2 3 4 5 6 7 8 \r \x1b \t s S f , . < > L v t z x i a n / \x1b ! \x1b ? \x1b r +", " ")

// most is the most of each that was held.
func most(all []held) (h held) {
	for _, one := range all {
		h.anonymous, h.files, h.threads = max(h.anonymous, one.anonymous), max(h.files, one.files), max(h.threads, one.threads)
	}
	return h
}
