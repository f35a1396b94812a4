package demo

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"time"

	"societop/model"
)

const (
	defaultExperiments = 12
	maxSpeed           = 3600
	// maxStatuses bounds the agents at a speed, so that the writer keeps up.
	maxStatuses = 20_000
	// maxFollowers is how many runs that began after the start and have ended are kept.
	maxFollowers = 24
)

// Society is a simulated lab at one moment. It is for one goroutine.
type Society struct {
	seed    uint64
	start   time.Time
	now     time.Time // up to when all has happened
	speed   float64
	agents  int
	history history
	runs    []*run         // all that can change, by number
	queue   queue          // those to which something will happen
	ended   []*run         // followers that have ended, oldest first
	gone    []*run         // to be deleted from the lab
	untold  []*run         // those whose past is not in the lab, or not all of it
	surveys []model.Survey // to be written
	backlog int            // agents' statuses that wait to be written
	number  int            // of the next run
}

// New makes the lab as it is at o.Start. It is pure: the same options give the same lab. No
// agents are none, whose steps cost no tokens; o.Path is not looked at.
func New(o model.DemoOptions) *Society {
	s := &Society{
		seed:   o.Seed,
		start:  o.Start.UTC().Truncate(time.Microsecond),
		now:    o.Start,
		agents: max(o.Agents, 0),
		speed:  1,
	}
	if o.Speed > 0 {
		s.speed = min(o.Speed, maxSpeed, max(maxStatuses/float64(max(s.agents, 1)), 1))
	}
	n := o.Experiments
	if n <= 0 {
		n = defaultExperiments
	}
	for i := range min(n, len(cast)) {
		s.enter(s.play(&cast[i], o.Steps))
	}
	if s.untold = remember(s.runs); s.agents > 0 {
		s.surveys = surveys(s.start)
	}
	rest := n - len(s.runs)
	alive := min(rest/20, maxAlive)
	shapes := newShapes()
	for i := range alive {
		s.enter(s.generated(shapes[i%len(shapes)], o.Steps))
	}
	s.history = history{seed: o.Seed, start: s.start, agents: s.agents, shapes: shapes, rows: rest - alive, first: len(s.runs)}
	return s
}

// enter adds a run to the lab.
func (s *Society) enter(r *run) {
	s.runs = append(s.runs, r)
	if !r.over {
		heap.Push(&s.queue, r)
	}
}

// newRun is a run without a past, and without a name.
func (s *Society) newRun() *run {
	r := &run{number: s.number, rng: newRand(s.seed, uint64(s.number)), agents: s.agents}
	s.number++
	r.e.Tenant = model.Clean(tenant)
	r.e.ID = newID(r.rng)
	return r
}

// tenant is what AgentSociety's own server calls its only one.
const tenant = "default"

// scaled is a wall time of the demo's own, by its speed.
func (s *Society) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.speed)
}

// play makes the run of a role.
func (s *Society) play(c *role, steps int) *run {
	r := s.newRun()
	r.fate, r.delay, r.pace, r.done = c.fate, s.scaled(c.delay), c.pace, c.done
	r.born, r.changed, r.whole, r.over = true, true, true, !c.goesOn()
	r.e.Status = c.status
	if !r.over {
		r.pace = s.scaled(c.pace)
	}
	set := setup{id: r.e.ID, name: c.name, agents: s.agents, parts: c.work, rounds: c.rounds}
	r.describe(&set, s.start)
	s.populate(r, &set)
	planned := r.e.Plan.Steps()
	if c.status == model.Running && !r.over {
		r.standAt(steps, planned)
	}
	if r.last = planned; c.more > 0 {
		r.last = min(r.done+c.more, planned)
	}
	r.begin(s.start, c.ago)
	switch c.err {
	case "":
	case "rate limit":
		r.e.Error = model.CleanLines(rateLimitError(r.done, r.e.Updated))
	default:
		r.e.Error = model.CleanLines(c.err)
	}
	return r
}

// describe gives the run its name, its config and the plan of that.
func (r *run) describe(set *setup, created time.Time) {
	set.created = created
	config := set.config()
	r.e.Name = model.Clean(set.name)
	r.e.Config = model.CleanLines(config)
	r.e.Plan = model.ReadPlan(config)
}

// populate gives the run its agents.
func (s *Society) populate(r *run, set *setup) {
	if s.agents > 0 {
		r.people = newPeople(s.seed, r.number, s.agents, set, r.e.Plan)
	}
}

// standAt puts a run under way at a step, a step before its end at most; −1 leaves it where
// it is. One that has made none has not started, as AgentSociety sees it.
func (r *run) standAt(steps int, planned int64) {
	if steps >= 0 {
		r.done = min(int64(steps), planned-1)
	}
	if r.done == 0 {
		r.e.Status = model.NotStarted
	}
}

// begin lets the run have made its steps, the last of them some time ago.
func (r *run) begin(start time.Time, ago time.Duration) {
	in, out := stepTokens(r.agents)
	r.e.InputTokens, r.e.OutputTokens = int64(in*float64(r.done)), int64(out*float64(r.done))
	if r.done > 0 {
		r.e.Now = stepStart(r.e.Plan, r.done-1)
	}
	length := r.length()
	if ago == 0 { // in the middle of a step
		ago = time.Duration(r.rng.Float64() * float64(length))
	}
	r.e.Updated = start.Add(-ago).Truncate(time.Microsecond)
	r.e.Created = r.e.Updated.Add(-time.Duration(r.done) * r.pace).Truncate(time.Microsecond)
	r.past, r.pastEnd = r.done, r.e.Updated
	r.next = r.e.Updated.Add(length)
	if r.done == 0 {
		r.next = start.Add(r.delay + length)
	}
}

// follower is a run that somebody starts a while after another has ended. It is told of as
// much as that one was.
func (s *Society) follower(other *run) *run {
	r := s.newRun()
	r.later = true
	r.pace = s.scaled(1500*time.Millisecond + time.Duration(r.rng.IntN(5000))*time.Millisecond)
	r.delay = s.scaled(time.Duration(8+r.rng.IntN(20)) * time.Second)
	r.next = other.e.Updated.Add(s.scaled(time.Duration(10+r.rng.IntN(40)) * time.Second))
	work := []part{{steps: 20 + r.rng.IntN(40)}, {steps: 20 + r.rng.IntN(60), ticks: 600}}
	set := setup{id: r.e.ID, name: newName(r.rng, r.number), agents: s.agents, parts: work, rounds: 1 + r.rng.IntN(9)}
	r.describe(&set, r.next)
	if other.people != nil {
		s.populate(r, &set)
	}
	r.last = r.e.Plan.Steps()
	switch r.rng.IntN(10) {
	case 0, 1:
		r.fate, r.last = fails, 1+r.rng.Int64N(r.last)
	case 2:
		r.fate, r.last = stops, 1+r.rng.Int64N(r.last)
	}
	return r
}

// Next is when the next thing happens: the wall time at which a step ends or an experiment
// is made.
func (s *Society) Next() time.Time {
	if len(s.queue) == 0 {
		return time.Time{}
	}
	return s.queue[0].next
}

// advance lets everything happen up to a wall time. What has changed waits to be written.
func (s *Society) advance(to time.Time) { s.live(to, math.MaxInt) }

// live is advance as long as no more than so many agents' statuses wait to be written; more
// is true where it had to stop.
func (s *Society) live(to time.Time, room int) (more bool) {
	s.now = to
	for len(s.queue) > 0 && !s.queue[0].next.After(to) {
		if s.backlog >= room {
			return true
		}
		r := s.queue[0]
		waiting := len(r.waiting)
		r.event()
		if r.people != nil {
			s.backlog += (len(r.waiting) - waiting) * r.people.population()
		}
		if !r.over {
			heap.Fix(&s.queue, 0)
			continue
		}
		heap.Pop(&s.queue)
		s.bury(r)
		if r.fate != quiets {
			s.enter(s.follower(r))
		}
	}
	return false
}

// bury notes that a run has ended, and gives up the oldest of too many followers.
func (s *Society) bury(r *run) {
	if !r.later {
		return
	}
	if s.ended = append(s.ended, r); len(s.ended) <= maxFollowers {
		return
	}
	oldest := s.ended[0]
	s.ended = s.ended[1:]
	s.runs = slices.DeleteFunc(s.runs, func(r *run) bool { return r == oldest })
	if oldest.written {
		s.gone = append(s.gone, oldest)
	}
}

// queue is a heap of runs, the one whose event is next first.
type queue []*run

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push is for container/heap.
func (q *queue) Push(x any) { *q = append(*q, x.(*run)) }

func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].next.Compare(q[j].next), cmp.Compare(q[i].number, q[j].number)) < 0
}

// Pop is for container/heap.
func (q *queue) Pop() any {
	last := len(*q) - 1
	r := (*q)[last]
	*q = (*q)[:last]
	return r
}
