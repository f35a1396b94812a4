package model

import "time"

// span is a time from one moment to another.
type span struct{ from, to time.Time }

// gaps are the times when nothing was heard of a source. The silence of a run says nothing about
// the run then.
type gaps struct {
	past  []span    // the last few
	heard time.Time // when the source was last live; zero before that
	open  bool      // it is not now
	until time.Time // no run is judged before
}

const (
	maxGaps = 16
	// settling is how long a source is given, after a gap, to bring each run up to date.
	settling = time.Minute
)

// hear records whether the source was live at a moment.
func (g *gaps) hear(live bool, now time.Time) {
	if !live {
		g.open = true
		return
	}
	if g.open {
		g.open, g.until = false, now.Add(settling)
		if !g.heard.IsZero() { // else nobody watched before
			g.past = append(g.past[max(len(g.past)-maxGaps+1, 0):], span{g.heard, now})
			g.until = now.Add(min(now.Sub(g.heard), settling))
		}
	}
	g.heard = now
}

// settled reports whether runs can be judged by their silence.
func (g *gaps) settled(now time.Time) bool { return !g.open && !now.Before(g.until) }

// without is a moment less the gaps between it and when a run last moved.
func (g *gaps) without(now, moved time.Time) time.Time {
	left := now
	if g.open {
		left = left.Add(-span{g.heard, now}.since(moved))
	}
	for _, s := range g.past {
		left = left.Add(-s.since(moved))
	}
	return left
}

// since is how long the part of a span after a moment is.
func (s span) since(t time.Time) time.Duration {
	if s.from.After(t) {
		t = s.from
	}
	return max(s.to.Sub(t), 0)
}
