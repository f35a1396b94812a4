package pane

import (
	"slices"
	"sort"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/theme"
)

// document is what the panes of text have in common: lines of which some are shown, each in
// one row or more, one place that is looked at, and a search. The place keeps its row on the
// screen whatever is shown around it.
type document struct {
	scroller // its height is that of the lines, without the head above them
	search   finder
	texts    []model.Text // the lines; scroller's are rows
	shown    []int        // the lines that are, in order
	starts   []int        // the row at which each of them begins, and the one after the last

	place textPlace
	below int       // how many rows the place stands below the first in view
	from  textPlace // where the search began

	hits []hit
	hit  int // the one that was gone to; −1: none
}

// newDocument is an empty document; the help names what is searched.
func newDocument(t *theme.Theme, what string) document {
	return document{scroller: newScroller(t), search: newFinder(t, what), hit: -1}
}

// textPlace is a row of a line.
type textPlace struct{ line, part int }

// hit is where what is looked for stands: the bytes of a line.
type hit struct{ line, from, to int }

// before tells whether a hit begins before a byte of a line.
func (h hit) before(line, from int) bool { return h.line < line || h.line == line && h.from < from }

// arrange counts the rows of the lines that are shown, the first of which begins at a row, and
// puts the place where it was on the screen.
func (d *document) arrange(first int, rows func(line int) int) {
	d.starts = append(d.starts[:0], first)
	for i, line := range d.shown {
		d.starts = append(d.starts, d.starts[i]+rows(line))
	}
	d.setLines(d.starts[len(d.shown)])
	d.hold()
}

// hold scrolls so that the place stands where it stood.
func (d *document) hold() {
	d.top = max(min(d.row(d.place)-max(min(d.below, d.height-1), 0), d.last()), 0)
}

// at is what is drawn in a row; line −1 is what stands before the first line.
func (d *document) at(row int) textPlace {
	i := sort.SearchInts(d.starts, row+1) - 1
	if i < 0 || i >= len(d.shown) {
		return textPlace{line: -1}
	}
	return textPlace{d.shown[i], row - d.starts[i]}
}

// row is where a place is drawn: of a line that is not shown, that of the last shown before it.
func (d *document) row(p textPlace) int {
	i := sort.SearchInts(d.shown, p.line+1) - 1
	switch {
	case i < 0:
		return 0
	case d.shown[i] < p.line:
		return d.starts[i]
	}
	return min(d.starts[i]+p.part, d.starts[i+1]-1)
}

// look finds all hits in some lines.
func (d *document) look(among []int) {
	d.hits, d.hit = d.hits[:0], -1
	d.lookOn(among)
}

// lookAgain finds all hits in other lines; the one that was gone to stays so.
func (d *document) lookAgain(among []int) {
	if d.hit < 0 {
		d.look(among)
		return
	}
	was := d.hits[d.hit]
	d.look(among)
	d.hit = slices.Index(d.hits, was)
}

// lookOn finds the hits in further lines.
func (d *document) lookOn(among []int) {
	if d.search.query == "" {
		return
	}
	for _, line := range among {
		text := d.texts[line].String()
		for at := 0; ; {
			from, to := find(text[at:], d.search.query)
			if from < 0 {
				break
			}
			d.hits = append(d.hits, hit{line, at + from, at + to})
			at += to
		}
	}
}

// drop takes lines out of the beginning of those in which hits were found.
func (d *document) drop(lines int) {
	n := sort.Search(len(d.hits), func(i int) bool { return d.hits[i].line >= lines })
	d.hits = append(d.hits[:0], d.hits[n:]...)
	for i := range d.hits {
		d.hits[i].line -= lines
	}
	d.hit = max(d.hit-n, -1)
}

// next is the hit to go to from a byte of a line: the first there or behind it, or the last
// before it; beyond the end it is the first again. Where one was gone to, it is its neighbour.
func (d *document) next(line, from, by int) int {
	to := d.hit + by
	if d.hit < 0 {
		to = sort.Search(len(d.hits), func(i int) bool { return !d.hits[i].before(line, from) })
		if by < 0 {
			to--
		}
	}
	return (to + len(d.hits)) % len(d.hits)
}

// goTo looks at a hit in a part of its line. What is not in view yet comes a third below the
// top, so that one sees what it is about.
func (d *document) goTo(i, part int) {
	d.hit, d.place = i, textPlace{d.hits[i].line, part}
	row := d.row(d.place)
	if d.below = row - d.top; d.below < 0 || d.below >= d.height {
		d.below = d.height / 3
	}
	d.hold()
	d.below = row - d.top
}

// partOf is the part of a line that holds a byte, of the parts that follow one another from a
// byte on.
func partOf(parts []string, from, at int) int {
	for i, part := range parts {
		if from += len(part); at < from {
			return i
		}
	}
	return max(len(parts)-1, 0)
}

// said is how many hits there are and which was gone to; "" without a search.
func (d *document) said() string {
	switch n := len(d.hits); {
	case d.search.query == "":
		return ""
	case n == 0:
		return "no hit"
	case d.hit >= 0:
		return human.Count(d.hit+1) + " of " + human.Count(n)
	case n == 1:
		return "1 hit"
	default:
		return human.Count(n) + " hits"
	}
}

// bytesOf is how many bytes some parts of a line have.
func bytesOf(parts []string) (n int) {
	for _, part := range parts {
		n += len(part)
	}
	return n
}

// sought is what is looked for, with how much of it there is; "" without a search.
func (d *document) sought() string {
	said := d.said()
	if said == "" {
		return ""
	}
	return said + " " + d.theme.Dot + " " + cell.Cut(model.Clean(d.search.query).String(), max(d.width/3, 8))
}

// takes tells whether a key is the search's.
func (d *document) takes(k tea.KeyPressMsg) bool {
	return d.search.takes(k) || d.search.query != "" && key.Matches(k, d.search.keys.next, d.search.keys.previous)
}

// hops is +1 for the key of the next hit, −1 for that of the one before, 0 for any other and
// where there is none.
func (d *document) hops(k tea.KeyPressMsg) int {
	switch {
	case len(d.hits) == 0:
	case key.Matches(k, d.search.keys.next):
		return +1
	case key.Matches(k, d.search.keys.previous):
		return -1
	}
	return 0
}

// searching is the keys of the search, for the footer.
func (d *document) searching() []key.Binding {
	k := &d.search.keys
	hits := k.next
	hits.SetHelp(k.next.Help().Key+" "+k.previous.Help().Key, "hits")
	return []key.Binding{hits, named(k.clear, "end search")}
}

// Cursor is where the search is typed.
func (d *document) Cursor() (x, y int, ok bool) {
	x, ok = d.search.cursor()
	return x, 0, ok
}

// tint is a style up to a byte of a line.
type tint struct {
	to    int
	style *lipgloss.Style // of the theme
}

// paint is some bytes of a line in its tints, with the hits marked over them.
func (d *document) paint(line int, text string, from, to int, tints []tint) string {
	out := ""
	first := sort.Search(len(d.hits), func(i int) bool { return d.hits[i].line > line || d.hits[i].line == line && d.hits[i].to > from })
	for from < to {
		for len(tints) > 0 && tints[0].to <= from {
			tints = tints[1:]
		}
		end, style := to, &d.theme.Text
		if len(tints) > 0 {
			end, style = min(to, tints[0].to), tints[0].style
		}
		if first < len(d.hits) && d.hits[first].line == line {
			switch h := d.hits[first]; {
			case from < h.from:
				end = min(end, h.from)
			default:
				end, style = min(to, h.to), &d.theme.Hit
				if first == d.hit {
					style = &d.theme.HitNow
				}
				first++
			}
		}
		out += style.Render(text[from:end])
		from = end
	}
	return out
}

// page is the head and, below it, the rows in view; note stands there instead of both.
func (d *document) page(note, head string, row func(i int) string) string {
	if note != "" {
		return cell.Block(cell.Wrap(d.theme.Faint.Render(note), d.width), d.width, d.height+1)
	}
	if head = cell.Fit(head, d.width); d.height <= 0 {
		return head
	}
	return head + "\n" + d.view(row)
}
