package demo

import "societop/model"

// slot is one thing that an agent does on a day, until the next slot begins.
type slot struct {
	from float64 // seconds of the day
	what activity
	at   place // on the way: where it leads
}

// agenda is an agent's day.
type agenda struct {
	slots [40]slot
	n     int
}

const (
	hour   = 3600.0
	minute = 60.0
)

// begin says what the day begins with, at midnight.
func (a *agenda) begin(what activity, at place) {
	a.slots[0] = slot{0, what, at}
	a.n = 1
}

// add appends what is done from some time on. Time goes forward, and ends with the day.
func (a *agenda) add(from float64, what activity, at place) float64 {
	from = max(from, a.slots[a.n-1].from+minute)
	if a.n < len(a.slots) && from < model.SecondsPerDay {
		a.slots[a.n] = slot{from, what, at}
		a.n++
	}
	return from
}

// then goes to a place at some time, and does something there; it returns when that begins.
func (a *agenda) then(from float64, what activity, at place) float64 {
	last := a.slots[a.n-1].at
	if last == at {
		return a.add(from, what, at)
	}
	from = a.add(from, travels, at)
	return a.add(from+way(last, at), what, at)
}

// find is the number of the slot at some time.
func (a *agenda) find(t float64) int {
	i := a.n - 1
	for i > 0 && a.slots[i].from > t {
		i--
	}
	return i
}

// since is how long ago something ended that was done before t; or what it is at midnight.
func (a *agenda) since(t float64, did func(activity) bool, midnight float64) float64 {
	for i := a.find(t); i >= 0; i-- {
		if !did(a.slots[i].what) {
			continue
		}
		if i+1 >= a.n || a.slots[i+1].from > t {
			return 0
		}
		return t - a.slots[i+1].from
	}
	return midnight + t
}

// trips is how many ways were made up to t.
func (a *agenda) trips(t float64) (n int) {
	for i := range a.n - 1 {
		if a.slots[i].what == travels && a.slots[i+1].from <= t {
			n++
		}
	}
	return n
}

// agenda is what an agent does on a day.
func (p *person) agenda(day int, free bool) (a agenda) {
	d := throw(p.seed, purposeDay, uint64(day))
	wake := p.wakes + d.between(-15, 15)*minute
	if free {
		wake += d.between(20, 110) * minute
	}
	a.begin(sleeps, p.home)
	a.add(wake, breakfasts, p.home)
	switch {
	case p.work == riders && (!free || d.chance(0.7)):
		a.rides(p, &d)
	case free && p.work != nurses:
		a.goesOut(p, &d, wake)
	case p.work == pensioners || p.work == jobless:
		a.stays(p, &d, wake)
	default:
		a.works(p, &d, wake)
	}
	a.add(p.sleeps+d.between(-25, 25)*minute, sleeps, p.home)
	return a
}

// works is the day of who has an office or a school to go to.
func (a *agenda) works(p *person, d *dice, wake float64) {
	doing := labours
	if p.work == students {
		doing = learns
	}
	begun := a.then(max(wake+d.between(25, 45)*minute, p.begins-way(p.home, p.office)), doing, p.office)
	noon := max(11.6*hour+d.between(0, 50)*minute, begun+hour)
	eaten := a.then(noon, lunches, p.canteen) + d.between(25, 45)*minute
	a.then(eaten, doing, p.office)
	a.evening(p, d, p.ends+d.between(-10, 40)*minute)
}

// evening is how a day ends that leads home.
func (a *agenda) evening(p *person, d *dice, from float64) {
	if d.chance(0.2) {
		from = a.then(from, buys, p.shop) + d.between(15, 35)*minute
	}
	table := p.home
	if d.chance(0.35) {
		table = p.restaurant
	}
	from = a.then(from, dines, table) + d.between(30, 55)*minute
	switch {
	case from > 21*hour: // home, before the day is over
	case d.chance(0.25):
		from = a.then(from, strolls, p.park) + d.between(30, 80)*minute
	case d.chance(0.2):
		from = a.then(from, meets, somewhere(d, p.home.district(), kitchens)) + d.between(40, 100)*minute
	}
	a.then(from, rests, p.home)
}

// stays is the day of who has no work to go to.
func (a *agenda) stays(p *person, d *dice, wake float64) {
	from := wake + d.between(30, 70)*minute
	if p.work == jobless {
		if d.chance(0.5) {
			a.then(9.5*hour, seeks, p.office)
		} else {
			a.add(from, seeks, p.home)
		}
	} else {
		from = a.then(from, strolls, p.park) + d.between(60, 120)*minute
		a.then(from, buys, p.shop)
	}
	from = a.then(11.5*hour+d.between(0, 30)*minute, lunches, p.home) + 40*minute
	from = a.add(from, rests, p.home) + d.between(60, 120)*minute
	from = a.then(from, one(d, []activity{meets, strolls, exercises}), p.park) + d.between(60, 120)*minute
	a.evening(p, d, max(from, 17.5*hour))
}

// goesOut is a day off.
func (a *agenda) goesOut(p *person, d *dice, wake float64) {
	from := a.add(wake+35*minute, rests, p.home)
	if d.chance(0.15) {
		from = a.add(12*hour, lunches, p.home) + 45*minute
		a.add(from, rests, p.home)
		a.evening(p, d, 18*hour)
		return
	}
	far := d.weighted(working)
	from = max(from+20*minute, 10*hour+d.between(0, 90)*minute)
	from = a.then(from, one(d, []activity{strolls, buys, exercises}), somewhere(d, far, shops)) + d.between(50, 110)*minute
	from = a.then(max(from, 11.7*hour), lunches, somewhere(d, far, kitchens)) + d.between(35, 70)*minute
	from = a.then(from, one(d, []activity{meets, strolls}), somewhere(d, far, parks)) + d.between(60, 180)*minute
	a.evening(p, d, max(from, 17*hour))
}

// rides is the day of who brings meals from kitchens to homes.
func (a *agenda) rides(p *person, d *dice) {
	in := p.home.district()
	from := 10 * hour
	for stop := range 6 {
		from = a.then(from, fetches, somewhere(d, in, kitchens)) + d.between(6, 14)*minute
		from = a.then(from, delivers, somewhere(d, in, homes)) + d.between(4, 9)*minute
		if stop == 2 {
			from = a.then(from, lunches, p.restaurant) + 30*minute
			from = max(from, 16*hour)
			in = p.office.district()
		}
	}
	from = a.then(from, dines, p.home) + 40*minute
	a.add(from, rests, p.home)
}
