package demo

import (
	"math/rand/v2"
	"time"

	"societop/model"
)

const (
	// blockRows is how many generated experiments are written at once.
	blockRows = 10_000
	// maxAlive bounds the generated ones that go on.
	maxAlive = 200
	// recent and span are how long ago the newest and the oldest of the others were made.
	recent = 3 * time.Hour
	span   = 60 * 24 * time.Hour
)

// shape is the config and the plan of many generated experiments.
type shape struct {
	config model.Lines
	plan   *model.Plan
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

// newShapes writes the configs of shortWorkflows.
func newShapes() []shape {
	out := make([]shape, len(shortWorkflows))
	for i, parts := range shortWorkflows {
		config := shortConfig(parts)
		out[i] = shape{model.CleanLines(config), model.ReadPlan(config)}
	}
	return out
}

// generated makes a run that is under way at the start, of the shape of the history's.
func (s *Society) generated(form shape, steps int) *run {
	r := s.newRun()
	r.born, r.changed, r.whole = true, true, true
	r.e.Status = model.Running
	r.e.Name = model.Clean(newName(r.rng, r.number))
	r.e.Config, r.e.Plan = form.config, form.plan
	r.last = form.plan.Steps()
	r.pace = s.scaled(6*time.Second + time.Duration(r.rng.IntN(14_000))*time.Millisecond)
	r.done = 1 + r.rng.Int64N(r.last-1)
	r.standAt(steps, r.last)
	r.begin(s.start, 0)
	return r
}

// history is the experiments that do not change any more. They are generated a block at a
// time, each from its own source of chance, so none is kept.
type history struct {
	seed   uint64
	start  time.Time
	agents int
	shapes []shape
	rows   int
	first  int // the number of the first
}

// blocks is how many blocks there are.
func (h *history) blocks() int { return (h.rows + blockRows - 1) / blockRows }

// block makes the experiments of one block. The newest are in block 0; their ids are in a
// range of their own, which has another place in the order of ids.
func (h *history) block(i int, put func(*model.Experiment) error) error {
	rng := newRand(h.seed, 1<<32+uint64(i))
	n := h.blocks()
	place := uint64(newRand(h.seed, 1<<33).Perm(n)[i])
	width := (1<<32-1)/uint64(n) + 1
	from := i * blockRows
	for row := from; row < min(from+blockRows, h.rows); row++ {
		var e model.Experiment
		h.fill(&e, rng, row)
		e.ID = sealID((place*width+rng.Uint64N(width))<<32|rng.Uint64N(1<<32), rng.Uint64())
		if err := put(&e); err != nil {
			return err
		}
	}
	return nil
}

// fill makes up one experiment, all but its id.
func (h *history) fill(e *model.Experiment, rng *rand.Rand, row int) {
	form := h.shapes[rng.IntN(len(h.shapes))]
	e.Tenant = model.Clean(tenant)
	e.Name = model.Clean(newName(rng, h.first+row))
	e.Config, e.Plan = form.config, form.plan
	steps := form.plan.Steps()
	done := steps
	switch d := rng.IntN(100); {
	case d < 84:
		e.Status = model.Finished
	case d < 92:
		e.Status, done = model.Failed, rng.Int64N(steps)
		e.Error = model.CleanLines(shortErrors[rng.IntN(len(shortErrors))])
	case d < 97:
		e.Status, done = model.Stopped, 1+rng.Int64N(steps)
		e.Error = model.CleanLines(stoppedError)
	case d < 99:
		e.Status, done = model.NotStarted, 0
	default: // its process was killed
		e.Status, done = model.Running, 1+rng.Int64N(steps)
	}
	if done > 0 {
		e.Now = stepStart(form.plan, done-1)
	}
	in, out := stepTokens(h.agents)
	f := (0.8 + 0.4*rng.Float64()) * float64(done)
	e.InputTokens, e.OutputTokens = int64(f*in), int64(f*out)
	slot := span / time.Duration(h.rows)
	ago := recent + time.Duration(float64(span)*(float64(row)/float64(h.rows))) + time.Duration(rng.Int64N(int64(slot)+1))
	e.Created = h.start.Add(-ago).Truncate(time.Microsecond)
	took := min(time.Duration(done)*(2+time.Duration(rng.IntN(60)))*time.Second, ago-recent/2)
	e.Updated = e.Created.Add(took).Truncate(time.Microsecond)
}
