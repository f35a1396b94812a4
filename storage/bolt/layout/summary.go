package layout

import (
	"encoding/binary"
	"math"

	"societop/model"
	"societop/model/plan"
)

// Bits of the first byte of a summary.
const (
	HasConfig = 1 << iota
	HasError
	hasPlan
	wholeT // the time of day is a whole number of seconds and stored as one
	HasRun // there is more than the summary
	hasModels
	lost // the status is model.Lost, of which the number is that of Stopped
	HasDir
)

// AppendSummary encodes a summary, without its checksum:
//
//	1 byte     the bits above
//	1 byte     status, by its number
//	varint     num_day
//	varint     day of the simulated clock
//	uvarint    seconds of that day, with wholeT; else 8 bytes, IEEE 754, big-endian
//	varint ×2  input and output tokens
//	varint     microseconds from created to updated, modulo 2⁶⁴
//	uvarint    length of the plan, then the plan; with hasPlan only
//	uvarint    length of the models, then the models; with hasModels only
//	uvarint    length of what the run directory says, then that; with HasDir only
//	the rest   name
//
// Id, tenant and created are in the key.
func AppendSummary(b []byte, s *model.Summary, bits byte, w Work) []byte {
	if len(w.Plan) > 0 {
		bits |= hasPlan
	}
	if w.Models != nil {
		bits |= hasModels
	}
	t, whole := wholeSeconds(s.Now.T)
	if whole {
		bits |= wholeT
	}
	if s.Status == model.Lost {
		bits |= lost
	}
	if s.Dir != nil {
		bits |= HasDir
	}
	b = append(b, bits, byte(s.Status.Number()))
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
	if len(w.Plan) > 0 {
		b = binary.AppendUvarint(b, uint64(len(w.Plan)))
		b = append(b, w.Plan...)
	}
	if w.Models != nil {
		b = binary.AppendUvarint(b, uint64(len(w.Models)))
		b = append(b, w.Models...)
	}
	if s.Dir != nil {
		b = appendDir(b, s.Dir)
	}
	return append(b, s.Name.Raw()...)
}

// wholeSeconds reports whether t is a whole number of seconds, as most times of day are; −0 is not.
func wholeSeconds(t float64) (n uint64, ok bool) {
	if !(t >= 0 && t < 1<<32) || math.Signbit(t) {
		return 0, false
	}
	n = uint64(t)
	return n, float64(n) == t
}

// A IndexEntry is a summary's value taken apart; its slices share the value's bytes.
type IndexEntry struct {
	Bits          byte
	Status        model.Status
	numDay, day   int64
	t             float64
	input, output int64
	Updated       int64 // microseconds after created
	Work          Work
	work          []byte // that, as it is encoded
	rest          int    // how many bytes come after it
	dir           []byte
	nameText      []byte
}

// ParseSummary is the inverse of AppendSummary. It fails on whatever AppendSummary can't
// have made, and takes any bytes.
func ParseSummary(payload []byte) (r IndexEntry, ok bool) {
	d := decoder{b: payload}
	r.Bits = d.byte()
	r.Status = model.StatusOf(int64(int8(d.byte())))
	if r.Bits&lost != 0 {
		d.bad = d.bad || r.Status != model.Stopped
		r.Status = model.Lost
	}
	r.numDay, r.day = d.varint(), d.varint()
	if r.Bits&wholeT != 0 {
		r.t = float64(d.uvarint())
	} else if b := d.take(8); b != nil {
		r.t = math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	r.input, r.output, r.Updated = d.varint(), d.varint(), d.varint()
	work := d.b
	if r.Bits&hasPlan != 0 {
		r.Work.Plan = d.take(d.uvarint())
	}
	if r.Bits&hasModels != 0 {
		r.Work.Models = d.take(d.uvarint())
	}
	r.work, r.rest = work[:len(work)-len(d.b)], len(d.b)
	if r.Bits&HasDir != 0 {
		r.dir = d.text()
	}
	r.nameText = d.b
	return r, !d.bad
}

// AppendPlan encodes a plan as varints: start, then entry, first, ticks and steps of each
// segment. No plan is no bytes.
func AppendPlan(b []byte, p *plan.Plan) []byte {
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

// parsePlan is the inverse of AppendPlan.
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
