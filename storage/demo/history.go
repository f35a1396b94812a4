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

// shape is the config and the plan of many generated experiments.
type shape struct {
	config text.Lines
	plan   *plan.Plan
}

// shortWorkflows are the workflows of the generated experiments.
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

// newShapes makes the shapes of shortWorkflows.
func newShapes() []shape {
	out := make([]shape, len(shortWorkflows))
	for i, parts := range shortWorkflows {
		config := shortConfig(parts)
		out[i] = shape{text.CleanLines(config), plan.Read(config)}
	}
	return out
}

// generated makes a run of a shape that is under way at the start.
func (l *lab) generated(form shape, steps int) *run {
	r, d := l.newRun()
	r.born = true
	r.e.Status = model.Running
	r.e.Name = text.Clean(newName(d, l.number))
	r.e.Config, r.e.Plan = form.config, form.plan
	r.last = form.plan.Steps()
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
		var e model.Experiment
		l.fill(&e, &d, row)
		e.ID = newID((place*width+d.next()%width)<<32|d.next()>>32, d.next())
		if err := put(&e); err != nil {
			return err
		}
	}
	return nil
}

// fill makes up one experiment, all but its id.
func (l *lab) fill(e *model.Experiment, d *dice, row int) {
	form := one(d, l.shapes)
	e.Tenant = text.Clean(tenant)
	e.Name = text.Clean(newName(d, len(l.runs)+row))
	e.Config, e.Plan = form.config, form.plan
	steps := int(form.plan.Steps())
	done := steps
	switch x := d.n(100); {
	case x < 84:
		e.Status = model.Finished
	case x < 92:
		e.Status, done = model.Failed, d.n(steps)
		e.Error = text.CleanLines(one(d, shortErrors))
	case x < 97:
		e.Status, done = model.Stopped, 1+d.n(steps)
		e.Error = text.CleanLines(stoppedError)
	case x < 99:
		e.Status, done = model.NotStarted, 0
	default: // its process was killed
		e.Status, done = model.Running, 1+d.n(steps)
	}
	if done > 0 {
		e.Now = stepStart(form.plan, int64(done)-1)
	}
	in, out := stepTokens(l.agents)
	f := d.between(0.8, 1.2) * float64(done)
	e.InputTokens, e.OutputTokens = int64(f*in), int64(f*out)
	ago := recent + time.Duration(float64(span)*(float64(row)+d.float())/float64(l.rows))
	e.Created = l.start.Add(-ago).Truncate(time.Microsecond)
	took := min(time.Duration(done)*time.Duration(2+d.n(60))*time.Second, ago-recent/2)
	e.Updated = e.Created.Add(took).Truncate(time.Microsecond)
}
