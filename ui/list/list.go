// Package list is the list of experiments: its rows, the selected one, marks, columns, filter and
// order, and how it is drawn.
package list

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// workRows is how many experiments a filter examines between two keys, which takes a fraction of the
// time to draw the screen.
const workRows = 1_000

// fewRuns is how many running experiments are judged at every change of one.
const fewRuns = 500

// List is the list of experiments. The selection belongs to an experiment, not to a row, and stays
// with it through every change.
type List struct {
	lab       *model.Lab
	theme     *theme.Theme
	zone      *time.Location
	now       func() time.Time // the source's wall time
	selection *model.Selection // what is shown
	next      *model.Selection // a filter or an order that is being applied
	selected  model.Key
	has       bool // something is selected
	index     int  // the row of selected
	top       int  // the first row in view
	height    int  // rows that fit
	width     Width
	columns   choice
	marks
}

// WorkMsg continues a filter or an order that is being applied, by Work.
type WorkMsg struct{ selection *model.Selection }

// New returns the list of a lab. Now is the source's wall time.
func New(lab *model.Lab, q model.Query, s model.Sort, t *theme.Theme, zone *time.Location, now func() time.Time) *List {
	return &List{
		lab: lab, theme: t, zone: zone, now: now, selection: lab.Select(q, s, now()), columns: usualColumns(lab.Priced()), width: Width{names: roomyName},
		marks: marks{marked: map[model.Key]bool{}, changed: map[model.Key]bool{}},
	}
}

// Selected returns the selected experiment; ok is false while there is none.
func (l *List) Selected() (k model.Key, ok bool) { return l.selected, l.has }

// Index returns the row of the selected experiment.
func (l *List) Index() int { return l.index }

// Len returns the number of rows.
func (l *List) Len() int { return l.selection.Len() }

// Query returns the filter that is shown.
func (l *List) Query() model.Query { return l.selection.Query() }

// Sort returns the order that is shown.
func (l *List) Sort() model.Sort { return l.selection.Sort() }

// Filtering reports whether another filter or order is being applied.
func (l *List) Filtering() bool { return l.next != nil }

// Resize sets the height in rows. The selected row stays in view.
func (l *List) Resize(height int) {
	l.height = max(height, 0)
	l.reveal()
}

// FindSelected finds the selected experiment after a change of the lab. It keeps its position on the screen;
// if it was deleted, the one now in its row is selected. A list that shows its first row continues to
// do so while the selection is in view.
func (l *List) FindSelected() {
	n := l.selection.Len()
	if n == 0 {
		l.has = l.has && l.next != nil
		l.index, l.top = 0, 0
		return
	}
	at, ok := l.selection.Rank(l.selected)
	if !ok || !l.has {
		at = min(l.index, n-1)
		l.selected, l.has = l.selection.At(at).Key, true
	}
	if l.top > 0 {
		l.top = max(l.top+at-l.index, 0)
	}
	l.index = at
	l.reveal()
}

// Judge judges the running experiments again, as time has passed: they may need attention, which filters
// and orders follow. Of many they are judged only once a minute.
func (l *List) Judge(minute bool) {
	if !minute && l.lab.Count(model.Running) > fewRuns {
		return
	}
	if l.lab.Needs().Judge(l.now()) {
		l.FindSelected()
	}
}

// reveal scrolls as little as possible to bring the selected row into view.
func (l *List) reveal() {
	last := max(l.selection.Len()-l.height, 0)
	l.top = min(max(l.top, l.index-l.height+1), l.index, last)
	l.top = max(l.top, 0)
}

// Choose selects the experiment of a row.
func (l *List) Choose(row int) {
	l.index, l.selected, l.has = row, l.selection.At(row).Key, true
	l.reveal()
}

// Want selects an experiment in a list, and reports whether the filter shows it.
func Want(l *List, k model.Key) (shown bool) {
	l.selected, l.has = k, true
	at, shown := l.selection.Rank(k)
	if shown {
		l.Choose(at)
	}
	return shown
}

// Key moves the selection by a key. It reports whether the selection has changed.
func (l *List) Key(moves kit.Moves, k fmt.Stringer) bool {
	to, ok := moves.Move(k, l.index, l.selection.Len()-1, l.height)
	if !ok || to == l.index || !l.has {
		return false
	}
	l.Choose(to)
	return true
}

// RowAt returns the row in the y-th line under the heading; ok is false if there is none.
func (l *List) RowAt(y int) (row int, ok bool) {
	row = l.top + y
	return row, y >= 0 && y < l.height && row < l.selection.Len()
}

// Watched returns the selected experiment and, if rows is set, those in view.
func (l *List) Watched(rows bool) (keys []model.Key) {
	if l.has {
		keys = append(keys, l.selected)
	}
	if !rows {
		return keys
	}
	for _, s := range l.selection.Window(l.top, l.height) {
		if s.Key != l.selected {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// Select begins another filter or order, for Work. The present list stays until that is applied.
func (l *List) Select(q model.Query, s model.Sort) WorkMsg {
	if l.next != nil {
		l.next.Close()
	}
	l.next = l.lab.Select(q, s, l.now())
	return WorkMsg{l.next}
}

// Work continues a filter or an order, and shows it when it is done. One that was replaced meanwhile
// is dropped.
func (l *List) Work(msg WorkMsg) (done bool, more tea.Cmd) {
	if msg.selection != l.next || l.next == nil {
		return false, nil
	}
	if !l.next.Work(workRows) {
		return false, func() tea.Msg { return msg }
	}
	l.selection.Close()
	l.selection, l.next = l.next, nil
	l.FindSelected()
	return true, nil
}

// offers reports whether an order by a key says something of a lab.
func offers(lab *model.Lab, k model.SortKey) bool {
	return (k != model.ByCost || lab.Priced()) && (k != model.BySource || lab.Sources().Several())
}

// NextSort returns the order by the next key.
func (l *List) NextSort() model.Sort {
	keys := model.SortKeys()
	next := keys[(int(l.Sort().Key)+1)%len(keys)]
	for !offers(l.lab, next) {
		next++
	}
	return model.Sort{Key: next}
}

// Reversed returns the order the other way round.
func (l *List) Reversed() model.Sort {
	s := l.Sort()
	s.Reverse = !s.Reverse
	return s
}

// SortAt returns the order by the column at the x-th cell of the heading, reversed if it is the present
// one. The name is empty if there is no column; ok is false if the column has no order.
func (l *List) SortAt(x, w int) (name string, s model.Sort, ok bool) {
	c := columnsFor(w, l.columns, l.width)
	name, sortable := c.headAt(x)
	s, err := model.ParseSort(sortable)
	if name == "" || sortable == "" || err != nil {
		return name, s, false
	}
	if s.Key == l.Sort().Key {
		s = l.Reversed()
	}
	return name, s, true
}

// Chosen returns the marked experiments in the order of the list, or else the selected one.
func (l *List) Chosen() (all []model.Summary) {
	type row struct {
		at int
		s  model.Summary
	}
	var rows []row
	for k := range l.marked {
		if s, ok := l.lab.Get(k); ok {
			at, shown := l.selection.Rank(k)
			if !shown {
				at = l.selection.Len()
			}
			rows = append(rows, row{at, s})
		}
	}
	slices.SortFunc(rows, func(x, y row) int { return x.at - y.at })
	for _, r := range rows {
		all = append(all, r.s)
	}
	if s, ok := l.lab.Get(l.selected); ok && l.has && len(all) == 0 {
		all = append(all, s)
	}
	return all
}
