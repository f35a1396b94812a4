package kit

import (
	"slices"
	"sort"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/input"
	"societop/ui/theme"
)

// Document is what the panes of text have in common: lines of which some are shown, each in one
// or more rows, a current position, and a search. The position keeps its row on the screen when
// the lines around it change.
type Document struct {
	Scroller // its height is that of the lines, without the head above them
	Searchable
	Texts  []text.Text // the lines; scroller's are rows
	Shown  []int       // the lines that are, in order
	starts []int       // the row at which each of them begins, and the one after the last

	Place Position
	Below int      // how many rows the place stands below the first in view
	From  Position // where the search began

	Hits    []Hit
	Current int // the one that was gone to; −1: none
}

// NewDocument returns an empty document; what names the text that is searched, for the help.
func NewDocument(t *theme.Theme, what string) Document {
	return Document{Scroller: NewScroller(t), Searchable: NewSearch(t, what), Current: -1}
}

// Rebind gives the actions their keys.
func (d *Document) Rebind(k *input.Keys) {
	d.Scroller.Rebind(k)
	d.Search.Rebind(k)
}

// Position is a row of a line.
type Position struct{ Line, Part int }

// Hit is a match of the search: bytes of a line.
type Hit struct{ Line, From, to int }

// before reports whether a hit begins before a byte of a line.
func (h Hit) before(line, from int) bool { return h.Line < line || h.Line == line && h.From < from }

// Arrange counts the rows of the lines that are shown, the first of which begins at row first,
// and keeps the position where it was on the screen.
func (d *Document) Arrange(first int, rows func(line int) int) {
	d.starts = append(d.starts[:0], first)
	for i, line := range d.Shown {
		d.starts = append(d.starts, d.starts[i]+rows(line))
	}
	d.SetRows(d.starts[len(d.Shown)])
	d.Hold()
}

// Hold scrolls so that the position keeps its row on the screen.
func (d *Document) Hold() {
	d.Top = max(min(d.RowOf(d.Place)-max(min(d.Below, d.Height-1), 0), d.Last()), 0)
}

// PositionAt returns what is drawn in a row; Line is −1 for rows before the first line.
func (d *Document) PositionAt(row int) Position {
	i := sort.SearchInts(d.starts, row+1) - 1
	if i < 0 || i >= len(d.Shown) {
		return Position{Line: -1}
	}
	return Position{d.Shown[i], row - d.starts[i]}
}

// RowOf returns the row of a position. A position in a hidden line has the row of the last shown
// line before it.
func (d *Document) RowOf(p Position) int {
	i := sort.SearchInts(d.Shown, p.Line+1) - 1
	switch {
	case i < 0:
		return 0
	case d.Shown[i] < p.Line:
		return d.starts[i]
	}
	return min(d.starts[i]+p.Part, d.starts[i+1]-1)
}

// FindIn finds all hits in some lines.
func (d *Document) FindIn(among []int) {
	d.Hits, d.Current = d.Hits[:0], -1
	d.FindMore(among)
}

// FindAgain finds all hits in other lines and keeps the current one.
func (d *Document) FindAgain(among []int) {
	if d.Current < 0 {
		d.FindIn(among)
		return
	}
	was := d.Hits[d.Current]
	d.FindIn(among)
	d.Current = slices.Index(d.Hits, was)
}

// FindMore finds the hits in further lines.
func (d *Document) FindMore(among []int) {
	if d.Search.Query == "" {
		return
	}
	for _, line := range among {
		text := d.Texts[line].String()
		for at := 0; ; {
			from, to := find(text[at:], d.Search.Query)
			if from < 0 {
				break
			}
			d.Hits = append(d.Hits, Hit{line, at + from, at + to})
			at += to
		}
	}
}

// DropLines removes lines from the beginning and adjusts the hits.
func (d *Document) DropLines(lines int) {
	n := sort.Search(len(d.Hits), func(i int) bool { return d.Hits[i].Line >= lines })
	d.Hits = append(d.Hits[:0], d.Hits[n:]...)
	for i := range d.Hits {
		d.Hits[i].Line -= lines
	}
	d.Current = max(d.Current-n, -1)
}

// NextHit returns the hit to go to: the neighbour of the current hit, or the first at or after a
// byte of a line (the last before it if by is negative). It wraps around.
func (d *Document) NextHit(line, from, by int) int {
	to := d.Current + by
	if d.Current < 0 {
		to = sort.Search(len(d.Hits), func(i int) bool { return !d.Hits[i].before(line, from) })
		if by < 0 {
			to--
		}
	}
	return (to + len(d.Hits)) % len(d.Hits)
}

// GoTo makes a hit in a part of its line current. If it is not visible, it is scrolled to a
// third below the top, so that the lines above it can be read.
func (d *Document) GoTo(i, part int) {
	d.Current, d.Place = i, Position{d.Hits[i].Line, part}
	row := d.RowOf(d.Place)
	if d.Below = row - d.Top; d.Below < 0 || d.Below >= d.Height {
		d.Below = d.Height / 3
	}
	d.Hold()
	d.Below = row - d.Top
}

// PartOf returns the index of the part that has the byte at; the parts follow one another from
// byte from on.
func PartOf(parts []string, from, at int) int {
	for i, part := range parts {
		if from += len(part); at < from {
			return i
		}
	}
	return max(len(parts)-1, 0)
}

// HitCount returns the number of hits and which one is current; "" without a search.
func (d *Document) HitCount() string {
	switch n := len(d.Hits); {
	case d.Search.Query == "":
		return ""
	case n == 0:
		return "no hit"
	case d.Current >= 0:
		return human.Count(d.Current+1) + " of " + human.Count(n)
	case n == 1:
		return "1 hit"
	default:
		return human.Count(n) + " hits"
	}
}

// BytesOf returns the length of some parts of a line.
func BytesOf(parts []string) (n int) {
	for _, part := range parts {
		n += len(part)
	}
	return n
}

// QueryAndCount returns the text that is searched for and its hits; "" without a search.
func (d *Document) QueryAndCount() string {
	said := d.HitCount()
	if said == "" {
		return ""
	}
	return said + " " + d.Theme.Dot + " " + cell.Cut(text.Clean(d.Search.Query).String(), max(d.Width/3, 8))
}

// CapturesSearch reports whether a key belongs to the search.
func (d *Document) CapturesSearch(k tea.KeyPressMsg) bool {
	return d.Search.Captures(k) || d.Search.Query != "" && key.Matches(k, d.Search.Keys.Next, d.Search.Keys.Previous)
}

// Hop returns +1 for the key of the next hit, −1 for that of the previous one, and 0 for any
// other key or if there are no hits.
func (d *Document) Hop(k tea.KeyPressMsg) int {
	switch {
	case len(d.Hits) == 0:
	case key.Matches(k, d.Search.Keys.Next):
		return +1
	case key.Matches(k, d.Search.Keys.Previous):
		return -1
	}
	return 0
}

// SearchHelp returns the keys of the search for the footer.
func (d *Document) SearchHelp() []key.Binding {
	k := &d.Search.Keys
	return []key.Binding{Several("hits", k.Next, k.Previous), Named(k.Clear, "end search")}
}

// Tint is a style up to a byte of a line.
type Tint struct {
	To    int
	Style *lipgloss.Style // of the theme
}

// Paint draws some bytes of a line in its tints and marks the hits.
func (d *Document) Paint(line int, text string, from, to int, tints []Tint) string {
	out := ""
	first := sort.Search(len(d.Hits), func(i int) bool { return d.Hits[i].Line > line || d.Hits[i].Line == line && d.Hits[i].to > from })
	for from < to {
		for len(tints) > 0 && tints[0].To <= from {
			tints = tints[1:]
		}
		end, style := to, &d.Theme.Text
		if len(tints) > 0 {
			end, style = min(to, tints[0].To), tints[0].Style
		}
		if first < len(d.Hits) && d.Hits[first].Line == line {
			switch h := d.Hits[first]; {
			case from < h.From:
				end = min(end, h.From)
			default:
				end, style = min(to, h.to), &d.Theme.Hit
				if first == d.Current {
					style = &d.Theme.HitNow
				}
				first++
			}
		}
		out += style.Render(text[from:end])
		from = end
	}
	return out
}

// DrawPage draws the head and the visible rows below it, or a note instead of both.
func (d *Document) DrawPage(note, head string, row func(i int) string) string {
	if note != "" {
		return cell.Block(cell.Wrap(d.Theme.Faint.Render(note), d.Width), d.Width, d.Height+1)
	}
	if head = cell.Fit(head, d.Width); d.Height <= 0 {
		return head
	}
	return head + "\n" + d.Draw(row)
}
