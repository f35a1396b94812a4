package bolt

import (
	"cmp"
	"context"
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

func metricKey(run uint64, name string) []byte {
	hash := sha256.Sum256([]byte(name))
	return append(runKey(run), hash[:hashSize]...)
}

// PutMetrics writes measured series. Points go among those that the lab has of the same key:
// of two with the same tick the last one counts. An empty list says that there are none. It
// fails with ErrNoExperiment where the experiment is not in the lab.
func (b *Batch) PutMetrics(k model.Key, all []model.Metric) error {
	return b.given(k, hasMetrics, func(r *run) (changed bool, err error) {
		t := b.tables[metricsBucket]
		for _, m := range all {
			key := metricKey(r.number, m.Key.Raw())
			old, err := t.get(key)
			if err != nil {
				return false, err
			}
			points := m.Points
			if old != nil {
				known, ok := parseMetric(old)
				if !ok {
					return false, unreadable(metricsBucket, key)
				}
				points = slices.Concat(known.Points, points)
			}
			differs, err := t.keep(key, appendMetric(nil, m.Key.Raw(), byTick(points)))
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
		return changed, nil
	})
}

// byTick is points by ascending tick, each once: the last of those given.
func byTick(all []model.Point) []model.Point {
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

// appendMetric encodes a series: its key, then, packed, the distance of each tick to the one
// before, varint, and each value, 8 bytes.
func appendMetric(b []byte, name string, points []model.Point) []byte {
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
	return pack(binary.AppendUvarint(b, uint64(len(points))), raw)
}

// parseMetric is the inverse of appendMetric.
func parseMetric(payload []byte) (m model.Metric, ok bool) {
	d := decoder{b: payload}
	name, n := d.text(), d.uvarint()
	if d.bad {
		return m, false
	}
	raw, ok := unpack(d.b)
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

// Metrics is the measured series, by key.
func (o society) Metrics(ctx context.Context) (all []model.Metric, err error) {
	list, err := o.scan(ctx, hasMetrics, metricsBucket, ofRun, nil)
	if err != nil {
		return nil, err
	}
	left := newRoom()
	err = list.each(func(_, payload []byte) bool {
		m, ok := parseMetric(payload)
		all = append(all, m)
		return ok && left.take(16*len(m.Points))
	})
	model.SortMetrics(all)
	return all, o.explain(err)
}
