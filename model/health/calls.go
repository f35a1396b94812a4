package health

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// maxNames is how many names of calls are told apart, and slowest how many calls of each are kept.
const (
	maxNames = 100
	slowest  = 5
)

// otherCalls is the name of calls with names beyond maxNames. Models make up names of tools.
const otherCalls = "others"

// Calls counts calls by name. The zero Calls is empty.
type Calls struct {
	by map[string]*calls
}

type calls struct {
	count, failed int64
	total         time.Duration
	lengths       Lengths
	slow          []slow // the slowest first
}

// slow is a slow call. Its step may become known later than the call itself.
type slow struct {
	model.Call
	note string
	step func() int
}

// Add counts a call. The step of the call is asked of step when the calls are listed, if that is
// not nil.
func (c *Calls) Add(name string, call model.Call, failed bool, note string, step func() int) {
	if c.by == nil {
		c.by = make(map[string]*calls)
	}
	if len(c.by) >= maxNames && c.by[name] == nil {
		name = otherCalls
	}
	one := c.by[name]
	if one == nil {
		one = &calls{}
		c.by[name] = one
	}
	one.count++
	if failed {
		one.failed++
	}
	if sum := one.total + max(call.Took, 0); sum >= one.total { // else it is more than there is time
		one.total = sum
	}
	one.lengths.Add(call.Took)
	if len(one.slow) == slowest && call.Took <= one.slow[slowest-1].Took {
		return
	}
	at, _ := slices.BinarySearchFunc(one.slow, call.Took, func(s slow, took time.Duration) int {
		return cmp.Or(cmp.Compare(took, s.Took), -1) // after those that took as long
	})
	one.slow = slices.Insert(one.slow, at, slow{call, text.Clip(note, maxMessage), step})
	one.slow = one.slow[:min(len(one.slow), slowest)]
}

// List returns the calls by descending total time.
func (c *Calls) List() []model.CallStats {
	out := make([]model.CallStats, 0, len(c.by))
	for name, one := range c.by {
		q := one.lengths.Quantiles(0.5, 0.95)
		stats := model.CallStats{
			Name: text.Clean(name), Count: one.count, Failed: one.failed, Total: one.total,
			P50: q[0], P95: q[1], Max: one.lengths.longest,
		}
		for _, s := range one.slow {
			call := s.Call
			if call.Note = text.Clean(s.note); s.step != nil {
				call.Step = s.step()
			}
			stats.Slowest = append(stats.Slowest, call)
		}
		out = append(out, stats)
	}
	slices.SortFunc(out, func(a, b model.CallStats) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name.Raw(), b.Name.Raw()))
	})
	return out
}

// Count returns how many calls there were.
func (c *Calls) Count() (n int64) {
	for _, one := range c.by {
		n += one.count
	}
	return n
}
