package layout

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"societop/model"
	"societop/model/text"
)

// hashSize is how much of the hash of a metric's key is in its key of the file: the key
// itself may be of any length.
const hashSize = 16

// MetricKey returns the key of a metric of a run.
func MetricKey(run uint64, name string) []byte {
	hash := sha256.Sum256([]byte(name))
	return append(RunKey(run), hash[:hashSize]...)
}

// ByTick returns points by ascending tick, each once: the last of those given.
func ByTick(all []model.Point) []model.Point {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b model.Point) int { return cmp.Compare(a.Tick, b.Tick) })
	out := all[:0]
	for i, p := range all {
		if i+1 < len(all) && all[i+1].Tick == p.Tick {
			continue
		}
		out = append(out, p)
	}
	return out
}

// AppendMetric encodes a series: its key, then, packed, the distance of each tick to the one
// before, varint, and each value, 8 bytes.
func AppendMetric(b []byte, name string, points []model.Point) []byte {
	b = appendText(b, name)
	var raw []byte
	last := int64(0)
	for _, p := range points {
		raw = binary.AppendVarint(raw, p.Tick-last)
		last = p.Tick
	}
	for _, p := range points {
		raw = binary.BigEndian.AppendUint64(raw, math.Float64bits(p.Value))
	}
	return Pack(binary.AppendUvarint(b, uint64(len(points))), raw)
}

// ParseMetric is the inverse of AppendMetric.
func ParseMetric(payload []byte) (m model.Metric, ok bool) {
	d := decoder{b: payload}
	name, n := d.text(), d.uvarint()
	if d.bad {
		return m, false
	}
	raw, ok := Unpack(d.b)
	if !ok || n > uint64(len(raw)/9) {
		return m, false
	}
	d = decoder{b: raw}
	m = model.Metric{Key: text.Clean(string(name)), Points: make([]model.Point, n)}
	tick := int64(0)
	for i := range m.Points {
		tick += d.varint()
		m.Points[i].Tick = tick
		if i > 0 && m.Points[i-1].Tick >= tick {
			return m, false
		}
	}
	values := d.take(8 * n)
	if d.bad || len(d.b) > 0 {
		return m, false
	}
	for i := range m.Points {
		m.Points[i].Value = math.Float64frombits(binary.BigEndian.Uint64(values[8*i:]))
	}
	return m, true
}
