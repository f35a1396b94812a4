package layout

import (
	"cmp"
	"encoding/binary"
	"math"
	"strings"

	"societop/model"
)

// The lengths of the parts of a run's keys.
const (
	RunSize    = 8
	MomentSize = 16
	AgentSize  = 8
)

// AppendInt appends a number so that the order of the bytes is the order of the numbers.
func AppendInt(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(n)^1<<63)
}

// ParseInt is the inverse of AppendInt.
func ParseInt(b []byte) int64 { return int64(binary.BigEndian.Uint64(b) ^ 1<<63) }

// AppendMoment appends a moment so that the order of the bytes is that of time. Every bit of
// T is kept: −0 comes before 0, and NaN after all or before all, by its sign.
func AppendMoment(b []byte, at model.SimTime) []byte {
	return binary.BigEndian.AppendUint64(AppendInt(b, int64(at.Day)), orderedBits(at.T))
}

// orderedBits maps times of day so that the order of the numbers is theirs.
func orderedBits(t float64) uint64 {
	bits := math.Float64bits(t)
	if bits>>63 == 1 {
		return ^bits
	}
	return bits | 1<<63
}

// CompareMoments compares moments in the order of their keys.
func CompareMoments(a, b model.SimTime) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(orderedBits(a.T), orderedBits(b.T)))
}

// ParseMoment is the inverse of AppendMoment.
func ParseMoment(b []byte) model.SimTime {
	bits := binary.BigEndian.Uint64(b[8:])
	if bits>>63 == 1 {
		bits &^= 1 << 63
	} else {
		bits = ^bits
	}
	return model.SimTime{Day: model.Int(ParseInt(b)), T: math.Float64frombits(bits)}
}

// RunKey returns the head of all keys of a run, with room for the rest.
func RunKey(run uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 0, RunSize+MomentSize+AgentSize), run)
}

// MomentKey returns the key of a moment of a run.
func MomentKey(run uint64, at model.SimTime) []byte { return AppendMoment(RunKey(run), at) }

// AgentKey returns the head of the keys of an agent of a run.
func AgentKey(run uint64, id int64) []byte { return AppendInt(RunKey(run), id) }

// BlockKey returns the key of a block of a frame, by the last of its agents.
func BlockKey(run uint64, at model.SimTime, last int64) []byte {
	return AppendInt(MomentKey(run, at), last)
}

// TextsKey returns the key of the talk or the answers of an agent at a moment.
func TextsKey(run uint64, id int64, at model.SimTime) []byte {
	return AppendMoment(AgentKey(run, id), at)
}

// TimesKey returns the same in the order of time: the newest first, so that a cursor that only
// goes forward finds the newest of a run at once.
func TimesKey(run uint64, id int64, at model.SimTime) []byte {
	key := AppendInt(MomentKey(run, at), id)
	invert(key[RunSize:])
	return key
}

func invert(b []byte) {
	for i := range b {
		b[i] = ^b[i]
	}
}

// ParseTimesKey is the inverse of TimesKey. It returns the key of the texts.
func ParseTimesKey(key []byte) (of []byte, ok bool) {
	if len(key) != RunSize+MomentSize+AgentSize {
		return nil, false
	}
	of = append(make([]byte, 0, len(key)), key[:RunSize]...)
	of = append(of, key[RunSize+MomentSize:]...)
	of = append(of, key[RunSize:RunSize+MomentSize]...)
	invert(of[RunSize:])
	return of, true
}

// IDSize is the length of an experiment's id, CreatedSize that of its time of creation at
// the head of an index key.
const (
	IDSize      = 16
	CreatedSize = 8
)

// MaxTenant bounds the tenant, which is part of a key. AgentSociety's have 36 characters.
const MaxTenant = 1024

// MaxSource bounds the name of a source, which is part of a key where the lab has several.
const MaxSource = 8192

// sourceMark stands between the tenant and the name of the source, where there is one. It is no part of
// any text in UTF-8, and so of no name of a source. A tenant may be any bytes: where it holds the
// mark, another follows it, because the last one counts.
const sourceMark = "\x00\xff"

// BareKey returns the key of an experiment in the buckets that are ordered by id.
func BareKey(k model.Key) []byte {
	tenant, source := k.Tenant.Raw(), k.Source.Raw()
	key := append(append(make([]byte, 0, IDSize+len(tenant)+len(sourceMark)+len(source)), k.ID[:]...), tenant...)
	if source == "" && !strings.Contains(tenant, sourceMark) {
		return key
	}
	return append(append(key, sourceMark...), source...)
}

// IndexKey returns the key of an experiment in the index: newest first, then by id. created is
// in microseconds since 1970.
func IndexKey(created int64, bare []byte) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, CreatedSize+len(bare)), descending(created))
	return append(key, bare...)
}

// descending maps numbers so that the larger ones come first in the order of bytes;
// ascending is its inverse.
func descending(n int64) uint64 { return ^(uint64(n) ^ 1<<63) }
func ascending(n uint64) int64  { return int64(^n ^ 1<<63) }

// SplitIndexKey takes an index key apart. The bare key shares its bytes.
func SplitIndexKey(key []byte) (created int64, bare []byte, ok bool) {
	if len(key) < CreatedSize+IDSize {
		return 0, nil, false
	}
	return ascending(binary.BigEndian.Uint64(key)), key[CreatedSize:], true
}
