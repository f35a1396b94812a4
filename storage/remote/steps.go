package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"societop/model"
	"societop/storage/remote/link"
	"societop/storage/remote/ration"
)

const (
	// firstAgent is the id that AgentSociety gives to the first citizen.
	firstAgent = 1
	// historyTime is how long the answer with a history may take.
	historyTime = 2 * time.Minute
	// historyRest is how long a failure to read a history is remembered, and historyShare how long
	// a history is in any case.
	historyRest  = 10 * time.Minute
	historyShare = time.Minute
	// maxRemembered is the number of step times that are kept in memory of all runs together.
	maxRemembered = 250_000
)

// past is what is known of the steps that runs have done.
type past struct {
	runs  map[model.Key]*history
	size  int   // step times in them
	agent int64 // one that had statuses in a run, as it may have in others
}

// history is what is known of the steps of one run.
type history struct {
	run   uint64 // see entry.run
	agent int64  // one that has statuses; 0: none is known
	read  bool   // steps and err are the answer
	steps []model.StepTime
	err   error
	moved time.Time // when the run had moved last: until it moves on, they hold
	until time.Time // and at least until then; zero: as long as the run goes on
}

// of returns what is known of a run, which it makes room for.
func (p *past) of(k model.Key, run uint64) *history {
	if h := p.runs[k]; h != nil {
		if h.run == run {
			return h
		}
		p.size -= len(h.steps)
	}
	h := &history{run: run}
	p.runs[k] = h
	return h
}

// keep takes note of an answer. Where that makes too much, other runs are forgotten.
func (p *past) keep(h *history, answer history) {
	p.size += len(answer.steps) - len(h.steps)
	answer.run, answer.agent, answer.read = h.run, h.agent, true
	*h = answer
	for k, other := range p.runs {
		if p.size <= maxRemembered {
			return
		}
		if other != h {
			p.size -= len(other.steps)
			delete(p.runs, k)
		}
	}
}

// Steps returns when the steps of the run were done, by the history of one agent. Whoever asks within
// a minute, or before the run has moved on, shares one answer. That the server has no such route is
// remembered as long as the run goes on, another failure for ten minutes. While a monitor is at
// work, a history waits until the server can bear it. One that is cut, or longer than an answer may
// be, is an error, for nobody knows of which run the rest is.
func (s *runData) Steps(ctx context.Context) ([]model.StepTime, error) {
	if h := s.remembered(); h.read {
		return slices.Clone(h.steps), h.err
	}
	if err := s.turn(ctx); err != nil {
		return nil, s.c.link.Explain(err)
	}
	steps, err := share(ctx, s.c, fmt.Sprintf("steps %v#%d", s.key, s.run()), func(ctx context.Context) ([]model.StepTime, error) {
		h := s.remembered()
		if h.read {
			return h.steps, h.err
		}
		h.steps, h.err = s.history(ctx)
		s.remember(h)
		return h.steps, h.err
	})
	return slices.Clone(steps), err
}

// remembered returns what is known of the steps of the run; where none of it holds, what is asked now
// goes with it.
func (s *runData) remembered() history {
	run := s.run()
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	h := *s.c.past.of(s.key, run)
	var moved time.Time
	if e := s.c.mirror.Recall(s.key); e != nil {
		moved = e.Updated
	}
	if h.read && (h.until.IsZero() || s.c.now().Before(h.until) || (h.err == nil && len(h.steps) > 0 && moved.Equal(h.moved))) {
		return h
	}
	return history{run: run, agent: h.agent, moved: moved}
}

// remember takes note of an answer, unless it says nothing of the run.
func (s *runData) remember(h history) {
	var f *link.Fault
	met := errors.As(h.err, &f) && f.Met
	switch {
	case errors.Is(h.err, context.Canceled), errors.Is(h.err, model.ErrUnreachable) && !met, f != nil && f.Retry > 0,
		errors.Is(h.err, model.ErrNotStarted), errors.Is(h.err, model.ErrNoExperiment),
		errors.Is(h.err, model.ErrUnauthorized), errors.Is(h.err, model.ErrForbidden):
		return
	case len(h.steps) > 0:
		h.until = s.c.now().Add(historyShare)
	case !errors.Is(h.err, model.ErrNotOffered):
		h.until = s.c.now().Add(historyRest)
	}
	h.err = s.c.link.Explain(h.err)
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.past.keep(s.c.past.of(s.key, h.run), h)
}

// saw takes note of an agent that has statuses: one that has a place, if there is one, which
// institutions have not.
func (s *runData) saw(run uint64, all []model.AgentStatus) (agent int64, ok bool) {
	if len(all) == 0 {
		return 0, false
	}
	i := max(slices.IndexFunc(all, func(a model.AgentStatus) bool { return !math.IsNaN(a.Lng) }), 0)
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.past.of(s.key, run).agent, s.c.past.agent = all[i].ID, all[i].ID
	return all[i].ID, true
}

// history reads when the steps were done: from a societop by its own route, else from the statuses
// of an agent.
func (s *runData) history(ctx context.Context) ([]model.StepTime, error) {
	own, societop := "api/societop/v1/experiments/"+s.id+"/steps", s.c.link.Societop()
	if societop {
		steps, err := s.stepsOf(ctx, own)
		if !errors.Is(err, model.ErrNotOffered) && (!errors.Is(err, model.ErrNoData) || errors.Is(err, model.ErrNotRecorded)) {
			return steps, err
		}
	}
	steps, err := s.agentHistory(ctx)
	if errors.Is(err, model.ErrNotRecorded) && !societop { // so says only a societop, which a proxy hides
		return s.stepsOf(ctx, own)
	}
	return steps, err
}

// agentHistory reads the statuses of an agent: of one that is known to have some, in this run or
// another, or of the first one, and where that has none, of one in the newest frame.
func (s *runData) agentHistory(ctx context.Context) ([]model.StepTime, error) {
	known := s.remembered().agent
	s.c.mu.Lock()
	agent := cmp.Or(known, s.c.past.agent, firstAgent)
	s.c.mu.Unlock()
	steps, err := s.stepsOf(ctx, s.agentPath(agent)+"/status")
	if err != nil || len(steps) > 0 {
		return steps, err
	}
	run := s.run()
	f, err := s.Frame(ctx, model.Latest)
	if err != nil {
		return nil, err
	}
	if other, ok := s.saw(run, f.Agents); ok && other != agent {
		return s.stepsOf(ctx, s.agentPath(other)+"/status")
	}
	return nil, nil
}

// stepsOf reads the moments of a route and when they were written down.
func (s *runData) stepsOf(ctx context.Context, path string) ([]model.StepTime, error) {
	ctx, stop := context.WithTimeout(ctx, historyTime)
	defer stop()
	var rows []stepRow
	cost, err := s.c.link.Get(ctx, s.c.link.Ask(path, s.query(nil)), func(body io.Reader) (err error) {
		rows, err = takeSteps(body, &s.c.link.Limits)
		return err
	})
	s.c.mu.Lock()
	if cost != nil {
		s.c.ration.SpendPast(cost)
	}
	last := s.c.serverTime().Add(ahead)
	s.c.mu.Unlock()
	if err != nil {
		return nil, s.denied(ctx, missing(err))
	}
	return model.NewestSteps(stepTimes(rows, last)), nil
}

// turn waits until the server can bear another history, where a monitor is at work.
func (s *runData) turn(ctx context.Context) error {
	for {
		s.c.mu.Lock()
		wait := time.Duration(0)
		switch r := &s.c.ration; {
		case s.c.list.underway && r.Kept:
			wait = ration.LookAgain
		case r.Kept:
			wait = r.History(s.c.now())
		}
		s.c.mu.Unlock()
		if wait <= 0 {
			return nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-s.c.work.life.Done():
			timer.Stop()
			return s.c.work.life.Err()
		case <-timer.C:
		}
	}
}

// stepRow is a moment and when it was written down: a stamp in microseconds, for there may be many.
type stepRow struct {
	at            model.SimTime
	digits, local int64 // 0: there is none
}

// micros is a time in microseconds; 0 of the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// takeSteps reads the rows that can be steps: rows of a moment that is none, or of no time, are left
// out, as is all else that a row has.
func takeSteps(body io.Reader, l *link.Limits) (rows []stepRow, err error) {
	s := newScanner(body, l.Value)
	found, n := false, 0
	s.object(func(name string) {
		if name != "data" {
			s.skip()
			return
		}
		found = true
		s.list(func() {
			if n++; n > l.Rows {
				s.fail("it has too many entries")
			}
			if r, ok := s.stepRow(); ok {
				rows = append(rows, r)
			}
		})
	})
	if !found {
		s.fail("there is no data in it")
	}
	s.end()
	return rows, s.err
}

// stepRow reads a row; ok is false where it can't be a step.
func (s *scanner) stepRow() (r stepRow, ok bool) {
	s.hold()
	day := -1.0
	r.at.T = -1
	s.object(func(name string) {
		switch name {
		case "day":
			day = s.number()
		case "t":
			r.at.T = s.number()
		case "created_at":
			created := parseStamp(s.text(s.optional()))
			r.digits, r.local = micros(created.digits), micros(created.local)
		default:
			s.skip()
		}
	})
	if s.err != nil || !(day >= 0 && day <= math.MaxInt32) || r.digits == 0 {
		return r, false
	}
	r.at.Day = int(day)
	return r, r.at.Valid()
}

// stepTimes returns the times of rows, of which none is later than last. Their labels, not their
// digits, are right where some digits are later and no label says so: one history has one reading.
func stepTimes(rows []stepRow, last time.Time) []model.StepTime {
	late := func(at int64) bool { return at > last.UnixMicro() }
	labelled := slices.ContainsFunc(rows, func(r stepRow) bool { return late(r.digits) }) &&
		!slices.ContainsFunc(rows, func(r stepRow) bool { return r.local == 0 || late(r.local) })
	all := make([]model.StepTime, 0, len(rows))
	for _, r := range rows {
		wall := r.digits
		if labelled {
			wall = r.local
		}
		if !late(wall) {
			all = append(all, model.StepTime{At: r.at, Wall: time.UnixMicro(wall).UTC()})
		}
	}
	return all
}
