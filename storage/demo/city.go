package demo

import (
	"encoding/binary"
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

// golden is the increment of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix is the output function of SplitMix64.
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
	binary.BigEndian.PutUint64(id[:], high)
	binary.BigEndian.PutUint64(id[8:], low)
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// point is a position on the map, in degrees.
type point struct{ lng, lat float64 }

// The map: the middle of Beijing.
const (
	west, east   = 116.2, 116.6
	south, north = 39.8, 40.05
)

// district is a part of the city.
type district struct {
	name         string
	middle       point
	living, work int // how many live and work there, against others
}

var districts = []district{
	{"海淀区 Haidian", point{116.305, 39.970}, 3, 4},
	{"国贸 CBD", point{116.460, 39.912}, 2, 5},
	{"金融街 Financial Street", point{116.358, 39.914}, 1, 3},
	{"东城区 Dongcheng", point{116.417, 39.928}, 1, 2},
	{"丰台区 Fengtai", point{116.290, 39.848}, 3, 1},
	{"望京 Wangjing", point{116.478, 39.997}, 2, 3},
	{"石景山 Shijingshan", point{116.248, 39.908}, 2, 1},
	{"亚运村 Yayuncun", point{116.395, 40.003}, 2, 1},
	{"亦庄 Yizhuang", point{116.505, 39.825}, 2, 2},
	{"方庄 Fangzhuang", point{116.440, 39.866}, 2, 1},
}

// block is how many places a district has.
const block = 64

// where holds the places, living and working the weights of the districts. The city is the
// same in every run.
var where, living, working = layOut()

func layOut() (where []point, living, working []int) {
	for i, d := range districts {
		living, working = append(living, d.living), append(working, d.work)
		for j := range block {
			dice := throw(uint64(i), uint64(j))
			spread := func(by float64) float64 { return by * (dice.float() + dice.float() + dice.float() - 1.5) }
			where = append(where, point{d.middle.lng + spread(0.028), d.middle.lat + spread(0.022)})
		}
	}
	return where, living, working
}

// place is the number of a place.
type place int

// somewhere returns a place in a district.
func somewhere(d *dice, in int) place { return place(in*block + d.n(block)) }

func (p place) district() int { return int(p) / block }
func (p place) at() point     { return where[p] }

// way returns how long it takes from one place to another, in hours.
func way(from, to place) float64 {
	if from == to {
		return 0
	}
	return 0.1 + from.at().distance(to.at())/24
}

// distance returns a distance in kilometres.
func (p point) distance(q point) float64 {
	return math.Hypot((p.lng-q.lng)*85.3, (p.lat-q.lat)*111.2)
}

// between returns the point after a part of the way from p to q. Streets bend.
func (p point) between(q point, part float64) point {
	bend := 0.5 * part * (1 - part)
	dlng, dlat := q.lng-p.lng, q.lat-p.lat
	return point{p.lng + part*dlng + bend*dlng, p.lat + part*dlat - bend*dlat}
}
