package layout

import (
	"encoding/binary"
	"hash/crc32"

	"societop/model"
)

// Run describes the data that the lab has of one experiment. Its number is never used again:
// an experiment that was deleted and put again has another.
type Run struct {
	Number uint64
	Kinds  Kinds // of data that it was given, even if there is none
	Frame  model.SimTime
	Prompt model.SimTime // the latest of each
}

// Kinds is what is known of the data of a run.
type Kinds uint16

// Kinds of data.
const (
	HasFrames Kinds = 1 << iota
	HasPrompts
	HasProfiles
	HasTalk
	HasAnswers
	HasMetrics
	HasLines

	// AnyFrames is for data that is empty without frames: it is there once all of them were recorded.
	AnyFrames
	// AnySteps is for the times of steps: those that it was given, or of its frames.
	AnySteps       = HasSteps | AnyFrames
	HasSteps Kinds = 1 << 8 // it was given times of steps that may have no frames
	Timed    Kinds = 1 << 9 // each of its frames has the time of its step in the bucket of steps
)

// Append encodes a run: the first eight kinds, number, then the latest moments that there are, and
// the other kinds, where it has any.
func (r *Run) Append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, byte(r.Kinds)), r.Number)
	if r.Kinds&HasFrames != 0 {
		b = AppendMoment(b, r.Frame)
	}
	if r.Kinds&HasPrompts != 0 {
		b = AppendMoment(b, r.Prompt)
	}
	if r.Kinds>>8 != 0 {
		b = append(b, byte(r.Kinds>>8))
	}
	return b
}

// ParseRun is the inverse of Append.
func ParseRun(bare, payload []byte) (r Run, err error) {
	d := decoder{b: payload}
	r.Kinds, r.Number = Kinds(d.byte()), d.uvarint()
	if r.Kinds&HasFrames != 0 {
		r.Frame = d.moment()
	}
	if r.Kinds&HasPrompts != 0 {
		r.Prompt = d.moment()
	}
	if len(d.b) > 0 {
		r.Kinds |= Kinds(d.byte()) << 8
	}
	if d.bad || len(d.b) > 0 || r.Number == 0 {
		return r, model.Damaged("%s is no run", Runs.Describe(bare))
	}
	return r, nil
}

// moment reads a moment as keys have it.
func (d *decoder) moment() (at model.SimTime) {
	if b := d.take(MomentSize); b != nil {
		at = ParseMoment(b)
	}
	return at
}

// Moment describes a frame: how many agents and blocks it has, its last agent, and a checksum over
// the blocks, which tells two frames of one moment apart.
type Moment struct {
	Agents, Blocks uint64
	Last           int64
	sum            uint32
}

// NewMoment returns a moment without agents.
func NewMoment() Moment { return Moment{sum: Frames.seed} }

// AddBlock counts a block of a frame, by its encoding.
func (m *Moment) AddBlock(agents int, last int64, payload []byte) {
	m.Agents += uint64(agents)
	m.Blocks++
	m.Last = last
	m.sum = crc32.Update(m.sum, castagnoli, payload)
}

// Head returns the head of the block that comes next.
func (m *Moment) Head() BlockHead { return BlockHead{Second: m.Blocks > 0, After: m.Last} }

// Append encodes a moment.
func (m Moment) Append(b []byte) []byte {
	b = binary.AppendUvarint(binary.AppendUvarint(b, m.Agents), m.Blocks)
	b = binary.AppendVarint(b, m.Last)
	return binary.BigEndian.AppendUint32(b, m.sum)
}

// ParseMomentValue is the inverse of Append.
func ParseMomentValue(payload []byte) (m Moment, ok bool) {
	d := decoder{b: payload}
	m.Agents, m.Blocks, m.Last = d.uvarint(), d.uvarint(), d.varint()
	if b := d.take(4); b != nil {
		m.sum = binary.BigEndian.Uint32(b)
	}
	return m, !d.bad && len(d.b) == 0
}
