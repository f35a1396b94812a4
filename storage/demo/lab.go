package demo

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

const (
	maxSpeed = 3600
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
	gone    []model.Key    // to be deleted from the file
	surveys []model.Survey // to be written
}

// newLab makes the lab as it is at o.Start. It ignores o.Path.
func newLab(o model.DemoOptions) *lab {
	l := &lab{seed: o.Seed, start: o.Start.UTC().Truncate(time.Microsecond), now: o.Start, agents: max(o.Agents, 0), speed: 1, shapes: newShapes()}
	if o.Speed > 0 {
		l.speed = min(o.Speed, maxSpeed, max(maxStatuses/float64(max(l.agents, 1)), 1))
	}
	n := o.Experiments
	if n <= 0 {
		n = len(cast)
	}
	for i := range min(n, len(cast)) {
		l.runs = append(l.runs, l.play(&cast[i], o.Steps))
	}
	if l.agents > 0 {
		l.surveys = surveys(l.start)
	}
	l.rows = n - len(l.runs)
	alive := min(l.rows/20, maxAlive)
	l.rows -= alive
	for range alive {
		l.runs = append(l.runs, l.generated(o.Steps))
	}
	return l
}

// newRun makes a run without a past or a name, and the dice that decide about it.
func (l *lab) newRun() (*run, *dice) {
	d := throw(l.seed, uint64(l.number))
	l.number++
	r := &run{agents: l.agents, sent: -1, timed: -1, dirty: true}
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
	if c.err != "" {
		r.fail(c.err)
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

// soonest returns the run whose event is next. There is one: each that ends has a follower.
func (l *lab) soonest() *run {
	return slices.MinFunc(l.runs, func(a, b *run) int {
		return cmp.Or(b2i(a.over())-b2i(b.over()), a.next().Compare(b.next()))
	})
}

// live lets everything happen up to a wall time.
func (l *lab) live(to time.Time) {
	l.now = to
	for r := l.soonest(); !r.next().After(to); r = l.soonest() {
		if r.event(); r.over() && r.fate != quiets {
			l.runs = append(l.runs, l.follower(r))
			l.forget()
		}
	}
}

// forget drops the oldest of the runs that began later and have ended, if there are too many.
func (l *lab) forget() {
	ended := func(r *run) bool { return r.over() && r.e.Created.After(l.start) }
	n := 0
	for _, r := range l.runs {
		n += b2i(ended(r))
	}
	if n > maxFollowers {
		i := slices.IndexFunc(l.runs, ended)
		l.gone = append(l.gone, l.runs[i].e.Key)
		l.runs = slices.Delete(l.runs, i, i+1)
	}
}

// behind returns how many steps wait to be written.
func (l *lab) behind() (n int64) {
	for _, r := range l.runs {
		n += r.behind()
	}
	return n
}

// fate is how a run ends.
type fate int

const (
	finishes fate = iota // makes all of its steps
	fails                // ends with an error before that
	stops                // is stopped by somebody
	quiets               // its process dies, and nobody notices
)

// run is an experiment that can change. The ends of its steps, and what it uses, are
// functions of its dice.
type run struct {
	e      model.Experiment
	dice   dice
	agents int
	people *people       // nil: nothing is known of its agents
	pace   time.Duration // mean wall time of a step
	ends   ends          // of its steps, in paces
	begun  time.Time     // when its first step begins
	born   bool          // the experiment exists
	done   int64         // steps made
	last   int64         // the step after which its fate comes
	fate   fate
	sent   int64 // steps whose data is in the file; −1: no data is in it
	timed  int64 // steps of which it has when they were done; −1: it was not written yet
	dirty  bool  // the experiment differs from the file
}

// describe sets the name, the config and the plan of the run.
func (r *run) describe(set *setup, created time.Time) {
	set.id, set.created = r.e.ID, created
	config := set.config()
	r.e.Name = text.Clean(set.name)
	r.e.Config = text.CleanLines(config)
	r.e.Plan, r.e.Models = plan.Read(config)
	r.ends = endsOf(r.e.Plan)
}

// chosen returns the step of --steps, one before the end at most; usual where that is −1.
func (r *run) chosen(steps int, usual int64) int64 {
	if steps < 0 {
		return usual
	}
	return min(int64(steps), r.last-1)
}

// standAt lets the run have made its first steps by now, the last of them some time ago; 0 is
// in the middle of a step. One that has made none begins after a delay.
func (r *run) standAt(done int64, now time.Time, ago, delay time.Duration) {
	r.begun = now.Add(delay)
	if done == 0 {
		r.e.Created = now.Add(-ago).Truncate(time.Microsecond)
		r.e.Updated = r.e.Created
		if r.e.Status == model.Running {
			r.e.Status = model.NotStarted
		}
		return
	}
	if ago == 0 {
		d := r.dice
		ago = time.Duration(d.float() * float64(r.at(done).Sub(r.at(done-1))))
	}
	r.begun = r.begun.Add(r.begun.Sub(r.at(done-1)) - ago).Truncate(time.Microsecond)
	r.e.Created = r.begun
	r.stand(done)
}

// at returns when the i-th step ends, from 0: around the pace of its hour, now and then much
// later, as it is with language models.
func (r *run) at(i int64) time.Time {
	d := throw(uint64(r.dice), uint64(i))
	late := 0.5 * d.float()
	if d.chance(0.05) {
		late = 0.9
	}
	return r.begun.Add(time.Duration((r.ends.end(i) + late*r.ends.delay(i)) * float64(r.pace))).Truncate(time.Microsecond)
}

// over reports whether nothing happens to the run any more.
func (r *run) over() bool { return r.done >= r.last }

// behind returns how many steps wait to be written. A run that failed before the first step
// has a log, and counts as one.
func (r *run) behind() int64 {
	switch {
	case r.people == nil || r.e.Status == model.NotStarted:
		return 0
	case r.sent < 0:
		return max(r.done, 1)
	}
	return r.done - r.sent
}

// next returns when its next event is.
func (r *run) next() time.Time {
	if !r.born {
		return r.e.Created
	}
	return r.at(r.done)
}

// event does what happens next to the run.
func (r *run) event() {
	if r.dirty = true; !r.born {
		r.born = true
		return
	}
	r.e.Status = model.Running
	r.stand(r.done + 1)
	switch {
	case !r.over():
	case r.fate == finishes:
		r.e.Status = model.Finished
	case r.fate == fails:
		r.e.Status = model.Failed
		r.fail(rateLimit)
	case r.fate == stops:
		r.e.Status = model.Stopped
		r.fail(stoppedError)
	}
}

// fail sets the error of the run: a text for a step and a time.
func (r *run) fail(message string) {
	fill := strings.NewReplacer("STEP", strconv.FormatInt(r.done, 10), "TIME", r.e.Updated.Format(time.RFC3339))
	r.e.Error = text.CleanLines(fill.Replace(message))
}

// steps returns when the steps from one on were done.
func (r *run) steps(from int64) (all []model.StepTime) {
	for i := from; i < r.done; i++ {
		all = append(all, model.StepTime{At: stepStart(r.e.Plan, i), Wall: r.at(i)})
	}
	return all
}

// stand sets what the experiment says after its first steps.
func (r *run) stand(done int64) {
	r.done = done
	r.e.Now = stepStart(r.e.Plan, done-1)
	r.e.Updated = r.at(done - 1)
	d := throw(uint64(r.dice), uint64(done), 1)
	in, out := stepTokens(r.agents)
	steps := float64(done) + 0.4*d.float()
	r.e.InputTokens, r.e.OutputTokens = int64(in*steps), int64(out*steps)
}

// stepTokens returns what a step uses on average: tokens in and out.
func stepTokens(agents int) (in, out float64) { return 22 * float64(agents), 7 * float64(agents) }

// stepStart returns the simulated time at which the i-th step of a plan begins, from 0.
func stepStart(p *plan.Plan, i int64) model.SimTime {
	for _, s := range p.Segments {
		if i < s.Steps {
			t := p.Start + s.First + i*s.Ticks
			return model.SimTime{Day: int(t / model.SecondsPerDay), T: float64(t % model.SecondsPerDay)}
		}
		i -= s.Steps
	}
	return model.SimTime{}
}
