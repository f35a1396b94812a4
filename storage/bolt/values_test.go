package bolt

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/storagetest"
)

// TestWrongValues spoils values in files whose pages are all right.
func TestWrongValues(t *testing.T) {
	all := storagetest.Experiments(20)
	e := all[8] // has a config and an error
	bare := bareKey(e.Key)
	index := indexKey(e.Created.UnixMicro(), bare)
	put := func(tx *bbolt.Tx, b *bucket, key, value []byte) error {
		return tx.Bucket([]byte(b.name)).Put(key, value)
	}
	drop := func(b *bucket, key []byte) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.name)).Delete(key) }
	}
	other := all[3]
	otherBare := bareKey(other.Key)
	for name, tc := range map[string]struct {
		spoil   func(tx *bbolt.Tx) error
		words   string
		listing bool // a listing with errors finds it, too
		one     bool // and so does a reading of the experiment
	}{
		"a value under another key": {func(tx *bbolt.Tx) error {
			v := tx.Bucket([]byte("index")).Get(indexKey(other.Created.UnixMicro(), otherBare))
			return put(tx, indexBucket, index, append([]byte{}, v...))
		}, e.ID.String(), true, true},
		"a value of another bucket": {func(tx *bbolt.Tx) error {
			v := tx.Bucket([]byte("error")).Get(bare)
			return put(tx, configBucket, bare, append([]byte{}, v...))
		}, e.ID.String(), false, true},
		"a value without a checksum": {func(tx *bbolt.Tx) error { return put(tx, errorBucket, bare, []byte("x")) }, e.ID.String(), true, true},
		"a summary that is none":     {func(tx *bbolt.Tx) error { return put(tx, indexBucket, index, indexBucket.seal(index, []byte{0})) }, "is no summary", true, true},
		"an empty summary":           {func(tx *bbolt.Tx) error { return put(tx, indexBucket, index, indexBucket.seal(index, nil)) }, "is no summary", true, true},
		"a key that is none":         {func(tx *bbolt.Tx) error { return put(tx, indexBucket, []byte("x"), indexBucket.seal([]byte("x"), nil)) }, "no key of the index", true, false},
		"a time that is none":        {func(tx *bbolt.Tx) error { return put(tx, keysBucket, bare, keysBucket.seal(bare, []byte{1})) }, "leads elsewhere", false, true},
		"a key that leads elsewhere": {func(tx *bbolt.Tx) error { return put(tx, keysBucket, bare, keysBucket.seal(bare, make([]byte, 8))) }, "leads elsewhere", false, true},
		"a key without experiment": {func(tx *bbolt.Tx) error {
			return put(tx, keysBucket, []byte("0123456789abcdefX"), keysBucket.seal([]byte("0123456789abcdefX"), make([]byte, 8)))
		}, "belongs to no experiment", false, false},
		"an experiment without key": {drop(keysBucket, bare), "is missing", false, true},
		"a key without index":       {drop(indexBucket, index), "belongs to no experiment", true, true},
		"no config":                 {drop(configBucket, bare), "is missing", false, true},
		"no error":                  {drop(errorBucket, bare), "is missing", true, true},
		"a config of nobody": {func(tx *bbolt.Tx) error {
			return put(tx, configBucket, []byte("0123456789abcdef"), configBucket.seal([]byte("0123456789abcdef"), []byte("x")))
		}, "belongs to no experiment", false, false},
		"an error that should not be": {func(tx *bbolt.Tx) error {
			return put(tx, errorBucket, otherBareOf(all), errorBucket.seal(otherBareOf(all), []byte("x")))
		}, "belongs to no experiment", false, false},
		"a gap in the log":          {drop(logBucket, logKey(7)), "where change 7 should be", false, false},
		"a log without its end":     {drop(logBucket, logKey(21)), "ends with change 20", false, false},
		"a change with a wrong sum": {func(tx *bbolt.Tx) error { return put(tx, logBucket, logKey(21), []byte("12345")) }, "change 21", false, false},
		"counters that miscount": {func(tx *bbolt.Tx) error {
			return put(tx, metaBucket, countersKey, metaBucket.seal(countersKey, counters{19, 21, 1}.append(nil)))
		}, "the index has 20", true, false},
		"a bucket that is missing":   {func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("keys")) }, `"keys" is missing`, true, true},
		"a bucket that is not ours":  {func(tx *bbolt.Tx) error { return nested(tx, "more") }, "no such bucket", false, false},
		"a bucket in a bucket":       {func(tx *bbolt.Tx) error { _, err := tx.Bucket([]byte("log")).CreateBucket([]byte("z")); return err }, "change", false, false},
		"a version with a wrong sum": {func(tx *bbolt.Tx) error { return put(tx, metaBucket, schemaKey, []byte("12345")) }, `"schema"`, true, true},
		"a format with a wrong sum":  {func(tx *bbolt.Tx) error { return put(tx, metaBucket, formatKey, []byte("12345")) }, `"format"`, true, true},
		"no version":                 {drop(metaBucket, schemaKey), "no version", true, true},
		"no id of the lab":           {drop(metaBucket, labKey), "no id", true, true},
		"no counters":                {drop(metaBucket, countersKey), "no counters", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := newLab(t, 20)
			edit(t, path, tc.spoil)
			found(t, path, tc.words)
			s := Open(path, Options{})
			_, err := s.Changes(context.Background(), model.Cursor{}, model.Budget{Errors: true})
			if errors.Is(err, model.ErrDamaged) != tc.listing {
				t.Errorf("a listing: %v", err)
			}
			if _, err = s.Experiment(context.Background(), e.Key); (err != nil) != tc.one {
				t.Errorf("the experiment: %v", err)
			}
		})
	}
}

// otherBareOf is the key of an experiment without an error.
func otherBareOf(all []model.Experiment) []byte { return bareKey(all[4].Key) }

// nested makes a bucket with a value in it.
func nested(tx *bbolt.Tx, name string) error {
	b, err := tx.CreateBucket([]byte(name))
	if err != nil {
		return err
	}
	return b.Put([]byte("k"), []byte("v"))
}

func TestTheLogIsVerified(t *testing.T) {
	for name, spoil := range map[string]func(tx *bbolt.Tx) error{
		"a gap":       func(tx *bbolt.Tx) error { return tx.Bucket([]byte("log")).Delete(logKey(24)) },
		"a wrong sum": func(tx *bbolt.Tx) error { return tx.Bucket([]byte("log")).Put(logKey(24), []byte("12345")) },
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := newLab(t, 20)
			r := newReader(path)
			r.follow(t)
			writeLab(t, path, storagetest.Experiments(30)[20:])
			edit(t, path, spoil)
			if _, err := r.Changes(context.Background(), r.Cursor, model.Budget{}); !errors.Is(err, model.ErrDamaged) {
				t.Errorf("%v, want %v", err, model.ErrDamaged)
			}
		})
	}
}

func TestCheckReports(t *testing.T) {
	path, _ := newLab(t, 200)
	last, of := int64(-1), int64(0)
	report, err := Check(context.Background(), path, func(done, total int64) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last, of = done, total
	})
	if err != nil || len(report.Problems) > 0 || report.Experiments != 200 || report.Pages == 0 || report.Values == 0 || report.Bytes == 0 {
		t.Errorf("%+v (%v)", report, err)
	}
	if last == 0 || of == 0 {
		t.Error("nobody was told how far it is")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Check(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	edit(t, path, func(tx *bbolt.Tx) error {
		for i := range 3 * maxProblems {
			if err := tx.Bucket([]byte("error")).Put(fmt.Append(nil, "stray", i), []byte("x")); err != nil {
				return err
			}
		}
		return nil
	})
	if report, err = Check(context.Background(), path, nil); err != nil || len(report.Problems) != maxProblems+1 {
		t.Errorf("%d problems (%v), want %d and how many more", len(report.Problems), err, maxProblems)
	}
}
