package cli

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"societop/ui/cell"
)

// sheet says how rows of a kind are printed.
type sheet[T any] struct {
	fields  func(T) []field // for JSON and CSV; those of the zero T name the columns
	columns []column        // for people
	texts   func(T) []string
	fits    bool // on a terminal each row is one line; else the last column is as long as it is
}

// print prints rows in a format.
func (s sheet[T]) print(w io.Writer, form format, rows iter.Seq[T]) error {
	switch form.kind {
	case asJSON:
		return printJSON(w, each(rows, s.fields))
	case asCSV:
		var none T
		return printCSV(w, form.bom, s.fields(none), each(rows, s.fields))
	default:
		return table{s.columns, form.width, s.fits}.print(w, each(rows, s.texts))
	}
}

// each is what f makes of every row.
func each[T, U any](rows iter.Seq[T], f func(T) U) iter.Seq[U] {
	return func(yield func(U) bool) {
		for row := range rows {
			if !yield(f(row)) {
				return
			}
		}
	}
}

// column is one of a table for people.
type column struct {
	title string
	right bool // numbers stand at the right
	cut   bool // where there is no room its texts are cut
	cells int  // its least width where nothing is cut
	spare int  // where there is no room for all, the column with the highest number goes first; 0 stays
}

// left is a column of texts, right one of numbers.
func left(title string) column  { return column{title: title, cut: true} }
func right(title string) column { return column{title: title, right: true} }

// table is rows under titles, aligned by cells, so that wide characters do not shift what
// follows them.
type table struct {
	columns []column
	width   int  // of the terminal; 0: nothing is cut
	fits    bool // no line is longer than that
}

// sampleRows is how many rows decide on the widths of columns. A longer text in a later row
// shifts what follows it, but is not lost.
const sampleRows = 1000

// How wide a table that is longer than its terminal makes a text that is not the last, and how
// far columns are apart.
const (
	mostCells = 40
	gap       = 2
)

// leastCells is what is kept for a text that is cut, before columns of such a spare or a higher
// one go.
var leastCells = []struct{ cells, spare int }{{24, 3}, {12, 1}, {8, 1}}

// print prints rows. Of a list of any length it holds the first rows only.
func (t table) print(w io.Writer, rows iter.Seq[[]string]) error {
	head := make([]string, len(t.columns))
	for i, c := range t.columns {
		head[i] = c.title
	}
	lines := [][]string{head}
	var shown, widths []int
	show := func() error {
		if widths == nil {
			shown, widths = t.layout(lines)
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(w, t.line(shown, widths, line)); err != nil {
				return err
			}
		}
		lines = lines[:0]
		return nil
	}
	for row := range rows {
		if lines = append(lines, row); len(lines) > sampleRows {
			if err := show(); err != nil {
				return err
			}
		}
	}
	return show()
}

// layout is which columns are shown, and how wide each is.
func (t table) layout(lines [][]string) (shown, widths []int) {
	widths = make([]int, len(t.columns))
	for i, c := range t.columns {
		shown = append(shown, i)
		if t.width == 0 {
			widths[i] = c.cells
		}
		for _, line := range lines {
			widths[i] = max(widths[i], cell.Width(line[i]))
		}
		if t.width > 0 && c.cut && !t.fits {
			widths[i] = min(widths[i], mostCells)
		}
	}
	if t.width == 0 || !t.fits {
		return shown, widths
	}
	for _, least := range leastCells {
		for !t.squeeze(shown, widths, least.cells) {
			first := slices.MaxFunc(shown, func(a, b int) int { return t.columns[a].spare - t.columns[b].spare })
			if t.columns[first].spare < least.spare {
				break
			}
			shown = slices.DeleteFunc(shown, func(i int) bool { return i == first })
		}
	}
	return shown, widths
}

// squeeze narrows the widest columns of texts, but not below least cells, until all that are
// shown fit, and reports whether they do. Where they do not, the widths stay as they were.
func (t table) squeeze(shown, widths []int, least int) bool {
	narrow := slices.Clone(widths)
	over := -gap - t.width
	for _, i := range shown {
		over += narrow[i] + gap
	}
	for ; over > 0; over-- {
		widest := -1
		for _, i := range shown {
			if t.columns[i].cut && narrow[i] > least && (widest < 0 || narrow[i] > narrow[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		narrow[widest]--
	}
	copy(widths, narrow)
	return true
}

// line is one line of the table.
func (t table) line(shown, widths []int, texts []string) string {
	var b strings.Builder
	for n, i := range shown {
		text, last := texts[i], n == len(shown)-1
		if c := t.columns[i]; t.width > 0 && c.cut && (t.fits || !last) {
			text = cell.Cut(text, widths[i])
		}
		switch {
		case t.columns[i].right:
			b.WriteString(cell.Space(widths[i]-cell.Width(text)) + text)
		case last:
			b.WriteString(text)
		default:
			b.WriteString(text + cell.Space(widths[i]-cell.Width(text)))
		}
		if !last {
			b.WriteString(cell.Space(gap))
		}
	}
	line := strings.TrimRight(b.String(), " ")
	if t.width > 0 && t.fits {
		return cell.Cut(line, t.width)
	}
	return line
}
