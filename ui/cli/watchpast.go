package cli

import (
	"context"
	"slices"
	"time"

	"societop/model"
)

// pastReader reads the histories of runs for a watcher, one at a time, while that goes on.
type pastReader struct {
	src    model.Source
	tried  map[model.Key]try
	answer chan history // of the read under way; nil: there is none
	lacks  bool         // the source offers no histories
	queue  []model.Key  // whose are to be read next
}

// try is when a history was first asked for, and how far the run was by then.
type try struct {
	at   time.Time
	step int64
	done bool
}

// maxAwait is how long the judgement of a run waits for its history.
const maxAwait = 30 * time.Second

func newPastReader(src model.Source) pastReader {
	return pastReader{src: src, tried: map[model.Key]try{}}
}

// collect hands a history that was read to a lab.
func (p *pastReader) collect(lab *model.Lab, now time.Time) {
	select {
	case h := <-p.answer:
		p.answer = nil
		p.lacks = p.lacks || h.lacks()
		t := p.tried[h.key]
		t.done = true
		p.tried[h.key] = t
		h.tell(lab, now)
	default:
	}
}

// ask reads the history of a run, unless a lab has it, it was read before, or another one is being
// read. It reports whether it is worth waiting for it.
func (p *pastReader) ask(ctx context.Context, lab *model.Lab, k model.Key, now time.Time) bool {
	s, _ := lab.Get(k)
	if p.lacks || !hasHistory(&s) || lab.HasHistory(k) {
		return false
	}
	t, known := p.tried[k]
	if step := s.Progress().Step; !known || step < t.step {
		t = try{at: now, step: step}
		p.tried[k] = t
	}
	if !t.done && p.answer == nil {
		answer := make(chan history, 1)
		p.answer = answer
		src := p.src
		go func() { answer <- historyOf(ctx, src, s) }()
	}
	return !t.done && now.Sub(t.at) < maxAwait
}

// want lets the history of a run be read in its turn, as that of one of maxHistories.
func (p *pastReader) want(k model.Key) {
	if _, known := p.tried[k]; !known && len(p.tried)+len(p.queue) < maxHistories && !slices.Contains(p.queue, k) {
		p.queue = append(p.queue, k)
	}
}

// next begins to read one of the histories that are wanted.
func (p *pastReader) next(ctx context.Context, lab *model.Lab, now time.Time) {
	for p.answer == nil && len(p.queue) > 0 {
		p.ask(ctx, lab, p.queue[0], now)
		p.queue = p.queue[1:]
	}
}

// prune forgets runs that have ended.
func (p *pastReader) prune(lab *model.Lab) {
	for k := range p.tried {
		if s, ok := lab.Get(k); !ok || s.Status != model.Running {
			delete(p.tried, k)
		}
	}
}
