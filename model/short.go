package model

import (
	"bytes"
	"slices"

	"github.com/google/uuid"
)

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
