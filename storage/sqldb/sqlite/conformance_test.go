package sqlite_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb"
	"societop/storage/sqldb/sqldbtest"
	"societop/storage/sqldb/sqlite"
	"societop/storage/storagetest"
)

// clock is a clock that the test moves: an hour later everything is read again that was written to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// open opens a sqlite.db as a source, by a clock.
func open(t testing.TB, path string, now func() time.Time) *sqldb.Source {
	t.Helper()
	db, err := sqlite.New(path, sqlite.Options{Temp: t.TempDir(), Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return sqldb.New(db, now)
}

func TestSource(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Lab {
		path, c := sqldbtest.NewFile(t)
		exec, clock := sqldbtest.ExecOn(c), &clock{now: time.Now()}
		inOne := func(t *testing.T, write func() error) {
			t.Helper()
			err := sqlitex.ExecuteTransient(c, "BEGIN", nil)
			if err == nil {
				err = errors.Join(write(), sqlitex.ExecuteTransient(c, "COMMIT", nil))
			}
			if err != nil {
				t.Fatal(err)
			}
			clock.pass(time.Hour)
		}
		return storagetest.Lab{
			Open: func(t *testing.T) model.Source { return open(t, path, clock.Now) },
			Write: func(t *testing.T, put []model.Experiment, gone []model.Key) {
				inOne(t, func() (err error) {
					for _, e := range put {
						err = errors.Join(err, sqldbtest.SQLite.Put(exec, e))
					}
					for _, k := range gone {
						err = errors.Join(err, sqldbtest.SQLite.Delete(exec, k))
					}
					return err
				})
			},
			Fill: func(t *testing.T, e model.Experiment, s storagetest.RunData) {
				inOne(t, func() error { return sqldbtest.SQLite.Fill(exec, e, s) })
			},
			NoLog: true,
		}
	})
}
