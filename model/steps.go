package model

import (
	"cmp"
	"slices"
)

// NewestSteps returns the steps of the newest run in a history, in order and each once: an experiment
// that is run again leaves the statuses of the former run in its table. In the order in which they
// were written, a run begins where the moments go back and don't return with the next row; where
// they do, one row is out of order, and left out. The last row of all begins a run if it goes back to
// the first moment. It changes all.
func NewestSteps(all []StepTime) []StepTime {
	slices.SortStableFunc(all, func(a, b StepTime) int { return cmp.Or(a.Wall.Compare(b.Wall), a.At.Compare(b.At)) })
	out := all[:0]
	for i, s := range all {
		n := len(out)
		order := 1
		if n > 0 {
			order = s.At.Compare(out[n-1].At)
		}
		switch {
		case order > 0:
			out = append(out, s)
		case order == 0:
			out[n-1] = s
		case i+1 < len(all) && all[i+1].At.Compare(out[n-1].At) <= 0, i+1 == len(all) && s.At.Compare(out[0].At) <= 0:
			out = append(out[:0], s)
		}
	}
	return out
}
