package bolt

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"societop/model"
	"societop/model/plan"
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

// add goes on with a checksum over the payloads of several values.
func (b *bucket) add(sum uint32, payload []byte) uint32 {
	return crc32.Update(sum, castagnoli, payload)
}

// seal appends the checksum to a payload and so makes it a value.
func (b *bucket) seal(key, payload []byte) []byte {
	return binary.BigEndian.AppendUint32(payload, b.sum(key, payload))
}

// open returns the payload of a value; ok is false when its checksum is wrong.
func (b *bucket) open(key, value []byte) (payload []byte, ok bool) {
	n := len(value) - sumSize
	if n < 0 {
		return nil, false
	}
	payload = value[:n:n]
	return payload, binary.BigEndian.Uint32(value[n:]) == b.sum(key, payload)
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

// Bits of the first byte of a summary.
const (
	hasConfig = 1 << iota
	hasError
	hasPlan
	wholeT // the time of day is a whole number of seconds and stored as one
	hasRun // there is more than the summary
)

// appendSummary encodes a summary, without its checksum:
//
//	1 byte     the bits above
//	1 byte     status
//	varint     num_day
//	varint     day of the simulated clock
//	uvarint    seconds of that day, with wholeT; else 8 bytes, IEEE 754, big-endian
//	varint ×2  input and output tokens
//	varint     microseconds from created to updated, modulo 2⁶⁴
//	uvarint    length of the plan, then the plan; with hasPlan only
//	the rest   name
//
// Id, tenant and created are in the key.
func appendSummary(b []byte, s *model.Summary, bits byte, plan []byte) []byte {
	if len(plan) > 0 {
		bits |= hasPlan
	}
	t, whole := wholeSeconds(s.Now.T)
	if whole {
		bits |= wholeT
	}
	b = append(b, bits, byte(s.Status))
	b = binary.AppendVarint(b, int64(s.NumDay))
	b = binary.AppendVarint(b, int64(s.Now.Day))
	if whole {
		b = binary.AppendUvarint(b, t)
	} else {
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(s.Now.T))
	}
	b = binary.AppendVarint(b, s.InputTokens)
	b = binary.AppendVarint(b, s.OutputTokens)
	b = binary.AppendVarint(b, s.Updated.UnixMicro()-s.Created.UnixMicro())
	if len(plan) > 0 {
		b = binary.AppendUvarint(b, uint64(len(plan)))
		b = append(b, plan...)
	}
	return append(b, s.Name.Raw()...)
}

// wholeSeconds tells whether t is what most times of day are; −0 is not.
func wholeSeconds(t float64) (n uint64, ok bool) {
	if !(t >= 0 && t < 1<<32) || math.Signbit(t) {
		return 0, false
	}
	n = uint64(t)
	return n, float64(n) == t
}

// A record is a summary's value taken apart; its slices share the value's bytes.
type record struct {
	bits           byte
	status         int8
	numDay, day    int64
	t              float64
	input, output  int64
	updated        int64 // microseconds after created
	plan, nameText []byte
}

// parseSummary is the inverse of appendSummary. It fails on whatever appendSummary can't
// have made, and takes any bytes.
func parseSummary(payload []byte) (r record, ok bool) {
	d := decoder{b: payload}
	r.bits = d.byte()
	r.status = int8(d.byte())
	r.numDay, r.day = d.varint(), d.varint()
	if r.bits&wholeT != 0 {
		r.t = float64(d.uvarint())
	} else if b := d.take(8); b != nil {
		r.t = math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	r.input, r.output, r.updated = d.varint(), d.varint(), d.varint()
	if r.bits&hasPlan != 0 {
		r.plan = d.take(d.uvarint())
	}
	r.nameText = d.b
	return r, !d.bad
}

// appendPlan encodes a plan as varints: start, then entry, first, ticks and steps of each
// segment. No plan is no bytes.
func appendPlan(b []byte, p *plan.Plan) []byte {
	if p == nil {
		return b
	}
	b = binary.AppendVarint(b, p.Start)
	for _, s := range p.Segments {
		b = binary.AppendVarint(b, int64(s.Entry))
		b = binary.AppendVarint(b, s.First)
		b = binary.AppendVarint(b, s.Ticks)
		b = binary.AppendVarint(b, s.Steps)
	}
	return b
}

// parsePlan is the inverse of appendPlan.
func parsePlan(b []byte) (p *plan.Plan, ok bool) {
	if len(b) == 0 {
		return nil, true
	}
	d := decoder{b: b}
	p = &plan.Plan{Start: d.varint()}
	for len(d.b) > 0 && !d.bad {
		p.Segments = append(p.Segments, plan.Segment{
			Entry: model.Int(d.varint()), First: d.varint(), Ticks: d.varint(), Steps: d.varint(),
		})
	}
	return p, !d.bad
}

// micro is a time of the file: UTC, in microseconds.
func micro(n int64) time.Time { return time.UnixMicro(n).UTC() }

// A decoder reads one field after the other. Once it has run out of bytes it is bad, and
// all that it returns is zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.bad = true
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *decoder) uvarint() uint64 {
	if len(d.b) > 0 && d.b[0] < 0x80 { // most are a byte long
		v := uint64(d.b[0])
		d.b = d.b[1:]
		return v
	}
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b, d.bad = nil, true
		return 0
	}
	d.b = d.b[n:]
	return v
}

// take returns the next n bytes, not copied; nil when there are not as many.
func (d *decoder) take(n uint64) []byte {
	if d.bad || n > uint64(len(d.b)) {
		d.b, d.bad = nil, true
		return nil
	}
	b := d.b[:n:n]
	d.b = d.b[n:]
	return b
}

// counters are the numbers of a lab that move with every batch.
type counters struct {
	experiments uint64
	newest      uint64 // number of the newest change; 0: none yet
	oldest      uint64 // number of the oldest change that the log still has; newest+1: none
}

func (c counters) append(b []byte) []byte {
	b = binary.AppendUvarint(b, c.experiments)
	b = binary.AppendUvarint(b, c.newest)
	return binary.AppendUvarint(b, c.oldest)
}

func parseCounters(payload []byte) (c counters, ok bool) {
	d := decoder{b: payload}
	c = counters{d.uvarint(), d.uvarint(), d.uvarint()}
	return c, !d.bad && len(d.b) == 0 && c.oldest >= 1 && c.oldest <= c.newest+1
}

// logKey is the key of a change's number.
func logKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// damaged is ErrDamaged with the place of the damage.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", model.ErrDamaged, fmt.Sprintf(format, args...))
}
