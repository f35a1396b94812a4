package health

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// maxMessage is how much of a message is kept, in bytes.
const maxMessage = 400

// Failures counts failures by cause. The zero Failures is empty.
type Failures struct {
	by map[string]*failure
}

type failure struct {
	count   int64
	last    time.Time
	example string
}

// Add counts n failures of a cause. A message without a time counts as newer than those before it.
func (f *Failures) Add(cause string, n int64, at time.Time, message string) {
	if f.by == nil {
		f.by = make(map[string]*failure)
	}
	one := f.by[cause]
	if one == nil {
		one = &failure{}
		f.by[cause] = one
	}
	one.count += n
	if !at.Before(one.last) || at.IsZero() {
		one.example = text.Clip(message, maxMessage)
	}
	if at.After(one.last) {
		one.last = at
	}
}

// Most takes over what others saw of the same failures: of each cause the greater count, and the
// newer message.
func (f *Failures) Most(others *Failures) {
	for cause, o := range others.by {
		f.Add(cause, 0, o.last, o.example)
		f.by[cause].count = max(f.by[cause].count, o.count)
	}
}

// Sum takes over other failures.
func (f *Failures) Sum(others *Failures) {
	for cause, o := range others.by {
		f.Add(cause, o.count, o.last, o.example)
	}
}

// Moved returns the failures with times of another clock, or without times.
func (f *Failures) Moved(by time.Duration, known bool) *Failures {
	out := &Failures{by: make(map[string]*failure, len(f.by))}
	for cause, one := range f.by {
		moved := *one
		if moved.last = moved.last.Add(by); !known || one.last.IsZero() {
			moved.last = time.Time{}
		}
		out.by[cause] = &moved
	}
	return out
}

// Count returns how many failures of a cause there were.
func (f *Failures) Count(cause string) int64 {
	if one := f.by[cause]; one != nil {
		return one.count
	}
	return 0
}

// List returns the failures by descending count.
func (f *Failures) List() []model.Failure {
	out := make([]model.Failure, 0, len(f.by))
	for cause, one := range f.by {
		out = append(out, model.Failure{Cause: text.Clean(cause), Count: one.count, Last: one.last, Example: text.Clean(one.example)})
	}
	slices.SortFunc(out, func(a, b model.Failure) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Cause.Raw(), b.Cause.Raw()))
	})
	return out
}
