package model

import (
	"math"
	"strings"
	"time"

	"societop/model/text"
)

// sources is what a lab knows of where its experiments come from. The first is the source that the lab
// was read from as a whole; the others have a name, because that one is made of several.
type sources struct {
	all   []labSource
	at    map[SourceName]uint16
	last  uint16 // the one that was looked for last
	told  bool   // the source says how each of several is
	since uint32 // the number of the full listing under way of them all; 0: none is
}

// labSource is a source of a lab.
type labSource struct {
	SourceState
	short string // a short name that differs from the others'
	gaps  *gaps  // in which nothing was heard of it
	since uint32 // the number of its full listing under way; 0: none is
	in    uint16 // the one of which the state is told: itself, or the lab that it was recorded into
	told  bool   // its own state is told
	whole bool   // all that its list had when it was read first is in the lab
}

const (
	// awayAfter is how long a source may be away until what it has is taken for old; meanwhile its
	// runs are judged by the clock, so that they don't flicker.
	awayAfter = time.Minute
	// maxDrift is how far a source's clock may be from the one that is held of it.
	maxDrift = time.Second
	// maxSources is how many sources are told apart.
	maxSources = math.MaxUint16
)

func newSources() sources {
	return sources{all: []labSource{{gaps: &gaps{}}}, at: map[SourceName]uint16{}}
}

// index is the place of a source, which may be new. A new one is in the state of the lab that it was
// recorded into, which is the whole, or one of several, whose name its own begins with.
func (s *sources) index(name SourceName) uint16 {
	if name.Empty() {
		return 0
	}
	if s.all[s.last].Name == name {
		return s.last
	}
	i, known := s.at[name]
	if !known {
		if len(s.all) >= maxSources {
			return 0
		}
		i = uint16(len(s.all))
		s.at[name] = i
		s.all = append(s.all, labSource{SourceState: SourceState{Name: name}, gaps: &gaps{}, in: s.within(name)})
		s.shorten()
	}
	s.last = i
	return i
}

// within is the place of the lab that a source was recorded into.
func (s *sources) within(name SourceName) (in uint16) {
	for i := range s.all {
		lab := s.all[i].Name.Raw()
		if s.all[i].told && len(lab) > len(s.all[in].Name.Raw()) && strings.HasPrefix(name.Raw(), lab+"/") {
			in = uint16(i)
		}
	}
	return in
}

// shorten finds the short names again.
func (s *sources) shorten() {
	names := make([]SourceName, 0, len(s.all))
	for i := range s.all[1:] {
		names = append(names, s.all[1+i].Name)
	}
	for i, short := range ShortNames(names) {
		s.all[1+i].short = short
	}
}

// state is the state that a source is in.
func (s *sources) state(i uint16) *labSource { return &s.all[s.all[i].in] }

// of is state of a name; that of an unknown name is the whole.
func (s *sources) of(name SourceName) *labSource { return s.state(s.at[name]) }

// liveness says whether a source is live; none is while the whole is not.
func (s *sources) liveness(i uint16) Liveness {
	if whole := s.all[0].Liveness; !whole.Live() {
		return whole
	}
	return s.state(i).Liveness
}

// away reports whether a source does not answer.
func (s *SourceState) away() bool { return s.Failure != nil || s.Slow }

// asOf is the liveness of a source that may be away, at a time of this machine.
func (s *SourceState) asOf(now time.Time) Liveness {
	if !s.away() || !s.Liveness.Live() || now.Sub(s.Answered) < awayAfter {
		return s.Liveness
	}
	l := Liveness{Why: Reason(s.Failure)}
	if s.Failure == nil {
		l.Why = text.Clean(SlowAnswer)
	}
	if !s.Answered.IsZero() {
		l.AsOf = s.Answered.Add(s.Skew)
	}
	return l
}

// SlowAnswer is why a source is not live that does not answer, and has not failed yet.
const SlowAnswer = "slow to answer"

// setStates takes over how each of several sources is. now is the time of this machine.
func (of Sources) setStates(states []SourceState, now time.Time) {
	l, s := of.lab, &of.lab.sources
	s.told = s.told || states != nil
	for i := range s.all { // a lab whose own sources are told now is none itself
		s.all[i].told = false
	}
	for i := range states {
		at := s.index(states[i].Name)
		if at == 0 {
			continue
		}
		one := &s.all[at]
		before, skew := one.Liveness.Live(), one.Skew
		if one.SourceState = states[i]; (one.Skew - skew).Abs() <= maxDrift {
			one.Skew = skew
		}
		one.in, one.told = at, true
		if one.Liveness = one.asOf(now); !one.away() || !one.Liveness.Live() {
			one.gaps.hear(one.Liveness.Live(), now.Add(one.Skew))
		}
		if one.Liveness.Live() != before {
			rejudgeAll(l, now, func(r *row) bool { return s.all[r.source].in == at })
		}
		if one.First {
			l.listing++
			one.since = l.listing
		}
	}
}

// setWhole notes which lists are in the lab, when all that was read by now is.
func (s *sources) setWhole(c *Changes) {
	for i := range c.Sources {
		one := &s.all[s.index(c.Sources[i].Name)]
		one.whole = one.whole || one.Loaded && !c.More
	}
}

// rejudgeAll judges those of the running experiments again that are of a kind.
func rejudgeAll(l *Lab, now time.Time, is func(*row) bool) {
	l.revision++
	for r := range rowID(l.used) {
		if at := l.row(r); at.listing != 0 && at.Status == Running && is(at) {
			l.rejudge(r, now)
		}
	}
}

// sweep removes what full listings that have just ended did not have. What an absent source has stays.
func (l *Lab) sweep(c *Changes, a *Applied) {
	s := &l.sources
	ended := map[uint16]uint32{}
	if s.since > 0 && !c.More {
		for i := range s.all {
			if !s.all[i].away() {
				ended[uint16(i)] = s.since
			}
		}
		s.since = 0
	}
	for i := range c.Sources {
		at := s.index(c.Sources[i].Name)
		if one := &s.all[at]; at > 0 && one.since > 0 && !one.More && !one.away() {
			ended[at] = max(ended[at], one.since)
			one.since = 0
		}
	}
	if len(ended) == 0 {
		return
	}
	for r := range rowID(l.used) {
		if at := l.row(r); at.listing != 0 && at.listing < ended[s.all[at.source].in] {
			l.remove(r, a)
		}
	}
}

// Sources is what a lab knows of where its experiments come from.
type Sources struct{ lab *Lab }

// Sources returns what is known of the sources of a lab that was read from several at once, or from
// one that knows of several.
func (l *Lab) Sources() Sources { return Sources{l} }

// Several reports whether the source of an experiment is worth telling.
func (s Sources) Several() bool { return s.lab != nil && len(s.lab.sources.all) > 1 }

// States is how each of several sources is, in their order, with the liveness that follows from it: one
// that has been away for a minute is not live. It is nil where the lab was read from one source.
func (s Sources) States() (all []SourceState) {
	if !s.lab.sources.told {
		return nil
	}
	for i := range s.lab.sources.all {
		if s.lab.sources.all[i].told {
			all = append(all, s.lab.sources.all[i].SourceState)
		}
	}
	return all
}

// State is the state that a source is in. It is zero where the lab was read from one source.
func (s Sources) State(name SourceName) SourceState { return s.lab.sources.of(name).SourceState }

// Loaded reports whether all that was in the list of a source when it was read first is in the lab, as far
// as that is told.
func (s Sources) Loaded(name SourceName) bool {
	one := s.lab.sources.of(name)
	return !s.lab.sources.told || one.whole
}

// Short is a short name of a source that differs from those of the others.
func (s Sources) Short(name SourceName) string {
	return s.lab.sources.all[s.lab.sources.at[name]].short
}

// Names is the short names of all sources, in their order.
func (s Sources) Names() (all []string) {
	for i := range s.lab.sources.all[1:] {
		all = append(all, s.lab.sources.all[1+i].short)
	}
	return all
}

// Now is the wall time of a source. now is that of the lab as a whole.
func (s Sources) Now(name SourceName, now time.Time) time.Time {
	return now.Add(s.lab.sources.of(name).Skew)
}

// Liveness says whether a source is live.
func (s Sources) Liveness(name SourceName) Liveness {
	return s.lab.sources.liveness(s.lab.sources.at[name])
}

// Settled reports whether the silence of the runs of a source can be judged: the source is live, and
// has had the time, after it was away, to bring each run up to date. now is the wall time of the lab as
// a whole.
func (s Sources) Settled(name SourceName, now time.Time) bool {
	one := s.lab.sources.of(name)
	return !one.away() && one.gaps.settled(now.Add(one.Skew))
}
