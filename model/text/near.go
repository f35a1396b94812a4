package text

import (
	"cmp"
	"slices"
	"strings"
)

// Near returns those of known that a typing error away from name may be, the nearest first.
// Case does not count, and a name that begins a known one is near to it.
func Near(name string, known []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	name = Fold(name)
	if len(name) > maxTyped {
		return nil
	}
	var found []candidate
	for _, k := range known {
		d, ok := Typos(name, Fold(k))
		if len(name) >= 2 && strings.HasPrefix(Fold(k), name) {
			d, ok = 0, true
		}
		if ok {
			found = append(found, candidate{k, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, c := range found {
		if c.distance == found[0].distance && !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

// maxTyped is the longest text, in bytes, that is taken for a mistyped name.
const maxTyped = 64

// Meant asks for the names that are near to a wrong one, or else lists all.
func Meant(wrong string, known []string) string {
	if near := Near(wrong, known); len(near) > 0 {
		return DidYouMean(near)
	}
	if len(known) > maxListed {
		known = append(slices.Clone(known[:maxListed]), "…")
	}
	return "there are " + strings.Join(known, ", ")
}

// maxListed is how many names an error lists.
const maxListed = 30

// DidYouMean asks for one of the names that Near returned: `did you mean "a" or "b"?`; it is
// empty where there are none.
func DidYouMean(near []string) string {
	if len(near) == 0 {
		return ""
	}
	quoted := make([]string, min(len(near), 3))
	for i := range quoted {
		quoted[i] = `"` + near[i] + `"`
	}
	return "did you mean " + strings.Join(quoted, " or ") + "?"
}

// Typos is how many characters have to be added, left out, replaced or exchanged with the next
// one to make b of a; ok is false where these are more than a third of a, or one of a short a.
func Typos(a, b string) (n int, ok bool) {
	x, y := []rune(a), []rune(b)
	most := max(len(x)/3, min(len(x)-1, 1))
	if d := len(x) - len(y); max(d, -d) > most {
		return 0, false
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range x {
		before, last, row := rows[i%3], rows[(i+1)%3], rows[(i+2)%3]
		row[0] = i + 1
		for j := range y {
			d := min(last[j+1], row[j]) + 1
			if x[i] == y[j] {
				d = min(d, last[j])
			} else {
				d = min(d, last[j]+1)
			}
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
		}
	}
	n = rows[(len(x)+1)%3][len(y)]
	return n, n <= most
}
