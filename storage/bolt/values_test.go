package bolt

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// mostProblems is how many problems a report names.
const mostProblems = 100

// spoiler changes a file behind the Store's back.
type spoiler func(tx *bbolt.Tx) error

// raw puts a value as it is, sealed puts one with a right checksum, and without takes one
// away.
func raw(b *layout.Bucket, key []byte, value string) spoiler {
	return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.Name)).Put(key, []byte(value)) }
}

func sealed(b *layout.Bucket, key []byte, payload string) spoiler {
	return raw(b, key, string(b.Seal(key, []byte(payload))))
}

func without(b *layout.Bucket, key []byte) spoiler {
	return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(b.Name)).Delete(key) }
}

// moved puts the value of one key under another.
func moved(from *layout.Bucket, fromKey []byte, to *layout.Bucket, toKey []byte) spoiler {
	return func(tx *bbolt.Tx) error {
		return raw(to, toKey, string(tx.Bucket([]byte(from.Name)).Get(fromKey)))(tx)
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

	spoiledKey, plainKey = layout.BareKey(spoiled.Key), layout.BareKey(plain.Key)
	spoiledIndex         = layout.IndexKey(spoiled.Created.UnixMicro(), spoiledKey)
	plainIndex           = layout.IndexKey(plain.Created.UnixMicro(), plainKey)
	nobody               = []byte("0123456789abcdef")
	miscounted           = string(layout.Counters{Experiments: 19, Newest: 21, Oldest: 1}.Append(nil))
)

// wrongValues spoil values, or which there are, in files whose pages are all right.
var wrongValues = map[string]struct {
	spoil   spoiler
	words   string // what the check says of it
	listing bool   // a listing with errors finds it, too
	one     bool   // and so does a reading of the experiment
}{
	"a value under another key":   {moved(layout.Index, plainIndex, layout.Index, spoiledIndex), spoiled.ID.String(), true, true},
	"a value of another bucket":   {moved(layout.Errors, spoiledKey, layout.Configs, spoiledKey), spoiled.ID.String(), false, true},
	"a value without a checksum":  {raw(layout.Errors, spoiledKey, "x"), spoiled.ID.String(), true, true},
	"a summary that is none":      {sealed(layout.Index, spoiledIndex, "\x00"), "is no summary", true, true},
	"an empty summary":            {sealed(layout.Index, spoiledIndex, ""), "is no summary", true, true},
	"a key that is none":          {sealed(layout.Index, []byte("x"), ""), "no key of the index", true, false},
	"a time that is none":         {sealed(layout.Keys, spoiledKey, "\x01"), "leads elsewhere", false, true},
	"a key that leads elsewhere":  {sealed(layout.Keys, spoiledKey, "\x00\x00\x00\x00\x00\x00\x00\x00"), "leads elsewhere", false, true},
	"a key without experiment":    {sealed(layout.Keys, nobody, "\x00\x00\x00\x00\x00\x00\x00\x00"), "belongs to no experiment", false, false},
	"an experiment without key":   {without(layout.Keys, spoiledKey), "is missing", false, true},
	"a key without index":         {without(layout.Index, spoiledIndex), "belongs to no experiment", true, true},
	"no config":                   {without(layout.Configs, spoiledKey), "is missing", false, true},
	"no error":                    {without(layout.Errors, spoiledKey), "is missing", true, true},
	"a config of nobody":          {sealed(layout.Configs, nobody, "x"), "belongs to no experiment", false, false},
	"an error that should not be": {sealed(layout.Errors, plainKey, "x"), "belongs to no experiment", false, false},
	"a gap in the log":            {without(layout.Log, layout.LogKey(7)), "where change 7 should be", false, false},
	"a log without its end":       {without(layout.Log, layout.LogKey(21)), "ends with change 20", false, false},
	"a change that is none":       {sealed(layout.Log, layout.LogKey(21), "12345"), "change 21 is no change", false, false},
	"a change of another state":   {sealed(layout.Log, layout.LogKey(21), string(layout.Change{Key: plainIndex}.Append(nil))), "another state of experiment", false, false},
	"a change with a wrong sum":   {raw(layout.Log, layout.LogKey(21), "12345"), "change 21", false, false},
	"counters that miscount":      {sealed(layout.Meta, layout.CountersKey, miscounted), "the index has 20", true, false},
	"a bucket that is missing":    {func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("keys")) }, `"keys" is missing`, true, true},
	"a bucket that is not ours":   {nested("more"), "no such bucket", false, false},
	"a version with a wrong sum":  {raw(layout.Meta, layout.SchemaKey, "12345"), `"schema"`, true, true},
	"a format with a wrong sum":   {raw(layout.Meta, layout.FormatKey, "12345"), `"format"`, true, true},
	"no version":                  {without(layout.Meta, layout.SchemaKey), "no version", true, true},
	"no id of the lab":            {without(layout.Meta, layout.LabKey), "no id", true, true},
	"no counters":                 {without(layout.Meta, layout.CountersKey), "no counters", true, true},
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
		"a gap":       without(layout.Log, layout.LogKey(24)),
		"a wrong sum": raw(layout.Log, layout.LogKey(24), "12345"),
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
	report, err := check.Lab(context.Background(), path, func(done, total int64) {
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
	if _, err := check.Lab(ctx, path, nil); !errors.Is(err, context.Canceled) {
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
	if report, err = check.Lab(context.Background(), path, nil); err != nil || len(report.Problems) != mostProblems+1 {
		t.Errorf("%d problems (%v), want %d and how many more", len(report.Problems), err, mostProblems)
	}
}
