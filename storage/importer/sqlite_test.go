package importer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
)

// alter runs SQL on a database.
func alter(t *testing.T, path, script string) {
	t.Helper()
	c := openConn(t, path)
	if err := sqlitex.ExecuteScript(c, script, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func openConn(t *testing.T, path string) *sqlite.Conn {
	t.Helper()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newDatabase makes a database of a script.
func newDatabase(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sqlite.db")
	alter(t, path, script)
	return path
}

// A database of an older version has fewer columns.
func TestOldSchema(t *testing.T) {
	db := newDatabase(t, `
		CREATE TABLE as_experiment (id CHAR(32) PRIMARY KEY, name TEXT, status INTEGER, cur_day INTEGER, cur_t FLOAT, created_at TIMESTAMP);
		INSERT INTO as_experiment VALUES ('b3a893befaca56889599a8655fc4191c', 'old', 2, 1, 300.5, '2026-11-21 12:40:59')`)
	lab := newLab(t)
	if r := mustImport(t, lab, db); r.Experiments != 1 || len(r.LeftOut) != 0 {
		t.Errorf("report %+v", r)
	}
	all, _ := list(t, lab)
	s := pick(t, all, "b3a893be")
	if s.Tenant.Raw() != "" || s.Now != (model.SimTime{Day: 1, T: 300.5}) || !s.Updated.Equal(s.Created) || s.Created.IsZero() {
		t.Errorf("%+v", s)
	}
}

// SQLite keeps any type in any column.
func TestWildColumns(t *testing.T) {
	db := newDatabase(t, `
		CREATE TABLE as_experiment (tenant_id TEXT, id CHAR(32), name TEXT, num_day INTEGER, status INTEGER, cur_day INTEGER, cur_t FLOAT,
			config TEXT, error TEXT, input_tokens INTEGER, output_tokens INTEGER, created_at TIMESTAMP, updated_at TIMESTAMP, PRIMARY KEY (tenant_id, id));
		INSERT INTO as_experiment VALUES
			('t', '00000000000000000000000000000001', 'text for numbers', 'x', 'running', 'y', 'z', 1, 2, 'many', '12', 'yesterday', '2026-11-21T12:40:59.5+08:00'),
			('t', '00000000000000000000000000000002', 'nulls', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
			('t', '00000000000000000000000000000003', 'infinite', 0, 1, 0, 9e999, '', '', 1.0, 1e300, 5, 6.5),
			('t', '00000000000000000000000000000004', X'FF00414243', 0, 99999, 0, 0, X'80', X'00', 0, 0, '2026-11-21', '2026-11-21 01:02:03'),
			('t', X'00000000000000000000000000000005', 'blob id', 0, 2, 0, 0, '', '', 0, 0, '2026-11-21 01:02:03', '2026-11-21 01:02:03'),
			('t', 'no id', 'x', 0, 2, 0, 0, '', '', 0, 0, '', ''),
			('t', NULL, 'x', 0, 2, 0, 0, '', '', 0, 0, '', ''),
			(hex(zeroblob(600)), '00000000000000000000000000000008', 'x', 0, 2, 0, 0, '', '', 0, 0, '', '')`)
	lab := newLab(t)
	r := mustImport(t, lab, db)
	if r.Experiments != 5 {
		t.Errorf("%d experiments", r.Experiments)
	}
	report := ""
	for _, s := range r.LeftOut {
		report += s.String() + "\n"
	}
	for _, want := range []string{
		`sqlite.db: experiment 00000000-0000-0000-0000-000000000001: num_day is "x" and counts as 0`,
		`000000000001: status is "running" and counts as -1`,
		`000000000001: cur_t is "z" and counts as unknown`,
		`000000000001: input_tokens is "many" and counts as 0`,
		`000000000001: created_at is "yesterday" and counts as unknown`,
		`000000000003: cur_t is "+Inf" and counts as unknown`,
		`000000000003: output_tokens is "1e+300" and counts as 0`,
		`000000000003: created_at is "5" and counts as unknown`,
		`000000000004: status is "99999" and counts as -1`,
		`sqlite.db: row 6 is left out: its id is "no id"`,
		`sqlite.db: row 7 is left out: its id is ""`,
		`sqlite.db: row 8 is left out: its tenant has 1200 bytes`,
	} {
		if !strings.Contains(report, want) {
			t.Errorf("%s is not in the report:\n%s", want, report)
		}
	}
	all, _ := list(t, lab)
	one := pick(t, all, "00000000-0000-0000-0000-000000000001")
	if one.OutputTokens != 12 || one.Status.Known() || one.Now.Valid() || one.Created.Format("15:04:05.0") != "04:40:59.5" {
		t.Errorf("%+v", one)
	}
	if three := pick(t, all, "00000000-0000-0000-0000-000000000003"); three.InputTokens != 1 || three.Now.Valid() || three.Progress().Known {
		t.Errorf("%+v", three)
	}
	if four := pick(t, all, "00000000-0000-0000-0000-000000000004"); four.Name.Raw() != "\xff\x00ABC" {
		t.Errorf("name %q", four.Name.Raw())
	}
	pick(t, all, "00000000-0000-0000-0000-000000000005")
}

// A journal left from a crash is played back in a copy; the files stay as they are.
func TestHotJournal(t *testing.T) {
	db, crashed := fixture(t), filepath.Join(t.TempDir(), "sqlite.db")
	c := openConn(t, db)
	defer c.Close()
	// With a cache of one page, the transaction spills into the database before it ends.
	err := sqlitex.ExecuteScript(c, "PRAGMA cache_size = 1", nil)
	if err == nil {
		err = sqlitex.ExecuteTransient(c, "BEGIN", nil)
	}
	if err == nil {
		err = sqlitex.ExecuteTransient(c, "UPDATE as_experiment SET name = 'half written', config = config || 'x'", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-journal"} {
		if err := os.WriteFile(crashed+suffix, read(t, db+suffix), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, journal := read(t, crashed), read(t, crashed+"-journal")
	if !strings.Contains(string(before), "half written") {
		t.Fatal("nothing of the transaction is in the database")
	}
	lab := newLab(t)
	if r := mustImport(t, lab, crashed); r.Experiments != 14 {
		t.Errorf("report %+v", r)
	}
	all, _ := list(t, lab)
	if s := pick(t, all, "1c2a67e2"); s.Name.Raw() != "Polarization baseline (done)" {
		t.Errorf("name %q", s.Name.Raw())
	}
	if string(before) != string(read(t, crashed)) || string(journal) != string(read(t, crashed+"-journal")) {
		t.Error("the database or its journal was changed")
	}
}

func TestWAL(t *testing.T) {
	db := fixture(t)
	c := openConn(t, db)
	defer c.Close()
	if err := sqlitex.ExecuteTransient(c, "PRAGMA journal_mode = wal", nil); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(c, "UPDATE as_experiment SET name = 'in the log'", nil); err != nil {
		t.Fatal(err)
	}
	lab := newLab(t)
	mustImport(t, lab, db)
	all, _ := list(t, lab)
	if s := pick(t, all, "1c2a67e2"); s.Name.Raw() != "in the log" {
		t.Errorf("name %q", s.Name.Raw())
	}
}

// A database that is being written for longer than the import waits.
func TestBusy(t *testing.T) {
	db := fixture(t)
	c := openConn(t, db)
	defer c.Close()
	if err := sqlitex.ExecuteTransient(c, "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	_, err := Import(t.Context(), []string{db}, newLab(t), nil, nil)
	if !errors.Is(err, model.ErrUnreadable) || !strings.Contains(err.Error(), "try again") {
		t.Errorf("error %v", err)
	}
}

// readAll reads a database into a spool. between is called between any two statements.
func readAll(t *testing.T, src *database, between func()) *run {
	t.Helper()
	s, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	r := newRun(s, func(int64, int64) { between() })
	if err := src.read(t.Context(), &intake{run: r, name: "sqlite.db"}); err != nil {
		t.Fatal(err)
	}
	return r
}

// The engine can write between any two statements: no lock outlives one.
func TestNoLongTransaction(t *testing.T) {
	db := fixture(t)
	src, err := openDatabase(t.Context(), db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	writer := openConn(t, db)
	defer writer.Close()
	writer.SetBusyTimeout(0)
	n := 0
	r := readAll(t, src, func() {
		if n++; n%50 > 1 && n > 14 {
			return
		}
		if err := sqlitex.ExecuteTransient(writer, "UPDATE as_experiment SET cur_t = cur_t + 300", nil); err != nil {
			t.Fatal(err)
		}
	})
	if len(r.read) != 14 || n < 14_000 {
		t.Errorf("%d experiments, %d steps", len(r.read), n)
	}
}

// An experiment that is deleted between the list and its turn is passed over.
func TestDeletedMeanwhile(t *testing.T) {
	db := fixture(t)
	src, err := openDatabase(t.Context(), db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	alter(t, db, "DELETE FROM as_experiment WHERE id LIKE 'b3a893be%'")
	if r := readAll(t, src, func() {}); len(r.read) != 13 {
		t.Errorf("%d experiments", len(r.read))
	}
}

func TestHugeValue(t *testing.T) {
	db := newDatabase(t, `
		CREATE TABLE as_experiment (id CHAR(32) PRIMARY KEY, config TEXT);
		INSERT INTO as_experiment VALUES ('00000000000000000000000000000001', zeroblob(70000000)), ('00000000000000000000000000000002', '')`)
	r := mustImport(t, newLab(t), db)
	if r.Experiments != 1 || len(r.LeftOut) != 1 || !strings.Contains(r.LeftOut[0].String(), "row 1 is left out") {
		t.Errorf("report %+v", r)
	}
}
