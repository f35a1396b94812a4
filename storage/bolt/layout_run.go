package bolt

import (
	"encoding/binary"
	"hash/crc32"
	"societop/model"
)

// run is what the lab knows of the data of one experiment. Its number is never used again:
// an experiment that was deleted and put anew has another.
type run struct {
	number uint64
	kinds  byte // what it was given, if only to say that there is none
	frame  model.SimTime
	prompt model.SimTime // the latest of each
}

// Kinds of data.
const (
	hasFrames = 1 << iota
	hasPrompts
	hasProfiles
	hasTalk
	hasAnswers
	hasMetrics
	hasLines

	// anyFrames is asked for by what is empty where there are no frames, once all were recorded.
	anyFrames = 1 << 7
)

// append encodes a run: kinds, number, then the latest moments that there are.
func (r *run) append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, r.kinds), r.number)
	if r.kinds&hasFrames != 0 {
		b = appendMoment(b, r.frame)
	}
	if r.kinds&hasPrompts != 0 {
		b = appendMoment(b, r.prompt)
	}
	return b
}

// parseRun is the inverse of append.
func parseRun(payload []byte) (r run, ok bool) {
	d := decoder{b: payload}
	r.kinds, r.number = d.byte(), d.uvarint()
	if r.kinds&hasFrames != 0 {
		r.frame = d.moment()
	}
	if r.kinds&hasPrompts != 0 {
		r.prompt = d.moment()
	}
	return r, !d.bad && len(d.b) == 0 && r.number > 0
}

// moment reads a moment as keys have it.
func (d *decoder) moment() (at model.SimTime) {
	if b := d.take(momentSize); b != nil {
		at = parseMoment(b)
	}
	return at
}

// moment is what the lab knows of a frame without reading it: how many agents and blocks it
// has, its last agent, and a checksum over the blocks, by which two frames of one moment can
// be told apart.
type moment struct {
	agents, blocks uint64
	last           int64
	sum            uint32
}

// newMoment returns a moment without agents.
func newMoment() moment { return moment{sum: framesBucket.seed} }

// addBlock counts a block of a frame, by its encoding.
func (m *moment) addBlock(agents int, last int64, payload []byte) {
	m.agents += uint64(agents)
	m.blocks++
	m.last = last
	m.sum = crc32.Update(m.sum, castagnoli, payload)
}

// head returns the head of the block that comes next.
func (m *moment) head() head { return head{second: m.blocks > 0, after: m.last} }

func (m moment) append(b []byte) []byte {
	b = binary.AppendUvarint(binary.AppendUvarint(b, m.agents), m.blocks)
	b = binary.AppendVarint(b, m.last)
	return binary.BigEndian.AppendUint32(b, m.sum)
}

func parseMomentValue(payload []byte) (m moment, ok bool) {
	d := decoder{b: payload}
	m.agents, m.blocks, m.last = d.uvarint(), d.uvarint(), d.varint()
	if b := d.take(4); b != nil {
		m.sum = binary.BigEndian.Uint32(b)
	}
	return m, !d.bad && len(d.b) == 0
}
