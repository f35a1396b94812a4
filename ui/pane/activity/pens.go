package activity

import (
	"strings"

	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// ink is what a cell says, for its style.
type ink int8

// The inks; those of deeds have the numbers of deeds.
const (
	absent = ink(model.Absent)
	acted  = ink(model.Acted)
	failed = ink(model.FailedToAct)
	blank  = failed + 1
	total  = blank + 1
	inks   = total + 1
)

// place is where a cell is.
type place int8

// The places of cells.
const (
	elsewhere place = iota
	inColumn        // of the cursor
	underCursor
	places
)

// place returns where a cell is: in the column of the cursor, under it, or elsewhere.
func (s *sight) place(column int, here bool) place {
	switch {
	case column != s.step/s.perColumn:
		return elsewhere
	case here:
		return underCursor
	}
	return inColumn
}

// pen is the escapes of a style: to render each cell by itself would take too long.
type pen struct{ open, end string }

// pens are those of all inks in all places.
type pens struct {
	of       [inks][places]pen
	revision int // of the theme
}

// mix makes the pens of the theme, unless they are made.
func (p *pens) mix(t *theme.Theme) {
	if p.revision == t.Revision {
		return
	}
	p.revision = t.Revision
	for i := range inks {
		style := t.Text
		switch i {
		case total:
			style = t.Strong
		case acted, failed, absent:
			_, style = signs{t}.of(model.Deed(i))
		default:
		}
		p.of[i] = [places]pen{penOf(style), penOf(t.Row(style, false)), penOf(t.Row(style, true))}
	}
}

// penOf returns the escapes of a style.
func penOf(style lipgloss.Style) pen {
	open, end, _ := strings.Cut(style.Render("x"), "x")
	return pen{open, end}
}

// strokes is a row of cells, of which neighbours of one pen take one escape.
type strokes struct {
	pens  *pens
	b     strings.Builder
	ink   ink
	place place
	cells int
}

// add adds a cell.
func (s *strokes) add(sign string, i ink, at place) {
	if s.cells == 0 || s.ink != i || s.place != at {
		s.end()
		s.ink, s.place = i, at
		s.b.WriteString(s.pens.of[i][at].open)
	}
	s.b.WriteString(sign)
	s.cells++
}

// end ends the cells of one pen.
func (s *strokes) end() {
	if s.cells > 0 {
		s.b.WriteString(s.pens.of[s.ink][s.place].end)
	}
}

// fit returns the row in w cells.
func (s *strokes) fit(w int) string {
	s.end()
	return s.b.String() + cell.Space(w-s.cells)
}
