package pane

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/theme"
)

// scroller shows the part of some lines that fits, and scrolls by keys. Panes that are text
// embed it.
type scroller struct {
	theme         *theme.Theme
	moves         Moves
	width, height int
	top           int
	lines         int // how many there are
}

func newScroller(t *theme.Theme) scroller { return scroller{theme: t, moves: NewMoves()} }

// text is the width of the lines: a column is kept for the mark of the place.
func (s *scroller) text() int { return max(s.width-1, 0) }

// setLines tells how many lines there are; the place stays if it can.
func (s *scroller) setLines(n int) {
	s.lines = n
	s.top = max(min(s.top, s.last()), 0)
}

// last is the furthest first line.
func (s *scroller) last() int { return max(s.lines-s.height, 0) }

func (s *scroller) resize(width, height int) {
	s.width, s.height = max(width, 0), max(height, 0)
}

// Update scrolls.
func (s *scroller) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		s.top, _ = s.moves.Move(k, s.top, s.last(), s.height)
	}
	return nil
}

// view draws the lines that fit; line is asked only for those.
func (s *scroller) view(line func(i int) string) string {
	out := make([]string, 0, s.height)
	from, to := s.thumb()
	for i := range s.height {
		text := ""
		if s.top+i < s.lines {
			text = line(s.top + i)
		}
		mark := " "
		if i >= from && i < to {
			mark = s.theme.Border.Render(s.theme.Scroll)
		}
		out = append(out, cell.Fit(text, s.text())+mark)
	}
	return cell.Block(out, s.width, s.height)
}

// thumb is the rows of the mark that tells which part of the lines is in view; none when
// all are.
func (s *scroller) thumb() (from, to int) { return thumb(s.top, s.height, s.lines, s.height) }

// thumb is the rows of the mark in a height that tells which part of some things is in view.
func thumb(first, seen, all, height int) (from, to int) {
	if seen >= all || height == 0 {
		return 0, 0
	}
	size := max(height*seen/all, 1)
	from = first * (height - size) / (all - seen)
	return from, from + size
}

// ShortHelp is what the footer says while the pane has the focus.
func (s *scroller) ShortHelp() []key.Binding {
	if s.last() == 0 {
		return nil
	}
	return []key.Binding{key.NewBinding(key.WithKeys("j", "k"), key.WithHelp("j k", "scroll"))}
}

// FullHelp is the keys that move, and behind them those of the pane alone.
func (s *scroller) FullHelp() [][]key.Binding { return [][]key.Binding{s.moves.All()} }
