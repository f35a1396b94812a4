package layout

import (
	"encoding/binary"
	"math"
	"slices"

	"societop/model"
)

// ChunkSteps is how many steps a chunk of a run's steps has at most. A chunk stands under the moment
// of its first step, and its steps ascend.
const ChunkSteps = 64

// Bits of the first byte of a step.
const (
	otherDay  = 1 << iota // the day is not that of the step before
	wholeTime             // the time of day is a whole number of seconds
)

// AppendSteps encodes a chunk, each step by what is different from the one before, the first from 0:
//
//	1 byte   the bits above
//	varint   days; with otherDay only
//	varint   seconds between the times of day, as far as they are whole; with wholeTime only, else
//	         8 bytes, the time itself
//	varint   microseconds of wall time
//
// Steps of equal simulated length take 7 bytes each, and their chunk a byte for two of them.
func AppendSteps(b []byte, all []model.StepTime) []byte {
	var day, t, wall int64
	for _, s := range all {
		bits := len(b)
		b = append(b, 0)
		if d := int64(s.At.Day); d != day {
			b[bits] |= otherDay
			b = binary.AppendVarint(b, d-day)
			day = d
		}
		if whole, ok := wholeSeconds(s.At.T); ok {
			b[bits] |= wholeTime
			b = binary.AppendVarint(b, int64(whole)-t)
			t = int64(whole)
		} else {
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(s.At.T))
		}
		micro := s.Wall.UnixMicro()
		b = binary.AppendVarint(b, micro-wall)
		wall = micro
	}
	return b
}

// ParseSteps appends the steps of a chunk. It accepts any bytes; ok is false for those that are no
// chunk under their key.
func ParseSteps(all []model.StepTime, key, payload []byte) (_ []model.StepTime, ok bool) {
	if len(key) != RunSize+MomentSize {
		return all, false
	}
	d := decoder{b: payload}
	var day, t, wall int64
	before := ParseMoment(key[RunSize:])
	for n := 0; len(d.b) > 0; n++ {
		var s model.StepTime
		bits := d.byte()
		if bits&otherDay != 0 {
			day += d.varint()
		}
		s.At.Day = model.Int(day)
		if bits&wholeTime != 0 {
			t += d.varint()
			s.At.T = float64(t)
		} else if b := d.take(8); b != nil {
			s.At.T = math.Float64frombits(binary.BigEndian.Uint64(b))
		}
		wall += d.varint()
		s.Wall = Micro(wall)
		order := CompareMoments(s.At, before)
		if d.bad || n == ChunkSteps || (n == 0) != (order == 0) || order < 0 {
			return all, false
		}
		all, before = append(all, s), s.At
	}
	return all, !d.bad && len(payload) > 0
}

// SortSteps sorts steps by their moments, and keeps the earliest time of each.
func SortSteps(all []model.StepTime) []model.StepTime {
	for i := range all {
		all[i].Wall = Micro(all[i].Wall.UnixMicro())
	}
	slices.SortFunc(all, func(a, b model.StepTime) int {
		if order := CompareMoments(a.At, b.At); order != 0 {
			return order
		}
		return a.Wall.Compare(b.Wall)
	})
	return slices.CompactFunc(all, sameMoment)
}

func sameMoment(a, b model.StepTime) bool { return CompareMoments(a.At, b.At) == 0 }

// MergeSteps returns two ascending lists as one, of a step that is in both with the earlier time, or
// the fresh one.
func MergeSteps(old, fresh []model.StepTime, replace bool) []model.StepTime {
	out := make([]model.StepTime, 0, len(old)+len(fresh))
	for len(old) > 0 && len(fresh) > 0 {
		order := CompareMoments(old[0].At, fresh[0].At)
		switch {
		case order < 0:
			out, old = append(out, old[0]), old[1:]
			continue
		case order == 0:
			if !replace && !fresh[0].Wall.Before(old[0].Wall) {
				fresh[0].Wall = old[0].Wall
			}
			old = old[1:]
		}
		out, fresh = append(out, fresh[0]), fresh[1:]
	}
	return append(append(out, old...), fresh...)
}
