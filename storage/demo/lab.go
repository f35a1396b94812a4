package demo

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

const (
	defaultExperiments = 12
	maxSpeed           = 3600
	// maxStatuses bounds agents × speed, so that the writer keeps up.
	maxStatuses = 20_000
	// maxFollowers is how many runs that began after the start and have ended are kept.
	maxFollowers = 24
	// tenant is the name of the only tenant of AgentSociety's own server.
	tenant = "default"
)

// lab is a simulated lab at one moment. It is for one goroutine.
type lab struct {
	seed    uint64
	start   time.Time
	now     time.Time // up to when all has happened
	speed   float64
	agents  int
	shapes  []shape        // of the generated experiments
	rows    int            // generated experiments that never change
	runs    []*run         // those that can change, in the order of their creation
	number  int            // of the next run
	gone    []*run         // to be deleted from the file
	untold  []*run         // those whose past is not in the file yet
	surveys []model.Survey // to be written
	backlog int            // agent statuses that wait to be written
}

// newLab makes the lab as it is at o.Start. It ignores o.Path.
func newLab(o model.DemoOptions) *lab {
	l := &lab{seed: o.Seed, start: o.Start.UTC().Truncate(time.Microsecond), now: o.Start, agents: max(o.Agents, 0), speed: 1, shapes: newShapes()}
	if o.Speed > 0 {
		l.speed = min(o.Speed, maxSpeed, max(maxStatuses/float64(max(l.agents, 1)), 1))
	}
	n := o.Experiments
	if n <= 0 {
		n = defaultExperiments
	}
	for i := range min(n, len(cast)) {
		l.runs = append(l.runs, l.play(&cast[i], o.Steps))
	}
	if l.untold = withPast(l.runs); l.agents > 0 {
		l.surveys = surveys(l.start)
	}
	l.rows = n - len(l.runs)
	alive := min(l.rows/20, maxAlive)
	l.rows -= alive
	for i := range alive {
		l.runs = append(l.runs, l.generated(l.shapes[i%len(l.shapes)], o.Steps))
	}
	return l
}

// withPast returns the runs that have a past, in the order in which it is written.
func withPast(runs []*run) []*run {
	out := slices.DeleteFunc(slices.Clone(runs), func(r *run) bool {
		return r.people == nil || (r.past == 0 && r.e.Status == model.NotStarted)
	})
	slices.SortStableFunc(out, func(a, b *run) int {
		running, other := a.e.Status == model.Running, b.e.Status == model.Running
		return cmp.Or(b2i(other)-b2i(running), b.e.Created.Compare(a.e.Created))
	})
	return out
}

// newRun makes a run without a past or a name, and the dice that decide about it.
func (l *lab) newRun() (*run, *dice) {
	d := throw(l.seed, uint64(l.number))
	l.number++
	r := &run{agents: l.agents, sent: -1, dirty: absent}
	r.e.Tenant = text.Clean(tenant)
	r.e.ID = newID(d.next(), d.next())
	r.dice = throw(d.next())
	return r, &d
}

// scaled returns a wall time of the demo at its speed.
func (l *lab) scaled(d time.Duration) time.Duration { return time.Duration(float64(d) / l.speed) }

// play makes the run of a role.
func (l *lab) play(c *role, steps int) *run {
	r, d := l.newRun()
	plain := l.number%4 == 2
	r.born, r.fate, r.pace = true, c.fate, c.pace
	r.e.Status = c.status
	set := setup{name: c.name, agents: l.agents, parts: c.work, rounds: c.rounds}
	r.describe(&set, l.start)
	r.populate(d, &set, plain)
	if !c.goesOn() {
		r.standAt(c.done, l.start, c.ago, 0)
		r.last = r.done
	} else {
		r.pace = l.scaled(c.pace)
		r.last = r.e.Plan.Steps()
		r.standAt(r.chosen(steps, c.done), l.start, c.ago, l.scaled(c.delay))
		if c.more > 0 {
			r.last = min(r.done+c.more, r.last)
		}
	}
	switch c.err {
	case "":
	case "rate limit":
		r.e.Error = text.CleanLines(rateLimitError(r.done, r.e.Updated))
	default:
		r.e.Error = text.CleanLines(c.err)
	}
	return r
}

// follower makes the run that somebody starts a while after another has ended. It has agents
// if that one had.
func (l *lab) follower(other *run) *run {
	r, d := l.newRun()
	seconds := func(low, high float64) time.Duration {
		return l.scaled(time.Duration(d.between(low, high) * float64(time.Second)))
	}
	r.pace = seconds(1.5, 6.5)
	created := other.e.Updated.Add(seconds(10, 50)).Truncate(time.Microsecond)
	work := []part{{steps: 20 + d.n(40)}, {steps: 20 + d.n(60), ticks: 600}}
	set := setup{name: newName(d, l.number), agents: l.agents, parts: work, rounds: 1 + d.n(9)}
	r.describe(&set, created)
	if other.people != nil {
		r.populate(d, &set, d.chance(0.25))
	}
	r.standAt(0, created, 0, seconds(8, 28))
	r.last = r.e.Plan.Steps()
	switch d.n(10) {
	case 0, 1:
		r.fate, r.last = fails, 1+int64(d.n(int(r.last)))
	case 2:
		r.fate, r.last = stops, 1+int64(d.n(int(r.last)))
	}
	return r
}

// soonest returns the run whose event is next, or nil.
func (l *lab) soonest() (first *run) {
	for _, r := range l.runs {
		if !r.over() && (first == nil || r.next().Before(first.next())) {
			first = r
		}
	}
	return first
}

// next returns the wall time of the next event, zero if there is none.
func (l *lab) next() time.Time {
	if r := l.soonest(); r != nil {
		return r.next()
	}
	return time.Time{}
}

// live lets everything happen up to a wall time, until room agent statuses wait to be
// written. It reports whether it stopped for that.
func (l *lab) live(to time.Time, room int) (more bool) {
	l.now = to
	for r := l.soonest(); r != nil && !r.next().After(to); r = l.soonest() {
		if l.backlog >= room {
			return true
		}
		if r.event(); r.people != nil && r.done > 0 {
			l.backlog += r.people.population()
		}
		if !r.over() {
			continue
		}
		if l.forget(); r.fate != quiets {
			l.runs = append(l.runs, l.follower(r))
		}
	}
	return false
}

// forget drops the oldest of the runs that began later and have ended, if there are too many.
func (l *lab) forget() {
	oldest, n := 0, 0
	for i, r := range l.runs {
		if !r.over() || !r.e.Created.After(l.start) {
			continue
		}
		if n++; n == 1 {
			oldest = i
		}
	}
	if n <= maxFollowers {
		return
	}
	if r := l.runs[oldest]; r.dirty != absent {
		l.gone = append(l.gone, r)
	}
	l.runs = slices.Delete(l.runs, oldest, oldest+1)
}

// forgotten returns how many steps of the past wait to be written. A run that made none, but
// has a log, counts as one.
func (l *lab) forgotten() (n int64) {
	for _, r := range l.untold {
		n += max(r.past-r.told, 1)
	}
	return n
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
