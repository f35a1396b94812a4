package replay

import (
	"bytes"
	"hash/maphash"
	"math"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"societop/model"
)

const (
	// chunkSize is how many bytes of rows are allocated at once.
	chunkSize = 256 << 10
	// maxColumns is how many columns a table has at most; a row with others counts as damaged.
	maxColumns = 512
	// noStep is the step of a row that has none.
	noStep = math.MinInt64
	// between stands between two cells of a row: no JSON on one line has it.
	between = '\n'
)

// sight is when a row was seen. Of two versions of a row, the one seen later counts; see the comment of
// the package.
type sight struct {
	shard uint8
	from  uint32 // the last pass at whose beginning the row was not there; 0: none
	after uint32 // the first pass such that what is written after its beginning is newer than the row
}

// row is a row in memory.
type row struct {
	at        uint64 // the chunk, and the place in it
	step      int64
	size      uint32
	after     uint32 // of its sight
	shard     uint8
	dead      bool // another row took its place
	ambiguous bool // it is not known whether it is newer than another version
}

// table is the rows of a table. A row is its cells as JSON, in the order of columns, without those at its
// end that are null.
type table struct {
	shape
	guess    *model.Dataset // of a table without a catalog: with its first row, what its columns say of it
	columns  []string
	index    map[string]int
	known    cellsOf // where the columns of shape are
	chunks   [][]byte
	rows     []row
	byKey    map[uint64]uint32 // by the hash of the key; one more where another key is there
	seed     maphash.Seed
	steps    map[int64]*bucket
	entities map[string]*bucket
	all      *bucket // nil until it is needed
	counts
	adding
}

// counts is how many rows there are, and how many lines could not be read.
type counts struct {
	live     int // rows that are not dead
	doubtful int // of these, those that are ambiguous
	damaged  int // lines
	torn     int // lines at the ends of shards: they may be read yet
}

// adding is the row that is being added to a table: its cells, and as it is kept.
type adding struct {
	cells []string
	line  []byte
}

// cellsOf is where the columns of a shape are; −1: the table has no such column yet.
type cellsOf struct {
	key                []int
	entity, step, time int
}

// bucket is some rows of a table.
type bucket struct {
	ids    []uint32
	sorted bool
}

func newTable(s shape, guess *model.Dataset) *table {
	t := &table{
		shape: s, guess: guess, index: make(map[string]int), byKey: make(map[uint64]uint32), seed: maphash.MakeSeed(),
		steps: make(map[int64]*bucket), entities: make(map[string]*bucket),
	}
	t.locate()
	return t
}

// locate finds the columns of the shape.
func (t *table) locate() {
	at := func(name string) int {
		if i, ok := t.index[name]; ok && name != "" {
			return i
		}
		return -1
	}
	t.known = cellsOf{entity: at(t.entity), step: at(t.step), time: at(t.time)}
	for _, name := range t.key {
		t.known.key = append(t.known.key, at(name))
	}
}

// column is the index of a column, which is added if it is not there; −1 if there are too many.
func (t *table) column(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	if len(t.columns) == maxColumns {
		return -1
	}
	i := len(t.columns)
	t.columns = append(t.columns, name)
	t.index[name] = i
	t.locate()
	return i
}

// add adds the row that a JSON object is. ok is false if it has too many columns.
func (t *table) add(object []byte, s sight) (changed, ok bool) {
	t.cells, ok = t.cells[:0], true
	at := 0
	gjson.ParseBytes(object).ForEach(func(name, value gjson.Result) bool {
		if at >= len(t.columns) || t.columns[at] != name.Str {
			at = t.column(name.Str)
		}
		if at < 0 {
			ok = false
			return false
		}
		for len(t.cells) <= at {
			t.cells = append(t.cells, "")
		}
		if t.cells[at] = ""; value.Type != gjson.Null {
			t.cells[at] = value.Raw
		}
		at++
		return true
	})
	if !ok {
		return false, false
	}
	if t.guess != nil && len(t.rows) == 0 {
		*t.guess = guessed(t.guess.Table.Raw(), t.columns)
		t.shape = guessedShape(t.guess)
		t.locate()
	}
	return t.put(s), true
}

// put adds the row of t.cells, and reports whether it is another than before.
func (t *table) put(s sight) bool {
	t.line = t.line[:0]
	for i, c := range t.cells {
		if i > 0 {
			t.line = append(t.line, between)
		}
		t.line = append(t.line, c...)
	}
	t.line = bytes.TrimRight(t.line, string(between))
	hash := t.hash()
	id, found := t.byKey[hash]
	for found && !t.sameKey(id) {
		hash++
		id, found = t.byKey[hash]
	}
	if !found {
		t.byKey[hash] = t.insert(s)
		return true
	}
	return t.meet(hash, id, s)
}

// hash is the hash of the key of t.cells.
func (t *table) hash() uint64 {
	if len(t.key) == 0 {
		return maphash.Bytes(t.seed, t.line)
	}
	var h maphash.Hash
	h.SetSeed(t.seed)
	for _, i := range t.known.key {
		_, _ = h.WriteString(t.cell(i))
		_ = h.WriteByte(between)
	}
	return h.Sum64()
}

// cell is one of t.cells.
func (t *table) cell(i int) string {
	if i < 0 || i >= len(t.cells) {
		return ""
	}
	return t.cells[i]
}

// sameKey reports whether a row has the key of t.cells.
func (t *table) sameKey(id uint32) bool {
	line := t.bytes(id)
	if len(t.key) == 0 {
		return bytes.Equal(line, t.line)
	}
	for _, i := range t.known.key {
		if string(cellAt(line, i)) != t.cell(i) {
			return false
		}
	}
	return true
}

// meet decides between a row and that of t.cells, which has the same key.
func (t *table) meet(hash uint64, id uint32, s sight) bool {
	old := &t.rows[id]
	sure := old.after <= s.from || old.shard == s.shard && !old.ambiguous
	if bytes.Equal(t.bytes(id), t.line) {
		was := old.ambiguous
		if old.ambiguous = was && !sure; was && sure {
			t.doubtful--
		}
		if s.after >= old.after {
			old.after, old.shard = s.after, s.shard
		}
		return was != old.ambiguous
	}
	if t.earliest {
		if !t.earlier(id) {
			return false
		}
		sure = true
	}
	after := max(old.after, s.after)
	next := t.replace(id, s)
	t.byKey[hash] = next
	if t.rows[next].after, t.rows[next].ambiguous = after, !sure; !sure {
		t.doubtful++
	}
	return true
}

// earlier reports whether the time of t.cells is before that of a row.
func (t *table) earlier(id uint32) bool {
	return t.cell(t.known.time) < string(cellAt(t.bytes(id), t.known.time))
}

// insert adds the row of t.cells under a new number.
func (t *table) insert(s sight) uint32 {
	id := uint32(len(t.rows))
	step := stepOf(t.cell(t.known.step))
	t.rows = append(t.rows, row{at: t.keep(t.line), size: uint32(len(t.line)), step: step, after: s.after, shard: s.shard})
	t.live++
	into(t.steps, step, id)
	if cell := t.cell(t.known.entity); cell != "" {
		entity := plain(cell)
		if t.entities[entity] == nil {
			entity = strings.Clone(entity) // which does not keep the rest of its line
		}
		into(t.entities, entity, id)
	}
	if t.all != nil {
		t.all.add(id)
	}
	return id
}

// replace puts the row of t.cells in place of another.
func (t *table) replace(id uint32, s sight) uint32 {
	if t.rows[id].dead = true; t.rows[id].ambiguous {
		t.doubtful--
	}
	t.live--
	return t.insert(s)
}

// keep stores bytes, and returns where.
func (t *table) keep(b []byte) uint64 {
	n := len(t.chunks)
	if n == 0 || cap(t.chunks[n-1])-len(t.chunks[n-1]) < len(b) {
		size := max(len(b), min(chunkSize, 4096<<min(n, 6)))
		t.chunks = append(t.chunks, make([]byte, 0, size))
		n++
	}
	chunk := &t.chunks[n-1]
	at := uint64(n-1)<<32 | uint64(len(*chunk))
	*chunk = append(*chunk, b...)
	return at
}

// bytes is the cells of a row, which stay as they are.
func (t *table) bytes(id uint32) []byte {
	r := &t.rows[id]
	at := uint32(r.at)
	return t.chunks[r.at>>32][at : at+r.size]
}

// stepOf is the step that a cell is.
func stepOf(cell string) int64 {
	if len(cell) == 0 {
		return noStep
	}
	if n, err := strconv.ParseInt(cell, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(cell, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return noStep
}

// plain is a cell as text: a text without its quotes.
func plain(cell string) string {
	if cell != "" && cell[0] == '"' {
		return gjson.Parse(cell).Str
	}
	return cell
}

// cellAt is one cell of a row.
func cellAt(line []byte, i int) []byte {
	if i < 0 {
		return nil
	}
	for ; i > 0; i-- {
		n := bytes.IndexByte(line, between)
		if n < 0 {
			return nil
		}
		line = line[n+1:]
	}
	if n := bytes.IndexByte(line, between); n >= 0 {
		return line[:n]
	}
	return line
}

// into adds a row to a bucket of m.
func into[K comparable](m map[K]*bucket, key K, id uint32) {
	b := m[key]
	if b == nil {
		b = new(bucket)
		m[key] = b
	}
	b.add(id)
}

func (b *bucket) add(id uint32) { b.ids, b.sorted = append(b.ids, id), false }
