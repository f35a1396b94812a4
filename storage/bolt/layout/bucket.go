package layout

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/google/uuid"

	"societop/model"
)

// A Bucket is a bucket of the file, with the initial checksum of its values.
type Bucket struct {
	Name string
	seed uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func newBucket(name string) *Bucket {
	return &Bucket{name, crc32.Checksum([]byte(name), castagnoli)}
}

// SumSize is the length of the checksum at the end of each value.
const SumSize = 4

// sum returns the checksum of a value without it. The key is part of it, so that a value under
// the key of another is found, too.
func (b *Bucket) sum(key, payload []byte) uint32 {
	return crc32.Update(crc32.Update(b.seed, castagnoli, key), castagnoli, payload)
}

// Seal appends the checksum to a payload and so makes it a value.
func (b *Bucket) Seal(key, payload []byte) []byte {
	return binary.BigEndian.AppendUint32(payload, b.sum(key, payload))
}

// Open verifies the checksum of a value and returns its payload.
func (b *Bucket) Open(key, value []byte) (payload []byte, err error) {
	n := len(value) - SumSize
	if n < 0 || binary.BigEndian.Uint32(value[n:]) != b.sum(key, value[:n]) {
		return nil, b.WrongSum(key)
	}
	return value[:n:n], nil
}

// Verify verifies the checksum of a value.
func (b *Bucket) Verify(key, value []byte) error {
	_, err := b.Open(key, value)
	return err
}

// WrongSum returns the error for a value whose checksum is wrong.
func (b *Bucket) WrongSum(key []byte) error {
	return model.Damaged("the value of %s has a wrong checksum", b.Describe(key))
}

// Missing returns the error for a value that is not in the file, but should be.
func (b *Bucket) Missing(key []byte) error { return model.Damaged("%s is missing", b.Describe(key)) }

// Undecodable returns the error for a value whose checksum is right but which can't be decoded.
func (b *Bucket) Undecodable(key []byte) error {
	return model.Damaged("%s can't be decoded", b.Describe(key))
}

// Describe names a key in words.
func (b *Bucket) Describe(key []byte) string {
	switch b {
	case Meta:
		return fmt.Sprintf("key %q in bucket meta", key)
	case Log:
		if len(key) == 8 {
			return fmt.Sprintf("change %d", binary.BigEndian.Uint64(key))
		}
	case Documents:
		if len(key) > RunSize {
			return fmt.Sprintf("document %q of run %d", key[RunSize:], binary.BigEndian.Uint64(key))
		}
	case Surveys:
		if len(key) == IDSize {
			return fmt.Sprintf("survey %s", uuid.UUID(key))
		}
	case Index:
		key = key[min(CreatedSize, len(key)):]
		fallthrough
	default:
		if len(key) >= RunSize && (b == DeletedRuns || slices.Contains(RunBuckets, b)) {
			return fmt.Sprintf("run %d in bucket %s, key %x", binary.BigEndian.Uint64(key), b.Name, key[RunSize:])
		}
		if len(key) >= IDSize {
			return fmt.Sprintf("experiment %s in bucket %s", uuid.UUID(key[:IDSize]), b.Name)
		}
	}
	return fmt.Sprintf("key %x in bucket %s", key, b.Name)
}
