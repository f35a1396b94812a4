package sqlite_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/storage/sqldb"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/sqldb/sqlite"
	"societop/storage/sqldb/table"
	"societop/storage/storagetest"
)

// counted is a database that counts what is asked of it.
type counted struct {
	*sqlite.DB
	versions, queries, scans atomic.Int64
}

func (c *counted) Version(ctx context.Context) (sqldb.Version, error) {
	c.versions.Add(1)
	return c.DB.Version(ctx)
}

func (c *counted) Columns(ctx context.Context, name string) (map[string]bool, error) {
	c.queries.Add(1)
	return c.DB.Columns(ctx, name)
}

func (c *counted) Count(ctx context.Context, name string) (int64, error) {
	c.queries.Add(1)
	return c.DB.Count(ctx, name)
}

func (c *counted) Last(ctx context.Context, name string) (int64, error) {
	c.queries.Add(1)
	return c.DB.Last(ctx, name)
}

func (c *counted) Query(ctx context.Context, query string, args []any, row func([]table.Cell)) error {
	c.queries.Add(1)
	return c.DB.Query(ctx, query, args, row)
}

func (c *counted) Scan(ctx context.Context, s table.Scan, page func([]table.Row) error) error {
	c.scans.Add(1)
	return c.DB.Scan(ctx, s, page)
}

// TestATickCostsLittle: without a change it is one question for the version, whatever time passes; with one
// in a running experiment nothing is scanned.
func TestATickCostsLittle(t *testing.T) {
	path, conn := sqldbtest.NewFile(t)
	exec := sqldbtest.ExecOn(conn)
	all := sqldbtest.Large(100, 1, 500)
	for _, e := range all {
		if err := sqldbtest.SQLite.Put(exec, e); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sqlite.New(path, sqlite.Options{Temp: t.TempDir(), Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	now := &clock{now: time.Now()}
	c := &counted{DB: db}
	src := sqldb.New(c, now.Now)
	defer src.Close()
	var m storagetest.Mirror
	asks := func(versions, queries, scans int64, changes int) {
		t.Helper()
		c.versions.Store(0)
		c.queries.Store(0)
		c.scans.Store(0)
		put := 0
		for _, page := range m.Read(t, src, model.Budget{}) {
			put += len(page.Put)
		}
		if v, q, s := c.versions.Load(), c.queries.Load(), c.scans.Load(); v != versions || q > queries || s != scans || put != changes {
			t.Errorf("%d changes cost %d versions, %d statements, %d scans", put, v, q, s)
		}
	}
	m.Read(t, src, model.Budget{})
	for range 5 {
		asks(1, 0, 0, 0)
		now.pass(time.Hour)
	}
	run := all[len(all)-1]
	step := func() {
		t.Helper()
		run.Now.T += 300
		if err := exec("UPDATE as_experiment SET cur_t = ? WHERE id = ?", run.Now.T, sqldbtest.SQLite.IDOf(run.ID)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // after hours all is read again, and then all keys
		step()
		m.Read(t, src, model.Budget{})
	}
	for range 3 {
		step()
		asks(1, 3, 0, 1)
	}
}
