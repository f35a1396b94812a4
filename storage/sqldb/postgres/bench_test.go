package postgres_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/budget"
	"societop/storage/sqldb/pgtest"
	"societop/storage/storagetest"
)

// apiList is how long AgentSociety's API takes for a list of 10,000 experiments on PostgreSQL.
const apiList = 3500 * time.Millisecond

// BenchmarkBudget20 reads a database of 10,000 experiments with 20 KB of config each, and of 1,000,000
// statuses. Times of the database are those that it tells itself.
func BenchmarkBudget20(b *testing.B) {
	db := pgtest.New(b)
	g := pgtest.Generated{Experiments: 10_000, ConfigBytes: 20 << 10, Agents: 1000, Steps: 1000}
	db.Generate(b, g)
	var first, whole, tick, change, wall time.Duration
	n := 0.0
	const ticks = 100
	for b.Loop() {
		src := source(b, db.URL(), nil)
		var m storagetest.Mirror
		begun, seen := time.Now(), time.Duration(0)
		for more := true; more; {
			ch, err := src.Changes(b.Context(), m.Cursor, model.Budget{Errors: true})
			if err != nil {
				b.Fatal(err)
			}
			m.Apply(ch)
			if more = ch.More; seen == 0 && len(m.Known) == g.Experiments {
				seen = time.Since(begun)
			}
		}
		first, whole = first+seen, whole+time.Since(begun)
		db.Work(b)
		begun = time.Now()
		for range ticks {
			if ch, err := src.Changes(b.Context(), m.Cursor, model.Budget{}); err != nil || !ch.Empty() {
				b.Fatalf("%+v, %v", ch, err)
			}
		}
		wall += time.Since(begun) / ticks
		tick += db.Work(b) / ticks
		db.Exec(b, "UPDATE as_experiment SET cur_t = cur_t + 300, updated_at = now() WHERE id = '"+g.ID(1).String()+"'")
		if pages := m.Read(b, src, model.Budget{}); len(pages[0].Put) != 1 {
			b.Fatalf("%d experiments have changed", len(pages[0].Put))
		}
		change += db.Work(b)
		n++
		_ = src.Close()
	}
	b.ReportMetric(wall.Seconds()*1000/n, "ms/tick")
	b.ReportMetric(change.Seconds()*1000/n, "ms/change")
	budget.Report(b, "20c", tick.Seconds()*1000/n)
	budget.Report(b, "20d", first.Seconds()/n/apiList.Seconds())
	budget.Report(b, "20e", whole.Seconds()/n/apiList.Seconds())
	panes(b, db, g.ID(1))
}

// panes tells how long the database works for the readings of a run of 1,000,000 statuses.
func panes(b *testing.B, db *pgtest.Database, id uuid.UUID) {
	src := source(b, db.URL(), nil)
	defer func() { _ = src.Close() }()
	e, err := src.Find(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	data := src.RunData(e.Key)
	timed := func(what string, read func() error) {
		db.Work(b)
		if err := read(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(db.Work(b).Microseconds())/1000, "ms/"+what)
	}
	timed("timeline", func() error { _, err := data.Timeline(b.Context()); return err })
	timed("frame", func() error { _, err := data.Frame(b.Context(), model.Latest); return err })
	timed("history", func() error { _, err := data.Agent(7).History(b.Context()); return err })
	timed("talk", func() error { _, err := data.Agent(7).Talk(b.Context()); return err })
}
