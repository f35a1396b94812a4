package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/storagetest"
)

// fileOf makes a sqlite.db of some experiments.
func fileOf(t testing.TB, n int) (string, *sqlite.Conn) {
	t.Helper()
	path, c := sqldbtest.NewFile(t)
	for _, e := range sqldbtest.Large(n, n/2, 100) {
		if err := sqldbtest.SQLite.Put(sqldbtest.ExecOn(c), e); err != nil {
			t.Fatal(err)
		}
	}
	return path, c
}

func run(t testing.TB, c *sqlite.Conn, script string) {
	t.Helper()
	if err := sqlitex.ExecuteScript(c, script, nil); err != nil {
		t.Fatal(err)
	}
}

// listed is how many experiments a source has.
func listed(t *testing.T, path string) int {
	t.Helper()
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	return len(m.Known)
}

// What is no database of AgentSociety 1.x is said in one sentence.
func TestOtherFiles(t *testing.T) {
	script := func(s string) string {
		path := filepath.Join(t.TempDir(), "x.db")
		c := sqldbtest.Connect(t, path)
		run(t, c, s)
		_ = c.Close()
		return path
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	cut := script("CREATE TABLE as_experiment (id CHAR(32), name TEXT); INSERT INTO as_experiment VALUES ('x', hex(zeroblob(50000)))")
	if err := os.Truncate(cut, 8192); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		path string
		want error
		says string
	}{
		"another's":  {script("CREATE TABLE people (id INTEGER)"), model.ErrNotSociety, "no table of experiments"},
		"version 2":  {script("CREATE TABLE replay_dataset_catalog (id INTEGER)"), model.ErrNotSociety, "AgentSociety 2"},
		"2.0":        {script("CREATE TABLE agent_status (id INTEGER)"), model.ErrNotSociety, "AgentSociety 2"},
		"no columns": {script("CREATE TABLE as_experiment (x INTEGER)"), model.ErrNotSociety, "no table of experiments"},
		"text":       {text, model.ErrNotSociety, "no database"},
		"a cut file": {cut, model.ErrDatabase, "the database is damaged"},
		"none":       {filepath.Join(t.TempDir(), "none.db"), model.ErrUnreadable, "no such file"},
		"directory":  {t.TempDir(), model.ErrUnreadable, "no file"},
	} {
		src := open(t, tc.path, time.Now)
		_, err := src.Changes(t.Context(), model.Cursor{}, model.Budget{})
		if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) || !strings.Contains(err.Error(), tc.path) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := src.Experiment(t.Context(), model.Key{}); !errors.Is(err, tc.want) {
			t.Errorf("%s, one experiment: %v", name, err)
		}
		_ = src.Close()
	}
}

// A file that is removed, and another that comes in its place, are an outage and its end.
func TestReplaced(t *testing.T) {
	path, _ := fileOf(t, 4)
	other, c := fileOf(t, 7)
	_ = c.Close()
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if _, err := src.Changes(t.Context(), m.Cursor, model.Budget{}); !errors.Is(err, model.ErrUnreadable) {
		t.Errorf("removed: %v", err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if m.Read(t, src, model.Budget{}); len(m.Known) != 7 {
		t.Errorf("%d experiments after another file has come, want 7", len(m.Known))
	}
}

// A table that is dropped while the database is read is an outage, that of a run is missing.
func TestDropped(t *testing.T) {
	path, c := fileOf(t, 2)
	e := sqldbtest.Large(2, 1, 100)[1]
	if err := sqldbtest.SQLite.FillStatuses(sqldbtest.ExecOn(c), e, 5, 3); err != nil {
		t.Fatal(err)
	}
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	data := src.RunData(e.Key)
	if all, err := data.Timeline(t.Context()); err != nil || len(all) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	if err := sqldbtest.SQLite.DropRun(sqldbtest.ExecOn(c), e.ID); err != nil {
		t.Fatal(err)
	}
	for what, read := range map[string]func() error{
		"timeline": func() error { _, err := data.Timeline(t.Context()); return err },
		"frame":    func() error { _, err := data.Frame(t.Context(), model.Latest); return err },
		"profiles": func() error { _, err := data.Profiles(t.Context()); return err },
		"talk":     func() error { _, err := data.Agent(1).Talk(t.Context()); return err },
		"metrics":  func() error { _, err := data.Metrics(t.Context()); return err },
		"steps":    func() error { _, err := data.Steps(t.Context()); return err },
	} {
		if err := read(); !errors.Is(err, model.ErrNoData) {
			t.Errorf("%s of dropped tables: %v", what, err)
		}
	}
	run(t, c, "ALTER TABLE as_experiment RENAME TO gone")
	if _, err := src.Changes(t.Context(), m.Cursor, model.Budget{}); err == nil {
		t.Error("no error without the table of experiments")
	}
	run(t, c, "ALTER TABLE gone RENAME TO as_experiment; UPDATE as_experiment SET name = 'back'")
	m.Read(t, src, model.Budget{Fresh: true})
	for _, s := range m.Known {
		if s.Name.Raw() != "back" {
			t.Errorf("name %q", s.Name.Raw())
		}
	}
}

// Older versions have fewer columns.
func TestOldSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	c := sqldbtest.Connect(t, path)
	run(t, c, `CREATE TABLE as_experiment (id CHAR(32) PRIMARY KEY, name TEXT, status INTEGER, cur_day INTEGER, cur_t FLOAT, created_at TIMESTAMP);
		INSERT INTO as_experiment VALUES ('b3a893befaca56889599a8655fc4191c', 'old', 1, 1, 300.5, '2026-11-21 12:40:59'), ('no id', '', 1, 0, 0, '')`)
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	pages := m.Read(t, src, model.Budget{})
	if len(m.Known) != 1 || !errors.Is(pages[len(pages)-1].Trouble, model.ErrNoData) {
		t.Errorf("%d experiments, trouble %v", len(m.Known), pages[len(pages)-1].Trouble)
	}
	run(t, c, "UPDATE as_experiment SET cur_t = 600.5")
	m.Read(t, src, model.Budget{})
	for k, s := range m.Known {
		if s.Now.T != 600.5 || !s.Updated.Equal(s.Created) {
			t.Errorf("%+v", s)
		}
		if e, err := src.Find(t.Context(), k.ID); err != nil || e.Key != k {
			t.Errorf("found %+v, %v", e, err)
		}
	}
}

// A journal left from a crash is played back in a copy, and the files stay as they are.
func TestHotJournal(t *testing.T) {
	db, c := fileOf(t, 50)
	crashed := filepath.Join(t.TempDir(), "sqlite.db")
	// With a cache of one page, the transaction spills into the database before it ends.
	run(t, c, "PRAGMA cache_size = 1")
	for _, s := range []string{"BEGIN", "UPDATE as_experiment SET name = 'half written', config = config || 'x'"} {
		if err := sqlitex.ExecuteTransient(c, s, nil); err != nil {
			t.Fatal(err)
		}
	}
	contents := map[string]string{}
	for _, suffix := range []string{"", "-journal"} {
		data, err := os.ReadFile(db + suffix)
		if err == nil {
			err = os.WriteFile(crashed+suffix, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		contents[suffix] = string(data)
	}
	src := open(t, crashed, time.Now)
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	for _, s := range m.Known {
		if s.Name.Raw() == "half written" {
			t.Fatal("a transaction that did not end is read")
		}
	}
	if len(m.Known) != 50 {
		t.Errorf("%d experiments", len(m.Known))
	}
	_ = src.Close()
	for suffix, want := range contents {
		if got, err := os.ReadFile(crashed + suffix); err != nil || string(got) != want {
			t.Errorf("%s was changed: %v", crashed+suffix, err)
		}
	}
}

// A database in WAL mode is read, and followed, with or without somebody who has it open.
func TestWAL(t *testing.T) {
	path, c := fileOf(t, 3)
	if err := sqlitex.ExecuteTransient(c, "PRAGMA journal_mode = wal", nil); err != nil {
		t.Fatal(err)
	}
	run(t, c, "UPDATE as_experiment SET name = 'in the log'")
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	names := func(want string) {
		t.Helper()
		for _, s := range m.Known {
			if s.Name.Raw() != want {
				t.Errorf("name %q, want %q", s.Name.Raw(), want)
			}
		}
	}
	m.Read(t, src, model.Budget{})
	names("in the log")
	run(t, c, "UPDATE as_experiment SET name = 'later'")
	m.Read(t, src, model.Budget{Fresh: true})
	names("later")
	_ = c.Close()
	if n := listed(t, path); n != 3 {
		t.Errorf("%d experiments once nobody has it open", n)
	}
}

// A database that is being written for longer than a reader waits is busy, not gone.
func TestBusy(t *testing.T) {
	path, c := fileOf(t, 3)
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	m.Read(t, src, model.Budget{})
	if err := sqlitex.ExecuteTransient(c, "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	var err error
	for more := true; more && err == nil; { // it says that there is more as long as it waits
		var ch model.Changes
		ch, err = src.Changes(t.Context(), m.Cursor, model.Budget{})
		more = ch.More
	}
	if said := model.Explain(err).String(); !errors.Is(err, model.ErrLocked) || said != "read "+path+": AgentSociety is writing to it; try again" {
		t.Errorf("error %s", said)
	}
	if err := sqlitex.ExecuteTransient(c, "COMMIT", nil); err != nil {
		t.Fatal(err)
	}
	m.Read(t, src, model.Budget{})
}

// Text that is no UTF-8, values of other types than their columns say, and rows that are too long.
func TestWildValues(t *testing.T) {
	path, c := sqldbtest.NewFile(t)
	run(t, c, `INSERT INTO as_experiment VALUES
		('t', '00000000000000000000000000000001', X'FF00414243', 'x', 'running', 'y', 'z', 1, X'80', 'many', '12', 'yesterday', '2026-11-21T12:40:59.5+08:00'),
		('t', '00000000000000000000000000000002', zeroblob(70000000), 0, 2, 0, 0, '', '', 0, 0, '', ''),
		('t', X'00000000000000000000000000000003', 'a blob', 0, 2, 0, 0, '', '', 0, 0, '', '')`)
	src := open(t, path, time.Now)
	defer src.Close()
	var m storagetest.Mirror
	pages := m.Read(t, src, model.Budget{})
	if len(m.Known) != 2 || pages[len(pages)-1].Trouble == nil {
		t.Errorf("%d experiments, trouble %v", len(m.Known), pages[len(pages)-1].Trouble)
	}
	for k := range m.Known {
		if _, err := src.Experiment(t.Context(), k); err != nil {
			t.Errorf("%v: %v", k.ID, err)
		}
	}
}
