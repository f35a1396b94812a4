package importer

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/table"
)

const liveID = "00000000_0000_4000_8000_00000000000a"

// liveDatabase makes a database of one experiment with some agents and steps of them.
func liveDatabase(t testing.TB, status model.Status, agents, steps int) string {
	t.Helper()
	path := t.TempDir() + "/sqlite.db"
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = sqlitex.ExecuteScript(c, fmt.Sprintf(`
		CREATE TABLE as_experiment (tenant_id TEXT, id CHAR(32), name TEXT, status INTEGER, cur_t FLOAT, created_at TIMESTAMP);
		INSERT INTO as_experiment VALUES ('default', '%[1]s', 'live', %[2]d, 0, '2026-11-21 01:02:03');
		CREATE TABLE as_%[3]s_agent_profile (id INTEGER, name VARCHAR, profile JSON);
		CREATE TABLE as_%[3]s_agent_status (id INTEGER, day INTEGER, t FLOAT, lng FLOAT, lat FLOAT, parent_id INTEGER, action VARCHAR, status JSON, created_at TIMESTAMP);
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %[4]d)
		INSERT INTO as_%[3]s_agent_profile SELECT i, 'n' || i, '"{\"age\": 20}"' FROM c;
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %[5]d)
		INSERT INTO as_%[3]s_agent_status SELECT p.id, i / 288, (i %% 288) * 300.0, 116.3, 39.9, 7, 'walk', '"at ' || i || '"', '2026-11-21 01:02:03'
		FROM c, as_%[3]s_agent_profile p`, strings.ReplaceAll(liveID, "_", ""), status, liveID, agents, steps), nil)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// writer writes steps of a run, each agent in a transaction of its own, without a pause.
type writer struct {
	conn    *sqlite.Conn
	agents  int
	writes  int
	longest time.Duration
	failed  error
}

func newWriter(t testing.TB, path string, agents int) *writer {
	t.Helper()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	c.SetBusyTimeout(5 * time.Second) // as the engine's
	return &writer{conn: c, agents: agents}
}

func (w *writer) until(done <-chan struct{}) {
	for n := 0; w.failed == nil; n++ {
		select {
		case <-done:
			return
		default:
		}
		start := time.Now()
		w.failed = sqlitex.Execute(w.conn, "INSERT INTO as_"+liveID+"_agent_status VALUES (?, ?, 300.0, 116.3, 39.9, 7, 'walk', '\"later\"', '2026-11-21 01:02:03')",
			&sqlitex.ExecOptions{Args: []any{n%w.agents + 1, 1000 + n/w.agents}})
		w.longest = max(w.longest, time.Since(start))
		w.writes++
	}
}

// A writer that writes all the time never gives up, the import ends, and what it takes of the
// run is whole frames of it, each once.
func TestALiveWriterIsNotDisturbed(t *testing.T) {
	const agents, steps = 300, 300
	db, lab := liveDatabase(t, model.Running, agents, steps), newLab(t)
	w := newWriter(t, db, agents)
	defer w.conn.Close()
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() { w.until(done) })
	r, err := Import(t.Context(), []string{db}, lab, nil, nil)
	close(done)
	wait.Wait()
	if err != nil || w.failed != nil {
		t.Fatalf("import %v, writer %v", err, w.failed)
	}
	t.Logf("%d writes, the longest %v", w.writes, w.longest)
	if w.writes < 10 || r.Frames < steps {
		t.Errorf("%d writes, %d frames", w.writes, r.Frames)
	}
	all, _ := list(t, lab)
	s := opened(t, lab).RunData(pick(t, all, "00000000").Key)
	times, err := s.Timeline(t.Context())
	if err != nil || len(times) != r.Frames {
		t.Fatalf("%d moments, %v", len(times), err)
	}
	for _, at := range times {
		if f, err := s.Frame(t.Context(), at); err != nil || len(f.Agents) != agents {
			t.Fatalf("%v: %d agents, %v", at, len(f.Agents), err)
		}
	}
}

// BenchmarkALiveWriter compares the longest write during an import with the longest without,
// and tells how long the import's longest statement held the database.
func BenchmarkALiveWriter(b *testing.B) {
	const agents, steps = 1000, 300
	var with, without, held time.Duration
	for b.Loop() {
		db := liveDatabase(b, model.Running, agents, steps)
		single, during := newWriter(b, db, agents), newWriter(b, db, agents)
		quiet := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(quiet) })
		single.until(quiet)
		src, err := openDatabase(b.Context(), db, b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		s, err := newSpool()
		if err != nil {
			b.Fatal(err)
		}
		done := make(chan struct{})
		var wait sync.WaitGroup
		wait.Go(func() { during.until(done) })
		err = src.read(b.Context(), &intake{run: newRun(s, nil), name: "sqlite.db"})
		close(done)
		wait.Wait()
		if err != nil || single.failed != nil || during.failed != nil {
			b.Fatal(err, single.failed, during.failed)
		}
		with, without, held = max(with, during.longest), max(without, single.longest), max(held, src.Held())
		s.close()
		_ = src.close()
		_ = single.conn.Close()
		_ = during.conn.Close()
	}
	b.ReportMetric(float64(without.Microseconds())/1000, "ms/single")
	b.ReportMetric(float64(with.Microseconds())/1000, "ms/during")
	b.ReportMetric(float64(held.Microseconds())/1000, "ms/held")
}

// The newest moment of a run is taken when all agents are in it, or when the run has ended.
func TestTheNewestMoment(t *testing.T) {
	for _, tc := range []struct {
		status  model.Status
		missing int
		frames  int
	}{
		{model.Running, 0, 3},
		{model.Running, 1, 2},
		{model.NotStarted, 1, 2},
		{model.Status(9), 1, 2},
		{model.Finished, 1, 3},
		{model.Stopped, 2, 3},
	} {
		db, lab := liveDatabase(t, tc.status, 4, 3), newLab(t)
		alter(t, db, fmt.Sprintf("DELETE FROM as_%s_agent_status WHERE t = 900 AND id <= %d", liveID, tc.missing))
		r := mustImport(t, lab, db)
		if r.Frames != tc.frames || len(r.LeftOut) != 3-tc.frames {
			t.Errorf("%v without %d: %+v", tc.status, tc.missing, r)
		}
		for i := range tc.missing {
			alter(t, db, fmt.Sprintf("INSERT INTO as_%s_agent_status (id, day, t) VALUES (%d, 0, 900)", liveID, i+1))
		}
		if r := mustImport(t, lab, db); r.Frames != 3 {
			t.Errorf("%v, then whole: %+v", tc.status, r)
		}
	}
}

// A table that goes away while it is read leaves nothing of it.
func TestATableThatGoesAway(t *testing.T) {
	db := liveDatabase(t, model.Finished, 1000, 50)
	src, err := openDatabase(t.Context(), db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	n := 0
	r := readAll(t, src, func() {
		if n++; n == 10_000 {
			alter(t, db, "DROP TABLE as_"+liveID+"_agent_status")
		}
	})
	if r.read[0].rows[table.Frames] != 0 || r.read[0].rows[table.Profiles] != 1000 || len(r.report.LeftOut) != 1 {
		t.Errorf("%+v, %v", r.read[0], r.report.LeftOut)
	}
}

// Rows of any type in any column: those that can't be used are left out, each with a sentence.
func TestWildRows(t *testing.T) {
	db, lab := liveDatabase(t, model.Finished, 1, 0), newLab(t)
	alter(t, db, `
		DELETE FROM as_`+liveID+`_agent_status;
		CREATE VIEW as_`+liveID+`_agent_dialog AS SELECT 1 AS id;
		CREATE TABLE as_`+liveID+`_metric ("key", value, step);
		INSERT INTO as_`+liveID+`_metric VALUES ('k', NULL, 1), ('k', 'x', 3601), ('k', 2, 'x'), (NULL, 9e999, 1);
		INSERT INTO as_`+liveID+`_agent_status VALUES
			('x', 0, 1, 2, 3, 4, 'a', '1', '2026-11-21 01:02:03'),
			(1, -1, 1, 2, 3, 4, 'a', '1', '2026-11-21 01:02:03'),
			(1, 0, 9e999, 2, 3, 4, 'a', '1', '2026-11-21 01:02:03'),
			(NULL, 0, 1, 2, 3, 4, 'a', '1', '2026-11-21 01:02:03'),
			(1, 0, 1, 'east', 3, 'home', X'FF00', '{"a": [1', 'noon'),
			(2, 0, 1, NULL, NULL, NULL, NULL, NULL, NULL),
			(3, 0, 1, 2, 3, 4, 5, '{"a": 1}', '2026-11-21 01:02:03'),
			(4, 0, 1, 2, 3, 4, 5, '"{\"a\": 1}"', '2026-11-21 01:02:03'),
			(5, 0, 1, 2, 3, 4, 5, zeroblob(9000000), '2026-11-21 01:02:03'),
			(6, 0, 1, 2, 3, 4, 5, '"[null]"', '2026-11-21 01:02:03')`)
	r := mustImport(t, lab, db)
	report := ""
	for _, s := range r.LeftOut {
		report += s.String() + "\n"
	}
	for _, want := range []string{
		`sqlite.db: row 1 of agent_status of experiment 00000000-0000-4000-8000-00000000000a is left out: its id is "x"`,
		`row 2 of agent_status of experiment 00000000-0000-4000-8000-00000000000a is left out: its day is "-1"`,
		`000a is left out: its t is "+Inf"`, `row 4 of`,
		`row 5 of agent_status of experiment 00000000-0000-4000-8000-00000000000a: its lng is "east" and counts as unknown`,
		`its parent_id is "home"`, `its created_at is "noon"`, `row 9 of agent_status of experiment 00000000-0000-4000-8000-00000000000a is left out: it has a value of more than 8 MiB`,
		`table as_` + liveID + `_agent_dialog is left out`, `its value is "x" and counts as unknown`, `row 3 of metric of experiment 00000000-0000-4000-8000-00000000000a is left out: its step is "x"`,
	} {
		if !strings.Contains(report, want) {
			t.Errorf("%s is not in the report:\n%s", want, report)
		}
	}
	all, _ := list(t, lab)
	f, err := opened(t, lab).RunData(pick(t, all, "00000000").Key).Frame(t.Context(), model.Latest)
	if err != nil || len(f.Agents) != 5 {
		t.Fatalf("%+v, %v", f, err)
	}
	var got []string
	for _, a := range f.Agents {
		got = append(got, a.Status.Raw())
	}
	if want := `["{\"a\": [1" null {"a": 1} {"a": 1} [null]]`; fmt.Sprint(got) != want {
		t.Errorf("statuses %v, want %v", got, want)
	}
}
