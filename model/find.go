package model

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"societop/model/text"
)

// WholeID is the id that exp is, with its dashes or without, in letters of any case.
func WholeID(exp string) (id uuid.UUID, ok bool) {
	if len(exp) != len(id.String()) && len(exp) != 2*len(id) {
		return id, false
	}
	id, err := uuid.Parse(exp)
	return id, err == nil
}

// Find returns the experiments that exp means: those whose whole id it is; or else those whose
// name it is, as the source has it, as it is shown, or whatever its case; or else those whose
// id it begins. Where there are several sources, and nothing else fits, NAME:EXP is those that EXP
// means in a source of that name.
func (l *Lab) Find(exp string) []Key {
	if keys := l.findIn(exp, func(SourceName) bool { return true }); len(keys) > 0 {
		return keys
	}
	for at := range len(exp) {
		if exp[at] != ':' {
			continue
		}
		called := map[SourceName]bool{}
		keys := l.findIn(exp[at+1:], func(n SourceName) bool {
			is, known := called[n]
			if !known {
				is = n.Called(exp[:at])
				called[n] = is
			}
			return is
		})
		if len(keys) > 0 {
			return keys
		}
	}
	return nil
}

// findIn is Find in the sources whose names count.
func (l *Lab) findIn(exp string, counts func(SourceName) bool) []Key {
	if exp == "" {
		return nil
	}
	id, whole := WholeID(exp)
	name, begins := text.Clean(exp).String(), strings.ToLower(exp)
	means := [...]func(*row) bool{
		func(r *row) bool { return whole && r.ID == id },
		func(r *row) bool { return r.Name.Raw() == exp },
		func(r *row) bool { return name != "" && r.Name.String() == name },
		func(r *row) bool { return name != "" && strings.EqualFold(r.Name.String(), name) },
		func(r *row) bool { return beginsID(r.ID, begins) },
	}
	var found [len(means)][]Key
	for r := range rowID(l.used) {
		at := l.row(r)
		if at.listing == 0 || !counts(at.Source) {
			continue
		}
		for i, fits := range means {
			if fits(at) {
				found[i] = append(found[i], at.Key)
				break
			}
		}
	}
	for _, keys := range found {
		if len(keys) > 0 {
			return keys
		}
	}
	return nil
}

// beginsID reports whether an id, with its dashes or without, begins with a prefix.
func beginsID(id uuid.UUID, prefix string) bool {
	text := id.String()
	if strings.HasPrefix(text, prefix) {
		return true
	}
	const dash = 8 // where the first one is
	return len(prefix) > dash && !strings.Contains(prefix, "-") && strings.HasPrefix(text, prefix[:dash]) &&
		strings.HasPrefix(strings.ReplaceAll(text, "-", ""), prefix)
}

// Near returns the experiments that exp may have been meant for, the nearest first and at most
// so many: those with a name that holds it, or with a name, a word of a name or the beginning of
// an id that differs from it by a few characters.
func (l *Lab) Near(exp string, most int) (keys []Key) {
	word := text.Fold(text.Clean(exp).String())
	if word == "" {
		return nil
	}
	type near struct {
		key      Key
		distance int
	}
	var all []near
	for r := range rowID(l.used) {
		if at := l.row(r); at.listing != 0 {
			if d, ok := at.distance(word); ok {
				all = append(all, near{at.Key, d})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.distance, b.distance) })
	for _, n := range all[:min(most, len(all))] {
		keys = append(keys, n.key)
	}
	return keys
}

// distance is how far a row is from a folded word; ok is false where it is not near.
func (r *row) distance(word string) (d int, ok bool) {
	name, size := text.Fold(r.Name.String()), utf8.RuneCountInString(word)
	if d, ok = text.Typos(word, name); ok {
		return d, true
	}
	const partly = 100 // what is only partly near comes after what is near as a whole
	if size > 1 && strings.Contains(name, word) {
		return partly, true
	}
	for part := range strings.FieldsFuncSeq(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		if d, ok = text.Typos(word, part); ok {
			return partly + d, true
		}
	}
	if id := r.ID.String(); size > 3 && len(word) <= len(id) {
		d, ok = text.Typos(word, id[:len(word)])
		return partly + d, ok && d < 2
	}
	return 0, false
}

// shortID is how many characters of an id are shown at least.
const shortID = 8

// ShortIDs returns a function that shortens the ids of the lab's experiments as git does those
// of commits: to the shortest beginning that no other id has, and to eight characters at least.
// It counts for the lab as it is now.
func (l *Lab) ShortIDs() func(uuid.UUID) string {
	ids := make([]uuid.UUID, 0, l.Len())
	for r := range rowID(l.used) {
		if at := l.row(r); at.listing != 0 {
			ids = append(ids, at.ID)
		}
	}
	byBytes := func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
	slices.SortFunc(ids, byBytes)
	ids = slices.Compact(ids) // an id may stand under two tenants
	return func(id uuid.UUID) string {
		text, n := id.String(), shortID
		i, found := slices.BinarySearchFunc(ids, id, byBytes)
		if i > 0 {
			n = max(n, common(text, ids[i-1].String())+1)
		}
		if found {
			i++
		}
		if i < len(ids) {
			n = max(n, common(text, ids[i].String())+1)
		}
		return text[:min(n, len(text))]
	}
}

// common is how many bytes two texts have in common at their beginnings.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
