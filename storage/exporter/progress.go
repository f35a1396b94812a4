package exporter

import "societop/model"

// progress is how far an export is, in requests.
type progress struct {
	advance model.ProgressFunc
	done    int64
	next    int64 // when the stage under way is done
	total   int64
	left    int // experiments, that under way included
}

// bulk is how many moments of what a source gives out for all at once take as long as one frame.
const bulk = 10

// plan says how many steps an experiment takes. Those after it are taken for as large.
func (p *progress) plan(steps int) {
	p.done = p.next
	p.total = p.done + int64(steps)*int64(p.left)
	p.left--
	p.step(0)
}

// stage begins a stage of n steps. The one before is done.
func (p *progress) stage(n int) {
	p.done = p.next
	p.next += int64(n)
	p.step(0)
}

func (p *progress) step(n int64) {
	p.done += n
	p.advance(p.done, p.total)
}
