package demo

import (
	"math"
	"strconv"
	"time"

	"societop/model"
)

// people are the agents of one run: citizens, by ids from 1 on, then the institutions. All
// that they are and do follows from the seed and the simulated time.
type people struct {
	seed     uint64
	citizens int
	plain    bool // a status is text
	weekday  int  // of day 0, from Monday
	plan     *model.Plan
	asks     []ask
	alerts   []alert
}

// newPeople are the agents of a run by its workflow.
func newPeople(seed uint64, number, citizens int, set *setup, plan *model.Plan) *people {
	d := throw(seed, uint64(number))
	p := &people{seed: d.next(), citizens: citizens, plain: number%4 == 1, weekday: d.n(7), plan: plan}
	step := int64(0)
	for round := range len(set.parts) - 1 + set.rounds {
		if round < len(plan.Segments) {
			step += plan.Segments[round].Steps
		}
		last := round >= len(set.parts)-1
		if isSurvey(round) {
			p.ask(ask{step: step - int64(b2i(last)), round: round, last: last})
		} else if !last {
			p.alerts = append(p.alerts, alert{step, intervention(round)})
		}
	}
	return p
}

// ask adds a survey, unless the same one is answered in the same step.
func (p *people) ask(a ask) {
	for _, o := range p.asks {
		if o.step == a.step && o.survey() == a.survey() {
			return
		}
	}
	p.asks = append(p.asks, a)
}

// population is all agents.
func (p *people) population() int { return p.citizens + institutions(p.citizens) }

// free tells whether nobody has to work on a day.
func (p *people) free(day int) bool { return (day+p.weekday)%7 >= 5 }

// scene is all that a run writes of one step.
type scene struct {
	frame    model.Frame
	prompt   model.Prompt
	messages []model.Message
	answers  []model.Answer
	metrics  []model.Metric
}

// scene makes the i-th step, from 0, which has ended at a wall time. made is how many steps
// are made by now: who had no answer at once may have one since.
func (p *people) scene(i int64, at time.Time, made int64) (s scene) {
	m := p.moment(i, at)
	lives := make([]life, p.citizens)
	s.frame = model.Frame{At: m.at, Agents: make([]model.AgentStatus, 0, p.population())}
	for n := range lives {
		l := &lives[n]
		*l = p.live(int64(n)+1, &m)
		s.frame.Agents = append(s.frame.Agents, l.status(p, &m))
	}
	s.frame.Agents = p.institute(s.frame.Agents, &m)
	s.prompt = p.prompt(&m)
	s.messages = p.messages(lives, &m)
	s.answers = p.answers(&m, made)
	s.metrics = p.metrics(lives, &m)
	return s
}

// moment is one step.
type moment struct {
	i       int64
	at      model.SimTime
	tick    int64 // simulated seconds since the start
	ticks   int64 // how long the step is
	created time.Time
	free    bool
	dice    dice
}

func (p *people) moment(i int64, at time.Time) moment {
	m := moment{i: i, at: stepStart(p.plan, i), created: at.UTC().Truncate(time.Microsecond)}
	m.tick = int64(m.at.Seconds()) - p.plan.Start
	m.ticks = int64(stepStart(p.plan, i+1).Seconds() - m.at.Seconds())
	if m.ticks <= 0 { // the last one
		m.ticks = p.plan.Segments[len(p.plan.Segments)-1].Ticks
	}
	m.free = p.free(m.at.Day)
	m.dice = throw(p.seed, math.MaxUint64, uint64(i))
	return m
}

// life is one citizen at one moment.
type life struct {
	person
	doing activity
	slot  int
	at    place // or where the way leads
	from  place // where it began; at, for who is not on the way
	part  float64
	trips int

	hunger, energy, mood, money float64
}

// live finds out what a citizen does.
func (p *people) live(id int64, m *moment) life {
	l := life{person: p.meet(id)}
	a := l.agenda(m.at.Day, m.free)
	l.slot = a.find(m.at.T)
	s := a.slots[l.slot]
	l.doing, l.at, l.from = s.what, s.at, s.at
	if s.what == travels {
		l.from = a.slots[l.slot-1].at
		l.part = min((m.at.T-s.from)/way(l.from, l.at), 1)
	}
	l.trips = a.trips(m.at.T)
	l.feel(&a, m)
	return l
}

// feel sets the numbers of a citizen.
func (l *life) feel(a *agenda, m *moment) {
	t := m.at.T
	fed := a.since(t, eats, 4.5*hour)
	l.hunger = 1 - math.Exp(-fed/(5*hour))
	asleep := func(w activity) bool { return w == sleeps }
	wake := a.slots[1].from
	switch {
	case !asleep(l.doing):
		l.energy = 0.97 - 0.72*(t-wake)/(l.sleeps+hour-wake)
	case l.slot == 0:
		l.energy = 0.35 + 0.62*t/wake
	default:
		l.energy = 0.28 + 0.1*(t-a.slots[l.slot].from)/hour
	}
	d := throw(l.seed, purposeMood, uint64(m.at.Day))
	l.mood = 0.4 + 0.25*l.temper + 0.09*math.Sin(2*math.Pi*(t/model.SecondsPerDay+d.float())) + habits[l.doing].mood
	l.mood += d.between(-0.08, 0.08) - 0.15*max(l.hunger-0.7, 0)
	days := float64(m.at.Day) + t/model.SecondsPerDay
	l.money = l.savings + days*(occupations[l.work].income*0.28/30) - 38*float64(l.trips)
	l.energy, l.mood = min(max(l.energy, 0), 1), min(max(l.mood, 0), 1)
}

// spot is where the citizen is; nobody stands on top of another.
func (l *life) spot() point {
	d := throw(l.seed, purposeSlot, uint64(l.at))
	p := l.at.at()
	if l.doing == travels {
		p = l.from.at().between(p, l.part)
	}
	const yard = 0.0006
	return point{p.lng + d.between(-yard, yard), p.lat + d.between(-yard, yard)}
}

// status is the row that AgentSociety writes.
func (l *life) status(p *people, m *moment) model.AgentStatus {
	spot := l.spot()
	out := model.AgentStatus{ID: l.id, At: m.at, Lng: spot.lng, Lat: spot.lat, Parent: l.at.area(), Created: m.created}
	if l.doing == travels {
		out.Parent = road(l.from, l.at)
	}
	d := throw(l.seed, purposeSlot, uint64(m.at.Day), uint64(l.slot))
	if !d.chance(0.02) { // the model answered with nothing
		out.Action = one(&d, habits[l.doing].actions)
	}
	if p.plain {
		out.Status = l.words(&d)
	} else {
		out.Status = l.numbers()
	}
	return out
}

// numbers is the status as an object.
func (l *life) numbers() model.Value {
	b := make([]byte, 0, 96)
	for _, n := range []struct {
		key    string
		f      float64
		digits int
	}{{`{"hunger":`, l.hunger, 2}, {`,"energy":`, l.energy, 2}, {`,"mood":`, l.mood, 2}, {`,"money":`, l.money, 0}} {
		b = strconv.AppendFloat(append(b, n.key...), n.f, 'f', n.digits, 64)
	}
	b = append(b, `,"need":"`...)
	b = append(b, l.need()...)
	return model.ParseValue(string(append(b, `"}`...)))
}

// need is what the citizen misses most.
func (l *life) need() string {
	switch {
	case l.energy < 0.35:
		return "sleep"
	case l.hunger > 0.55:
		return "food"
	case l.mood < 0.42:
		return "social"
	}
	return "none"
}

// words is the status as text.
func (l *life) words(d *dice) model.Value {
	b := append(make([]byte, 0, 96), one(d, feelings[min(int(l.mood*float64(len(feelings))), len(feelings)-1)])...)
	b = strconv.AppendFloat(append(b, " (hunger "...), l.hunger, 'f', 2, 64)
	b = strconv.AppendFloat(append(b, ", energy "...), l.energy, 'f', 2, 64)
	return model.TextOf(string(append(b, ')')))
}

// feelings are words for moods, from the worst to the best.
var feelings = [][]string{
	{"心情很差", "Everything is too much today"},
	{"有点烦躁", "A little on edge", "I would rather be elsewhere"},
	{"还行", "Neither good nor bad 一般", "Feels all right"},
	{"心情不错", "Feels fine 心情不错", "In good spirits"},
	{"非常开心 😀", "Could not be better"},
}
