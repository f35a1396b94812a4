package bolt

import (
	"bytes"
	"context"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
	"societop/storage/storagetest"
)

// keysOnly makes the log of a file what it was before it had entries.
func keysOnly(tx *bbolt.Tx) error {
	log := tx.Bucket([]byte(layout.Log.Name))
	return log.ForEach(func(n, value []byte) error {
		payload, _ := layout.Log.Open(n, value)
		c, _ := layout.ParseChange(payload, layout.Schema)
		return log.Put(n, layout.Log.Seal(n, bytes.Clone(c.Key)))
	})
}

// threeChanges changes one experiment of a lab, deletes another and adds a third.
func threeChanges(t *testing.T, path string, want map[model.Key]model.Experiment) {
	t.Helper()
	all := storagetest.Experiments(12)
	all[3].Now.Day += 2
	all[3].Updated = all[3].Updated.Add(time.Minute)
	err := Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
		if err := b.PutSummary(all[3].Summary); err != nil {
			return err
		}
		if _, err := b.Put(all[11]); err != nil {
			return err
		}
		return b.Delete(all[4].Key)
	})
	if err != nil {
		t.Fatal(err)
	}
	want[all[3].Key], want[all[11].Key] = all[3], all[11]
	delete(want, all[4].Key)
}

// TestAFileOfTheSecondSchema is followed by the keys in its log, stays as it is until a batch
// brings it to the newest, and is then read anew by who had not followed it to its end.
func TestAFileOfTheSecondSchema(t *testing.T) {
	path, want := newLab(t, 10)
	r := newReader(path)
	r.follow(t)
	first := r.Cursor
	threeChanges(t, path, want)
	edit(t, path, func(tx *bbolt.Tx) error {
		if err := keysOnly(tx); err != nil {
			return err
		}
		return txn.PutSchema(tx, 2)
	})
	untouched(t, path, func() {
		if pages := r.follow(t); pages[0].First || len(pages[0].Put) != 2 || len(pages[0].Gone) != 1 {
			t.Errorf("three changes are told as %+v", pages[0])
		}
		r.Same(t, want, false)
		checkLab(t, path)
	})
	late := newReader(path)
	late.Cursor = first
	more := storagetest.Experiments(13)[12:]
	writeLab(t, path, more)
	want[more[0].Key] = more[0]
	for name, reader := range map[string]*reader{"up to date": r, "late": late} {
		if pages := reader.follow(t); pages[0].First != (reader == late) {
			t.Errorf("a reader that is %s begins anew: %v", name, pages[0].First)
		}
		reader.Same(t, want, false)
	}
	checkLab(t, path)
}

// TestATickReadsTheLogAlone: what has changed is told without a look into the index, however
// large that is.
func TestATickReadsTheLogAlone(t *testing.T) {
	path, want := newLab(t, 10)
	r := newReader(path)
	r.follow(t)
	threeChanges(t, path, want)
	edit(t, path, without(layout.Index, spoiledIndex))
	if pages := r.follow(t); len(pages[0].Put) != 2 || len(pages[0].Gone) != 1 {
		t.Errorf("three changes are told as %+v", pages[0])
	}
	r.Same(t, want, false)
}

// TestOneExperimentChangesOften: each state comes after the one before it, wherever a page ends.
func TestOneExperimentChangesOften(t *testing.T) {
	path, want := newLab(t, 10)
	budgets := []model.Budget{{}, {Rows: 3}, {Rows: 1}, {Rows: 2, Errors: true}}
	readers := make([]*reader, len(budgets))
	for i, b := range budgets {
		readers[i] = newReader(path)
		readers[i].Read(t, readers[i].Store, b)
	}
	all := storagetest.Experiments(20)
	e := all[5]
	for i := range 7 {
		e.NumDay, e.Created = 100+i, e.Created.Add(time.Second)
		e.Error = text.CleanLines([]string{"", "boom", "again"}[i%3])
		writeLab(t, path, []model.Experiment{e, all[10+i]})
		want[e.Key], want[all[10+i].Key] = e, all[10+i]
	}
	for i, b := range budgets {
		if pages := readers[i].Read(t, readers[i].Store, b); pages[0].First {
			t.Errorf("%+v: it begins anew", b)
		}
		readers[i].Same(t, want, b.Errors)
	}
	checkLab(t, path)
}
