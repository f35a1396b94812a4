package demo

import (
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// fate is how a run ends.
type fate int

const (
	finishes fate = iota // makes all of its steps
	fails                // ends with an error before that
	stops                // is stopped by somebody
	quiets               // its process dies, and nobody notices
)

// dirty is what of a run is not in the file yet.
type dirty int

const (
	clean   dirty = iota
	summary       // its summary
	whole         // its error, too
	absent        // everything
)

// run is an experiment that can change. The ends of its steps, and what it uses, are
// functions of its dice.
type run struct {
	e      model.Experiment
	dice   dice
	agents int
	people *people       // nil: nothing is known of its agents
	pace   time.Duration // mean wall time of a step
	begun  time.Time     // when its first step begins
	born   bool          // the experiment exists
	done   int64         // steps made
	last   int64         // the step after which its fate comes
	fate   fate
	past   int64 // steps made before the start
	told   int64 // steps of the past in the file
	sent   int64 // steps made when the file was last written; −1: no data is in it
	dirty  dirty
}

// describe sets the name, the config and the plan of the run.
func (r *run) describe(set *setup, created time.Time) {
	set.id, set.created = r.e.ID, created
	config := set.config()
	r.e.Name = text.Clean(set.name)
	r.e.Config = text.CleanLines(config)
	r.e.Plan = plan.Read(config)
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
	r.past, r.begun = done, now.Add(delay)
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

// at returns when the i-th step ends, from 0: around the pace, now and then much later, as it
// is with language models.
func (r *run) at(i int64) time.Time {
	d := throw(uint64(r.dice), uint64(i))
	late := 0.5 * d.float()
	if d.chance(0.05) {
		late = 0.9
	}
	return r.begun.Add(time.Duration((float64(i+1) + late) * float64(r.pace))).Truncate(time.Microsecond)
}

// over reports whether nothing happens to the run any more.
func (r *run) over() bool { return r.done >= r.last }

// next returns when its next event is.
func (r *run) next() time.Time {
	if !r.born {
		return r.e.Created
	}
	return r.at(r.done)
}

// event does what happens next to the run.
func (r *run) event() {
	if !r.born {
		r.born = true
		return
	}
	r.e.Status = model.Running
	r.stand(r.done + 1)
	r.dirty = max(r.dirty, summary)
	if !r.over() {
		return
	}
	switch r.fate {
	case finishes:
		r.e.Status = model.Finished
	case fails:
		r.e.Status = model.Failed
		r.e.Error = text.CleanLines(rateLimitError(r.done, r.e.Updated))
		r.dirty = max(r.dirty, whole)
	case stops:
		r.e.Status = model.Stopped
		r.e.Error = text.CleanLines(stoppedError)
		r.dirty = max(r.dirty, whole)
	case quiets:
	}
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
