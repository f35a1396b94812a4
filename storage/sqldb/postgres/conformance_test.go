package postgres_test

import (
	"sync"
	"testing"
	"time"

	"societop/model"
	"societop/storage/sqldb"
	"societop/storage/sqldb/pgtest"
	"societop/storage/sqldb/postgres"
	"societop/storage/storagetest"
)

// hourly is a clock that passes only when it is told to.
type hourly struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hourly) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hourly) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// source is a database as a source.
func source(t testing.TB, address string, now func() time.Time) *sqldb.Source {
	t.Helper()
	db, err := postgres.New(address, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	return sqldb.New(db, now)
}

func TestSource(t *testing.T) {
	for name, address := range map[string]func(*pgtest.Database, testing.TB) string{
		"direct":    func(d *pgtest.Database, _ testing.TB) string { return d.URL() },
		"pgbouncer": (*pgtest.Database).Pooled,
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Run(t, func(t *testing.T) storagetest.Lab {
				db, clock := pgtest.New(t), &hourly{now: time.Now()}
				return storagetest.Lab{
					Open: func(t *testing.T) model.Source { return source(t, address(db, t), clock.Now) },
					Write: func(t *testing.T, put []model.Experiment, gone []model.Key) {
						for _, e := range put {
							must(t, pgtest.Dialect.Put(db.Do, e))
						}
						for _, k := range gone {
							must(t, pgtest.Dialect.Delete(db.Do, k))
						}
						clock.pass(time.Hour)
					},
					Fill: func(t *testing.T, e model.Experiment, s storagetest.RunData) {
						must(t, pgtest.Dialect.Fill(db.Do, e, s))
					},
					NoNUL: true, NoLog: true,
				}
			})
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
