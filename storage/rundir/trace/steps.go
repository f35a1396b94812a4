package trace

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"societop/model"
	"societop/storage/rundir/runfile"
)

// maxSteps bounds the steps that are told of.
const maxSteps = 1 << 20

// clockOf returns a function from simulated times to steps: the plan's, and where that knows none the
// trace's own. Agents count their steps from 1, but after a resume they have counted the step that was
// done twice: the first time is trusted, and later ones follow by the length of a step.
func (a *spans) clockOf(at func(time.Time) (int, bool)) func(at, count int64) int {
	own := a.ownClock()
	return func(seconds, count int64) int {
		if at != nil && seconds != 0 {
			if step, ok := at(time.Unix(seconds, 0).UTC()); ok {
				return bounded(int64(step))
			}
		}
		if step, ok := own[seconds]; ok && seconds != 0 {
			return step
		}
		return bounded(count - 1)
	}
}

// bounded returns a step, −1 for one that can't be.
func bounded(step int64) int {
	if step < 0 || step >= maxSteps {
		return -1
	}
	return int(step)
}

// ownClock returns the steps of the simulated times in the trace, by its counts.
func (a *spans) ownClock() map[int64]int {
	type moment struct{ at, tick, count int64 }
	byTime := make(map[int64]*moment)
	for i := range a.steps {
		s := &a.steps[i]
		if m := byTime[s.at]; m == nil {
			byTime[s.at] = &moment{s.at, s.tick, s.count}
		} else {
			m.count = min(m.count, s.count)
		}
	}
	moments := make([]*moment, 0, len(byTime))
	for _, m := range byTime {
		moments = append(moments, m)
	}
	slices.SortFunc(moments, func(a, b *moment) int { return cmp.Compare(a.at, b.at) })
	out := make(map[int64]int, len(moments))
	for i, m := range moments {
		step := bounded(m.count - 1)
		if i > 0 {
			before := moments[i-1]
			if gap := m.at - before.at; before.tick > 0 && gap%before.tick == 0 && (before.tick == m.tick || gap == before.tick) {
				step = min(step, out[before.at]+int(min(gap/before.tick, maxSteps)))
			}
		}
		out[m.at] = step
	}
	return out
}

// pauseOf is the least pause between the spans of a step after which they belong to another try of it:
// that of a run that was killed and resumed.
const pauseOf = 10 * time.Minute

// stepSpans returns the wall times of steps by the spans that were read, by ascending step.
func (a *spans) stepSpans(clock func(at, count int64) int) []model.StepSpan {
	all := slices.Clone(a.steps)
	slices.SortFunc(all, func(a, b agentStep) int { return cmp.Compare(a.start, b.start) })
	type times struct{ start, end, longest int64 }
	byStep := make(map[int]*times)
	for i := range all {
		s := &all[i]
		step := clock(s.at, s.count)
		if step < 0 || s.start <= 0 || s.end < s.start {
			continue
		}
		t := byStep[step]
		if t == nil || s.start-t.end > max(int64(pauseOf), 3*max(t.longest, s.end-s.start)) {
			t = &times{start: s.start}
			byStep[step] = t
		}
		t.end, t.longest = max(t.end, s.end), max(t.longest, s.end-s.start)
	}
	out := make([]model.StepSpan, 0, len(byStep))
	for step, t := range byStep {
		out = append(out, model.StepSpan{Step: step, Start: time.Unix(0, t.start).UTC(), End: time.Unix(0, t.end).UTC()})
	}
	slices.SortFunc(out, byStepNumber)
	return out
}

func byStepNumber(a, b model.StepSpan) int { return cmp.Compare(a.Step, b.Step) }

// watched is the wall times of steps as they were seen to end: by the time of the file in which the run
// counts them.
type watched struct {
	done  int64 // at the last look; −1 before the first one
	at    time.Time
	spans map[int]model.StepSpan
}

// look reads the run's count of steps, and reports whether it has changed.
func (w *watched) look(dir string) bool {
	for _, name := range []string{runfile.Step, runfile.PID} {
		b, at, err := runfile.Read(filepath.Join(dir, name), runfile.MaxSmall)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var count struct {
			Steps *int64 `json:"step_count"`
		}
		if err != nil || json.Unmarshal(b, &count) != nil || count.Steps == nil {
			return false // it may be half written
		}
		return w.saw(*count.Steps, at.Changed.UTC())
	}
	return false
}

// saw notes how many steps were done at a time.
func (w *watched) saw(done int64, at time.Time) bool {
	before, was := w.done, w.at
	if w.done = done; done == before {
		return false
	}
	if w.at = at; before < 0 || done < before || done > maxSteps {
		w.at = time.Time{}
		return before >= 0
	}
	span := model.StepSpan{Step: int(done) - 1, End: at}
	if done == before+1 {
		span.Start = was
	}
	if w.spans == nil {
		w.spans = make(map[int]model.StepSpan)
	}
	w.spans[span.Step] = span
	return true
}

// addTo returns wall times with those that were watched in addition: the end of a step that was seen is
// that of the step as a whole, while spans are those of agents.
func (w *watched) addTo(all []model.StepSpan) []model.StepSpan {
	for step, seen := range w.spans {
		at, ok := slices.BinarySearchFunc(all, seen, byStepNumber)
		switch {
		case !ok:
			all = slices.Insert(all, at, seen)
		case all[at].Step == step && seen.End.After(all[at].End):
			all[at].End = seen.End
		}
	}
	return all
}
