package postgres

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"societop/storage/sqldb/pgtest"
	"societop/storage/sqldb/table"
)

// scanned counts the rows of a scan, by the texts of their cells, and how many pages they came in.
func scanned(t *testing.T, d *DB, s table.Scan) (rows map[string]int, pages int) {
	t.Helper()
	rows = make(map[string]int)
	err := d.Scan(t.Context(), s, func(page []table.Row) error {
		pages++
		for _, r := range page {
			texts := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				texts[i] = c.Text
			}
			rows[strings.Join(texts, " ")]++
		}
		return nil
	})
	if err != nil {
		t.Errorf("%+v: %v", s, err)
	}
	return rows, pages
}

// Each row comes once, in pages, with and without a condition and an index.
func TestScan(t *testing.T) {
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 2500, Agents: 50, Steps: 1000}
	db.Generate(t, g)
	d := opened(t, db.URL())
	status := table.Name(g.ID(1), "agent_status")
	each := func(s table.Scan, want, least int) {
		t.Helper()
		rows, pages := scanned(t, d, s)
		if len(rows) != want || pages < least || slices.ContainsFunc(slices.Collect(maps.Values(rows)), func(n int) bool { return n != 1 }) {
			t.Errorf("%s where %q: %d rows in %d pages, want %d", s.Table, s.Where, len(rows), pages, want)
		}
	}
	all := table.Of(status, "id", "day", "t")
	each(all, 50_000, 2)
	one := table.Of(status, "id", "day", "t")
	one.Where, one.Args = "id = ? AND t >= ?", []any{int64(7), 0.5}
	each(one, 1000, 1)
	db.Exec(t, "CREATE INDEX ON "+status+" (id)")
	each(one, 1000, 1)
	each(table.Of("as_experiment", "id"), 2500, 2)
	running := table.Of("as_experiment", "id", "tenant_id")
	running.Where, running.Args = "status = ? AND tenant_id <> ?", []any{int64(1), "it's ?"}
	each(running, 500, 1)
	each(table.Of(table.Name(g.ID(1), "agent_dialog"), "id"), 0, 0)
}

// An experiment that is updated while others are read is not missed, though its row moves.
func TestAnUpdatedExperimentIsNotMissed(t *testing.T) {
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 3000, ConfigBytes: 500}
	db.Generate(t, g)
	db.Exec(t, "DELETE FROM as_experiment WHERE id = '"+g.ID(1).String()+"'")
	db.Exec(t, "VACUUM as_experiment") // room at the beginning
	d := opened(t, db.URL())
	got := make(map[string]bool)
	err := d.Scan(t.Context(), table.Of("as_experiment", "id"), func(page []table.Row) error {
		db.Exec(t, "UPDATE as_experiment SET cur_t = cur_t + 1")
		db.Exec(t, "VACUUM as_experiment")
		for _, r := range page {
			got[r.Cells[0].Text] = true
		}
		return nil
	})
	if len(got) != 2999 || err != nil {
		t.Errorf("%d experiments, %v", len(got), err)
	}
}

// Where the database gives up a statement, smaller ones are tried.
func TestASlowScanIsDoneInParts(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 1, Agents: 10, Steps: 700}
	db.Generate(t, g)
	status := table.Name(g.ID(1), "agent_status")
	db.Exec(t, "CREATE INDEX ON "+status+" (id)") // so that it begins with all of it
	s := table.Of(status, "id", "day", "t")
	s.Where = "id > 3 OR pg_sleep(0.001) IS NOT NULL" // 2 s and more
	if rows, pages := scanned(t, opened(t, db.URL()), s); len(rows) != 7000 || pages < 2 {
		t.Errorf("%d rows in %d pages", len(rows), pages)
	}
}

// A row with a value that is too long has no cells; those around it have theirs.
func TestLongValues(t *testing.T) {
	db := pgtest.New(t)
	g := pgtest.Generated{Experiments: 3, Agents: 3, Steps: 1}
	db.Generate(t, g)
	profile := table.Name(g.ID(1), "agent_profile")
	db.Exec(t, "UPDATE "+profile+" SET name = repeat('x', 2000) WHERE id = 2; UPDATE as_experiment SET error = repeat('x', 2000) WHERE cur_day = 2")
	d := opened(t, db.URL())
	for _, s := range []table.Scan{table.Of(profile, "id", "name"), table.Of("as_experiment", "id", "error")} {
		s.Limit = 1000
		long, short := 0, 0
		err := d.Scan(t.Context(), s, func(page []table.Row) error {
			for _, r := range page {
				if r.Long && r.Cells == nil {
					long++
				} else if len(r.Cells) == 2 {
					short++
				}
			}
			return nil
		})
		if long != 1 || short != 2 || err != nil {
			t.Errorf("%s: %d long, %d short, %v", s.Table, long, short, err)
		}
	}
}

// What is asked of a table that is not there.
func TestMissingTables(t *testing.T) {
	db := pgtest.New(t)
	db.Generate(t, pgtest.Generated{Experiments: 1})
	d := opened(t, db.URL())
	if has, err := d.Columns(t.Context(), "as_nothing"); len(has) != 0 || err != nil {
		t.Errorf("columns %v, %v", has, err)
	}
	if has, err := d.Columns(t.Context(), "as_experiment"); len(has) != 13 || !has["config"] || err != nil {
		t.Errorf("columns %v, %v", has, err)
	}
	stop := errors.New("enough")
	for name, err := range map[string]error{
		"count":         second(d.Count(t.Context(), "as_nothing")),
		"scan":          d.Scan(t.Context(), table.Of("as_11111111_nothing", "id"), nil),
		"column":        d.Scan(t.Context(), table.Of("as_survey", "nothing"), nil),
		"no statement":  d.Query(t.Context(), "SELECT nothing FROM as_survey", nil, nil),
		"not a missing": d.Scan(t.Context(), table.Of("as_experiment", "id"), func([]table.Row) error { return stop }),
	} {
		if d.Missing(err) == strings.HasPrefix(name, "not") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// The clock is the server's, whatever this machine's says.
func TestClock(t *testing.T) {
	db := pgtest.New(t)
	before := db.Query(t, "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint")[0][0]
	now, err := opened(t, db.URL()).Clock(t.Context())
	if ahead := fmt.Sprint(now.Unix() - 60); err != nil || fmt.Sprint(now.Unix()) < before || ahead > before {
		t.Errorf("%v, %v, after %s", now, err, before)
	}
}

func TestArguments(t *testing.T) {
	for query, want := range map[string]string{
		"a = ? AND b = '?' AND \"c?\" = ?": `a = 'it''s ?' AND b = '?' AND "c?" = (-7)`,
	} {
		if got, err := interpolate(query, []any{"it's ?", int64(-7)}); got != want || err != nil {
			t.Errorf("%s, %v", got, err)
		}
	}
	for _, args := range [][]any{nil, {1, 2}, {[]byte("x")}} {
		if got, err := interpolate("a = ?", args); err == nil {
			t.Errorf("%v: %s", args, got)
		}
	}
	if got, err := interpolate("?", []any{1e300}); fmt.Sprint(got) != "'1e+300'::float8" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

func TestLiteral(t *testing.T) {
	db := pgtest.New(t)
	d := opened(t, db.URL())
	for _, s := range []string{"", "it's", `back\slash`, "'); DROP TABLE x; --", "多\n行", "$1 ? %s"} {
		if got, err := first(t.Context(), d, "SELECT "+Literal(s)); got != s || err != nil {
			t.Errorf("%q comes back as %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"a\x00b", "\xff"} {
		if got, err := first(t.Context(), d, "SELECT count(*) FROM (SELECT 1) x WHERE '' = "+Literal(s)); got != "0" || err != nil {
			t.Errorf("%q: %s, %v", s, got, err)
		}
	}
}
