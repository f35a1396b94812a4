package replay

import (
	"bytes"
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"
)

// maxStep is the highest step that counts as done: of a damaged row's a timeline of billions of steps would
// follow.
const maxStep = 1<<20 - 1

// top is the highest step of a row; −1 without any.
func (t *table) top() int64 {
	top := int64(-1)
	for step, b := range t.steps {
		if step > top && step <= maxStep && slices.ContainsFunc(b.ids, func(id uint32) bool { return !t.rows[id].dead }) {
			top = step
		}
	}
	return top
}

// find returns the rows that a query asks for, whatever its limit, in the order of the table.
func (t *table) find(q model.RowQuery) []uint32 {
	from, to := int64(q.From), int64(math.MaxInt64)
	if q.To != 0 {
		to = int64(q.To)
	}
	bounded := t.step != "" && (q.From > 0 || q.To != 0)
	within := func(id uint32) bool {
		step := t.rows[id].step
		return !t.rows[id].dead && (!bounded || step >= from && step < to)
	}
	switch {
	case !q.Entity.Empty():
		return t.ofEntity(q.Entity.Raw(), within)
	case len(t.order) > 0 && t.order[0] == t.step || bounded:
		return t.ofSteps(from, to, bounded)
	}
	if t.all == nil {
		t.all = new(bucket)
		for id := range t.rows {
			t.all.add(uint32(id))
		}
	}
	return t.inOrder(t.all)
}

// ofEntity is the rows of an entity.
func (t *table) ofEntity(entity string, within func(uint32) bool) []uint32 {
	b := t.entities[entity]
	if b == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.inOrder(b)), func(id uint32) bool { return !within(id) })
}

// ofSteps is the rows of steps.
func (t *table) ofSteps(from, to int64, bounded bool) []uint32 {
	var steps []int64
	if bounded && to-from >= 0 && to-from < int64(len(t.steps)) {
		for s := from; s < to; s++ {
			steps = append(steps, s)
		}
	} else {
		for s := range t.steps {
			if !bounded || s >= from && s < to {
				steps = append(steps, s)
			}
		}
		slices.Sort(steps)
	}
	var ids []uint32
	for _, s := range steps {
		if b := t.steps[s]; b != nil {
			ids = append(ids, t.inOrder(b)...)
		}
	}
	if len(t.order) == 0 || t.order[0] != t.step {
		t.sort(ids)
	}
	return ids
}

// inOrder is the rows of a bucket in the order of the table.
func (t *table) inOrder(b *bucket) []uint32 {
	if !b.sorted {
		b.ids = slices.DeleteFunc(b.ids, func(id uint32) bool { return t.rows[id].dead })
		t.sort(b.ids)
		b.sorted = true
		return b.ids
	}
	if slices.ContainsFunc(b.ids, func(id uint32) bool { return t.rows[id].dead }) {
		b.ids = slices.DeleteFunc(b.ids, func(id uint32) bool { return t.rows[id].dead })
	}
	return b.ids
}

// sortKey is a cell that rows are sorted by: null, then numbers, then all else.
type sortKey struct {
	kind   int8
	whole  int64
	number float64
	raw    []byte
}

// sort sorts rows by the order of the table, and those of the same place by what they say.
func (t *table) sort(ids []uint32) {
	if len(ids) < 2 {
		return
	}
	width := len(t.order)
	keys := make([]sortKey, 0, width*len(ids))
	type place struct {
		id   uint32
		keys int
	}
	places := make([]place, len(ids))
	columns := make([]int, width)
	for i, name := range t.order {
		columns[i] = -1
		if at, ok := t.index[name]; ok {
			columns[i] = at
		}
	}
	for i, id := range ids {
		places[i] = place{id, len(keys)}
		for _, c := range columns {
			keys = append(keys, keyOf(cellAt(t.bytes(id), c)))
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		for i := range width {
			if c := keys[a.keys+i].compare(&keys[b.keys+i]); c != 0 {
				return c
			}
		}
		return bytes.Compare(t.bytes(a.id), t.bytes(b.id))
	})
	for i := range places {
		ids[i] = places[i].id
	}
}

func keyOf(cell []byte) sortKey {
	if len(cell) == 0 {
		return sortKey{}
	}
	if c := cell[0]; c == '-' || c >= '0' && c <= '9' {
		if n, err := strconv.ParseInt(string(cell), 10, 64); err == nil {
			return sortKey{kind: 1, whole: n, number: float64(n)}
		}
		f, _ := strconv.ParseFloat(string(cell), 64) // out of range: an infinity, which sorts as it should
		return sortKey{kind: 1, number: f}
	}
	return sortKey{kind: 2, raw: cell}
}

func (k *sortKey) compare(o *sortKey) int {
	return cmp.Or(cmp.Compare(k.kind, o.kind), cmp.Compare(k.number, o.number), cmp.Compare(k.whole, o.whole), bytes.Compare(k.raw, o.raw))
}

// taken is rows as they were at one moment, to be decoded.
type taken struct {
	lines     [][]byte
	ambiguous []int
	total     int
}

// take takes the rows that a query asks for.
func (t *table) take(q model.RowQuery) taken {
	ids := t.find(q)
	out := taken{total: len(ids)}
	if q.Limit > 0 && len(ids) > q.Limit {
		if q.Newest {
			ids = ids[len(ids)-q.Limit:]
		} else {
			ids = ids[:q.Limit]
		}
	}
	out.lines = make([][]byte, len(ids))
	for i, id := range ids {
		out.lines[i] = t.bytes(id)
		if t.rows[id].ambiguous {
			out.ambiguous = append(out.ambiguous, i)
		}
	}
	return out
}

// target is where a cell of a row goes.
type target struct {
	to   int
	json bool // a text is decoded once more
}

// decode makes the cells of rows: of width columns, where each of the table goes by targets.
func (k *taken) decode(width int, targets []target) [][]text.Value {
	cells := make([][]text.Value, len(k.lines))
	values := make([]text.Value, width*len(k.lines))
	for i, line := range k.lines {
		out := values[i*width : (i+1)*width : (i+1)*width]
		rest := string(line)
		for c, more := 0, true; more && c < len(targets); c++ {
			var cell string
			cell, rest, more = strings.Cut(rest, string(between))
			if goal := targets[c]; goal.to >= 0 {
				out[goal.to] = valueOf(cell, goal.json)
			}
		}
		cells[i] = out
	}
	return cells
}

func valueOf(cell string, json bool) text.Value {
	if json && len(cell) > 2 && cell[0] == '"' {
		return text.ParseValue(cell)
	}
	return text.JSONValue(cell)
}

// header is the columns of rows of a dataset: those of the catalog, then others that rows have; and where
// the cells of the table go.
func header(columns []model.Column, seen []string) (names []text.Text, targets []target) {
	at := make(map[string]int, len(columns))
	json := make(map[string]bool, len(columns))
	for _, c := range columns {
		if _, twice := at[c.Name.Raw()]; twice {
			continue
		}
		at[c.Name.Raw()] = len(names)
		json[c.Name.Raw()] = c.Type.Empty() || strings.EqualFold(c.Type.Raw(), "JSON")
		names = append(names, c.Name)
	}
	for _, name := range seen {
		if name == rowNumber {
			targets = append(targets, target{to: -1})
			continue
		}
		i, ok := at[name]
		if !ok {
			i, json[name] = len(names), true
			names = append(names, text.Clean(name))
		}
		targets = append(targets, target{i, json[name]})
	}
	return names, targets
}

// sortedKeys is the keys of a map in their order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
