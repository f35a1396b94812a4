package tables

import (
	"cmp"
	"slices"
	"strings"

	"societop/model/text"
)

// matcher returns which rows match the query: those with its text in any cell, or in that of a
// column where it is "column:text"; nil: all do.
func (g *grid) matcher() func([]text.Value) bool {
	if g.query == "" {
		return nil
	}
	words, at := g.query, -1
	if name, rest, ok := strings.Cut(g.query, ":"); ok {
		for i := range g.columns {
			if text.CompareFold(g.columns[i].Name.String(), strings.TrimSpace(name)) == 0 {
				words, at = strings.TrimSpace(rest), g.columns[i].at
			}
		}
	}
	words = text.Fold(words)
	if at >= 0 {
		return func(cells []text.Value) bool { return contains(cells[at], words) }
	}
	return func(cells []text.Value) bool {
		return slices.ContainsFunc(cells, func(v text.Value) bool { return contains(v, words) })
	}
}

// contains reports whether a value has a text of small letters, in any case.
func contains(v text.Value, words string) bool {
	raw := v.Raw()
	switch {
	case v.Kind() == text.NullValue:
		return words == ""
	case strings.Contains(raw, `\`):
		return text.ContainsFold(v.Text().String(), words)
	case v.Kind() == text.TextValue:
		return text.ContainsFold(raw[1:len(raw)-1], words)
	}
	return text.ContainsFold(raw, words)
}

// sortBy sorts by a column; once more returns to the order of the source.
func (g *grid) sortBy(column int) {
	switch {
	case column >= len(g.columns):
		return
	case g.sorted && g.by == g.columns[column].Name:
		g.gridSort = gridSort{}
	default:
		g.gridSort = gridSort{by: g.columns[column].Name, sorted: true}
	}
	g.arrange()
}

// turn reverses the order.
func (g *grid) turn() {
	g.reverse = !g.reverse
	g.arrange()
}

// rank is the place of a value in an order: numbers, then texts, then what is neither, then nothing.
type rank struct {
	class  int8
	number float64
	words  string
}

func rankOf(v text.Value) rank {
	switch v.Kind() {
	case text.NullValue:
		return rank{class: 3}
	case text.NumberValue:
		if f, ok := v.Number(); ok {
			return rank{number: f, words: v.Raw()}
		}
	case text.TextValue:
		return rank{class: 1, words: v.Text().String()}
	default:
	}
	return rank{class: 2, words: v.Raw()}
}

// compare orders two of one class. Integers beyond what a float holds differ in their digits.
func (r *rank) compare(o *rank) int {
	switch {
	case r.class == 1:
		return text.CompareFold(r.words, o.words)
	case r.class > 1:
		return strings.Compare(r.words, o.words)
	case r.number != o.number || strings.ContainsAny(r.words+o.words, ".eE"):
		return cmp.Compare(r.number, o.number)
	}
	c := cmp.Or(cmp.Compare(len(r.words), len(o.words)), strings.Compare(r.words, o.words))
	if r.number < 0 {
		c = -c
	}
	return c
}

// sort sorts the rows that are shown; equal ones stay in the order of the source. What is nothing is
// last.
func (g *grid) sort() {
	at := -1
	for i := range g.columns {
		if g.sorted && g.columns[i].Name == g.by {
			at = g.columns[i].at
		}
	}
	if at < 0 {
		if g.reverse {
			slices.Reverse(g.order)
		}
		return
	}
	ranks := make([]rank, len(g.rows.Cells))
	for _, i := range g.order {
		ranks[i] = rankOf(g.rows.Cells[i][at])
	}
	slices.SortStableFunc(g.order, func(a, b int32) int {
		x, y := &ranks[a], &ranks[b]
		if x.class != y.class {
			return cmp.Compare(x.class, y.class)
		}
		if g.reverse {
			return y.compare(x)
		}
		return x.compare(y)
	})
}
