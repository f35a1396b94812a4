package demo

import (
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"societop/model"
)

// fate is how a run goes on.
type fate int

const (
	finishes fate = iota // makes all of its steps
	fails                // ends with an error before that
	stops                // is stopped by somebody
	quiets               // its process dies, and nobody notices
)

// run is an experiment that goes on.
type run struct {
	e      model.Experiment
	number int // its place in the order of all runs
	rng    *rand.Rand
	agents int
	pace   time.Duration // mean wall time of a step
	delay  time.Duration // between creation and the beginning of the first step
	done   int64         // steps made
	fate   fate
	last   int64     // the step after which its fate comes
	next   time.Time // when its next event is; meaningless once it is over
	over   bool      // nothing happens to it any more

	born    bool // there is such an experiment
	later   bool // it began after the demo did
	changed bool // differs from what the lab has
	whole   bool // its config or its error differs, too
	written bool // the lab has it

	people  *people // nil: nothing is known of its agents
	past    int64   // steps made before the start
	pastEnd time.Time
	told    int64  // steps of the past that the lab has
	known   bool   // the lab knows the agents
	waiting []made // steps that the lab has yet to be told
}

// newRand is the source of chance of one part of a demo.
func newRand(seed, part uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, part)) }

// newID is a random UUID.
func newID(rng *rand.Rand) (id uuid.UUID) {
	return sealID(rng.Uint64(), rng.Uint64())
}

// sealID makes a UUID of version 4 of random bits; the high ones lead.
func sealID(high, low uint64) (id uuid.UUID) {
	for i := range 8 {
		id[i], id[8+i] = byte(high>>(56-8*i)), byte(low>>(56-8*i))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

// length is the wall time of the next step: around the pace, now and then much longer, as
// it is with language models.
func (r *run) length() time.Duration {
	f := 0.75 + 0.5*r.rng.Float64()
	if r.rng.IntN(20) == 0 {
		f *= 1.7
	}
	return max(time.Duration(f*float64(r.pace)), time.Microsecond)
}

// event does what happens to the run at r.next, and sets the time of what follows.
func (r *run) event() {
	at := r.next.Truncate(time.Microsecond) // what a lab keeps of a time
	r.changed = true
	if !r.born {
		r.born, r.whole = true, true
		r.e.Created, r.e.Updated = at, at
		r.next = at.Add(r.delay + r.length())
		return
	}
	if r.done < r.last {
		r.step(at)
	}
	switch {
	case r.done < r.last:
		r.next = at.Add(r.length())
	default:
		r.end(at)
	}
}

// step makes one step, which ends at a wall time.
func (r *run) step(at time.Time) {
	r.e.Status = model.Running
	r.e.Now = stepStart(r.e.Plan, r.done)
	if r.people != nil {
		r.waiting = append(r.waiting, made{r.done, r.e.Updated, at})
	}
	r.e.Updated = at
	r.done++
	in, out := stepTokens(r.agents)
	f := 0.9 + 0.2*r.rng.Float64()
	r.e.InputTokens += int64(f * in)
	r.e.OutputTokens += int64(f * out)
}

// end lets its fate come over the run.
func (r *run) end(at time.Time) {
	r.over = true
	switch r.fate {
	case finishes:
		r.e.Status = model.Finished
	case fails:
		r.e.Status = model.Failed
		r.e.Error = model.CleanLines(rateLimitError(r.done, at))
		r.whole = true
	case stops:
		r.e.Status = model.Stopped
		r.e.Error = model.CleanLines(stoppedError)
		r.whole = true
	case quiets:
	}
}

// stepTokens is what a step costs on average: tokens in and out.
func stepTokens(agents int) (in, out float64) {
	return 22 * float64(agents), 7 * float64(agents)
}

// stepStart is the simulated time at which the i-th step of a plan begins, from 0.
func stepStart(p *model.Plan, i int64) model.SimTime {
	for _, s := range p.Segments {
		if i < s.Steps {
			t := p.Start + s.First + i*s.Ticks
			return model.SimTime{Day: int(t / model.SecondsPerDay), T: float64(t % model.SecondsPerDay)}
		}
		i -= s.Steps
	}
	return model.SimTime{}
}
