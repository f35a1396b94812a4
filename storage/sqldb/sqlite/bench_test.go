package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/budget"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/storagetest"
)

// apiList is how long AgentSociety's API takes for a list of 10,000 experiments on SQLite.
const apiList = 2900 * time.Millisecond

// large makes the database of budget 20, and returns its path and the run that has statuses.
func large(b *testing.B) (path string, run model.Key) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "sqlite.db")
	c := sqldbtest.Connect(b, path)
	exec := sqldbtest.ExecOn(c)
	for _, pragma := range []string{"PRAGMA synchronous = OFF", "BEGIN"} {
		if err := sqlitex.ExecuteTransient(c, pragma, nil); err != nil {
			b.Fatal(err)
		}
	}
	all := sqldbtest.Large(10_000, 10, 20<<10)
	err := sqldbtest.SQLite.Create(exec)
	for i := range all {
		if err == nil {
			err = sqldbtest.SQLite.Put(exec, all[i])
		}
	}
	run = all[len(all)-1].Key
	if err == nil {
		err = sqldbtest.SQLite.FillStatuses(exec, all[len(all)-1], 1000, 1000)
	}
	if err == nil {
		err = sqlitex.ExecuteTransient(c, "COMMIT", nil)
	}
	if err != nil {
		b.Fatal(err)
	}
	return path, run
}

// BenchmarkBudget20 reads a database of 10,000 experiments with 20 KB of config each, and 1,000,000
// statuses.
func BenchmarkBudget20(b *testing.B) {
	path, run := large(b)
	var first, whole, tick, change time.Duration
	n := 0
	for b.Loop() {
		src := open(b, path, time.Now)
		var m storagetest.Mirror
		begun, seen := time.Now(), time.Duration(0)
		for more := true; more; {
			ch, err := src.Changes(b.Context(), m.Cursor, model.Budget{Errors: true})
			if err != nil {
				b.Fatal(err)
			}
			m.Apply(ch)
			if more = ch.More; seen == 0 && len(m.Known) == 10_000 {
				seen = time.Since(begun)
			}
		}
		first, whole = first+seen, whole+time.Since(begun)
		for range 100 {
			begun = time.Now()
			if ch, err := src.Changes(b.Context(), m.Cursor, model.Budget{}); err != nil || !ch.Empty() {
				b.Fatalf("%+v, %v", ch, err)
			}
			tick += time.Since(begun)
		}
		touch(b, path)
		begun = time.Now()
		if pages := m.Read(b, src, model.Budget{}); len(pages[0].Put) != 1 {
			b.Fatalf("%d experiments have changed", len(pages[0].Put))
		}
		change += time.Since(begun)
		n++
		_ = src.Close()
	}
	tick /= 100
	b.ReportMetric(change.Seconds()*1000/float64(n), "ms/change")
	budget.Report(b, "20a", tick.Seconds()*1000/float64(n))
	budget.Report(b, "20b", first.Seconds()/float64(n)/apiList.Seconds())
	budget.Report(b, "20f", whole.Seconds()/float64(n)/apiList.Seconds())
	panes(b, path, run)
}

// touch makes one step in one run.
func touch(b *testing.B, path string) {
	b.Helper()
	c := sqldbtest.Connect(b, path)
	err := sqlitex.ExecuteTransient(c, "UPDATE as_experiment SET cur_t = cur_t + 300, updated_at = '2026-12-01 00:00:00' WHERE rowid = (SELECT max(rowid) FROM as_experiment)", nil)
	if err != nil {
		b.Fatal(err)
	}
}

// panes tells how long the readings of a run of 1,000,000 statuses take.
func panes(b *testing.B, path string, run model.Key) {
	src := open(b, path, time.Now)
	defer src.Close()
	data := src.RunData(run)
	timed := func(what string, read func() error) {
		begun := time.Now()
		if err := read(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(begun).Microseconds())/1000, "ms/"+what)
	}
	timed("steps", func() error { _, err := data.Steps(b.Context()); return err })
	timed("timeline", func() error { _, err := data.Timeline(b.Context()); return err })
	timed("frame", func() error { _, err := data.Frame(b.Context(), model.Latest); return err })
	timed("history", func() error { _, err := data.Agent(7).History(b.Context()); return err })
}
