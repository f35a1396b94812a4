package list

import (
	"maps"
	"slices"

	"charm.land/lipgloss/v2"

	"societop/model"
)

// marks are the marks of experiments.
type marks struct {
	marked  map[model.Key]bool // by hand
	changed map[model.Key]bool // since they were selected last: another status, or new
}

// maxChanged is how many changed experiments are remembered; nobody steps through more.
const maxChanged = 10_000

// flag returns the sign before the name of an experiment that is marked, or has changed since it was
// last selected.
func (l *List) flag(s *model.Summary) (sign string, style lipgloss.Style) {
	switch {
	case l.marked[s.Key]:
		return l.theme.Mark, l.theme.Key
	case l.changed[s.Key]:
		return l.theme.News, l.theme.Warning
	case s.Dir != nil && len(s.Dir.Warnings) > 0:
		return l.theme.Warned, l.theme.Warning
	}
	return " ", l.theme.Text
}

// ToggleMark marks or unmarks the selected experiment, and selects the next. It reports whether there
// is a next one.
func (l *List) ToggleMark() bool {
	if !l.has {
		return false
	}
	if l.marked[l.selected] {
		delete(l.marked, l.selected)
	} else {
		l.marked[l.selected] = true
	}
	if l.index+1 >= l.selection.Len() {
		return false
	}
	l.Choose(l.index + 1)
	return true
}

// MarkChanged remembers changed experiments, except the one that the user is looking at, and forgets deleted
// ones.
func (m *marks) MarkChanged(changed, gone []model.Key, seen model.Key) {
	for _, k := range gone {
		delete(m.marked, k)
		delete(m.changed, k)
	}
	for _, k := range changed {
		if k != seen && len(m.changed) < maxChanged {
			m.changed[k] = true
		}
	}
}

// MarkSeen marks the selected experiment as seen: it no longer counts as changed.
func (l *List) MarkSeen() { delete(l.changed, l.selected) }

// SeeAll marks all experiments as seen: none counts as changed.
func (m *marks) SeeAll() { clear(m.changed) }

// Unseen returns the changed experiments, in no order.
func (m *marks) Unseen() []model.Key { return slices.Collect(maps.Keys(m.changed)) }

// ChooseNeed selects the next experiment that needs attention; after the last one comes the first. It
// reports whether there is one in the list.
func (l *List) ChooseNeed() bool {
	row, ok := l.selection.NextNeed(l.index)
	if ok {
		l.Choose(row)
	}
	return ok
}

// AnyChanged reports whether a changed experiment is in the list.
func (l *List) AnyChanged() bool {
	for k := range l.changed {
		if _, ok := l.selection.Rank(k); ok {
			return true
		}
	}
	return false
}

// changedRows returns the rows of the changed experiments, in order.
func changedRows(l *List) (rows []int) {
	for k := range l.changed {
		if row, ok := l.selection.Rank(k); ok {
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	return rows
}

// ChooseChanged selects the next changed experiment, or the one before; after the last one comes
// the first. There has to be one.
func (l *List) ChooseChanged(by int) {
	rows := changedRows(l)
	at, found := slices.BinarySearch(rows, l.index)
	switch {
	case by < 0:
		at--
	case found:
		at++
	}
	l.Choose(rows[(at+len(rows))%len(rows)])
}
