package model

import (
	"cmp"
	"strings"
	"time"

	"societop/model/text"
)

// Sort is an order of experiments: a key, and whether it is turned round. It is total: ties
// go by id, then by tenant, and unknown values come last both ways. The zero Sort is the
// default, newest first.
type Sort struct {
	Key     SortKey
	Reverse bool
}

// SortKey is what experiments are ordered by.
type SortKey int8

// The sort keys, in the order in which the monitor offers them.
const (
	ByCreated  SortKey = iota // newest first
	ByUpdated                 // newest first
	ByName                    // A to Z
	ByStatus                  // running first, then by AgentSociety's numbers
	ByProgress                // most first
	ByETA                     // soonest first
	ByTokens                  // most first
	ByDay                     // latest simulated time first
	ByID                      // ascending
)

var sortNames = [...]string{"created", "updated", "name", "status", "progress", "eta", "tokens", "day", "id"}

var sortMeanings = [len(sortNames)]string{"newest first", "newest first", "A to Z", "running first", "most first", "soonest first", "most first", "latest first", "ascending"}

// SortKeys is every sort key, in order.
func SortKeys() []SortKey {
	keys := make([]SortKey, len(sortNames))
	for i := range keys {
		keys[i] = SortKey(i)
	}
	return keys
}

// String is the key's name on the command line.
func (k SortKey) String() string { return sortNames[k] }

// Meaning is what comes first, in a few words.
func (k SortKey) Meaning() string { return sortMeanings[k] }

// String is the name of the sort as ParseSort reads it: the key, with a "-" before it when
// it is turned round.
func (s Sort) String() string {
	if s.Reverse {
		return "-" + s.Key.String()
	}
	return s.Key.String()
}

// ParseSort reads the name of a sort key; a "-" before it turns the order round. The empty
// name is the default. An unknown name is an ErrUsage that names the known ones.
func ParseSort(name string) (Sort, error) {
	if name == "" {
		return Sort{}, nil
	}
	key, reverse := strings.CutPrefix(name, "-")
	for i, n := range sortNames {
		if n == key {
			return Sort{SortKey(i), reverse}, nil
		}
	}
	return Sort{}, Usagef("no sort key %q; %s", key, text.Meant(key, sortNames[:]))
}

// compare orders two rows. It never returns 0 for rows of different keys.
func (s Sort) compare(a, b *row) int {
	c, unknown := s.Key.compare(a, b)
	if s.Reverse && !unknown {
		c = -c
	}
	if c == 0 {
		return a.Compare(b.Key)
	}
	return c
}

// compare orders two rows by the key alone; last tells that one of them has no value and
// that the other comes first whatever the direction.
func (k SortKey) compare(a, b *row) (c int, last bool) {
	switch k {
	case ByUpdated:
		return b.Updated.Compare(a.Updated), false
	case ByName:
		return text.CompareFold(a.Name.String(), b.Name.String()), false
	case ByStatus:
		return cmp.Compare(statusRank(a.Status), statusRank(b.Status)), false
	case ByProgress:
		p, q := a.Progress(), b.Progress()
		return compareKnown(q.Ratio, p.Ratio, p.Known, q.Known)
	case ByETA:
		return compareKnown(a.end, b.end, a.end > 0, b.end > 0)
	case ByTokens:
		return cmp.Compare(b.Tokens(), a.Tokens()), false
	case ByDay:
		return compareTime(b.Now, a.Now)
	case ByID:
		return a.Compare(b.Key), false
	default:
		return b.Created.Compare(a.Created), false
	}
}

// compareKnown orders values of which some are unknown, those last.
func compareKnown[T cmp.Ordered](a, b T, knowA, knowB bool) (c int, last bool) {
	switch {
	case knowA && knowB:
		return cmp.Compare(a, b), false
	case knowA:
		return -1, true
	case knowB:
		return 1, true
	}
	return 0, false
}

func compareTime(a, b SimTime) (c int, last bool) {
	switch {
	case a.Valid() && b.Valid():
		return a.Compare(b), false
	case b.Valid(): // the arguments come turned round: latest first
		return -1, true
	case a.Valid():
		return 1, true
	}
	return 0, false
}

func statusRank(s Status) int {
	if s == Running {
		return -1
	}
	return int(s)
}

// endOf is the sort key of an estimate: its end in seconds, 0 where that is unknown.
func endOf(e Estimate) int64 {
	if !e.Known {
		return 0
	}
	return max(e.End.UnixNano()/int64(time.Millisecond), 1)
}
