//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"societop/storage/rundir/rundirtest"
)

// runProcess starts what seems to be the process of a run, and returns how to kill it.
func runProcess(t *testing.T, dir string) (pid int64, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "agentsociety2.society.cli", "--run-dir", dir)
	cmd.Env = append(os.Environ(), asRun+"=1")
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return int64(cmd.Process.Pid), func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = in.Close()
	}
}

// TestAGrowingRun: list, table, a server and watch, while a run is written, killed and resumed.
func TestAGrowingRun(t *testing.T) {
	t.Parallel()
	if !systemClock(t) {
		t.Skip("the clock is not that by which files are written")
	}
	dir := filepath.Join(t.TempDir(), "sim-1")
	s := rundirtest.NewSociety(t, dir, 3)
	s.Start = func() (int64, func()) { return runProcess(t, dir) }
	url := served(t, dir)
	watch := exec.Command(string(program), "watch", "--json", "--interval", "100ms", dir)
	watch.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir())
	events, err := os.Create(filepath.Join(t.TempDir(), "events"))
	if err != nil {
		t.Fatal(err)
	}
	watch.Stdout = events
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = watch.Wait(); close(gone) }()
	t.Cleanup(func() { _ = watch.Process.Kill(); <-gone })

	looks, steps := 0, int64(0)
	look := func() {
		r := s.Record()
		sameList(t, dir, r)
		if r.Said != "" {
			sameTable(t, dir, r)
		}
		through := listed(t, url)[0]
		if through.Step != nil && (*through.Step < steps || *through.Step > max(r.Done, 0)) {
			t.Fatalf("the server has %d steps after it had %d, and %d are done", *through.Step, steps, r.Done)
		}
		if through.Step != nil {
			steps = *through.Step
		}
		looks++
	}
	look()
	s.Risk = 80
	s.Pause = func() {
		if s.Rand.IntN(9) == 0 {
			look()
		}
	}
	kills := 0
	s.Killed = func() { kills++; look() }
	s.Live()
	look()
	if kills == 0 || looks < 10 {
		t.Errorf("%d kills, %d looks", kills, looks)
	}
	told := func() string { return string(read(t, events.Name())) }
	for started := time.Now(); ; { // the server and the watch have another look
		through := listed(t, url)[0]
		if through.StatusName == "finished" && *through.Step == rundirtest.SocietySteps && strings.Contains(told(), `"event":"finished"`) {
			break
		} else if time.Since(started) > time.Minute {
			t.Fatalf("the server has %+v, the watch\n%s", through, told())
		}
	}
	sameEvents(t, told())
}

// sameList holds what list prints against the record.
func sameList(t *testing.T, dir string, r rundirtest.Record) {
	t.Helper()
	got := parsed[[]dirRow](t, "list", "--json", dir)
	want := map[string]string{"": "not_started", "running": "running", "completed": "finished"}[r.Said]
	if len(got) != 1 || got[0].StatusName != want && (r.Said != "" || got[0].StatusName != "running") {
		t.Fatalf("it lists %+v, want %s", got, want)
	}
	if is := got[0]; r.Done >= 0 {
		at := time.Date(2026, 1, 5, 0, 0, rundirtest.SocietyStart(int(r.Done)), 0, time.UTC).Format("2006-01-02T15:04:05")
		if is.Step == nil || *is.Step != r.Done || is.Simulation == nil || *is.Simulation != at || is.Phase == nil || is.Phase.Index != min(r.Entries, 3) {
			t.Fatalf("it lists %d steps at %s, in %+v; want %d at %s, in entry %d", is.Step, deref(is.Simulation), is.Phase, r.Done, at, r.Entries)
		}
	}
}

// purse is a row of a Society.
type purse struct {
	Agent     int  `json:"agent_id"`
	Step      int  `json:"step"`
	V         int  `json:"v"`
	Ambiguous bool `json:"_ambiguous"`
}

// sameTable holds what table prints against the record: only where a row is marked may it be an older version.
func sameTable(t *testing.T, dir string, r rundirtest.Record) {
	t.Helper()
	out, _, code := program.Run(t, "table", "--json", "--ambiguous", dir, filepath.Base(dir), "purse_agent_state")
	var rows []purse
	if code == 0 {
		if err := json.Unmarshal([]byte(out), &rows); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	for key, all := range r.Rows["purse_agent_state"] {
		var values []string
		for _, v := range all {
			if v.Whole {
				values = append(values, v.Value)
			}
		}
		if len(values) == 0 {
			continue
		}
		seen++
		i := slices.IndexFunc(rows, func(r purse) bool { return fmt.Sprintf("%d/%d", r.Agent, r.Step) == key })
		if i < 0 {
			t.Fatalf("row %s is missing", key)
		}
		if row := rows[i]; !slices.Contains(values, fmt.Sprint(row.V)) || row.Ambiguous != (len(values) > 1) {
			t.Fatalf("row %s is %+v, of %v", key, row, values)
		}
	}
	if seen != len(rows) {
		t.Fatalf("%d rows, want %d", len(rows), seen)
	}
}

// sameEvents: a watch tells of the run once, never of fewer steps than before, and of its end at the end.
func sameEvents(t *testing.T, events string) {
	t.Helper()
	var last string
	steps := int64(0)
	for line := range strings.Lines(events) {
		var e struct {
			dirRow
			Event string `json:"event"`
			What  string `json:"what"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e.Step != nil && *e.Step < steps || last == "finished" || strings.Contains(e.What, "warnings") && strings.Contains(line, "damaged") {
			t.Errorf("%s of %d steps after %s of %d", e.Event, *e.Step, last, steps)
		}
		if e.Step != nil {
			steps = *e.Step
		}
		last = e.Event
	}
	if last != "finished" || steps != rundirtest.SocietySteps {
		t.Errorf("the last event is %q of %d steps:\n%s", last, steps, events)
	}
}

var stepOf96 = regexp.MustCompile(`step (\d+) of 96`)

// TestADemoOfVersion2 grows in the monitor.
func TestADemoOfVersion2(t *testing.T) {
	t.Parallel()
	if !systemClock(t) {
		t.Skip("the clock is not that by which files are written")
	}
	dir := filepath.Join(t.TempDir(), "sim-1")
	x := program.Open(t, 120, 36, "demo", "--v2", dir, "--agents", "6", "--seed", "4", "--utc", "--speed", "8")
	x.Matches(`sim-1|3\d/96|RUNNING|running`)
	first := listed(t, dir)[0]
	if first.StatusName != "running" || first.Step == nil || *first.Step < 30 || *first.Steps != 96 {
		t.Fatalf("it begins with %+v", first)
	}
	x.Press("\r")
	shown := int64(0)
	for _, more := range []int64{2, 6, 12} { // never back
		x.Await(fmt.Sprintf("%d more steps", more), func(screen string) bool {
			m := stepOf96.FindStringSubmatch(screen)
			if m == nil {
				return false
			}
			step, _ := strconv.ParseInt(m[1], 10, 64)
			if step < shown {
				t.Fatalf("step %d after step %d", step, shown)
			}
			shown = step
			return step >= *first.Step+more
		})
	}
	x.Press("9")
	x.Shows("6 agents")
	x.Press("0")
	x.Shows("read-only")
	x.Press("q")
	x.Ends(10 * time.Second)
	if left := listed(t, dir)[0]; *left.Step < shown {
		t.Errorf("it is left with %d steps", *left.Step)
	}
}
