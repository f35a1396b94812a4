package kit

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/input"
	"societop/ui/theme"
)

// Off returns "": keys that scroll are never off.
func (s *Scroller) Off(key.Binding) string { return "" }

// Scroller shows the rows of a text that fit, and scrolls by keys. Panes that are text embed it.
type Scroller struct {
	Theme         *theme.Theme
	Moves         Moves
	Width, Height int
	Top           int
	Rows          int // how many rows there are
}

// NewScroller returns an empty scroller.
func NewScroller(t *theme.Theme) Scroller { return Scroller{Theme: t, Moves: NewMoves(nil)} }

// Rebind gives the actions their keys.
func (s *Scroller) Rebind(k *input.Keys) { s.Moves = NewMoves(k) }

// TextWidth returns the width of a row without the column of the scroll bar.
func (s *Scroller) TextWidth() int { return max(s.Width-1, 0) }

// SetRows sets the number of rows. Top stays if it can.
func (s *Scroller) SetRows(n int) {
	s.Rows = n
	s.Top = max(min(s.Top, s.Last()), 0)
}

// Last returns the largest possible Top.
func (s *Scroller) Last() int { return max(s.Rows-s.Height, 0) }

// SetSize sets the size in cells.
func (s *Scroller) SetSize(width, height int) {
	s.Width, s.Height = max(width, 0), max(height, 0)
}

// Update scrolls by a key.
func (s *Scroller) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		s.Top, _ = s.Moves.Move(k, s.Top, s.Last(), s.Height)
	}
	return nil
}

// Draw draws the visible rows. It calls line for those only.
func (s *Scroller) Draw(line func(i int) string) string {
	out := make([]string, 0, s.Height)
	from, to := Thumb(s.Top, s.Height, s.Rows, s.Height)
	for i := range s.Height {
		text := ""
		if s.Top+i < s.Rows {
			text = line(s.Top + i)
		}
		mark := " "
		if i >= from && i < to {
			mark = s.Theme.Border.Render(s.Theme.Scroll)
		}
		out = append(out, cell.Fit(text, s.TextWidth())+mark)
	}
	return cell.Block(out, s.Width, s.Height)
}

// Thumb returns the rows of a scroll bar's thumb: seen of all items are visible from first on.
func Thumb(first, seen, all, height int) (from, to int) {
	if seen >= all || height == 0 {
		return 0, 0
	}
	size := max(height*seen/all, 1)
	from = first * (height - size) / (all - seen)
	return from, from + size
}

// ShortHelp returns the keys for the footer.
func (s *Scroller) ShortHelp() []key.Binding {
	if s.Last() == 0 {
		return nil
	}
	return []key.Binding{Several("scroll", s.Moves.Down, s.Moves.Up)}
}

// FullHelp returns the keys that move.
func (s *Scroller) FullHelp() [][]key.Binding { return [][]key.Binding{s.Moves.All()} }
