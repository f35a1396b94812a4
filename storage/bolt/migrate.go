package bolt

import (
	"encoding/binary"
	"societop/model"

	"go.etcd.io/bbolt"
)

// migrations lead from one version of the schema to the next: migrations[0] from 1 to 2.
var migrations = []func(*bbolt.Tx) error{addRuns, emptyLog}

// addRuns makes the buckets of the data of runs.
func addRuns(tx *bbolt.Tx) error {
	for _, b := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(b.name)); err != nil {
			return err
		}
	}
	return nil
}

// emptyLog begins a log whose changes have entries. Who has not followed the older one to its end
// reads everything anew.
func emptyLog(tx *bbolt.Tx) error {
	meta, log := tx.Bucket([]byte(metaBucket.name)), []byte(logBucket.name)
	payload, err := metaBucket.open(countersKey, meta.Get(countersKey))
	c, whole := parseCounters(payload)
	if err != nil || !whole {
		return model.Damaged("the lab has no counters")
	}
	c.oldest = c.newest + 1
	if err := tx.DeleteBucket(log); err != nil {
		return err
	}
	if _, err := tx.CreateBucket(log); err != nil {
		return err
	}
	return meta.Put(countersKey, metaBucket.seal(countersKey, c.append(nil)))
}

// migrate takes the steps from a version to the newest one and notes it in the file.
func migrate(tx *bbolt.Tx, from int, steps []func(*bbolt.Tx) error) error {
	if from-1 >= len(steps) {
		return nil
	}
	for _, step := range steps[from-1:] {
		if err := step(tx); err != nil {
			return err
		}
	}
	return putSchema(tx, len(steps)+1)
}

func putSchema(tx *bbolt.Tx, version int) error {
	value := metaBucket.seal(schemaKey, binary.AppendUvarint(nil, uint64(version)))
	return tx.Bucket([]byte(metaBucket.name)).Put(schemaKey, value)
}
