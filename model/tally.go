package model

import (
	"cmp"
	"math"
	"slices"
)

// Tally is what was answered to one question.
type Tally struct {
	Answered int       // replies that answer it
	Missing  int       // replies that leave it out
	Counts   []Counted // what was chosen: the question's options in their order, behind them what they do not name, the most frequent first
	Ratings  []float64 // of a rating
	Texts    []Said    // of a question for words
	Odd      []Said    // what has another form than the question asks for
}

// Counted is how often something was chosen.
type Counted struct {
	Label Text
	Count int
}

// Said is what one reply says to a question.
type Said struct {
	Of    int // the place of the reply
	Value Value
}

// Count counts the answers to a question in n replies. What has not been understood does not
// count.
func Count(q *Question, n int, reply func(i int) *Reply) Tally {
	c := counter{q: q, places: map[string]int{}}
	for _, o := range q.Options {
		c.Counts = append(c.Counts, Counted{Label: o.Label})
	}
	for i := range n {
		r := reply(i)
		if r.State != UnderstoodReply {
			continue
		}
		v, ok := r.To(q)
		if !ok {
			c.Missing++
			continue
		}
		c.Answered++
		c.add(Said{i, v})
	}
	slices.SortStableFunc(c.Counts[len(q.Options):], func(a, b Counted) int { return cmp.Compare(b.Count, a.Count) })
	return c.Tally
}

// counter counts the answers to one question.
type counter struct {
	Tally
	q      *Question
	places map[string]int // in Counts, of what was chosen so far
}

// add counts one answer.
func (c *counter) add(s Said) {
	switch c.q.Form {
	case RatingQuestion:
		if f, ok := rating(s.Value); ok && !math.IsInf(f, 0) {
			c.Ratings = append(c.Ratings, f)
			return
		}
	case ChoiceQuestion, ChoicesQuestion:
		if c.choose(s.Value) {
			return
		}
	default:
		c.Texts = append(c.Texts, s)
		return
	}
	c.Odd = append(c.Odd, s)
}

// choose counts what was chosen, of several things each once; it fails for what is no choice.
func (c *counter) choose(v Value) bool {
	items := []Value{v}
	if v.Kind() == ListValue {
		items = v.Items()
	}
	if len(items) > maxOptions || c.q.Form == ChoiceQuestion && len(items) != 1 || slices.ContainsFunc(items, nested) {
		return false
	}
	chosen := make([]int, 0, len(items))
	for _, item := range items {
		if at := c.place(item); !slices.Contains(chosen, at) {
			chosen = append(chosen, at)
			c.Counts[at].Count++
		}
	}
	return true
}

// nested tells whether a value is nothing that can be chosen.
func nested(v Value) bool {
	k := v.Kind()
	return k == ObjectValue || k == ListValue || k == NullValue
}

// place is where a choice is counted.
func (c *counter) place(v Value) int {
	words := v.plain()
	at, ok := c.places[words]
	if ok {
		return at
	}
	if at = c.q.option(v); at < 0 {
		at = len(c.Counts)
		c.Counts = append(c.Counts, Counted{Label: v.Text()})
	}
	c.places[words] = at
	return at
}
