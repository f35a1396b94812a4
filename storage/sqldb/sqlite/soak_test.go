package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/sqldb/table"
	"societop/storage/storagetest"
)

// engineEnv has the path of the database, the number of agents and how long to write, of a process of this
// test that is the engine.
const engineEnv = "SOCIETOP_TEST_ENGINE"

func TestMain(m *testing.M) {
	if path := os.Getenv(engineEnv); path != "" {
		if err := engine(path); err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const (
	soakAgents = 200
	// writeLimit is how long a write of the engine may wait for a reader.
	writeLimit = 250 * time.Millisecond
)

// engine writes three steps a second, as AgentSociety does: the row of the experiment, then the statuses
// and the prompt, each in a transaction that waits at most 5 s. It tells of each step how long its
// writes took, and ends when its standard input does.
func engine(path string) error {
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetBusyTimeout(5 * time.Second)
	ended := make(chan struct{})
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		close(ended)
	}()
	e := soakRun()
	tick := time.NewTicker(time.Second / 3)
	defer tick.Stop()
	for step := 0; ; step++ {
		begun := time.Now()
		if err := writeStep(c, e, step); err != nil {
			return err
		}
		fmt.Println("step", step, time.Since(begun).Microseconds())
		select {
		case <-tick.C:
		case <-ended:
			return nil
		}
	}
}

// soakRun is the experiment that runs.
func soakRun() model.Experiment { return sqldbtest.Large(50, 5, 2000)[49] }

// writeStep writes one step in three transactions.
func writeStep(c *sqlite.Conn, e model.Experiment, step int) error {
	exec := sqldbtest.ExecOn(c)
	at := model.SimTimeOf(28801 + int64(step)*300)
	when := sqldbtest.SQLite.TimeOf(time.Now())
	err := exec("UPDATE as_experiment SET cur_day = ?, cur_t = ?, config = ?, input_tokens = input_tokens + 1000, updated_at = ? WHERE id = ?",
		int64(at.Day), at.T, e.Config.Raw(), when, sqldbtest.SQLite.IDOf(e.ID))
	if err != nil {
		return err
	}
	if err := exec("BEGIN"); err != nil {
		return err
	}
	for agent := range soakAgents {
		err := exec("INSERT INTO "+table.Name(e.ID, "agent_status")+" VALUES (?, ?, ?, 116.3, 39.9, 7, 'walk', '\"fine\"', ?)", int64(agent+1), int64(at.Day), at.T, when)
		if err != nil {
			return err
		}
	}
	if err := exec("COMMIT"); err != nil {
		return err
	}
	return exec("INSERT INTO "+table.Name(e.ID, "global_prompt")+" VALUES (?, ?, 'fine', ?)", int64(at.Day), at.T, when)
}

// TestSoak has a monitor read a database while the engine writes it: for ten minutes where make soak
// runs it, else for a few seconds.
func TestSoak(t *testing.T) {
	long := os.Getenv("SOCIETOP_SOAK") != ""
	last := 4 * time.Second
	if long {
		last = 10 * time.Minute
	}
	if v := os.Getenv("SOCIETOP_SOAK_SECONDS"); v != "" {
		seconds, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		last = time.Duration(seconds) * time.Second
	}
	path := soakFile(t)
	ctx, cancel := context.WithTimeout(t.Context(), last)
	defer cancel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), engineEnv+"="+path)
	stop, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out output
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = model.Sleep(ctx, last/4) // for comparison
	begun := out.Len()
	seen := watch(ctx, t, path)
	_ = stop.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("a write failed: %v: %s", err, out.String())
	}
	_, alone := written(out.String()[:begun])
	steps, longest := written(out.String()[begun:])
	t.Logf("%v: %d steps written, %d seen, the longest took %v, without a monitor %v", last, steps, seen, longest, alone)
	if steps == 0 || seen == 0 {
		t.Errorf("%d steps written, %d seen", steps, seen)
	}
	if long && longest > max(writeLimit, alone) { // else the machine may have other things to do
		t.Errorf("a step took %v to write, of at most %v", longest, writeLimit)
	}
}

// output is what a process has written by now.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Len is how much it is.
func (o *output) Len() int { return len(o.String()) }

// written is how many steps the engine tells of, and how long the longest took to write.
func written(out string) (steps int, longest time.Duration) {
	for line := range strings.Lines(out) {
		var step int
		var micros int64
		if n, _ := fmt.Sscanf(line, "step %d %d", &step, &micros); n == 2 {
			steps++
			longest = max(longest, time.Duration(micros)*time.Microsecond)
		}
	}
	return steps, longest
}

// soakFile makes the database.
func soakFile(t *testing.T) string {
	t.Helper()
	path, c := sqldbtest.NewFile(t)
	exec := sqldbtest.ExecOn(c)
	for _, e := range sqldbtest.Large(50, 5, 2000) {
		if err := sqldbtest.SQLite.Put(exec, e); err != nil {
			t.Fatal(err)
		}
	}
	if err := sqlitex.ExecuteTransient(c, "PRAGMA journal_mode = delete", nil); err != nil {
		t.Fatal(err)
	}
	if err := sqldbtest.SQLite.CreateRun(exec, soakRun().ID); err != nil {
		t.Fatal(err)
	}
	return path
}

// watch reads as a monitor does that shows the run: its changes, its frame, its talk, its steps, at an
// interval of 200 ms. It returns how many steps it saw.
func watch(ctx context.Context, t *testing.T, path string) (steps int) {
	t.Helper()
	src := open(t, path, time.Now)
	defer src.Close()
	data := src.RunData(soakRun().Key)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var cursor model.Cursor
	var m storagetest.Mirror
	now := model.SimTime{}
	for ctx.Err() == nil {
		ch, err := src.Changes(t.Context(), cursor, model.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		m.Apply(ch)
		cursor = ch.Next
		if s := m.Known[soakRun().Key]; s.Now != now {
			now = s.Now
			steps++
		}
		if f, err := data.Frame(t.Context(), model.Latest); err != nil || len(f.Agents) > 0 && len(f.Agents) != soakAgents {
			t.Fatalf("a frame of %d agents, %v", len(f.Agents), err)
		}
		if _, err := data.Steps(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := data.Agent(7).Talk(t.Context()); err != nil {
			t.Fatal(err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return steps
}
