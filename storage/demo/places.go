package demo

import "math"

// point is a place on the map, in degrees.
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

// perDistrict is how many places of each kind a district has.
var perDistrict = [...]int{homes: 32, offices: 16, kitchens: 8, shops: 4, parks: 2, schools: 2}

// block is how many places there are in a district.
const block = 64

// district is a part of the city, where places lie close to each other.
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

// weights is one number of each district.
func weights(of func(*district) int) []int {
	out := make([]int, len(districts))
	for i := range districts {
		out[i] = of(&districts[i])
	}
	return out
}

var (
	living  = weights(func(d *district) int { return d.living })
	working = weights(func(d *district) int { return d.work })
)

// where holds the places of the city. It is the same in every run, as the map is.
var where = layOut()

func layOut() []point {
	out := make([]point, 0, len(districts)*block)
	for i, d := range districts {
		for k, n := range perDistrict {
			spread := 0.011
			if kind(k) == homes || kind(k) == parks {
				spread = 0.017
			}
			for j := range n {
				dice := throw(uint64(i), uint64(k), uint64(j))
				p := point{d.middle.lng + spread*dice.normal(), d.middle.lat + 0.75*spread*dice.normal()}
				out = append(out, p.inside())
			}
		}
	}
	return out
}

// inside is the point, or the nearest one that is well within the map.
func (p point) inside() point {
	const margin = 0.004
	return point{min(max(p.lng, west+margin), east-margin), min(max(p.lat, south+margin), north-margin)}
}

// place is the number of a place.
type place int

// somewhere is one of the places of a kind in a district.
func somewhere(d *dice, in int, k kind) place {
	at := in * block
	for _, n := range perDistrict[:k] {
		at += n
	}
	return place(at + d.n(perDistrict[k]))
}

func (p place) district() int { return int(p) / block }
func (p place) at() point     { return where[p] }

// area is AgentSociety's number of an area of interest, and road that of a lane.
func (p place) area() int64 { return 500_000_000 + int64(p) }

func road(from, to place) int64 {
	return 200_000_000 + (int64(from)*7+int64(to)*13)%10_000
}

// way is how long it takes from one place to another, in seconds: who walks, who goes far
// waits first for a bus or a train.
func way(from, to place) float64 {
	km := from.at().distance(to.at())
	if km < 1.5 {
		return 120 + km/4.5*3600
	}
	return 480 + km/24*3600
}

// distance is in kilometres.
func (p point) distance(q point) float64 {
	return math.Hypot((p.lng-q.lng)*85.3, (p.lat-q.lat)*111.2)
}

// between is where one is who has made a part of the way from p to q: streets bend.
func (p point) between(q point, part float64) point {
	bend := point{q.lng + 0.25*(p.lng-q.lng), p.lat + 0.25*(q.lat-p.lat)}
	u := 1 - part
	a, b, c := u*u, 2*u*part, part*part
	return point{a*p.lng + b*bend.lng + c*q.lng, a*p.lat + b*bend.lat + c*q.lat}
}
