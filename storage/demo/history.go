package demo

import (
	"math/rand/v2"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

const (
	// blockRows is how many generated experiments are written at once.
	blockRows = 10_000
	// maxAlive is how many generated experiments go on.
	maxAlive = 200
	// recent is how long ago the newest of the others was created, and span the time between it
	// and the oldest.
	recent = 3 * time.Hour
	span   = 60 * 24 * time.Hour
)

// shortWorkflows are those of the generated experiments.
var shortWorkflows = [][]part{
	{{days: 1}},
	{{days: 3}},
	{{days: 0.5, ticks: 600}},
	{{days: 1}, {steps: 24, ticks: 600}},
	{{steps: 100}},
	{{days: 7, ticks: 900}},
	{{days: 2, ticks: 600}},
	{{steps: 48, ticks: 1800}, {days: 1}},
}

// shape is what generated experiments have in common.
type shape struct {
	model.Experiment
	ends ends
}

// newShapes makes one of each short workflow.
func newShapes() []shape {
	out := make([]shape, len(shortWorkflows))
	for i, parts := range shortWorkflows {
		config := shortConfig(parts)
		out[i].Tenant, out[i].Config = text.Clean(tenant), text.CleanLines(config)
		out[i].Plan, out[i].Models = plan.Read(config)
		out[i].ends = endsOf(out[i].Plan)
	}
	return out
}

// generated makes a run that is under way at the start.
func (l *lab) generated(steps int) *run {
	r, d := l.newRun()
	id := r.e.ID
	s := one(d, l.shapes)
	r.e, r.ends = s.Experiment, s.ends
	r.e.ID, r.e.Status, r.e.Name = id, model.Running, text.Clean(newName(d, l.number))
	r.born, r.last = true, r.e.Plan.Steps()
	r.pace = l.scaled(time.Duration(d.between(6, 20) * float64(time.Second)))
	r.standAt(r.chosen(steps, 1+int64(d.n(int(r.last-1)))), l.start, 0, 0)
	return r
}

// blocks returns how many blocks of generated experiments there are.
func (l *lab) blocks() int { return (l.rows + blockRows - 1) / blockRows }

// block makes the experiments of one block from dice of its own, so none is kept. The newest
// are in block 0. Their ids are in a range of their own, whose place in the order of ids
// is random.
func (l *lab) block(i int, put func(*model.Experiment) error) error {
	d := throw(l.seed, 1<<32+uint64(i))
	n := l.blocks()
	place := uint64(rand.New(rand.NewPCG(l.seed, 1<<33)).Perm(n)[i])
	width := (1<<32-1)/uint64(n) + 1
	for row := i * blockRows; row < min((i+1)*blockRows, l.rows); row++ {
		e := l.old(&d, row)
		e.ID = newID((place*width+d.next()%width)<<32|d.next()>>32, d.next())
		if err := put(&e); err != nil {
			return err
		}
	}
	return nil
}

// old makes an experiment that has ended, but not its id.
func (l *lab) old(d *dice, row int) model.Experiment {
	s := one(d, l.shapes)
	r := run{e: s.Experiment, ends: s.ends, dice: throw(d.next()), agents: l.agents}
	r.e.Name = text.Clean(newName(d, len(l.runs)+row))
	steps := int(r.e.Plan.Steps())
	done := steps
	switch x := d.n(100); {
	case x < 84:
		r.e.Status = model.Finished
	case x < 92:
		r.e.Status, done = model.Failed, d.n(steps)
		r.e.Error = text.CleanLines(one(d, shortErrors))
	case x < 97:
		r.e.Status, done = model.Stopped, 1+d.n(steps)
		r.e.Error = text.CleanLines(stoppedError)
	case x < 99:
		r.e.Status, done = model.NotStarted, 0
	default: // its process was killed
		r.e.Status, done = model.Running, 1+d.n(steps)
	}
	ago := recent + time.Duration(float64(span)*(float64(row)+d.float())/float64(l.rows))
	r.pace = min(time.Duration(2+d.n(60))*time.Second, time.Duration(float64(ago-recent/2)/r.ends.end(int64(steps))))
	r.begun = l.start.Add(-ago).Truncate(time.Microsecond)
	r.e.Created, r.e.Updated = r.begun, r.begun
	if done > 0 {
		r.stand(int64(done))
	}
	return r.e
}
