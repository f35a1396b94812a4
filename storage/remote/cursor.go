package remote

import (
	"fmt"

	"societop/model"
)

// place is what a cursor of this package means: how far a caller has come.
type place struct {
	client uint64 // which Client gave it: the numbers of another mean nothing
	seen   uint64 // number of the newest change that the caller has
	from   uint64 // number of the newest change when its listing began
}

const placeFormat = "endpoint %x %d %d"

// cursor packs a place.
func (p place) cursor() model.Cursor {
	return model.NewCursor(fmt.Sprintf(placeFormat, p.client, p.seen, p.from))
}

// parsePlace unpacks a cursor; ok is false where it is none of this package.
func parsePlace(c model.Cursor) (p place, ok bool) {
	n, err := fmt.Sscanf(c.Token(), placeFormat, &p.client, &p.seen, &p.from)
	return p, err == nil && n == 3 && p.cursor() == c
}

// place is where a caller is, and whether it has to begin from the start: it has been nowhere
// yet, or with another Client, or for so long away that deletions are forgotten.
func (c *Client) place(since model.Cursor) (p place, first bool) {
	p, ok := parsePlace(since)
	if ok && p.client == c.id && p.seen >= c.mirror.floor && p.seen <= c.mirror.last {
		return p, false
	}
	return place{client: c.id, from: c.mirror.last}, true
}
