package cli

import (
	"context"
	"io"
	"iter"
	"slices"
	"strconv"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// print prints rows of a dataset.
func (f *tableFlags) print(ctx context.Context, env *Env, out io.Writer, one *subject, name string, form format) error {
	r, all, err := catalogOf(ctx, one)
	if err != nil {
		return env.begun(err)
	}
	d, err := datasetNamed(all, name)
	if err != nil {
		return err
	}
	rows, err := f.read(ctx, r, d)
	if err != nil {
		return env.begun(err)
	}
	f.tell(env, d, &rows)
	columns := make([]column, len(rows.Columns))
	for i, c := range rows.Columns {
		columns[i] = column{title: c.String(), right: numeric(rows.Cells, i), cut: true}
	}
	odd := map[int]bool{}
	for _, i := range rows.Ambiguous {
		odd[i] = true
	}
	s := sheet[int]{
		fields: func(i int) (all []field) {
			for at, c := range rows.Columns {
				value := text.Value{}
				if i < len(rows.Cells) { // the columns of no rows are named, too
					value = rows.Cells[i][at]
				}
				all = append(all, field{c.Raw(), value})
			}
			if f.ambiguous {
				all = append(all, field{"_ambiguous", odd[i]})
			}
			return all
		},
		columns: columns, texts: func(i int) []string { return cellTexts(rows.Cells[i]) }, fits: true,
	}
	if f.ambiguous {
		s.columns = append(s.columns, left("_ambiguous"))
		s.texts = func(i int) []string { return append(cellTexts(rows.Cells[i]), strconv.FormatBool(odd[i])) }
	}
	return s.print(out, form, indices(len(rows.Cells)))
}

// indices is the numbers below n.
func indices(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// numeric reports whether a column has numbers only.
func numeric(rows [][]text.Value, at int) bool {
	some := false
	for _, row := range rows[:min(len(rows), sampleRows)] {
		switch row[at].Kind() {
		case text.NumberValue:
			some = true
		case text.NullValue:
		default:
			return false
		}
	}
	return some
}

// cellTexts are the values of a row for people.
func cellTexts(row []text.Value) []string {
	out := make([]string, len(row))
	for i, v := range row {
		out[i] = orUnknown(v.Kind() != text.NullValue, v.Text().String())
	}
	return out
}

// read reads the rows that the flags choose. One agent is chosen by the source, several here.
func (f *tableFlags) read(ctx context.Context, r model.DatasetReader, d *model.Dataset) (model.Rows, error) {
	if f.agent.some() && d.EntityKey.Empty() {
		return model.Rows{}, usagef("the rows of %s belong to no agent", d.ID)
	}
	if f.steps.given && d.StepKey.Empty() {
		return model.Rows{}, usagef("the rows of %s have no step", d.ID)
	}
	q := model.RowQuery{From: f.steps.from, To: f.steps.to, Limit: f.limit, Newest: f.newest}
	ids, listed := f.agent.single()
	if one := listed && len(ids) == 1; one || !f.agent.some() {
		if one {
			q.Entity = text.Clean(strconv.FormatInt(ids[0], 10))
		}
		return r.Rows(ctx, d.ID.Raw(), q)
	}
	q.Limit = 0
	rows, err := r.Rows(ctx, d.ID.Raw(), q)
	at := slices.Index(rows.Columns, d.EntityKey)
	if err != nil || at < 0 {
		return rows, err
	}
	return f.ofAgents(rows, at), nil
}

// ofAgents is the rows of those agents that are meant; at is the column with their ids.
func (f *tableFlags) ofAgents(rows model.Rows, at int) model.Rows {
	var kept []int
	for i, row := range rows.Cells {
		if id, ok := row[at].Integer(); ok && f.agent.has(id) {
			kept = append(kept, i)
		}
	}
	rows.Total = len(kept)
	if n := len(kept); f.limit > 0 && n > f.limit {
		if f.newest {
			kept = kept[n-f.limit:]
		} else {
			kept = kept[:f.limit]
		}
	}
	some := rows
	some.Cells, some.Ambiguous = nil, nil
	for i, of := range kept {
		some.Cells = append(some.Cells, rows.Cells[of])
		if _, odd := slices.BinarySearch(rows.Ambiguous, of); odd {
			some.Ambiguous = append(some.Ambiguous, i)
		}
	}
	return some
}

// tell says what is to be known of the rows.
func (f *tableFlags) tell(env *Env, d *model.Dataset, rows *model.Rows) {
	if n := len(rows.Ambiguous); n > 0 {
		told := human.CountOf(n, "row") + " of " + d.ID.String() + " " + isAre(n) + " ambiguous: another version was written, and which is newer is not known"
		if !f.ambiguous {
			told += "; --ambiguous marks them"
		}
		env.tell(told)
	}
	if rows.Damaged > 0 {
		env.tell(human.CountOf(rows.Damaged, "damaged line") + " of " + d.ID.String() + " " + isAre(rows.Damaged) + " left out")
	}
	if at := slices.Index(rows.Columns, d.StepKey); at >= 0 && !d.StepKey.Empty() {
		if n := unfinishedFrom(rows, at); n >= 0 {
			env.tell("steps from " + strconv.Itoa(n) + " on are not finished; more rows of them may come")
		}
	}
}

// isAre is the verb of a count.
func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// unfinishedFrom is the first step of the rows that is not whole; −1 if all are.
func unfinishedFrom(rows *model.Rows, at int) int {
	first := -1
	for _, row := range rows.Cells {
		if n, ok := row[at].Integer(); ok && n >= int64(rows.Whole) && (first < 0 || n < int64(first)) {
			first = model.Int(n)
		}
	}
	return first
}
