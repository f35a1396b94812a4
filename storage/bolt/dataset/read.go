package dataset

import (
	"cmp"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

// Bare is a catalog without numbers of rows, which the lab counts itself.
func Bare(catalog []model.Dataset) []model.Dataset {
	catalog = slices.Clone(catalog)
	for i := range catalog {
		catalog[i].Rows, catalog[i].Ambiguous, catalog[i].Damaged = 0, 0, 0
	}
	slices.SortFunc(catalog, func(a, b model.Dataset) int { return strings.Compare(a.ID.Raw(), b.ID.Raw()) })
	return catalog
}

// Count gives the datasets of a catalog the numbers of their rows, by their states.
func Count(catalog []model.Dataset, states *labfile.Items) error {
	tables := map[string]layout.Table{}
	err := states.Each(func(key, payload []byte) (ok bool) {
		tables[string(key[layout.RunSize+len(layout.TableDoc.Name):])], ok = layout.TableDoc.Decode(payload)
		return ok
	})
	for i := range catalog {
		t := tables[string(layout.NameHash(catalog[i].ID.Raw()))]
		catalog[i].Rows, catalog[i].Ambiguous, catalog[i].Damaged = t.Rows, t.Ambiguous, t.Damaged
	}
	return err
}

// Bounds are where the chunks of a query begin, what their keys begin with, and whether the last that was
// read comes after all that is asked for.
func Bounds(run uint64, d *model.Dataset, q *model.RowQuery) (from, prefix []byte, enough func(*labfile.Items) bool) {
	first, to := layout.NoStep, 0
	if !d.StepKey.Empty() && bounded(q) {
		first, to = max(q.From, layout.NoStep), q.To
	}
	id := d.ID.Raw()
	return layout.StepKey(run, id, first), layout.RowsKey(run, id), func(all *labfile.Items) bool {
		if to == 0 {
			return false
		}
		key, value := all.Raw(all.Len() - 1)
		h, _, ok := layout.ParseRowsHead(key, value[:max(0, len(value)-layout.SumSize)])
		return ok && h.First >= to
	}
}

// selection collects the rows of a query.
type selection struct {
	dataset *model.Dataset
	query   model.RowQuery
	entity  []int // the place of the entity's id among the columns of each kind of rows; −1: none
	rows    []found
	room    *layout.Room
}

// found is a row that matches.
type found struct {
	columns int
	layout.Row
}

// piece is a chunk, and which of its rows count.
type piece struct {
	key, payload []byte
	head         layout.RowsHead
	until        int // steps before this one
}

// Select chooses rows of the chunks that Bounds has bounded, with the state of the dataset as it was read
// last. atOnce says that all was read of one state of the file. It fails with ErrDamaged where something
// can't be decoded, or where rows are missing.
func Select(d *model.Dataset, key, payload []byte, chunks *labfile.Items, q model.RowQuery, atOnce bool) (out model.Rows, err error) {
	state, ok := layout.TableDoc.Decode(payload)
	if !ok {
		return out, layout.Documents.Undecodable(key)
	}
	all := q == (model.RowQuery{})
	if d.StepKey.Empty() {
		q.From, q.To = 0, 0
	}
	s := selection{dataset: d, query: q, room: layout.NewRoom()}
	for _, names := range state.Columns {
		s.entity = append(s.entity, slices.Index(names, d.EntityKey.Raw()))
	}
	pieces, err := piecesOf(chunks, len(state.Columns))
	if err != nil {
		return out, err
	}
	sorted := byStep(d)
	if q.Newest && sorted {
		slices.Reverse(pieces)
	}
	for i := range pieces {
		enough := sorted && q.Limit > 0 && len(s.rows) >= q.Limit
		n, err := s.take(&pieces[i], enough)
		if err != nil {
			return out, err
		}
		out.Total += n
	}
	out.Damaged, out.Whole = state.Damaged, state.Whole
	s.cut(sorted, &state)
	s.fill(&out, &state)
	if all && atOnce && out.Total != state.Rows {
		err = model.Damaged("the dataset %s has %d rows, of %d", d.ID, out.Total, state.Rows)
	}
	return out, err
}

// piecesOf reads the heads of chunks. Of a chunk that was read before another took over some of its
// steps, these don't count.
func piecesOf(chunks *labfile.Items, columns int) (pieces []piece, err error) {
	err = chunks.Each(func(key, payload []byte) bool {
		h, _, ok := layout.ParseRowsHead(key, payload)
		if !ok || h.Columns >= columns {
			return false
		}
		if n := len(pieces); n > 0 && !h.Follows(&pieces[n-1].head) {
			pieces[n-1].until = h.First
		}
		pieces = append(pieces, piece{key, payload, h, h.Last + 1})
		return true
	})
	return pieces, err
}

// byStep reports whether the rows of a dataset are in the order in which they are kept.
func byStep(d *model.Dataset) bool {
	return d.StepKey.Empty() || len(d.Order) == 0 || d.Order[0] == d.StepKey
}

// take takes the rows of a chunk that match, and returns how many these are. If there are enough, they are
// only counted, where that can be done without unpacking them.
func (s *selection) take(p *piece, enough bool) (n int, err error) {
	if enough && s.query.Entity.Empty() && p.inside(&s.query) {
		return p.head.Rows, nil
	}
	chunk, size, ok := layout.ParseRows(p.key, p.payload)
	if !ok || !s.room.Take(size) {
		return 0, layout.Rows.Undecodable(p.key)
	}
	rows := chunk.Rows
	if s.query.Newest && byStep(s.dataset) {
		slices.Reverse(rows)
	}
	for _, r := range rows {
		if r.Step >= p.until || !s.matches(&r, chunk.Columns) {
			continue
		}
		if n++; !enough {
			s.rows = append(s.rows, found{chunk.Columns, r})
		}
	}
	return n, nil
}

// inside reports whether all rows of a chunk are of the steps that a query asks for.
func (p *piece) inside(q *model.RowQuery) bool {
	return p.until > p.head.Last && (!bounded(q) || p.head.First >= q.From && (q.To == 0 || p.head.Last < q.To))
}

// bounded reports whether a query asks for rows with a step only.
func bounded(q *model.RowQuery) bool { return q.From > 0 || q.To != 0 }

// matches reports whether a row is of the steps and of the entity that are asked for.
func (s *selection) matches(r *layout.Row, columns int) bool {
	q := &s.query
	if bounded(q) && (r.Step < q.From || q.To != 0 && r.Step >= q.To) {
		return false
	}
	if q.Entity.Empty() {
		return true
	}
	at := s.entity[columns]
	return at >= 0 && at < len(r.Cells) && r.Cells[at].Text() == q.Entity
}

// cut sorts what was found where it is not in order, and holds it to the limit.
func (s *selection) cut(sorted bool, state *layout.Table) {
	newest, limit := s.query.Newest, s.query.Limit
	if !sorted {
		s.sort(state)
		if newest && limit > 0 && len(s.rows) > limit {
			s.rows = s.rows[len(s.rows)-limit:]
		}
	}
	if limit > 0 && len(s.rows) > limit {
		s.rows = s.rows[:limit]
	}
	if newest && sorted {
		slices.Reverse(s.rows)
	}
}

// sort sorts the rows by the columns that the dataset names.
func (s *selection) sort(state *layout.Table) {
	places := make([][]int, len(state.Columns))
	for i, names := range state.Columns {
		for _, by := range s.dataset.Order {
			places[i] = append(places[i], slices.Index(names, by.Raw()))
		}
	}
	cell := func(f *found, n int) text.Value {
		if at := places[f.columns][n]; at >= 0 && at < len(f.Cells) {
			return f.Cells[at]
		}
		return text.Value{}
	}
	slices.SortStableFunc(s.rows, func(a, b found) int {
		for n := range s.dataset.Order {
			if c := compare(cell(&a, n), cell(&b, n)); c != 0 {
				return c
			}
		}
		return 0
	})
}

// compare orders values: nothing first, then numbers, then texts.
func compare(a, b text.Value) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	if x, ok := a.Number(); ok {
		y, _ := b.Number()
		return cmp.Compare(x, y)
	}
	return strings.Compare(a.Raw(), b.Raw())
}

func rank(v text.Value) int {
	switch v.Kind() {
	case text.NullValue:
		return 0
	case text.NumberValue:
		return 1
	default:
		return 2
	}
}

// fill makes rows of what was found, all with the same columns: those that were recorded last, then
// those that former rows have in addition.
func (s *selection) fill(out *model.Rows, state *layout.Table) {
	place := map[string]int{}
	for _, names := range slices.Backward(state.Columns) {
		for _, name := range names {
			if _, known := place[name]; !known {
				place[name] = len(out.Columns)
				out.Columns = append(out.Columns, text.Clean(name))
			}
		}
	}
	if len(state.Columns) == 0 {
		for _, c := range s.dataset.Columns {
			out.Columns = append(out.Columns, c.Name)
		}
	}
	for i, r := range s.rows {
		cells := r.Cells
		if r.columns != len(state.Columns)-1 || len(cells) != len(out.Columns) {
			cells = make([]text.Value, len(out.Columns))
			for n, v := range r.Cells {
				if n < len(state.Columns[r.columns]) {
					cells[place[state.Columns[r.columns][n]]] = v
				}
			}
		}
		out.Cells = append(out.Cells, cells)
		if r.Ambiguous {
			out.Ambiguous = append(out.Ambiguous, i)
		}
	}
}
