package bolt

import (
	"encoding/binary"
	"math"

	"societop/model"
)

// The lengths of what the keys of a run are made of.
const (
	runSize    = 8
	momentSize = 16
	agentSize  = 8
)

// appendInt appends a number so that the order of the bytes is the order of the numbers.
func appendInt(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(n)^1<<63)
}

func parseInt(b []byte) int64 { return int64(binary.BigEndian.Uint64(b) ^ 1<<63) }

// appendMoment appends a moment so that the order of the bytes is that of time. Every bit of
// T is kept: −0 comes before 0, and NaN behind all or before all, by its sign.
func appendMoment(b []byte, at model.SimTime) []byte {
	bits := math.Float64bits(at.T)
	if bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	return binary.BigEndian.AppendUint64(appendInt(b, int64(at.Day)), bits)
}

func parseMoment(b []byte) model.SimTime {
	bits := binary.BigEndian.Uint64(b[8:])
	if bits>>63 == 1 {
		bits &^= 1 << 63
	} else {
		bits = ^bits
	}
	return model.SimTime{Day: model.Int(parseInt(b)), T: math.Float64frombits(bits)}
}

// runKey is the head of all keys of a run, with room for the rest.
func runKey(run uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 0, runSize+momentSize+agentSize), run)
}

// momentKey is the key of a moment of a run.
func momentKey(run uint64, at model.SimTime) []byte { return appendMoment(runKey(run), at) }

// agentKey is the head of the keys of an agent of a run.
func agentKey(run uint64, id int64) []byte { return appendInt(runKey(run), id) }

// blockKey is the key of a block of a frame, by the last of its agents.
func blockKey(run uint64, at model.SimTime, last int64) []byte {
	return appendInt(momentKey(run, at), last)
}

// wordsKey is the key of what an agent said, or answered, at a moment.
func wordsKey(run uint64, id int64, at model.SimTime) []byte {
	return appendMoment(agentKey(run, id), at)
}

// timesKey is the same in the order of time: the newest first, so that a cursor that only
// goes forward finds the newest of a run at once.
func timesKey(run uint64, id int64, at model.SimTime) []byte {
	key := appendInt(momentKey(run, at), id)
	invert(key[runSize:])
	return key
}

func invert(b []byte) {
	for i := range b {
		b[i] = ^b[i]
	}
}

// parseTimesKey is the inverse of timesKey, given as the key of the words.
func parseTimesKey(key []byte) (words []byte, ok bool) {
	if len(key) != runSize+momentSize+agentSize {
		return nil, false
	}
	words = append(make([]byte, 0, len(key)), key[:runSize]...)
	words = append(words, key[runSize+momentSize:]...)
	words = append(words, key[runSize:runSize+momentSize]...)
	invert(words[runSize:])
	return words, true
}

// idSize is the length of an experiment's id, createdSize that of its time of creation at
// the head of an index key.
const (
	idSize      = 16
	createdSize = 8
)

// maxTenant bounds the tenant, which is part of a key. AgentSociety's have 36 characters.
const maxTenant = 1024

// bareKey is the key of an experiment in the buckets that are ordered by id.
func bareKey(k model.Key) []byte {
	return append(append(make([]byte, 0, idSize+len(k.Tenant.Raw())), k.ID[:]...), k.Tenant.Raw()...)
}

// indexKey is the key of an experiment in the index: newest first, then by id. created is
// in microseconds since 1970.
func indexKey(created int64, bare []byte) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, createdSize+len(bare)), descending(created))
	return append(key, bare...)
}

// descending maps numbers so that the larger ones come first in the order of bytes;
// ascending is its inverse.
func descending(n int64) uint64 { return ^(uint64(n) ^ 1<<63) }
func ascending(n uint64) int64  { return int64(^n ^ 1<<63) }

// splitIndexKey takes an index key apart. The bare key shares its bytes.
func splitIndexKey(key []byte) (created int64, bare []byte, ok bool) {
	if len(key) < createdSize+idSize {
		return 0, nil, false
	}
	return ascending(binary.BigEndian.Uint64(key)), key[createdSize:], true
}
