package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"societop/model"

	"github.com/google/uuid"
)

// A bucket is one of the file's, with the checksum's start for its values.
type bucket struct {
	name string
	seed uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func newBucket(name string) *bucket {
	return &bucket{name, crc32.Checksum([]byte(name), castagnoli)}
}

// sumSize is the length of the checksum at the end of each value.
const sumSize = 4

// sum is the checksum of a value without it. The key is part of it, so that a value under
// the key of another is found, too.
func (b *bucket) sum(key, payload []byte) uint32 {
	return crc32.Update(crc32.Update(b.seed, castagnoli, key), castagnoli, payload)
}

// seal appends the checksum to a payload and so makes it a value.
func (b *bucket) seal(key, payload []byte) []byte {
	return binary.BigEndian.AppendUint32(payload, b.sum(key, payload))
}

// open verifies the checksum of a value and returns its payload.
func (b *bucket) open(key, value []byte) (payload []byte, err error) {
	n := len(value) - sumSize
	if n < 0 || binary.BigEndian.Uint32(value[n:]) != b.sum(key, value[:n]) {
		return nil, b.wrongSum(key)
	}
	return value[:n:n], nil
}

// verify verifies the checksum of a value.
func (b *bucket) verify(key, value []byte) error {
	_, err := b.open(key, value)
	return err
}

// wrongSum returns the error for a value whose checksum is wrong.
func (b *bucket) wrongSum(key []byte) error {
	return model.Damaged("the value of %s has a wrong checksum", b.describe(key))
}

// missing returns the error for a value that is not in the file, but should be.
func (b *bucket) missing(key []byte) error { return model.Damaged("%s is missing", b.describe(key)) }

// undecodable returns the error for a value whose checksum is right but which can't be decoded.
func (b *bucket) undecodable(key []byte) error {
	return model.Damaged("%s can't be decoded", b.describe(key))
}

// describe names a key in words.
func (b *bucket) describe(key []byte) string {
	switch b {
	case metaBucket:
		return fmt.Sprintf("key %q in bucket meta", key)
	case logBucket:
		if len(key) == 8 {
			return fmt.Sprintf("change %d", binary.BigEndian.Uint64(key))
		}
	case surveysBucket:
		if len(key) == idSize {
			return fmt.Sprintf("survey %s", uuid.UUID(key))
		}
	case indexBucket:
		key = key[min(createdSize, len(key)):]
		fallthrough
	default:
		if len(key) >= runSize && (b == trashBucket || slices.Contains(runBuckets, b)) {
			return fmt.Sprintf("run %d in bucket %s, key %x", binary.BigEndian.Uint64(key), b.name, key[runSize:])
		}
		if len(key) >= idSize {
			return fmt.Sprintf("experiment %s in bucket %s", uuid.UUID(key[:idSize]), b.name)
		}
	}
	return fmt.Sprintf("key %x in bucket %s", key, b.name)
}
