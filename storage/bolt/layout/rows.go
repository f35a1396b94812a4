package layout

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"

	"societop/model/text"
	"societop/storage/pyjson"
)

// A dataset's rows stand in chunks, each of some whole steps, or of a part of one step that has many
// rows. A chunk stands under its last step and, of parts of one step, their number, so that a seek to
// a step finds the first chunk that may have rows of it. Rows without a step are of NoStep.

// Bounds of a chunk: one that has as many rows or bytes gets no further step, and a step that has more
// than a part may have is several parts.
const (
	ChunkRows     = 512
	ChunkRowBytes = 256 << 10 // of cells
	PartRows      = 4096
	PartBytes     = 1 << 20
	maxChunkCells = 1 << 22
)

// NoStep is the step of rows that have none. Steps fit into 32 bits.
const NoStep = math.MinInt32

// The lengths of the parts of a chunk's key.
const (
	stepSize     = 8
	partSize     = 4
	rowsHeadSize = RunSize + hashSize
)

// RowsKey returns the head of the keys of a dataset's chunks.
func RowsKey(run uint64, id string) []byte { return append(RunKey(run), NameHash(id)...) }

// StepKey returns the head of a dataset's keys with a step: of the chunks that may have rows of it, the
// first has this key or a later one.
func StepKey(run uint64, id string, step int) []byte {
	return AppendInt(RowsKey(run, id), int64(step))
}

// A RowChunk is rows of a dataset, by ascending step.
type RowChunk struct {
	Columns int // their names: an index of Table.Columns
	Part    int
	Rows    []Row
}

// Row is a row of a dataset.
type Row struct {
	Step      int
	Ambiguous bool
	Cells     []text.Value
}

// RowsHead is what is known of a chunk without unpacking it.
type RowsHead struct {
	Columns     int // as in RowChunk
	First, Last int // steps
	Part        int
	Rows        int
}

// Table is how far the rows of a dataset are recorded.
type Table struct {
	Rows, Chunks, Ambiguous int
	Damaged, Whole          int // as in model.Rows
	Columns                 [][]string
}

func codeTable(c *coder, t *Table) {
	for _, n := range []*int{&t.Rows, &t.Chunks, &t.Ambiguous, &t.Damaged, &t.Whole} {
		number(c, n)
	}
	list(c, &t.Columns, func(c *coder, names *[]string) { list(c, names, (*coder).string) })
}

// Count counts a chunk, by +1 or −1.
func (t *Table) Count(k *RowChunk, by int) {
	t.Chunks += by
	t.Rows += by * len(k.Rows)
	for _, r := range k.Rows {
		if r.Ambiguous {
			t.Ambiguous += by
		}
	}
}

// Follows reports whether a chunk may come after another of the same dataset.
func (h *RowsHead) Follows(before *RowsHead) bool {
	if h.Part > 0 {
		return h.First == before.Last && h.Part == before.Part+1
	}
	return h.First > before.Last
}

// TableOf is the part of a chunk's key that all chunks of its dataset have.
func TableOf(key []byte) string { return string(key[:min(rowsHeadSize, len(key))]) }

// StateOf takes the key of a TableDoc apart: the run, and the hash of the dataset's id.
func StateOf(key []byte) (run uint64, hash string, ok bool) {
	name := len(TableDoc.Name)
	if len(key) != RunSize+name+hashSize || string(key[RunSize:][:name]) != TableDoc.Name {
		return 0, "", false
	}
	return binary.BigEndian.Uint64(key), string(key[RunSize+name:]), true
}

// Key returns the key of a chunk.
func (k *RowChunk) Key(run uint64, id string) []byte {
	key := StepKey(run, id, k.Rows[len(k.Rows)-1].Step)
	return binary.BigEndian.AppendUint32(key, uint32(k.Part))
}

// Append encodes a chunk: the number of its columns' names, its first step and how many rows it has; then,
// packed, the distance of each step to the one before, the places of ambiguous rows, and the cells, column
// by column.
func (k *RowChunk) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(k.Columns))
	b = AppendInt(b, int64(k.Rows[0].Step))
	b = binary.AppendUvarint(b, uint64(len(k.Rows)))
	var raw []byte
	last, marked := k.Rows[0].Step, uint64(0)
	for _, r := range k.Rows {
		raw = binary.AppendUvarint(raw, uint64(r.Step)-uint64(last))
		last = r.Step
		if r.Ambiguous {
			marked++
		}
	}
	raw = binary.AppendUvarint(raw, marked)
	for i, r := range k.Rows {
		if r.Ambiguous {
			raw = binary.AppendUvarint(raw, uint64(i))
		}
	}
	raw = binary.AppendUvarint(raw, uint64(len(k.Rows[0].Cells)))
	for i := range k.Rows[0].Cells {
		raw = appendCells(raw, k.Rows, i)
	}
	return Pack(b, raw)
}

// How the cells of a column are encoded.
const (
	cellTexts  = iota // the length of each, then all
	cellInts          // the distance of each to the one before
	cellFloats        // byte by byte, as in frames
	cellSame          // one text, that of all
)

// column is the cells of a column, and what all of them are.
type column struct {
	raw                []string
	whole              []int64
	bits               []uint64 // of floats
	same, ints, floats bool
}

func columnOf(rows []Row, n int) *column {
	c := &column{raw: make([]string, len(rows)), whole: make([]int64, len(rows)), bits: make([]uint64, len(rows)), same: true, ints: true, floats: true}
	for i := range rows {
		raw := rows[i].Cells[n].Raw()
		c.raw[i] = raw
		c.same = c.same && raw == c.raw[0]
		if c.ints {
			whole, err := strconv.ParseInt(raw, 10, 64)
			c.whole[i], c.ints = whole, err == nil && strconv.FormatInt(whole, 10) == raw
		}
		if c.floats {
			f, err := strconv.ParseFloat(raw, 64)
			c.bits[i], c.floats = math.Float64bits(f), err == nil && pyjson.Number(f) == raw
		}
	}
	return c
}

// appendCells appends the cells of a column.
func appendCells(b []byte, rows []Row, n int) []byte {
	c := columnOf(rows, n)
	switch {
	case c.same:
		return appendText(append(b, cellSame), c.raw[0])
	case c.ints:
		b = append(b, cellInts)
		last := int64(0)
		for _, n := range c.whole {
			b = binary.AppendVarint(b, n-last)
			last = n
		}
		return b
	case c.floats:
		b = append(b, cellFloats)
		for plane := range 8 {
			for _, v := range c.bits {
				b = append(b, byte(v>>(56-8*plane)))
			}
		}
		return b
	}
	b = append(b, cellTexts)
	for _, raw := range c.raw {
		b = binary.AppendUvarint(b, uint64(len(raw)))
	}
	for _, raw := range c.raw {
		b = append(b, raw...)
	}
	return b
}

// ParseRowsHead reads the head of a chunk, and returns what is packed after it.
func ParseRowsHead(key, payload []byte) (h RowsHead, packed []byte, ok bool) {
	d := decoder{b: payload}
	columns := d.uvarint()
	first := d.step(d.take(stepSize))
	rows := d.uvarint()
	if d.bad || len(key) != rowsHeadSize+stepSize+partSize || columns > math.MaxInt32 || rows == 0 || rows > math.MaxInt32 {
		return h, nil, false
	}
	h = RowsHead{
		Columns: int(columns), Rows: int(rows), First: first, Last: d.step(key[rowsHeadSize:][:stepSize]),
		Part: int(binary.BigEndian.Uint32(key[rowsHeadSize+stepSize:]) & math.MaxInt32),
	}
	return h, d.b, !d.bad && h.First <= h.Last && (h.Part == 0 || h.First == h.Last)
}

// ParseRows decodes a chunk. It accepts any bytes; ok is false for those that are no chunk under their
// key. size is about that of the chunk in memory.
func ParseRows(key, payload []byte) (k RowChunk, size int, ok bool) {
	h, packed, ok := ParseRowsHead(key, payload)
	if !ok {
		return k, 0, false
	}
	raw, ok := Unpack(packed)
	if !ok || h.Rows > len(raw) {
		return k, 0, false
	}
	d := decoder{b: raw}
	k = RowChunk{Columns: h.Columns, Part: h.Part, Rows: make([]Row, h.Rows)}
	step := d.steps(k.Rows, h.First)
	d.ambiguous(k.Rows)
	columns := d.uvarint()
	if d.bad || step != h.Last || columns > uint64(len(d.b)) || columns*uint64(h.Rows) > maxChunkCells {
		return k, 0, false
	}
	cells := make([]text.Value, int(columns)*h.Rows)
	for i := range k.Rows {
		k.Rows[i].Cells, cells = cells[:columns:columns], cells[columns:]
	}
	for i := range int(columns) {
		d.cells(k.Rows, i)
	}
	return k, len(raw) + 8*int(columns)*h.Rows, !d.bad && len(d.b) == 0
}

// steps decodes the steps of rows, of which the first is known, and returns the last.
func (d *decoder) steps(rows []Row, step int) int {
	for i := range rows {
		n := d.uvarint()
		d.bad = d.bad || n > math.MaxUint32 || (i == 0 && n != 0)
		next := int64(step) + int64(n)
		if d.bad = d.bad || next > math.MaxInt32; d.bad {
			return 0
		}
		step = int(next)
		rows[i].Step = step
	}
	return step
}

// ambiguous decodes which rows are.
func (d *decoder) ambiguous(rows []Row) {
	last := -1
	for range d.uvarint() {
		i := d.uvarint()
		if d.bad = d.bad || i >= uint64(len(rows)) || int(i) <= last; d.bad {
			return
		}
		last = int(i)
		rows[i].Ambiguous = true
	}
}

// cells decodes the cells of a column.
func (d *decoder) cells(rows []Row, column int) {
	switch d.byte() {
	case cellSame:
		v := d.value(d.text())
		for i := range rows {
			rows[i].Cells[column] = v
		}
	case cellInts:
		n := int64(0)
		for i := range rows {
			n += d.varint()
			rows[i].Cells[column] = text.JSONValue(strconv.FormatInt(n, 10))
		}
	case cellFloats:
		planes := d.take(uint64(8 * len(rows)))
		for i := range rows {
			if d.bad {
				return
			}
			v := uint64(0)
			for plane := range 8 {
				v = v<<8 | uint64(planes[plane*len(rows)+i])
			}
			f := math.Float64frombits(v)
			d.bad = d.bad || math.IsNaN(f) || math.IsInf(f, 0)
			rows[i].Cells[column] = text.JSONValue(pyjson.Number(f))
		}
	case cellTexts:
		lengths := make([]uint64, len(rows))
		for i := range lengths {
			lengths[i] = d.uvarint()
		}
		for i := range rows {
			rows[i].Cells[column] = d.value(d.take(lengths[i]))
		}
	default:
		d.bad = true
	}
}

// step takes a step as keys have it.
func (d *decoder) step(b []byte) int {
	if d.bad {
		return 0
	}
	n := ParseInt(b)
	d.bad = d.bad || n < NoStep || n > math.MaxInt32
	return int(n)
}

// value makes a value of JSON.
func (d *decoder) value(raw []byte) text.Value {
	if d.bad || !json.Valid(raw) || raw[0] <= ' ' || raw[len(raw)-1] <= ' ' {
		d.bad = true
		return text.Value{}
	}
	return text.JSONValue(string(raw))
}
