package demo

import "math"

// point is a position on the map, in degrees.
type point struct{ lng, lat float64 }

// The map: the middle of Beijing.
const (
	west, east   = 116.2, 116.6
	south, north = 39.8, 40.05
)

// kind is what a place is for.
type kind int

const (
	homes kind = iota
	offices
	kitchens // restaurants and canteens
	shops
	parks
	schools
)

// kinds are the numbers of the places of a kind in a district, and how far they are spread.
var kinds = [...]struct {
	first, n int
	spread   float64
}{homes: {0, 32, 0.017}, offices: {32, 16, 0.011}, kitchens: {48, 8, 0.011}, shops: {56, 4, 0.011}, parks: {60, 2, 0.017}, schools: {62, 2, 0.011}}

// block is how many places a district has.
const block = 64

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
	{"石景山 Shijingshan", point{116.228, 39.908}, 2, 1},
	{"亚运村 Yayuncun", point{116.395, 40.003}, 2, 1},
	{"亦庄 Yizhuang", point{116.505, 39.825}, 2, 2},
	{"方庄 Fangzhuang", point{116.440, 39.866}, 2, 1},
}

// where holds the places, living and working the weights of the districts. The city is the
// same in every run.
var where, living, working = layOut()

func layOut() (where []point, living, working []int) {
	const margin = 0.004
	for i, d := range districts {
		living, working = append(living, d.living), append(working, d.work)
		for k, of := range kinds {
			for j := range of.n {
				dice := throw(uint64(i), uint64(k), uint64(j))
				lng, lat := d.middle.lng+of.spread*dice.normal(), d.middle.lat+0.75*of.spread*dice.normal()
				where = append(where, point{min(max(lng, west+margin), east-margin), min(max(lat, south+margin), north-margin)})
			}
		}
	}
	return where, living, working
}

// place is the number of a place.
type place int

// somewhere returns one of the places of a kind in a district.
func somewhere(d *dice, in int, k kind) place {
	return place(in*block + kinds[k].first + d.n(kinds[k].n))
}

func (p place) district() int { return int(p) / block }
func (p place) at() point     { return where[p] }

// area returns AgentSociety's number of an area of interest, and road that of a lane.
func (p place) area() int64 { return 500_000_000 + int64(p) }

func road(from, to place) int64 {
	return 200_000_000 + (int64(from)*7+int64(to)*13)%10_000
}

// way returns how long it takes from one place to another, in hours: on foot, or, if it is
// far, by a bus or train that comes after a while.
func way(from, to place) float64 {
	km := from.at().distance(to.at())
	switch {
	case from == to:
		return 0
	case km < 1.5:
		return 1.0/30 + km/4.5
	}
	return 2.0/15 + km/24
}

// distance returns a distance in kilometres.
func (p point) distance(q point) float64 {
	return math.Hypot((p.lng-q.lng)*85.3, (p.lat-q.lat)*111.2)
}

// between returns the point after a part of the way from p to q. Streets bend.
func (p point) between(q point, part float64) point {
	bend := point{q.lng + 0.25*(p.lng-q.lng), p.lat + 0.25*(q.lat-p.lat)}
	u := 1 - part
	a, b, c := u*u, 2*u*part, part*part
	return point{a*p.lng + b*bend.lng + c*q.lng, a*p.lat + b*bend.lat + c*q.lat}
}
