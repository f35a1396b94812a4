package ui

import "societop/ui/cell"

// shape is what the layout depends on at present.
func (a *App) shape() shape {
	return shape{open: a.detail.open, full: a.detail.full, lines: 1 + a.typedHelpLines(), list: a.list.need}
}

// fewRows is how many experiments the width of a list is measured by: among more of them, some
// name is long.
const fewRows = 200

// nameGrain is the step by which the width of the names grows, so that the frame between list
// and detail stays where it is at most changes.
const nameGrain = 4

// fitList measures how wide the list has use for, and lays the screen out anew where that has
// changed. A list that is filtered keeps its width.
func (a *App) fitList() {
	s := a.list.selection
	if !s.Query().Empty() || s.Len() == 0 && a.list.need > 0 {
		return
	}
	need := 0
	if s.Len() <= fewRows {
		name := easyName
		rows := s.Window(0, s.Len())
		for i := range rows {
			name = max(name, cell.Width(rows[i].Name.String()))
		}
		need = widthFor((name+nameGrain-1)/nameGrain*nameGrain, a.list.columns) + 2
	}
	if need != a.list.need {
		a.list.need = need
		a.arrange()
	}
}

// widthFor is the cells of a row in which a name and all columns that are wanted have room.
func widthFor(name int, wanted choice) int {
	w := 0
	for range 3 { // the bar is wider in a wider row
		next := name + 4
		for i := range allColumns {
			switch n := allColumns[i].width; {
			case !wanted[i]:
			case i == barColumn:
				next += barWidth(w) + 1
			default:
				next += n + 1
			}
		}
		w = max(w, next)
	}
	return w
}
