package model

import (
	"slices"
	"time"
)

// Lab holds the summaries of a source's experiments in memory. Apply, SetLiveness, SetPace and those of
// Needs are its only mutators.
// A change costs what has changed, not what there is.
type Lab struct {
	rows       []([]row) // in chunks of chunkRows, so that growing copies nothing
	used       int       // rows of the chunks that have ever been in use
	free       []rowID
	byKey      table
	paces      map[rowID]*Pace // of running experiments
	counts     [len(statusNames) + 1]int
	sources    sources
	listing    uint32 // the number of the newest full listing
	hashes     []uint32
	seen       uint64 // what prefetch has read, of no meaning
	revision   uint64
	selections []*Selection
	costs      costs
	attention  attention
	dirs       bool // there was one with a run directory
}

const chunkRows = 4096

// row is a summary and what is computed of it once.
type row struct {
	Summary
	end     int64  // minute of the estimated end; 0 unknown, unjudged until an order asks for it
	listing uint32 // the newest full listing when it was read last; 0: the row is free
	source  uint16 // of the lab's sources
	need    Need   // of attention, when it was judged last
}

// Applied says what Apply did.
type Applied struct {
	Added, Changed, Removed int
	Keys                    []Key     // of the changed experiments, not of added ones
	Gone                    []Summary // the removed experiments as they were last
}

// NewLab returns an empty lab.
func NewLab() *Lab {
	return &Lab{sources: newSources(), byKey: newTable(), paces: map[rowID]*Pace{}, listing: 1, attention: attention{running: map[rowID]struct{}{}, waiting: map[Key]time.Time{}}}
}

// Apply takes over what a source answered. now is the source's wall time; of one that is made of several,
// each of which has a clock of its own, that of this machine, as everywhere in a Lab.
func (l *Lab) Apply(c Changes, now time.Time) Applied {
	var a Applied
	if c.Sources == nil {
		l.SetLiveness(c.Liveness, now)
	} else {
		l.SetLiveness(Liveness{}, now)
		l.Sources().setStates(c.Sources, now)
	}
	l.attention.begin(l.Liveness(), now)
	if c.First {
		l.listing++
		l.sources.since = l.listing
		l.byKey.reserve(min(c.Total, maxReserve))
	}
	for put := c.Put; len(put) > 0; put = put[min(prefetchRows, len(put)):] {
		for i, hash := range l.prefetch(put[:min(prefetchRows, len(put))]) {
			l.put(&put[i], hash, now, &a)
		}
	}
	for _, k := range c.Gone {
		if r, ok := l.find(k); ok {
			l.remove(r, &a)
		}
	}
	l.sweep(&c, &a)
	l.sources.setWhole(&c)
	if a.Added+a.Changed+a.Removed > 0 || c.First {
		l.revision++
	}
	return a
}

// SetLiveness takes over whether the source is live, as Apply does with every answer; of a source
// that does not answer its caller knows. Where that changes, every run is judged again, and takes
// its new place in the selections. now is the source's wall time.
func (l *Lab) SetLiveness(liveness Liveness, now time.Time) {
	whole := &l.sources.all[0]
	whole.gaps.hear(liveness.Live(), now)
	if liveness == whole.Liveness {
		return
	}
	before := whole.Liveness.Live()
	whole.Liveness = liveness
	l.revision++
	if before != liveness.Live() {
		rejudgeAll(l, now, func(*row) bool { return true })
	}
}

// Lost notes that the source could not be read. Until its next answer, silence says nothing of a run.
// now is the source's wall time.
func (l *Lab) Lost(now time.Time) {
	for i := range l.sources.all {
		l.sources.all[i].gaps.hear(false, now.Add(l.sources.all[i].Skew))
	}
}

// rejudge judges a row by another pace or liveness, and gives it its new place in the selections.
func (l *Lab) rejudge(r rowID, now time.Time) {
	for _, sel := range l.selections {
		sel.leave(r)
	}
	at := l.row(r)
	l.attention.count(r, at, -1)
	l.judge(at, l.paces[r], now)
	l.attention.count(r, at, +1)
	for _, sel := range l.selections {
		sel.enter(r)
	}
}

// HasHistory reports whether the lab has the history of the run of an experiment (see SetPace). It
// has not of one that began again since.
func (l *Lab) HasHistory(k Key) bool {
	r, ok := l.find(k)
	return ok && l.paces[r] != nil && l.paces[r].history
}

// SetPace takes over what the history of a running experiment tells of its pace (see PaceOf), and
// goes on from there with what is observed. It reports whether it did: nothing is changed where
// the experiment does not run, or has begun again. now is the source's wall time.
func (l *Lab) SetPace(k Key, p *Pace, now time.Time) bool {
	r, ok := l.find(k)
	if !ok || l.row(r).Status != Running || !p.take(l.paces[r], &l.row(r).Summary) {
		return false
	}
	l.paces[r] = p
	l.rejudge(r, now)
	l.revision++
	return true
}

// Liveness says whether the source is live, by its last answer: of several, whether one of them is, or
// else which knew longest what happened.
func (l *Lab) Liveness() (newest Liveness) {
	s := &l.sources
	if newest = s.all[0].Liveness; !s.told || !newest.Live() {
		return newest
	}
	for i := range s.all[1:] {
		one := s.all[1+i].Liveness
		if one.Live() {
			return Liveness{}
		}
		if newest.Live() || one.AsOf.After(newest.AsOf) {
			newest = one
		}
	}
	return newest
}

// maxReserve bounds the room that a source can ask for before its experiments are there.
const maxReserve = 1 << 22

// prefetchRows is how many rows are looked for at once.
const prefetchRows = 64

// prefetch returns the hashes of experiments. On its way it reads a word of each of the cache lines
// where they will be looked for, so that the processor fetches these from memory all at once and not one
// after the other: in a lab of a million, most of the time of a change is that of waiting for it.
func (l *Lab) prefetch(all []Summary) []uint32 {
	var slots [prefetchRows]tableSlot
	l.hashes = l.hashes[:0]
	for i := range all {
		h := l.byKey.hash(&all[i].Key)
		slots[i] = l.byKey.first(h)
		l.hashes = append(l.hashes, h)
	}
	for i, h := range l.hashes {
		if s := slots[i]; !s.empty() && s.hash == h {
			at := l.row(s.row())
			l.seen += uint64(at.ID[0]) + uint64(at.Status) + uint64(len(at.Error.Raw())) + uint64(at.listing)
		}
	}
	return l.hashes
}

// put adds or changes one experiment.
func (l *Lab) put(s *Summary, hash uint32, now time.Time, a *Applied) {
	l.dirs = l.dirs || s.Dir != nil
	r, known := l.lookup(hash, &s.Key)
	if !known {
		a.Added++
		r = l.alloc(hash)
		at := l.row(r)
		at.Summary, at.listing, at.source = *s, l.listing, l.sources.index(s.Source)
		l.judge(at, nil, now)
		l.enter(r)
		return
	}
	at := l.row(r)
	if s.keepKnown(&at.Summary); *s == at.Summary {
		at.listing = l.listing
		return
	}
	a.Changed++
	a.Keys = append(a.Keys, s.Key)
	l.count(at.Status, -1)
	l.attention.count(r, at, -1)
	next := row{Summary: *s, listing: l.listing, source: at.source}
	l.judge(&next, l.observe(r, s), now)
	for _, sel := range l.selections {
		if !sel.stays(r, &next) {
			sel.leave(r)
		}
	}
	*at = next
	l.enter(r)
}

// enter counts a row and shows it to the selections.
func (l *Lab) enter(r rowID) {
	l.count(l.row(r).Status, +1)
	l.attention.count(r, l.row(r), +1)
	for _, sel := range l.selections {
		sel.enter(r)
	}
}

// keepKnown fills in what a reading without errors leaves out of a state that is otherwise as old,
// and shares the plan and the models of old where they are the same.
func (s *Summary) keepKnown(old *Summary) {
	if s.Error.Empty() && s.Status == old.Status {
		s.Error = old.Error
	}
	if s.Plan.Equal(old.Plan) {
		s.Plan = old.Plan
	}
	if s.Models.Equal(old.Models) {
		s.Models = old.Models
	}
	if s.Dir.Equal(old.Dir) {
		s.Dir = old.Dir
	}
}

// observe takes note of how a run moves from what the lab has to a newer state. What has
// not moved yet has no pace, so a million experiments that are only looked at cost none. A run
// that has ended and is to start has begun again.
func (l *Lab) observe(r rowID, s *Summary) *Pace {
	old, pace := &l.row(r).Summary, l.paces[r]
	switch {
	case s.Status == NotStarted && (old.Status != NotStarted || pace != nil):
		pace = &Pace{again: true}
	case s.Status != Running:
		delete(l.paces, r)
		return nil
	case pace == nil:
		pace = &Pace{again: old.Status.Ended()}
		if old.Status == Running {
			pace.Observe(old)
		}
	}
	if old.Status == Running && s.Updated.After(old.Updated) && s.Now.Compare(old.Now) < 0 {
		pace.back = s.Updated
	}
	l.paces[r] = pace
	pace.Observe(s)
	return pace
}

// unjudged is the end of a row that no order has asked for yet: a forecast takes longer than all
// else that a change costs.
const unjudged = -1

// judge computes what a row keeps in addition to its summary.
func (l *Lab) judge(r *row, p *Pace, now time.Time) {
	r.end, r.need = unjudged, needOf(l, r, p, now)
	if slices.ContainsFunc(l.selections, func(s *Selection) bool { return s.sort.Key == ByETA }) {
		l.judgeEnd(r, p, now)
	}
}

// judgeEnd computes the end of a row by which it is ordered.
func (l *Lab) judgeEnd(r *row, p *Pace, now time.Time) {
	r.end = 0
	if r.Status == Running {
		r.end = endOf(l.estimate(r, p, now), l.sources.state(r.source).Skew)
	}
}

func (l *Lab) count(s Status, by int) {
	if !s.Known() {
		s = Status(len(statusNames))
	}
	l.counts[s] += by
}

// alloc finds a place for a new row.
func (l *Lab) alloc(hash uint32) rowID {
	r := rowID(l.used)
	if n := len(l.free); n > 0 {
		r = l.free[n-1]
		l.free = l.free[:n-1]
	} else {
		if l.used%chunkRows == 0 {
			l.rows = append(l.rows, make([]row, chunkRows))
		}
		l.used++
	}
	l.byKey.insert(hash, r)
	return r
}

func (l *Lab) remove(r rowID, a *Applied) {
	for _, sel := range l.selections {
		sel.leave(r)
	}
	at := l.row(r)
	a.Removed++
	a.Gone = append(a.Gone, at.Summary)
	l.count(at.Status, -1)
	l.attention.count(r, at, -1)
	delete(l.attention.waiting, at.Key)
	l.byKey.remove(l.byKey.hash(&at.Key), r)
	delete(l.paces, r)
	*at = row{}
	l.free = append(l.free, r)
}

func (l *Lab) row(r rowID) *row { return &l.rows[r/chunkRows][r%chunkRows] }

// find is the row of a key.
func (l *Lab) find(k Key) (rowID, bool) {
	return l.lookup(l.byKey.hash(&k), &k)
}

// lookup is find with the key's hash.
func (l *Lab) lookup(hash uint32, k *Key) (rowID, bool) {
	return l.byKey.find(hash, func(r rowID) bool { return l.row(r).Key == *k })
}

// Len is how many experiments there are.
func (l *Lab) Len() int { return l.byKey.used }

// Count is how many experiments have a status.
func (l *Lab) Count(s Status) int {
	if !s.Known() {
		s = Status(len(statusNames))
	}
	return l.counts[s]
}

// Revision moves when anything in the lab does.
func (l *Lab) Revision() uint64 { return l.revision }

// Get is one experiment's summary.
func (l *Lab) Get(k Key) (Summary, bool) {
	r, ok := l.find(k)
	if !ok {
		return Summary{}, false
	}
	return l.row(r).Summary, true
}

// Estimate judges one experiment by what was observed of it. Of one that is not there, or
// does not run, all is unknown.
func (l *Lab) Estimate(k Key, now time.Time) Estimate {
	r, ok := l.find(k)
	if !ok {
		return l.estimate(&row{}, nil, now)
	}
	return l.estimate(l.row(r), l.paces[r], now)
}

// estimate judges a row by the clock of its source, as far as that is live.
func (l *Lab) estimate(r *row, p *Pace, now time.Time) Estimate {
	src := l.sources.state(r.source)
	now = now.Add(src.Skew)
	e := p.estimate(&r.Summary, now, src.gaps)
	if live := l.sources.liveness(r.source); !live.Live() {
		e = e.frozen(live.AsOf)
	}
	e.Attention = l.attention.judge(r, p, &e, now, src.Skew)
	return e
}

// Lengths is the lengths of the steps of one running experiment, oldest first, as far as they are
// known. There are at most a thousand: those of a longer run are of several steps each.
func (l *Lab) Lengths(k Key) []StepLength {
	r, ok := l.find(k)
	if !ok {
		return nil
	}
	return l.paces[r].Lengths()
}
