package load

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
)

// Histories reads when the steps of runs were done, for their estimates and for the chart of them:
// of the experiment that is shown, and of those running ones that are in view. It reads one history
// at a time, but that others do not wait for one that is slow, and that of a run once.
type Histories struct {
	feed    *Feed
	detail  *Detail
	key     model.Key // whose history is being read
	number  int       // of the read under way; 0: none is
	reads   int       // that were begun: their numbers
	cancel  context.CancelFunc
	begun   time.Time         // when it was begun
	slow    map[int]model.Key // what else is being read, by number
	tries   map[model.Key]try
	heard   time.Time // when the source answered last
	outdate time.Time // histories that were read before have a hole
}

// try is how reading the history of one run went.
type try struct {
	step     int64     // that the run had done
	read     time.Time // when it was read; zero: it was not
	failures int       // in a row
	next     time.Time // not tried before
	final    bool      // trying again is of no use, in this run
}

const (
	// historyRest is the time to the second try, of a file MinRest, and maxHistoryRest that to each
	// of many.
	historyRest    = 30 * time.Second
	maxHistoryRest = 10 * time.Minute
	// outage is for how long a source must have been silent, or not been read, for the histories
	// to be read again: what was observed has a hole then.
	outage = 5 * time.Minute
	// slowAfter is how long a history is waited for before another one is read as well, and maxSlow
	// how many of them are left to go on.
	slowAfter = 10 * time.Second
	maxSlow   = 3
	// maxTries is how many runs are remembered.
	maxTries = 4096
)

// errNoSteps is why an empty history tells nothing. AgentSociety has the statuses of a step a little
// later than the step itself.
var errNoSteps = errors.New("no steps yet")

// NewHistories returns one that has read nothing yet.
func NewHistories(feed *Feed, detail *Detail) *Histories {
	return &Histories{feed: feed, detail: detail, cancel: func() {}, slow: map[int]model.Key{}, tries: map[model.Key]try{}}
}

// StepsMsg is the answer to the read of a history, for OnSteps.
type StepsMsg struct {
	number  int
	summary model.Summary // of the run when it was read
	pace    *model.Pace
	err     error
}

// Source returns the source whose history was read.
func (m *StepsMsg) Source() model.SourceName { return m.summary.Source }

// Heard takes note that the source has answered.
func (h *Histories) Heard() {
	now := h.feed.Now()
	if longest := max(outage, 3*h.feed.Interval); !h.heard.IsZero() && now.Sub(h.heard) > longest {
		h.outdate = now
	}
	h.heard = now
}

// Read begins to read the history that is wanted most. watched is the experiments that are in view,
// in order. If the detail is visible, its experiment comes first: it does not wait for another one,
// nor does a run that is in view wait for one that is not any more. Nothing is read while the user
// pauses, or while the source is away.
func (h *Histories) Read(watched []model.Key, visible bool) tea.Cmd {
	if h.feed.paused || !h.feed.loaded || h.feed.failure != nil {
		return nil
	}
	h.leaveSlow()
	shown, has := h.detail.Key()
	has = has && visible
	if has && h.wantsShown(shown) {
		if h.number != 0 && h.key == shown {
			return nil
		}
		return h.begin(shown)
	}
	if h.number != 0 && (has && h.key == shown || slices.Contains(watched, h.key)) {
		return nil
	}
	if i := slices.IndexFunc(watched, h.wants); i >= 0 {
		return h.begin(watched[i])
	}
	return nil
}

// leaveSlow lets a read that is slow go on while others are begun: what comes of it is taken, whatever
// is in view then.
func (h *Histories) leaveSlow() {
	if h.number != 0 && h.feed.Now().Sub(h.begun) >= slowAfter && len(h.slow) < maxSlow {
		h.slow[h.number] = h.key
		h.number, h.cancel = 0, func() {}
	}
}

// wants reports whether the history of an experiment is to be read: it runs, and the lab has
// none of the run, or one with a hole.
func (h *Histories) wants(k model.Key) bool {
	s, ok := h.feed.lab.Get(k)
	if !ok || s.Status != model.Running {
		return false
	}
	t := h.tries[k]
	return h.may(&s, t) && (!h.feed.lab.HasHistory(k) || t.read.Before(h.outdate))
}

// wantsShown reports the same for the experiment that is shown. One that has ended has a history,
// too, for the chart.
func (h *Histories) wantsShown(k model.Key) bool {
	s, ok := h.feed.lab.Get(k)
	if ok && s.Status.Ended() {
		return h.detail.View.Lengths == nil && h.may(&s, h.tries[k])
	}
	return h.wants(k)
}

// may reports whether it is time to try to read a history.
func (h *Histories) may(s *model.Summary, t try) bool {
	done := s.Progress().Step
	if s.Plan == nil || done <= 0 {
		return false
	}
	for _, k := range h.slow {
		if k == s.Key {
			return false
		}
	}
	return done < t.step || !t.final && !h.feed.Now().Before(t.next)
}

// begin reads a history, and no other one.
func (h *Histories) begin(k model.Key) tea.Cmd {
	h.cancel()
	h.reads++
	s, _ := h.feed.lab.Get(k)
	msg := StepsMsg{number: h.reads, summary: s}
	ctx, cancel := context.WithCancel(h.feed.ctx)
	h.key, h.number, h.cancel, h.begun = k, msg.number, cancel, h.feed.Now()
	src := h.feed.Source
	return func() tea.Msg {
		defer cancel()
		steps, err := src.RunData(k).Steps(ctx)
		switch {
		case err != nil:
			msg.err = err
		case len(steps) == 0:
			msg.err = errNoSteps
		default:
			msg.pace = model.PaceOf(&s, steps)
		}
		return msg
	}
}

// OnSteps takes a history that was read. It reports whether anything has changed.
func (h *Histories) OnSteps(msg StepsMsg) bool {
	_, slow := h.slow[msg.number]
	switch {
	case slow:
		delete(h.slow, msg.number)
	case msg.number == h.number:
		h.number = 0
	default:
		return false
	}
	s, now := &msg.summary, h.feed.Now()
	t := try{step: s.Progress().Step, read: now}
	taken := msg.err == nil && h.take(s, msg.pace)
	if !taken {
		t = h.failed(s, msg.err)
	}
	if len(h.tries) >= maxTries {
		clear(h.tries)
	}
	h.tries[s.Key] = t
	return taken
}

// take hands a history to the lab, or, of a run that has ended, to the detail. It reports whether
// they could use it.
func (h *Histories) take(s *model.Summary, p *model.Pace) bool {
	lengths := p.Lengths()
	if !s.Status.Ended() {
		return h.feed.lab.SetPace(s.Key, p, h.feed.Now().Add(h.feed.skew))
	}
	if shown, has := h.detail.Key(); len(lengths) > 0 && has && shown == s.Key {
		h.detail.View.Lengths = lengths
		return true
	}
	return false
}

// failed is how a try went that led to nothing.
func (h *Histories) failed(s *model.Summary, err error) try {
	t := h.tries[s.Key]
	t.failures++
	t.step = s.Progress().Step
	t.final = errors.Is(err, model.ErrNotOffered) || errors.Is(err, model.ErrNoData) || errors.Is(err, model.ErrNotImported)
	if errors.Is(err, model.ErrNotRecorded) && !h.feed.lab.Sources().Liveness(s.Source).Unattended() {
		t.final = false // it may be, later
	}
	rest := historyRest
	if h.feed.Local(s.Source) {
		rest = MinRest
	}
	t.next = h.feed.Now().Add(model.Backoff(err, t.failures, rest, maxHistoryRest))
	return t
}
