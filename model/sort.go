package model

import (
	"cmp"
	"strings"
	"time"

	"societop/model/text"
)

// Sort is an order of experiments: a key, and whether it is turned round. It is total: ties
// go by id, then by tenant and source, and unknown values come last both ways. The zero Sort is the
// default, newest first.
type Sort struct {
	Key     SortKey
	Reverse bool
}

// SortKey is what experiments are ordered by.
type SortKey int8

// SortKeys is every sort key, in order.
func SortKeys() []SortKey {
	keys := make([]SortKey, len(sortKeys))
	for i := range keys {
		keys[i] = SortKey(i)
	}
	return keys
}

// String is the key's name on the command line.
func (k SortKey) String() string { return sortKeys[k].name }

// Meaning is what comes first, in a few words.
func (k SortKey) Meaning() string { return sortKeys[k].meaning }

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
	names := make([]string, len(sortKeys))
	for i := range sortKeys {
		if names[i] = sortKeys[i].name; names[i] == key {
			return Sort{SortKey(i), reverse}, nil
		}
	}
	return Sort{}, Usagef("no sort key %q; %s", key, text.Meant(key, names))
}

// compare orders two rows. It never returns 0 for rows of different keys.
func (s Sort) compare(l *Lab, a, b *row) int {
	c, unknown := sortKeys[s.Key].compare(l, a, b)
	if s.Reverse && !unknown {
		c = -c
	}
	if c == 0 {
		return a.Compare(b.Key)
	}
	return c
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

// endOf is the sort key of an estimate: the minute of its end, 0 where that is unknown. Runs that end in
// the same minute do not change places at each of their steps. skew is how far the clock of its source is
// ahead.
func endOf(e Estimate, skew time.Duration) int64 {
	if !e.Known {
		return 0
	}
	return max(e.End.Add(-skew).Unix()/60, 1)
}
