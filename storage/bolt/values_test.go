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

// mostProblems is how many problems a report names.
const mostProblems = 100

// spoiler changes a file behind the Store's back.
type spoiler func(tx *bbolt.Tx) error

// raw puts a value as it is, sealed puts one with a right checksum, and without takes one
// away.
func raw(b *bucket, key []byte, value string) spoiler {
	return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.name)).Put(key, []byte(value)) }
}

func sealed(b *bucket, key []byte, payload string) spoiler {
	return raw(b, key, string(b.seal(key, []byte(payload))))
}

func without(b *bucket, key []byte) spoiler {
	return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.name)).Delete(key) }
}

// moved puts the value of one key under another.
func moved(from *bucket, fromKey []byte, to *bucket, toKey []byte) spoiler {
	return func(tx *bbolt.Tx) error {
		return raw(to, toKey, string(tx.Bucket([]byte(from.name)).Get(fromKey)))(tx)
	}
}

// nested makes a bucket with a value in it.
func nested(name string) spoiler {
	return func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte(name))
		if err != nil {
			return err
		}
		return b.Put([]byte("k"), []byte("v"))
	}
}

// spoiled is the experiment whose values wrongValues spoil: it has a config and an error.
// plain is one without an error.
var (
	spoiled, plain = storagetest.Experiments(9)[8], storagetest.Experiments(5)[4]

	spoiledKey, plainKey = bareKey(spoiled.Key), bareKey(plain.Key)
	spoiledIndex         = indexKey(spoiled.Created.UnixMicro(), spoiledKey)
	plainIndex           = indexKey(plain.Created.UnixMicro(), plainKey)
	nobody               = []byte("0123456789abcdef")
	miscounted           = string(counters{19, 21, 1}.append(nil))
)

// wrongValues spoil values, or which there are, in files whose pages are all right.
var wrongValues = map[string]struct {
	spoil   spoiler
	words   string // what the check says of it
	listing bool   // a listing with errors finds it, too
	one     bool   // and so does a reading of the experiment
}{
	"a value under another key":   {moved(indexBucket, plainIndex, indexBucket, spoiledIndex), spoiled.ID.String(), true, true},
	"a value of another bucket":   {moved(errorBucket, spoiledKey, configBucket, spoiledKey), spoiled.ID.String(), false, true},
	"a value without a checksum":  {raw(errorBucket, spoiledKey, "x"), spoiled.ID.String(), true, true},
	"a summary that is none":      {sealed(indexBucket, spoiledIndex, "\x00"), "is no summary", true, true},
	"an empty summary":            {sealed(indexBucket, spoiledIndex, ""), "is no summary", true, true},
	"a key that is none":          {sealed(indexBucket, []byte("x"), ""), "no key of the index", true, false},
	"a time that is none":         {sealed(keysBucket, spoiledKey, "\x01"), "leads elsewhere", false, true},
	"a key that leads elsewhere":  {sealed(keysBucket, spoiledKey, "\x00\x00\x00\x00\x00\x00\x00\x00"), "leads elsewhere", false, true},
	"a key without experiment":    {sealed(keysBucket, nobody, "\x00\x00\x00\x00\x00\x00\x00\x00"), "belongs to no experiment", false, false},
	"an experiment without key":   {without(keysBucket, spoiledKey), "is missing", false, true},
	"a key without index":         {without(indexBucket, spoiledIndex), "belongs to no experiment", true, true},
	"no config":                   {without(configBucket, spoiledKey), "is missing", false, true},
	"no error":                    {without(errorBucket, spoiledKey), "is missing", true, true},
	"a config of nobody":          {sealed(configBucket, nobody, "x"), "belongs to no experiment", false, false},
	"an error that should not be": {sealed(errorBucket, plainKey, "x"), "belongs to no experiment", false, false},
	"a gap in the log":            {without(logBucket, logKey(7)), "where change 7 should be", false, false},
	"a log without its end":       {without(logBucket, logKey(21)), "ends with change 20", false, false},
	"a change that is none":       {sealed(logBucket, logKey(21), "12345"), "change 21 is no change", false, false},
	"a change of another state":   {sealed(logBucket, logKey(21), string(change{key: plainIndex}.append(nil))), "another state of experiment", false, false},
	"a change with a wrong sum":   {raw(logBucket, logKey(21), "12345"), "change 21", false, false},
	"counters that miscount":      {sealed(metaBucket, countersKey, miscounted), "the index has 20", true, false},
	"a bucket that is missing":    {func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("keys")) }, `"keys" is missing`, true, true},
	"a bucket that is not ours":   {nested("more"), "no such bucket", false, false},
	"a version with a wrong sum":  {raw(metaBucket, schemaKey, "12345"), `"schema"`, true, true},
	"a format with a wrong sum":   {raw(metaBucket, formatKey, "12345"), `"format"`, true, true},
	"no version":                  {without(metaBucket, schemaKey), "no version", true, true},
	"no id of the lab":            {without(metaBucket, labKey), "no id", true, true},
	"no counters":                 {without(metaBucket, countersKey), "no counters", true, true},
}

func TestWrongValues(t *testing.T) {
	for name, tc := range wrongValues {
		t.Run(name, func(t *testing.T) {
			path, _ := newLab(t, 20)
			edit(t, path, tc.spoil)
			found(t, path, tc.words)
			s := Open(path, Options{})
			_, err := s.Changes(context.Background(), model.Cursor{}, model.Budget{Errors: true})
			if errors.Is(err, model.ErrDamaged) != tc.listing {
				t.Errorf("a listing: %v", err)
			}
			if _, err = s.Experiment(context.Background(), spoiled.Key); (err != nil) != tc.one {
				t.Errorf("the experiment: %v", err)
			}
		})
	}
}

func TestTheLogIsVerified(t *testing.T) {
	for name, spoil := range map[string]spoiler{
		"a gap":       without(logBucket, logKey(24)),
		"a wrong sum": raw(logBucket, logKey(24), "12345"),
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
		for i := range 3 * mostProblems {
			if err := tx.Bucket([]byte("error")).Put(fmt.Append(nil, "stray", i), []byte("x")); err != nil {
				return err
			}
		}
		return nil
	})
	if report, err = Check(context.Background(), path, nil); err != nil || len(report.Problems) != mostProblems+1 {
		t.Errorf("%d problems (%v), want %d and how many more", len(report.Problems), err, mostProblems)
	}
}
