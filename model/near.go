package model

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
	name = fold(name)
	if len(name) > maxTyped {
		return nil
	}
	var found []candidate
	for _, k := range known {
		d, ok := Typos(name, fold(k))
		if len(name) >= 2 && strings.HasPrefix(fold(k), name) {
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
