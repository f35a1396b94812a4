package model

import (
	"slices"
	"time"
)

// Selection is the experiments of a lab that pass a filter, in an order. It follows every
// change of the lab by itself. It is made in portions, so that a filter over a million
// experiments never holds up its user: until Work says that it is done, it holds what has
// been found so far.
type Selection struct {
	lab   *Lab
	query Query
	sort  Sort
	now   time.Time
	order order
	in    []uint64 // one bit a row: it is in the order
	next  rowID    // rows before it have been looked at
}

// Select begins a selection. now is the source's wall time, by which ages and silences are
// judged. Close it when it is not needed any more.
func (l *Lab) Select(q Query, s Sort, now time.Time) *Selection {
	sel := &Selection{lab: l, query: q, sort: s, now: now}
	sel.order.compare = func(a, b rowID) int { return s.compare(l, l.row(a), l.row(b)) }
	l.selections = append(l.selections, sel)
	return sel
}

// Work looks at n more rows at most, fewer where runs are to be forecast, and reports whether all have
// been looked at.
func (s *Selection) Work(n int) (done bool) {
	for ; n > 0 && int(s.next) < s.lab.used; s.next++ {
		n--
		if s.lab.row(s.next).listing == 0 {
			continue
		}
		p := s.lab.paces[s.next]
		unknown := p != nil && p.unasked > 0
		s.take(s.next)
		if unknown && p.unasked == 0 {
			n -= forecastRows
		}
	}
	return int(s.next) >= s.lab.used
}

// forecastRows is how many rows are looked at in the time of a forecast, of which nothing was known.
const forecastRows = 50

// Close ends the selection: it follows the lab no more.
func (s *Selection) Close() {
	if i := slices.Index(s.lab.selections, s); i >= 0 {
		s.lab.selections = slices.Delete(s.lab.selections, i, i+1)
	}
}

// Query is the filter of the selection.
func (s *Selection) Query() Query { return s.query }

// Sort is the order of the selection.
func (s *Selection) Sort() Sort { return s.sort }

// Len is how many experiments are in the selection so far.
func (s *Selection) Len() int { return s.order.n }

// At is the i-th experiment, 0 ≤ i < Len.
func (s *Selection) At(i int) Summary { return s.lab.row(s.order.window(i, 1)[0]).Summary }

// Window is the experiments from the i-th on, at most n.
func (s *Selection) Window(i, n int) []Summary {
	rows := s.order.window(i, n)
	out := make([]Summary, len(rows))
	for j, r := range rows {
		out[j] = s.lab.row(r).Summary
	}
	return out
}

// Rank is the place of an experiment; ok is false when it is not in the selection.
func (s *Selection) Rank(k Key) (i int, ok bool) {
	r, ok := s.lab.find(k)
	if !ok || !s.has(r) {
		return 0, false
	}
	return s.order.rank(r)
}

// enter takes a row that is new or has changed; one that Work has yet to look at can wait
// for it, unless it is in the order already.
func (s *Selection) enter(r rowID) {
	if r < s.next || int(s.next) >= s.lab.used-1 {
		s.take(r)
		s.next = max(s.next, r+1)
	}
}

// take puts a row into the order if it passes the filter.
func (s *Selection) take(r rowID) {
	at := s.lab.row(r)
	if s.has(r) || !s.passes(r, at) {
		return
	}
	if s.sort.Key == ByETA && at.end == unjudged {
		s.lab.judgeEnd(at, s.lab.paces[r], s.now)
	}
	for int(r/64) >= len(s.in) {
		s.in = append(s.in, 0)
	}
	s.in[r/64] |= 1 << (r % 64)
	s.order.insert(r)
}

// stays reports whether a row that is about to become next keeps its place.
func (s *Selection) stays(r rowID, next *row) bool {
	return s.has(r) && s.sort.compare(s.lab, s.lab.row(r), next) == 0 && s.passes(r, next)
}

// passes reports whether the filter lets a row through, as it is or will be.
func (s *Selection) passes(r rowID, at *row) bool {
	return s.query.Empty() || s.query.match(at, judge{s.now, s.lab.paces[r], s.lab})
}

// leave takes a row out that is about to change.
func (s *Selection) leave(r rowID) {
	if s.has(r) {
		s.in[r/64] &^= 1 << (r % 64)
		s.order.remove(r)
	}
}

func (s *Selection) has(r rowID) bool {
	return int(r/64) < len(s.in) && s.in[r/64]&(1<<(r%64)) != 0
}
