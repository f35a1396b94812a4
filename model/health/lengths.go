package health

import (
	"math"
	"slices"
	"time"
)

// exactLengths is how many lengths are kept as they are. Beyond that they are counted in buckets of
// which each reaches 2 % further than the one before, so that a quantile is off by 1 % at most.
const exactLengths = 4096

const bucketGrowth = 1.02

// Lengths counts how long things took, in bounded memory. The zero Lengths is empty.
type Lengths struct {
	exact   []time.Duration
	buckets map[int16]int64 // nil while all are exact
	count   int64
	longest time.Duration
}

// Add counts a length. A negative one counts as 0.
func (l *Lengths) Add(d time.Duration) {
	d = max(d, 0)
	l.count++
	l.longest = max(l.longest, d)
	if l.buckets != nil {
		l.buckets[bucketOf(d)]++
		return
	}
	l.exact = append(l.exact, d)
	if len(l.exact) > exactLengths {
		l.buckets = make(map[int16]int64)
		for _, one := range l.exact {
			l.buckets[bucketOf(one)]++
		}
		l.exact = nil
	}
}

// bucketOf returns the bucket of a length; that of 0 is −1.
func bucketOf(d time.Duration) int16 {
	if d <= 0 {
		return -1
	}
	return int16(math.Log(float64(d)) / math.Log(bucketGrowth))
}

// Quantiles returns the least lengths that are not exceeded by shares of all, such as 0.5 and 0.95; 0
// of none.
func (l *Lengths) Quantiles(shares ...float64) []time.Duration {
	out := make([]time.Duration, len(shares))
	if l.count == 0 {
		return out
	}
	sorted := slices.Sorted(slices.Values(l.exact))
	for i, share := range shares {
		rank := min(max(int64(math.Ceil(share*float64(l.count)))-1, 0), l.count-1)
		if l.buckets == nil {
			out[i] = sorted[rank]
		} else {
			out[i] = l.inBuckets(rank)
		}
	}
	return out
}

// inBuckets returns the length at a place among all.
func (l *Lengths) inBuckets(rank int64) time.Duration {
	keys := make([]int16, 0, len(l.buckets))
	for k := range l.buckets {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if rank -= l.buckets[k]; rank < 0 {
			if k < 0 {
				return 0
			}
			return min(time.Duration(math.Pow(bucketGrowth, float64(k)+0.5)), l.longest)
		}
	}
	return l.longest
}
