package model

import (
	"math"
	"slices"
	"time"
)

// Pace is what was observed of one running experiment: how long its steps took and what
// they cost. The zero value has observed nothing.
type Pace struct {
	last  mark
	marks []mark // the newest observations, oldest first; consecutive ones span a length
	again bool   // the run was seen to begin again: created_at says nothing of its pace
}

// mark is the state of a run when it was seen to have moved.
type mark struct {
	step   int64
	tokens int64
	at     time.Time // updated_at
	sim    SimTime
}

// paceMarks is how many observations are kept.
const paceMarks = 64

// How long a run is silent before it counts as quiet and as stalled: so many times the p90
// of its steps' lengths, and never less than the floor.
const (
	quietAfter   = 3
	stalledAfter = 10
	silenceFloor = 2 * time.Minute
)

// Observe takes the run's newest state. A run that did not move adds no length of a step; one
// that began again is observed from its start. The state before the first step is no mark: what
// lies between it and the first step is the start of the run, which may have waited for hours.
func (p *Pace) Observe(s *Summary) {
	done := s.Progress().Step
	m := mark{step: done, tokens: s.Tokens(), at: s.Updated, sim: s.Now}
	p.again = p.again || (done >= 0 && done < p.last.step)
	switch {
	case done <= 0:
		p.marks = p.marks[:0]
	case len(p.marks) == 0 || m.step < p.last.step || m.at.Before(p.last.at):
		p.marks = append(p.marks[:0], m)
	case m.step == p.last.step || m.at.Equal(p.last.at):
		return
	default:
		if len(p.marks) == paceMarks {
			p.marks = append(p.marks[:0], p.marks[1:]...)
		}
		p.marks = append(p.marks, m)
	}
	p.last = m
}

// Steps is how many spans between moves have been observed.
func (p *Pace) Steps() int { return max(len(p.marks)-1, 0) }

// StepLength is how long steps of a run that followed one another took.
type StepLength struct {
	At        SimTime       // the start of the last of them
	Steps     int64         // how many; > 0
	Wall      time.Duration // of all of them; > 0
	TokenRate float64       // tokens a second; NaN unknown
}

// Each is the mean length of one of the steps in seconds.
func (l StepLength) Each() float64 { return l.Wall.Seconds() / float64(l.Steps) }

// Lengths is the lengths of the steps as far as they are known, oldest first.
func (p *Pace) Lengths() []StepLength {
	if p == nil {
		return nil
	}
	out := make([]StepLength, p.Steps())
	for i := range out {
		a, b := p.marks[i], p.marks[i+1]
		wall := b.at.Sub(a.at)
		out[i] = StepLength{b.sim, b.step - a.step, wall, float64(b.tokens-a.tokens) / wall.Seconds()}
		if b.tokens < a.tokens {
			out[i].TokenRate = math.NaN()
		}
	}
	return out
}

// Estimate is what can be said of how a run goes on. Every part says whether it is known.
type Estimate struct {
	// StepLength is the wall time of a step; 0 unknown.
	StepLength time.Duration
	// Observed is how many moves the length was taken from; 0: from the whole run.
	Observed int
	// SimPerWall is simulated time in wall time; 0 unknown.
	SimPerWall float64
	// Known reports whether End, Left, Low and High are meant. They are not of a run that is
	// quiet or stalled, nor of one whose source is not live.
	Known bool
	End   time.Time
	Left  time.Duration // until End, never negative
	// 8 times in 10 the time left is from Low to High. Both are 0 where no range is known.
	Low, High time.Duration
	// Rough reports that the range can't be relied upon: few steps were seen, or none like those
	// to come.
	Rough bool
	// Quiet and Stalled judge Silence, the time since the run last moved. They are meant only
	// where Judged is set: the run's pace is known, and its source is live.
	Judged, Quiet, Stalled bool
	Silence                time.Duration
	// TokenRate is tokens a second, TokensAtEnd what a run will have used; NaN unknown.
	TokenRate   float64
	TokensAtEnd float64
	// AsOf is up to when the source of the run knows what happened; zero while it is live.
	AsOf time.Time
}

// maxLeft bounds estimates: a run that would take longer has an unknown end.
const maxLeft = 100 * 365 * 24 * time.Hour

// Estimate judges a run at a wall time. p may be nil where nothing was observed: then the
// mean of the whole run counts. Only RUNNING experiments that are known to have moved have
// an estimate; of others all is unknown.
func (p *Pace) Estimate(s *Summary, now time.Time) Estimate {
	e := Estimate{TokenRate: math.NaN(), TokensAtEnd: math.NaN()}
	if s.Status != Running || s.Updated.IsZero() {
		return e
	}
	if p == nil {
		p = &Pace{}
	}
	progress := s.Progress()
	mean, deviation, p90 := p.stepSeconds(s, progress)
	e.Observed = p.Steps()
	e.Silence = max(now.Sub(s.Updated), 0)
	e.judgeSilence(p90)
	if !(mean > 0) || math.IsInf(mean, 0) {
		return e
	}
	e.StepLength = seconds(mean)
	e.rates(p, s, progress)
	left := float64(progress.Steps - progress.Step)
	if progress.Steps < 0 || e.Quiet || e.Stalled || left*mean > maxLeft.Seconds() {
		return e
	}
	e.Known = true
	e.End = s.Updated.Add(seconds(left * mean))
	e.Left = max(e.End.Sub(now), 0)
	if n := float64(e.Observed); n > 1 {
		spread := seconds(1.28 * deviation * math.Sqrt(left+left*left/n))
		e.Low, e.High = max(e.Left-spread, 0), e.Left+spread
	}
	return e
}

// What the mean of a whole run must be to count. created_at is no start of the run where that has
// begun again under its id, or has waited for its turn, and the fewer its steps are, the more of
// the time since is not theirs.
const (
	minWholeSteps = 8
	maxWholeStep  = time.Hour
)

// wholeSeconds is the mean of a step's length in seconds since the experiment was created; 0
// where that may have nothing to do with its steps.
func (p *Pace) wholeSeconds(s *Summary, progress Progress) float64 {
	if p.again || progress.Step < minWholeSteps {
		return 0
	}
	mean := s.Updated.Sub(s.Created).Seconds() / float64(progress.Step)
	if mean > maxWholeStep.Seconds() {
		return 0
	}
	return mean
}

// stepSeconds is the mean, the standard deviation and the p90 of a step's length in
// seconds; with no step observed, the mean of the whole run. All are 0 where nothing is known.
func (p *Pace) stepSeconds(s *Summary, progress Progress) (mean, deviation, p90 float64) {
	if p.Steps() == 0 {
		mean = p.wholeSeconds(s, progress)
		return mean, 0, mean
	}
	first, last := p.marks[0], p.marks[len(p.marks)-1]
	mean = last.at.Sub(first.at).Seconds() / float64(last.step-first.step)
	lengths := make([]float64, 0, p.Steps())
	for _, l := range p.Lengths() {
		lengths = append(lengths, l.Each())
		deviation += (l.Each() - mean) * (l.Each() - mean)
	}
	deviation = math.Sqrt(deviation / float64(max(len(lengths)-1, 1)))
	slices.Sort(lengths)
	return mean, deviation, lengths[(len(lengths)*9+9)/10-1]
}

// frozen is what an estimate still says of a run whose source is not live: how fast it went.
// Whether it goes on nobody knows, so its silence means nothing and its end is unknown.
func (e Estimate) frozen(asOf time.Time) Estimate {
	e.AsOf = asOf
	e.Judged, e.Quiet, e.Stalled, e.Known = false, false, false, false
	e.End, e.Left, e.Low, e.High, e.Rough, e.Silence = time.Time{}, 0, 0, 0, false, 0
	return e
}

// judgeSilence sets Quiet and Stalled from the p90 of a step's length in seconds. Of a run
// whose pace is unknown nothing can be said.
func (e *Estimate) judgeSilence(p90 float64) {
	if !(p90 > 0) {
		return
	}
	e.Judged = true
	e.Quiet = e.Silence > max(seconds(quietAfter*p90), silenceFloor)
	e.Stalled = e.Silence > max(seconds(stalledAfter*p90), silenceFloor)
}

// rates fills in the simulated time in wall time, and the tokens.
func (e *Estimate) rates(p *Pace, s *Summary, progress Progress) {
	tokens, span, steps := float64(s.Tokens()), s.Updated.Sub(s.Created).Seconds(), float64(progress.Step)
	if p.Steps() > 0 {
		first, last := p.marks[0], p.marks[len(p.marks)-1]
		tokens, span, steps = float64(last.tokens-first.tokens), last.at.Sub(first.at).Seconds(), float64(last.step-first.step)
		if sim := last.sim.Seconds() - first.sim.Seconds(); sim > 0 {
			e.SimPerWall = sim / span
		}
	} else if s.Plan != nil && s.Now.Valid() {
		e.SimPerWall = max(s.Now.Seconds()-float64(s.Plan.Start), 0) / span
	}
	if span <= 0 || steps <= 0 || tokens < 0 {
		return
	}
	e.TokenRate = tokens / span
	if progress.Steps >= 0 {
		e.TokensAtEnd = float64(s.Tokens()) + tokens/steps*float64(progress.Steps-progress.Step)
	}
}

// seconds is a length of time, held within what a time.Duration can say.
func seconds(s float64) time.Duration {
	if !(s < float64(math.MaxInt64)/1e9/2) {
		return math.MaxInt64 / 2
	}
	return time.Duration(s * 1e9)
}
