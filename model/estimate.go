package model

import (
	"math"
	"time"

	"societop/model/eta"
)

// Estimate is what can be said of how a run goes on. Every part says whether it is known.
type Estimate struct {
	// StepLength is the wall time of a step; 0 unknown.
	StepLength time.Duration
	// Observed is how many steps are known one by one; 0: the length is the mean of the whole run.
	Observed int
	Rates
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
	// AsOf is up to when the source of the run knows what happened; zero while it is live.
	AsOf time.Time
	// Attention is whether somebody has to look after the run. Only Lab.Estimate judges it.
	Attention Attention
}

// Rates is how much a run does and uses.
type Rates struct {
	// SimPerWall is simulated time in wall time; 0 unknown.
	SimPerWall float64
	// TokenRate is tokens a second, TokensAtEnd what a run will have used; NaN unknown. That is 8
	// times in 10 from TokensLow to TokensHigh, which are 0 where no range is known.
	TokenRate             float64
	TokensAtEnd           float64
	TokensLow, TokensHigh float64
}

// unknownRates are those of a run of which nothing is known.
var unknownRates = Rates{TokenRate: math.NaN(), TokensAtEnd: math.NaN()}

// maxLeft bounds estimates: a run that would take longer has an unknown end.
const maxLeft = 100 * 365 * 24 * time.Hour

// Estimate judges a run at a wall time. p may be nil where nothing is known of its steps: then the
// mean of the whole run counts. Only RUNNING experiments that are known to have moved have
// an estimate; of others all is unknown.
func (p *Pace) Estimate(s *Summary, now time.Time) Estimate { return p.estimate(s, now, &gaps{}) }

// estimate is Estimate by a source that was not heard all the time: what nobody saw is no silence.
func (p *Pace) estimate(s *Summary, now time.Time, away *gaps) Estimate {
	e := Estimate{Rates: unknownRates}
	if s.Status != Running || s.Updated.IsZero() {
		return e
	}
	if p == nil {
		p = &Pace{}
	}
	progress := s.Progress()
	if progress.Step <= 0 { // of a run that begins again
		p = &Pace{again: p.again}
	}
	moved := s.Updated
	if newest := p.newest(); newest.micros > moved.UnixMicro() {
		moved = newest.at() // the history is newer than the list
	}
	e.Silence = max(away.without(now, moved).Sub(moved), 0)
	f := p.expect(s, progress, &e)
	if s.dir().stepping() {
		e.judgeSilence(f.P90)
	}
	if !away.settled(now) {
		e.Quiet, e.Stalled = false, false
	}
	if f.Step <= 0 {
		return e
	}
	e.StepLength = f.Step
	e.rates(p, s, progress, f)
	if !f.Known || progress.Steps < 0 || e.Quiet || e.Stalled || f.Rest > maxLeft {
		return e
	}
	e.Known, e.Rough = true, f.Rough
	e.End = moved.Add(f.Rest)
	passed := now.Sub(moved)
	e.Left = max(f.Rest-passed, 0)
	if f.High > f.Low {
		e.Low, e.High = max(f.Low-passed, 0), max(f.High-passed, 0)
	}
	return e
}

// expect is the forecast of a run after its newest mark: from its steps, or, where few of them are
// known, from the mean since it was created, which is rough. Where the steps to come are unlike
// those that were watched, the mean counts for as much as was not watched of the run.
func (p *Pace) expect(s *Summary, progress Progress, e *Estimate) eta.Forecast {
	f := p.forecast()
	whole := p.wholeLength(s, progress)
	rest := whole.Seconds() * float64(progress.Steps-progress.Step)
	if f.Step > 0 && (p.steps >= min(minWholeSteps, progress.Step-1) || whole == 0) {
		e.Observed = int(min(p.steps, math.MaxInt32))
		if f.Rough { // those to come may be as long as those before
			f.P90 = max(f.P90, whole)
			p.blend(&f, s, progress.Step, rest)
		}
		return f
	}
	return eta.Forecast{Known: whole > 0, Rest: seconds(rest), Rough: true, Step: whole, P90: whole}
}

// blend moves a rough forecast of a run, of which not all steps are known, towards the seconds that
// remain by the mean of the whole run; 0: there is none. Of the mean, the square of the known share
// of the run is replaced: what is known is in the mean, too. A run whose other steps took no time
// since it was created is not blended.
func (p *Pace) blend(f *eta.Forecast, s *Summary, done int64, rest float64) {
	if rest <= 0 || f.Rest <= 0 || !s.Created.Before(p.marks[0].at()) {
		return
	}
	share := min(float64(p.steps)/float64(max(done-1, 1)), 1)
	share *= share
	factor := share + (1-share)*rest/f.Rest.Seconds()
	for _, d := range []*time.Duration{&f.Rest, &f.Low, &f.High} {
		*d = seconds(factor * d.Seconds())
	}
}

// What the mean of a whole run must be to count. created_at is no start of the run where that has
// begun again under its id, or has waited for its turn, and the fewer its steps are, the more of
// the time since is not theirs.
const (
	minWholeSteps = 8
	maxWholeStep  = time.Hour
)

// wholeLength is the mean of a step's length since the experiment was created; 0 where that may
// have nothing to do with its steps.
func (p *Pace) wholeLength(s *Summary, progress Progress) time.Duration {
	if p.again || progress.Step < minWholeSteps {
		return 0
	}
	mean := s.Updated.Sub(s.Created) / time.Duration(progress.Step)
	if mean > maxWholeStep {
		return 0
	}
	return max(mean, 0)
}

// frozen is what an estimate still says of a run whose source is not live: how fast it went.
// Whether it goes on nobody knows, so its silence means nothing and its end is unknown.
func (e Estimate) frozen(asOf time.Time) Estimate {
	e.AsOf = asOf
	e.Judged, e.Quiet, e.Stalled, e.Known = false, false, false, false
	e.End, e.Left, e.Low, e.High, e.Rough, e.Silence = time.Time{}, 0, 0, 0, false, 0
	return e
}

// How long a run is silent before it counts as quiet and as stalled: so many times the p90 of the
// length of the step under way, and never less than the floor.
const (
	quietAfter   = 3
	stalledAfter = 10
	// SilenceFloor is how long a run may be silent, whatever its pace.
	SilenceFloor = 2 * time.Minute
)

// judgeSilence sets Quiet and Stalled from the p90 of the length of the step under way. Of a run
// whose pace is unknown nothing can be said.
func (e *Estimate) judgeSilence(p90 time.Duration) {
	if p90 <= 0 {
		return
	}
	e.Judged = true
	e.Quiet = e.Silence > max(seconds(quietAfter*p90.Seconds()), SilenceFloor)
	e.Stalled = e.Silence > max(seconds(stalledAfter*p90.Seconds()), SilenceFloor)
}

// rates fills in the simulated time in wall time, and the tokens: the rates of late, and at the end
// as many tokens in the time that a forecast expects, or, where that is rough, in a step, as in the
// whole run.
func (e *Estimate) rates(p *Pace, s *Summary, progress Progress, f eta.Forecast) {
	newest := p.newest()
	from, counted := p.late()
	e.SimPerWall = p.simRate(s, from)
	if progress.Step <= 0 || !s.Counted() {
		return
	}
	tokens, took := float64(s.Tokens()), p.took(s, progress)
	switch wall := newest.since(counted).Seconds(); {
	case wall > 0 && newest.tokens >= counted.tokens:
		e.TokenRate = float64(newest.tokens-counted.tokens) / wall
	case wall == 0 && took > 0:
		e.TokenRate = tokens / took
	}
	left := progress.Steps - progress.Step
	if left < 0 {
		return
	}
	bySteps := tokens + tokens/float64(progress.Step)*float64(left)
	e.TokensAtEnd = bySteps
	if p.history && f.Known && !f.Rough && took > 0 {
		e.TokensAtEnd = tokens + tokens/took*f.Rest.Seconds()
		e.TokensLow, e.TokensHigh = p.tokensRange(e.TokensAtEnd, bySteps, left, tokens/took, f)
	}
}

// simRate is simulated time in wall time since a mark, or in the whole run; 0 unknown.
func (p *Pace) simRate(s *Summary, from mark) float64 {
	newest := p.newest()
	sim, wall := newest.sim.Seconds()-from.sim.Seconds(), newest.since(from).Seconds()
	switch {
	case sim > 0 && wall > 0:
		return sim / wall
	case s.Plan != nil && s.Now.Valid() && p.steps == 0:
		return max(s.Now.Seconds()-float64(s.Plan.Start), 0) / s.Updated.Sub(s.Created).Seconds()
	}
	return 0
}

// took is for how many seconds the run has made steps: those before the first that is known took
// as long as the others. Where none is known, it is the time since the experiment was created.
func (p *Pace) took(s *Summary, progress Progress) float64 {
	if p.steps == 0 {
		return s.Updated.Sub(s.Created).Seconds()
	}
	newest := p.newest()
	return newest.since(p.marks[0]).Seconds() * float64(progress.Step) / float64(p.steps)
}

// seconds is a length of time, held within what a time.Duration can say.
func seconds(s float64) time.Duration {
	if !(s < float64(math.MaxInt64)/1e9/2) {
		return math.MaxInt64 / 2
	}
	return time.Duration(s * 1e9)
}
