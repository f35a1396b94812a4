package storagetest

import (
	"slices"
	"testing"

	"societop/model"
)

// onBench runs one test on a lab of its own.
func onBench(t *testing.T, newLab func(t *testing.T) Lab, name string, run func(*testing.T, *bench)) {
	t.Run(name, func(t *testing.T) {
		b := &bench{lab: newLab(t), want: make(map[model.Key]model.Experiment), filled: make(map[model.Key]RunData)}
		b.src = b.lab.Open(t)
		run(t, b)
		b.finish(t)
	})
}

// bench is a lab under test with what was written to it.
type bench struct {
	lab  Lab
	src  model.Source
	want map[model.Key]model.Experiment

	filled map[model.Key]RunData
}

// experiments makes n experiments that the source can keep.
func (b *bench) experiments(n int) []model.Experiment { return b.fit(Experiments(n)) }

// fit makes of experiments those that the source can keep.
func (b *bench) fit(all []model.Experiment) []model.Experiment {
	if b.lab.Fit == nil {
		return all
	}
	all = slices.Clone(all)
	for i := range all {
		all[i] = b.lab.Fit(all[i])
	}
	return all
}

// write changes the lab.
func (b *bench) write(t *testing.T, put []model.Experiment, gone ...model.Key) {
	t.Helper()
	put = b.fit(put)
	b.lab.Write(t, put, gone)
	for _, e := range put {
		b.want[e.Key] = e
	}
	for _, k := range gone {
		delete(b.want, k)
	}
}

// finish opens the lab again and holds all of it against what was written.
func (b *bench) finish(t *testing.T) {
	t.Helper()
	if err := b.src.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	src := b.lab.Open(t)
	var m Mirror
	m.Read(t, src, model.Budget{Errors: true})
	m.Same(t, b.want, true)
	b.filledStill(t, src)
	if err := src.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if b.lab.Check != nil {
		b.lab.Check(t)
	}
}
