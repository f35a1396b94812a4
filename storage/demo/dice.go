package demo

import (
	"math"

	"github.com/google/uuid"
)

// dice is a source of random numbers that follow from what it was thrown for. Making one
// costs nothing.
type dice uint64

// throw makes the dice of a seed and a purpose.
func throw(seed uint64, purpose ...uint64) dice {
	d := dice(seed)
	for _, p := range purpose {
		d = dice(mix(uint64(d) + golden + mix(p)))
	}
	return d
}

// golden is the increment of SplitMix64, and mix its output function.
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

// float returns a number in [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// between returns a number in [low, high).
func (d *dice) between(low, high float64) float64 { return low + (high-low)*d.float() }

// n returns one of 0 … n−1.
func (d *dice) n(n int) int { return int(d.next() % uint64(n)) }

// chance reports true with probability p.
func (d *dice) chance(p float64) bool { return d.float() < p }

// normal returns a number around 0 with a deviation of 1, within ±3.
func (d *dice) normal() float64 {
	sum := 0.0
	for range 9 {
		sum += d.float()
	}
	return min(max((sum-4.5)/math.Sqrt(0.75), -3), 3)
}

// weighted returns an index of weights, with their probabilities.
func (d *dice) weighted(weights ...int) int {
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

// one returns one of all.
func one[T any](d *dice, all []T) T { return all[d.n(len(all))] }

// newID makes a UUID of version 4 of random bits; the high ones lead.
func newID(high, low uint64) (id uuid.UUID) {
	for i := range 8 {
		id[i], id[8+i] = byte(high>>(56-8*i)), byte(low>>(56-8*i))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}
