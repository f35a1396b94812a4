package demo

import "math"

// dice is a source of chance that costs nothing to make: what an agent does at some moment
// follows from the numbers that it was thrown with, whenever and however often one asks.
type dice uint64

// throw makes the dice of a seed and what they are for.
func throw(seed uint64, what ...uint64) dice {
	d := dice(seed)
	for _, w := range what {
		d = dice(mix(uint64(d) + golden + mix(w)))
	}
	return d
}

// golden is the step of SplitMix64, and mix is what it makes of its state.
const golden = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *dice) next() uint64 {
	*d += golden
	return mix(uint64(*d))
}

// float is a number from 0 to 1, 1 excluded.
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// between is a number from low to high.
func (d *dice) between(low, high float64) float64 { return low + (high-low)*d.float() }

// n is one of 0 … n−1.
func (d *dice) n(n int) int { return int(d.next() % uint64(n)) }

// chance is true so often.
func (d *dice) chance(p float64) bool { return d.float() < p }

// normal is a number around 0 with a deviation of 1, and never more than 3 away.
func (d *dice) normal() float64 {
	sum := 0.0
	for range 9 {
		sum += d.float()
	}
	return min(max((sum-4.5)/math.Sqrt(0.75), -3), 3)
}

// weighted is an index, as often as its weight says.
func (d *dice) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	x := d.n(total)
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return 0
}

// one is one of several.
func one[T any](d *dice, all []T) T { return all[d.n(len(all))] }
