package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"societop/model"
)

const (
	// maxHistories is of how many running experiments a command reads the history at most.
	maxHistories = 50
	// atOnce is how many of them it reads at the same time.
	atOnce = 4
	// historyTime is how long it takes for them all together at most.
	historyTime = 20 * time.Second
	// enough is how many runs must lack a history, of none that has one, for it to be the source
	// that offers none, and not a table of a run that is missing.
	enough = 5
)

// history is when the steps of a run were done, as it follows from that.
type history struct {
	key  model.Key
	pace *model.Pace // nil where it could not be read
	err  error
}

// historyOf reads the history of a run. That it has none is an error.
func historyOf(ctx context.Context, src model.Source, s model.Summary) history {
	h := history{key: s.Key}
	h.err = model.Guard(func() error {
		steps, err := src.RunData(s.Key).Steps(ctx)
		if err == nil && len(steps) == 0 {
			err = model.ErrNoData
		}
		if err == nil {
			h.pace = model.PaceOf(&s, steps)
		}
		return err
	})
	return h
}

// lacks reports whether the source offers no histories.
func (h *history) lacks() bool { return errors.Is(h.err, model.ErrNotOffered) }

// tell hands a history to a lab. A crash of the reading goes on here, where it is caught.
func (h *history) tell(lab *model.Lab, now time.Time) {
	var crash *model.Crash
	if errors.As(h.err, &crash) {
		panic(crash)
	}
	if h.pace != nil {
		lab.SetPace(h.key, h.pace, now)
	}
}

// hasHistory reports whether an experiment runs and has made steps that a history may tell of.
func hasHistory(s *model.Summary) bool {
	return s.Status == model.Running && s.Plan != nil && s.Progress().Step > 0
}

// learn reads the histories of running experiments for their estimates. What can't be read is
// estimated without, which is rough. A source that offers none of some runs is not asked for others.
func (r reading) learn(ctx context.Context, src model.Source, runs []model.Summary) {
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	read := make([]history, len(runs))
	var group sync.WaitGroup
	var offered atomic.Bool
	var lacking atomic.Int32
	next := make(chan int)
	for range min(atOnce, len(runs)) {
		group.Go(func() {
			for i := range next {
				read[i] = historyOf(ctx, src, runs[i])
				if read[i].lacks() {
					lacking.Add(1)
				} else if read[i].err == nil {
					offered.Store(true)
				}
			}
		})
	}
	for i := range runs {
		if lacking.Load() >= enough && !offered.Load() {
			break
		}
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	group.Wait()
	for _, h := range read {
		h.tell(r.lab, r.now)
	}
}

// firstRunning is the first running experiments of a selection that have a history.
func (r reading) firstRunning(sel *model.Selection) []model.Summary {
	var runs []model.Summary
	left := r.lab.Count(model.Running)
	for i := 0; i < sel.Len() && left > 0 && len(runs) < maxHistories; i += maxHistories {
		for _, s := range sel.Window(i, maxHistories) {
			if s.Status == model.Running {
				left--
			}
			if hasHistory(&s) && len(runs) < maxHistories {
				runs = append(runs, s)
			}
		}
	}
	return runs
}

// estimated reports whether the estimates of experiments are among the fields of these names; no
// names are all fields.
func estimated(names []string) bool {
	return len(names) == 0 || slices.ContainsFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "eta_") || name == "quiet" || name == "stalled"
	})
}
