package survey

import (
	"cmp"
	"slices"

	"societop/model/text"
)

// Tally is what was answered to one question.
type Tally struct {
	Answered int       // replies that answer it
	Missing  int       // replies that leave it out
	Counts   []Counted // what was chosen: the question's options in their order, then what they do not name, the most frequent first
	Ratings  []float64 // of a rating
	Odd      int       // answers of another form than the question asks for
}

// Counted is how often something was chosen.
type Counted struct {
	Label text.Text
	Count int
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
		if !c.add(v) {
			c.Odd++
		}
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

// add counts one answer; it fails for what has another form. Words are only that.
func (c *counter) add(v text.Value) bool {
	switch c.q.Form {
	case RatingQuestion:
		f, ok := rating(v)
		if ok {
			c.Ratings = append(c.Ratings, f)
		}
		return ok
	case ChoiceQuestion, ChoicesQuestion:
		return c.choose(v)
	default:
		return true
	}
}

// choose counts what was chosen, of several things each once; it fails for what is no choice.
func (c *counter) choose(v text.Value) bool {
	items := []text.Value{v}
	if v.Kind() == text.ListValue {
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

// nested reports whether a value is nothing that can be chosen.
func nested(v text.Value) bool {
	k := v.Kind()
	return k == text.ObjectValue || k == text.ListValue || k == text.NullValue
}

// place is where a choice is counted.
func (c *counter) place(v text.Value) int {
	words := v.Plain()
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
