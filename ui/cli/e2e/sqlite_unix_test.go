//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/sqldbtest"
)

// TestAMonitorFollowsADatabase that is not there yet when it starts, and is written while it looks.
func TestAMonitorFollowsADatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sqlite.db")
	x := program.Open(t, 120, 30, "--interval", "100ms", path)
	x.Shows("There is no file yet.")
	exec := sqldbtest.ExecOn(sqldbtest.Connect(t, path))
	if err := sqldbtest.SQLite.Create(exec); err != nil {
		t.Fatal(err)
	}
	all := sqldbtest.Large(3, 1, 500)
	for i, e := range all {
		if err := sqldbtest.SQLite.Put(exec, e); err != nil {
			t.Fatal(err)
		}
		x.Shows("第" + string(rune('0'+i)) + "个实验")
	}
	run := all[len(all)-1]
	run.Status, run.Updated = model.Failed, time.Now()
	if err := sqldbtest.SQLite.Put(exec, run); err != nil {
		t.Fatal(err)
	}
	x.Matches(`(?i)第2个实验.*failed|failed.*第2个实验`)
	if err := sqldbtest.SQLite.Delete(exec, all[0].Key); err != nil {
		t.Fatal(err)
	}
	x.Await("the experiment is gone", func(screen string) bool { return !strings.Contains(screen, "第0个实验") })
	x.Press("q")
	if code := x.Ends(5 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestCommandsOnADatabase: what it has can be recorded, and is the same in the lab.
func TestCommandsOnADatabase(t *testing.T) {
	t.Parallel()
	path := sqliteFixture(t)
	if out := program.Done(t, "info", path); !strings.Contains(out, "database") || !strings.Contains(out, "1.5 or later") {
		t.Errorf("info: %s", out)
	}
	lab := filepath.Join(t.TempDir(), "lab.db")
	if _, errs, code := program.Run(t, "record", "--once", "--agents", path, lab); code != 0 || !strings.Contains(errs, "(table agent_profile is missing)") {
		t.Errorf("record: exit code %d: %s", code, errs) // the server made no tables of one of the runs
	}
	if from, to := program.Done(t, "list", "--json", path), program.Done(t, "list", "--json", lab); strings.Count(from, `"id"`) == 0 || strings.Count(from, `"id"`) != strings.Count(to, `"id"`) {
		t.Errorf("recorded:\n%s\n%s", from, to)
	}
	same := 0
	for _, row := range listed(t, path) {
		from, _, code := program.Run(t, "agents", "--json", path, row.ID)
		if code != 0 {
			continue
		}
		same++
		if to := program.Done(t, "agents", "--json", lab, row.ID); from != to {
			t.Errorf("agents of %s:\n%.300s\n%.300s", row.ID, from, to)
		}
	}
	if same == 0 {
		t.Error("no run has agents")
	}
	exec := sqldbtest.ExecOn(sqldbtest.Connect(t, path))
	if err := exec("DELETE FROM as_running_experiment"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"it believes that 1 run is running", "it believes that 2 runs are running"} {
		if err := exec("INSERT INTO as_running_experiment (id, tenant_id, callback_auth_token, created_at) VALUES (?, 'default', 's3cret', '2026-11-21 12:40:59')", i); err != nil {
			t.Fatal(err)
		}
		if out := program.Done(t, "info", path); !strings.Contains(out, want) || strings.Contains(out, "s3cret") {
			t.Errorf("info: %s", out)
		}
	}
}

// TestBadDatabases have the exit codes of a bad file: 6, and 5 of one that is locked.
func TestBadDatabases(t *testing.T) {
	t.Parallel()
	whole := read(t, sqliteFixture(t))
	other := filepath.Join(t.TempDir(), "other.db")
	if err := sqlitex.ExecuteTransient(sqldbtest.Connect(t, other), "CREATE TABLE notes (id INTEGER)", nil); err != nil {
		t.Fatal(err)
	}
	torn := append([]byte{}, whole[:len(whole)/3]...)
	clear(torn[100:8192])
	locked := filepath.Join(t.TempDir(), "sqlite.db")
	if err := os.WriteFile(locked, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(sqldbtest.Connect(t, locked), "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		code int
		says string
	}{
		filepath.Join(t.TempDir(), "none.db"): {6, "none.db"},
		other:                                 {6, "no table of experiments"},
		write(t, "sqlite.db", torn):           {6, "damaged"},
		locked:                                {5, "AgentSociety is writing to it"},
	} {
		if out, errs, code := program.Run(t, "list", path); code != want.code || !strings.Contains(errs, want.says) {
			t.Errorf("%s: exit code %d: %s%s", path, code, out, errs)
		}
	}
}
