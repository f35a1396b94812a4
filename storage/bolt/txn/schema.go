package txn

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/storage/bolt/layout"
)

// Initialize makes a lab of an empty database.
func Initialize(tx *bbolt.Tx) error {
	for _, b := range layout.Buckets {
		if _, err := tx.CreateBucket([]byte(b.Name)); err != nil {
			return err
		}
	}
	var lab layout.LabID
	_, _ = rand.Read(lab[:]) // never fails
	meta := tx.Bucket([]byte(layout.Meta.Name))
	for _, v := range []struct{ key, payload []byte }{
		{layout.FormatKey, []byte(layout.FormatName)},
		{layout.LabKey, lab[:]},
		{layout.CountersKey, layout.Counters{Oldest: 1}.Append(nil)},
	} {
		if err := meta.Put(v.key, layout.Meta.Seal(v.key, bytes.Clone(v.payload))); err != nil {
			return err
		}
	}
	return PutSchema(tx, layout.Schema)
}

// Migrations lead from one version of the schema to the next: Migrations[0] from 1 to 2.
var Migrations = []func(*bbolt.Tx) error{addBuckets, emptyLog, addSteps, nameSources, addBuckets}

// addBuckets makes the buckets that are missing.
func addBuckets(tx *bbolt.Tx) error {
	for _, b := range layout.Buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(b.Name)); err != nil {
			return err
		}
	}
	return nil
}

// emptyLog begins a log whose changes have entries. Who has not followed the older one to its end
// reads everything again.
func emptyLog(tx *bbolt.Tx) error {
	meta, log := tx.Bucket([]byte(layout.Meta.Name)), []byte(layout.Log.Name)
	payload, err := layout.Meta.Open(layout.CountersKey, meta.Get(layout.CountersKey))
	c, whole := layout.ParseCounters(payload)
	if err != nil || !whole {
		return model.Damaged("the lab has no counters")
	}
	c.Oldest = c.Newest + 1
	if err := tx.DeleteBucket(log); err != nil {
		return err
	}
	if _, err := tx.CreateBucket(log); err != nil {
		return err
	}
	return meta.Put(layout.CountersKey, layout.Meta.Seal(layout.CountersKey, c.Append(nil)))
}

// addSteps makes the bucket of steps, and notes that the models of configs are to be read: of a
// large lab in more than one batch.
func addSteps(tx *bbolt.Tx) error {
	if err := addBuckets(tx); err != nil {
		return err
	}
	return tx.Bucket([]byte(layout.Meta.Name)).Put(layout.UpgradeKey, layout.Meta.Seal(layout.UpgradeKey, nil))
}

// nameSources changes nothing: keys with the name of a source are of later batches.
func nameSources(*bbolt.Tx) error { return nil }

// Migrate takes the steps from a version to the newest one and notes it in the file.
func Migrate(tx *bbolt.Tx, from int, steps []func(*bbolt.Tx) error) error {
	if from-1 >= len(steps) {
		return nil
	}
	for _, step := range steps[from-1:] {
		if err := step(tx); err != nil {
			return err
		}
	}
	return PutSchema(tx, len(steps)+1)
}

// PutSchema notes the version of the schema.
func PutSchema(tx *bbolt.Tx, version int) error {
	value := layout.Meta.Seal(layout.SchemaKey, binary.AppendUvarint(nil, uint64(version)))
	return tx.Bucket([]byte(layout.Meta.Name)).Put(layout.SchemaKey, value)
}
