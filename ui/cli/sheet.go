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
	fields func(T) []field // for JSON and CSV; those of the zero T name the columns
	plain  func(io.Writer, iter.Seq[T]) error
}

// print prints rows in a format.
func (s sheet[T]) print(w io.Writer, form format, rows iter.Seq[T]) error {
	fields := func(yield func([]field) bool) {
		for row := range rows {
			if !yield(s.fields(row)) {
				return
			}
		}
	}
	switch form {
	case asJSON:
		return printJSON(w, fields)
	case asCSV:
		var none T
		return printCSV(w, s.fields(none), fields)
	default:
		return s.plain(w, rows)
	}
}

// column is one of a plain table whose rows are known before the first is printed.
type column struct {
	title string
	right bool // numbers stand at the right
}

// maxColumn is how many cells a column has at most; only the last one has as many as it
// needs.
const maxColumn = 40

// columns prints rows under titles, aligned by cells, so that wide characters do not shift
// what stands behind them.
func columns[T any](of []column, texts func(T) []string) func(io.Writer, iter.Seq[T]) error {
	return func(w io.Writer, rows iter.Seq[T]) error {
		head := make([]string, len(of))
		for i, c := range of {
			head[i] = c.title
		}
		lines := [][]string{head}
		for row := range rows {
			lines = append(lines, texts(row))
		}
		widths := make([]int, len(of))
		for _, line := range lines {
			for i, text := range line {
				widths[i] = min(max(widths[i], cell.Width(text)), maxColumn)
			}
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(w, aligned(of, widths, line)); err != nil {
				return err
			}
		}
		return nil
	}
}

// aligned is one line of a table.
func aligned(of []column, widths []int, texts []string) string {
	out := slices.Clone(texts)
	for i, text := range texts {
		switch {
		case of[i].right:
			out[i] = cell.Right(text, widths[i])
		case i < len(of)-1:
			out[i] = cell.Fit(text, widths[i])
		}
	}
	return strings.TrimRight(strings.Join(out, "  "), " ")
}
