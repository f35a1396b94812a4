package dataset_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/bolt/dataset"
	"societop/storage/bolt/layout"
	"societop/storage/storagetest"
)

// fixture is a lab with a run whose only dataset is written to, and the same rows in memory.
type fixture struct {
	t    *testing.T
	path string
	e    model.Experiment
	d    model.Dataset
	rows model.Rows
}

func newFixture(t *testing.T, d model.Dataset, columns ...string) *fixture {
	t.Helper()
	f := &fixture{t: t, path: filepath.Join(t.TempDir(), "lab.db"), e: storagetest.Experiments(2)[1], d: d}
	f.e.Status, f.e.Dir = model.Running, &model.RunDir{}
	for _, c := range columns {
		f.rows.Columns = append(f.rows.Columns, text.Clean(c))
	}
	f.update(func(b *bolt.Batch) error {
		if _, err := b.Put(f.e); err != nil {
			return err
		}
		return bolt.PutDocument(b, f.e.Key, &layout.DatasetsDoc, "", []model.Dataset{d})
	})
	return f
}

func (f *fixture) update(fn func(*bolt.Batch) error) {
	f.t.Helper()
	if err := bolt.Open(f.path, bolt.Options{Write: true}).Update(f.t.Context(), fn); err != nil {
		f.t.Fatal(err)
	}
}

// put puts rows in place of those of some steps, in both.
func (f *fixture) put(from, to int, cells [][]text.Value) {
	f.t.Helper()
	at := slices.Index(f.rows.Columns, f.d.StepKey)
	step := func(row []text.Value) int { return dataset.StepOf(row[at]) }
	f.rows.Cells = slices.DeleteFunc(slices.Clone(f.rows.Cells), func(row []text.Value) bool {
		s := step(row)
		return (s >= from || from == 0) && (to == 0 || s < to)
	})
	for _, row := range cells {
		if s := step(row); to == 0 || s < to {
			f.rows.Cells = append(f.rows.Cells, row)
		}
	}
	slices.SortStableFunc(f.rows.Cells, func(a, b []text.Value) int { return step(a) - step(b) })
	f.rows.Total = len(f.rows.Cells)
	fresh := model.Rows{Columns: f.rows.Columns, Cells: cells, Whole: 1 << 20}
	f.rows.Whole = 1 << 20
	f.update(func(b *bolt.Batch) error { return b.PutRows(f.e.Key, &f.d, from, to, fresh) })
}

// read reads rows of the lab.
func (f *fixture) read(q model.RowQuery) model.Rows {
	f.t.Helper()
	got, err := bolt.Open(f.path, bolt.Options{}).RunData(f.e.Key).(model.DatasetReader).Rows(context.Background(), f.d.ID.Raw(), q)
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

// whole checks the lab file.
func (f *fixture) whole() {
	f.t.Helper()
	if r, err := check.Lab(f.t.Context(), f.path, nil); err != nil || len(r.Problems) > 0 {
		f.t.Fatalf("%v, %v", err, r.Problems)
	}
}

// snapshot is a dataset of a row an entity and step.
var snapshot = model.Dataset{ID: text.Clean("a.b"), Table: text.Clean("a_b"), StepKey: text.Clean("step"), EntityKey: text.Clean("id"), Order: []text.Text{text.Clean("step"), text.Clean("id")}}

func number(n int) text.Value { return text.JSONValue(fmt.Sprint(n)) }

// TestRowsOfAnySteps are replaced again and again, and any of them found.
func TestRowsOfAnySteps(t *testing.T) {
	r := rand.New(rand.NewPCG(16, 6))
	f := newFixture(t, snapshot, "step", "id", "v")
	f.put(0, 0, nil)
	for n := range 40 {
		from := r.IntN(40)
		to := from + 1 + r.IntN(12)
		if r.IntN(8) == 0 {
			to = 0
		}
		var cells [][]text.Value
		for step := from; step < max(to, from+3); step++ {
			for id := range []int{0, 1, 40, 300, 5000}[min(r.IntN(5), r.IntN(5), 3+r.IntN(30)/29)] {
				cells = append(cells, []text.Value{number(step), number(id), text.JSONValue(fmt.Sprintf("%.3f", r.Float64()))})
			}
		}
		f.put(from, to, cells)
		for range 4 {
			q := model.RowQuery{From: r.IntN(45), Limit: r.IntN(3) * r.IntN(900), Newest: r.IntN(2) == 0}
			if r.IntN(2) == 0 {
				q.To = q.From + r.IntN(9)
			}
			if r.IntN(3) == 0 {
				q.Entity = text.Clean(fmt.Sprint(r.IntN(50)))
			}
			storagetest.SameRows(t, fmt.Sprintf("%+v", q), f.read(q), chosen(f, q))
		}
		if n%8 == 7 {
			f.whole()
		}
		if t.Failed() {
			return
		}
	}
	storagetest.SameRows(t, "all", f.read(model.RowQuery{}), f.rows)
}

// chosen is the rows of a query, found one by one.
func chosen(f *fixture, q model.RowQuery) model.Rows {
	out := f.rows
	out.Cells = nil
	for _, row := range f.rows.Cells {
		step := dataset.StepOf(row[0])
		if (q.From > 0 || q.To > 0) && (step < q.From || q.To > 0 && step >= q.To) || !q.Entity.Empty() && row[1].Text() != q.Entity {
			continue
		}
		out.Cells = append(out.Cells, row)
	}
	if out.Total = len(out.Cells); q.Limit > 0 && out.Total > q.Limit {
		if q.Newest {
			out.Cells = out.Cells[out.Total-q.Limit:]
		} else {
			out.Cells = out.Cells[:q.Limit]
		}
	}
	return out
}

// TestValuesComeBackAsTheyWere, of whatever kind.
func TestValuesComeBackAsTheyWere(t *testing.T) {
	f := newFixture(t, snapshot, "step", "id", "int", "float", "text", "json", "mixed", "same")
	var cells [][]text.Value
	for i, mixed := range []text.Value{
		{},
		text.JSONValue("1"), text.JSONValue("1.0"), text.JSONValue("-0"), text.JSONValue("-0.0"), text.JSONValue("1e400"), text.ValueOf("NaN"), text.JSONValue("123456789012345678901234567890"),
		text.ValueOf(`{"a text": 1}`), text.ValueOf("\x00\x1b"), text.JSONValue(`"\u4f60"`), text.JSONValue("\"\xff\""), text.JSONValue("true"), text.JSONValue(`[1, {"a": null}]`), text.ParseValue("{'a': None}"),
	} {
		cells = append(cells, []text.Value{
			number(i / 4), number(i), number(-i * i * 1e9), text.JSONValue(fmt.Sprintf("%d.5", i)), text.ValueOf(strings.Repeat("长", i)), text.ParseValue(fmt.Sprintf(`{"n": [%d]}`, i)), mixed, text.ValueOf("x"),
		})
	}
	f.put(0, 0, cells)
	got := f.read(model.RowQuery{})
	storagetest.SameRows(t, "values", got, f.rows)
	for i, row := range got.Cells {
		for n := range row {
			if g, w := row[n], f.rows.Cells[i][n]; g.Raw() != w.Raw() || g.Kind() != w.Kind() || g.Text() != w.Text() {
				t.Errorf("%d, %s: %s, want %s", i, f.rows.Columns[n], g.Raw(), w.Raw())
			}
		}
	}
	f.whole()
}

// TestRowsWithoutAStep come first, and new columns last.
func TestRowsWithoutAStep(t *testing.T) {
	f := newFixture(t, snapshot, "step", "id")
	f.put(0, 0, [][]text.Value{{{}, number(1)}, {number(0), number(1)}, {number(1), number(1)}})
	storagetest.SameRows(t, "all", f.read(model.RowQuery{}), f.rows)
	if got := f.read(model.RowQuery{To: 5}); got.Total != 2 {
		t.Errorf("%d rows have a step below 5, want 2", got.Total)
	}
	f.update(func(b *bolt.Batch) error {
		return b.PutRows(f.e.Key, &f.d, 1, 0, model.Rows{Columns: []text.Text{text.Clean("id"), text.Clean("step"), text.Clean("new")}, Cells: [][]text.Value{{number(7), number(1), number(9)}}})
	})
	got := f.read(model.RowQuery{})
	if fmt.Sprint(got.Columns) != "[id step new]" || got.Total != 3 || got.Cells[1][0] != number(1) || got.Cells[1][2] != (text.Value{}) || got.Cells[2][2] != number(9) {
		t.Errorf("%+v", got)
	}
	f.whole()
}

// TestOnlyWhatIsThereIsWhole: rows that come before those that are missing are whole, those after it not.
func TestOnlyWhatIsThereIsWhole(t *testing.T) {
	f := newFixture(t, snapshot, "step", "id")
	for _, c := range []struct{ from, to, of, want int }{
		{0, 3, 10, 3}, {5, 7, 10, 3}, {3, 5, 10, 5}, {5, 0, 10, 10}, {0, 3, 10, 10}, {10, 0, 12, 12}, {4, 0, 4, 4}, {9, 0, 15, 4},
	} {
		f.update(func(b *bolt.Batch) error {
			return b.PutRows(f.e.Key, &f.d, c.from, c.to, model.Rows{Columns: f.rows.Columns, Cells: [][]text.Value{{number(c.from), number(1)}}, Whole: c.of})
		})
		if got := f.read(model.RowQuery{}); got.Whole != c.want {
			t.Errorf("after %+v: %d steps are whole", c, got.Whole)
		}
	}
}

// TestAnotherOrder is that of the columns which the dataset names.
func TestAnotherOrder(t *testing.T) {
	d := snapshot
	d.Order = []text.Text{text.Clean("id"), text.Clean("step")}
	f := newFixture(t, d, "step", "id")
	var cells [][]text.Value
	for step := range 300 {
		for id := range 12 {
			cells = append(cells, []text.Value{number(step), number(id)})
		}
	}
	f.put(0, 0, cells)
	slices.SortStableFunc(f.rows.Cells, func(a, b []text.Value) int {
		x, _ := a[1].Number()
		y, _ := b[1].Number()
		return int(x - y)
	})
	for _, q := range []model.RowQuery{{}, {Limit: 5}, {Limit: 5, Newest: true}, {From: 3, To: 7}, {Entity: text.Clean("11")}, {From: 299, Limit: 2}} {
		storagetest.SameRows(t, fmt.Sprintf("%+v", q), f.read(q), chosen(f, q))
	}
}

// TestWindowsReadEachRowOnce.
func TestWindowsReadEachRowOnce(t *testing.T) {
	m := storagetest.NewMemory()
	e := storagetest.Experiments(2)[1]
	e.Dir = &model.RunDir{}
	m.Put(e)
	d := storagetest.SampleDir(900, 41)
	m.SetRunData(e.Key, storagetest.RunData{Dir: d})
	of := m.RunData(e.Key).(model.DatasetReader)
	for i := range d.Datasets {
		for _, from := range []int{0, 7, 100} {
			windows, whole, err := dataset.Windows(t.Context(), of, &d.Datasets[i], from)
			if err != nil || whole != 40 || from > 40 && windows[0].From != 40 && !d.Datasets[i].StepKey.Empty() {
				t.Errorf("%v, whole %d, %v", windows, whole, err)
			}
			n := 0
			for _, q := range windows {
				rows, err := of.Rows(t.Context(), d.Datasets[i].ID.Raw(), q)
				if n += len(rows.Cells); err != nil || len(rows.Cells) > 10_000 {
					t.Errorf("%+v: %d rows, %v", q, len(rows.Cells), err)
				}
			}
			all, err := of.Rows(t.Context(), d.Datasets[i].ID.Raw(), model.RowQuery{From: windows[0].From})
			if err != nil || n != len(all.Cells) {
				t.Errorf("%s: %d rows, want %d (%v)", d.Datasets[i].ID, n, len(all.Cells), err)
			}
		}
	}
}
