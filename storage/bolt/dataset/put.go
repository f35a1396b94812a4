package dataset

import (
	"math"
	"slices"
	"sort"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
	"societop/storage/bolt/txn"
)

// StateKey returns the key of a dataset's state, a layout.TableDoc.
func StateKey(run uint64, d *model.Dataset) []byte {
	return layout.TableDoc.Key(run, string(layout.NameHash(d.ID.Raw())))
}

// Put puts rows of a dataset in place of those that the lab has of some steps, as Target.Put does, and
// keeps its state among the documents.
func Put(docs, rows *txn.Table, run uint64, d *model.Dataset, from, to int, fresh model.Rows) (changed bool, err error) {
	key := StateKey(run, d)
	payload, err := docs.Get(key)
	if err != nil {
		return false, err
	}
	var state layout.Table
	if payload != nil {
		var ok bool
		if state, ok = layout.TableDoc.Decode(payload); !ok {
			return false, layout.Documents.Undecodable(key)
		}
	}
	known := state.Whole
	t := Target{Table: rows, Run: run, ID: d.ID.Raw(), Step: d.StepKey.Raw()}
	changed, err = t.Put(&state, from, to, fresh)
	if err != nil {
		return false, err
	}
	state.Damaged = fresh.Damaged
	if from <= state.Whole { // else rows before it are missing
		state.Whole = fresh.Whole
		if to > 0 {
			state.Whole = max(known, min(fresh.Whole, to))
		}
	}
	state.Whole = min(state.Whole, fresh.Whole)
	noted, err := docs.Keep(key, layout.TableDoc.Encode(state))
	return changed || noted, err
}

// Target is a dataset of a run that is written to.
type Target struct {
	Table *txn.Table // of the bucket Rows
	Run   uint64
	ID    string
	Step  string // the name of the column with the step; empty: none
}

// Put puts fresh rows in place of those that the dataset has of some steps: from the first one to the one
// before to, without an end if to is 0. Rows without a step come before the first one. It brings the state up to
// date, and reports whether rows have changed.
func (t *Target) Put(state *layout.Table, from, to int, fresh model.Rows) (changed bool, err error) {
	rows, columns := t.rows(state, &fresh)
	if from <= 0 {
		from = layout.NoStep
	}
	overlapping, err := t.chunks(from, to)
	if err != nil {
		return false, err
	}
	var before, within, after []entry
	for _, c := range overlapping {
		for _, r := range c.Rows {
			e := entry{c.Columns, r}
			switch {
			case r.Step < from:
				before = append(before, e)
			case to > 0 && r.Step >= to:
				after = append(after, e)
			default:
				within = append(within, e)
			}
		}
	}
	entries := make([]entry, 0, len(rows))
	for _, r := range rows {
		if r.Step >= from && (to <= 0 || r.Step < to) { // whatever the source gave out
			entries = append(entries, entry{columns, r})
		}
	}
	if slices.EqualFunc(within, entries, same) {
		return false, nil
	}
	for i := range overlapping {
		c := &overlapping[i]
		t.Table.Drop(c.Key(t.Run, t.ID))
		state.Count(c, -1)
	}
	for _, c := range chunked(slices.Concat(before, entries, after)) {
		t.Table.Put(c.Key(t.Run, t.ID), c.Append(nil))
		state.Count(&c, 1)
	}
	return true, nil
}

// entry is a row with the number of its columns' names.
type entry struct {
	columns int
	layout.Row
}

func same(a, b entry) bool {
	return a.columns == b.columns && a.Step == b.Step && a.Ambiguous == b.Ambiguous &&
		slices.EqualFunc(a.Cells, b.Cells, func(a, b text.Value) bool { return a.Raw() == b.Raw() })
}

// rows sorts fresh rows by step, and finds or adds the names of their columns.
func (t *Target) rows(state *layout.Table, fresh *model.Rows) (rows []layout.Row, columns int) {
	names := make([]string, len(fresh.Columns))
	for i, c := range fresh.Columns {
		names[i] = c.Raw()
	}
	columns = slices.IndexFunc(state.Columns, func(of []string) bool { return slices.Equal(of, names) })
	if columns < 0 {
		columns = len(state.Columns)
		state.Columns = append(slices.Clip(state.Columns), names)
	}
	at := -1
	if t.Step != "" {
		at = slices.Index(names, t.Step)
	}
	rows = make([]layout.Row, len(fresh.Cells))
	for i, cells := range fresh.Cells {
		if len(cells) != len(names) { // so that no two rows differ in length
			full := make([]text.Value, len(names))
			copy(full, cells)
			cells = full
		}
		rows[i] = layout.Row{Step: layout.NoStep, Cells: cells}
		if at >= 0 {
			rows[i].Step = StepOf(cells[at])
		}
	}
	for _, i := range fresh.Ambiguous {
		if i >= 0 && i < len(rows) {
			rows[i].Ambiguous = true
		}
	}
	slices.SortStableFunc(rows, func(a, b layout.Row) int {
		switch {
		case a.Step < b.Step:
			return -1
		case a.Step > b.Step:
			return 1
		}
		return 0
	})
	return rows, columns
}

// maxStep is the last step: whatever is beyond it counts as of it.
const maxStep = math.MaxInt32 - 1

// StepOf is the step that a cell says; layout.NoStep if it says none.
func StepOf(v text.Value) int {
	f, ok := v.Number()
	if !ok || f <= layout.NoStep || f != math.Trunc(f) {
		return layout.NoStep
	}
	return int(min(f, maxStep))
}

// chunks reads the chunks that have rows of some steps, in order.
func (t *Target) chunks(from, to int) (all []layout.RowChunk, err error) {
	keys := t.Table.Under(layout.RowsKey(t.Run, t.ID))
	first := string(layout.StepKey(t.Run, t.ID, from))
	for _, key := range keys[sort.SearchStrings(keys, first):] {
		payload, err := t.Table.Get([]byte(key))
		if err != nil {
			return nil, err
		}
		h, _, ok := layout.ParseRowsHead([]byte(key), payload)
		if ok && to > 0 && h.First >= to {
			break
		}
		c, _, whole := layout.ParseRows([]byte(key), payload)
		if !ok || !whole {
			return nil, t.Table.Undecodable([]byte(key))
		}
		all = append(all, c)
	}
	return all, nil
}

// size is about how many bytes a row has.
func size(e entry) (n int) {
	for _, v := range e.Cells {
		n += len(v.Raw()) + 1
	}
	return n
}

// chunked makes chunks of rows: of whole steps, and of a large step parts.
func chunked(rows []entry) (all []layout.RowChunk) {
	chunk, bytes := layout.RowChunk{}, 0
	end := func() {
		if len(chunk.Rows) > 0 {
			all = append(all, chunk)
		}
		chunk, bytes = layout.RowChunk{}, 0
	}
	for len(rows) > 0 {
		n, length := step(rows)
		full := len(chunk.Rows) >= layout.ChunkRows || bytes >= layout.ChunkRowBytes
		large := n > layout.PartRows || length > layout.PartBytes
		if full || large || chunk.Columns != rows[0].columns {
			end()
		}
		chunk.Columns = rows[0].columns
		for _, r := range rows[:n] {
			if large && (len(chunk.Rows) == layout.PartRows || bytes > layout.PartBytes) {
				part := chunk.Part + 1
				end()
				chunk.Columns, chunk.Part = r.columns, part
			}
			chunk.Rows = append(chunk.Rows, r.Row)
			bytes += size(r)
		}
		if large {
			end()
		}
		rows = rows[n:]
	}
	end()
	return all
}

// step is how many rows are of the first step, and of how many bytes.
func step(rows []entry) (n, length int) {
	for n < len(rows) && rows[n].Step == rows[0].Step {
		length += size(rows[n])
		n++
	}
	return n, length
}
