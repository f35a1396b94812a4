package sqldb_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
	"societop/storage/sqldb"
)

// locked is a database that is locked: it says so after a while, each time.
type locked struct {
	sqldb.Database
	after time.Duration
	tries int
}

func (*locked) Info() model.Info        { return model.Info{} }
func (*locked) Traits() sqldb.Traits    { return sqldb.Traits{} }
func (*locked) Explain(err error) error { return err }
func (*locked) Close() error            { return nil }
func (l *locked) Version(ctx context.Context) (v sqldb.Version, err error) {
	l.tries++
	return v, errors.Join(model.Sleep(ctx, l.after), model.ErrLocked)
}

// A caller that was told that there is more hears that the reading has failed since, once: the next
// time it is tried again.
func TestFailureBetweenTwoPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := &locked{after: 1100 * time.Millisecond}
		src := sqldb.New(db, nil)
		defer src.Close()
		ch, err := src.Changes(t.Context(), model.Cursor{}, model.Budget{})
		if err != nil || !ch.More {
			t.Fatalf("more: %v, error %v", ch.More, err)
		}
		time.Sleep(time.Second) // meanwhile the reading fails
		for tries := 1; tries <= 2; tries++ {
			var failed error
			for page := ch; page.More && failed == nil; {
				page, failed = src.Changes(t.Context(), page.Next, model.Budget{})
			}
			if !errors.Is(failed, model.ErrLocked) || db.tries != tries {
				t.Errorf("error %v of reading %d after %d", failed, tries, db.tries)
			}
		}
	})
}
