package remote

import (
	"cmp"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// mirror is what is known of the experiments on an endpoint, with a log of how it came to be
// known: a caller reads on from the number of the last change that it has seen.
type mirror struct {
	entries map[model.Key]*entry
	running map[model.Key]*entry // those of entries that are RUNNING
	log     []logged             // by ascending number; stale ones are passed over
	last    uint64               // number of the newest change
	floor   uint64               // deletions up to this number are forgotten
	gone    int                  // deletions that are not
	listing uint64               // number of the newest listing
	listed  int                  // experiments that it had so far
}

// entry is one experiment.
type entry struct {
	summary    model.Summary
	change     uint64 // number of its newest change
	listing    uint64 // number of the newest listing that had it
	gone       bool
	unreadable bool          // it could not be read by itself, the last time
	asked      time.Time     // when it was read last, by the clock of this machine
	stated     time.Time     // updated_at as the server has it, where that can't be
	done       int64         // steps
	step       time.Duration // the length of the last one that was seen; 0: it is not known
	run        uint64        // how many times it was seen to begin again
}

// logged is one change in the log; stale once its entry has a newer one.
type logged struct {
	change uint64
	entry  *entry
}

func newMirror() mirror {
	return mirror{entries: map[model.Key]*entry{}, running: map[model.Key]*entry{}}
}

// maxGone is how many deletions are remembered. A caller that has seen less reads everything
// again.
const maxGone = 10_000

// put takes an experiment in the state in which it was read at a time, with its error or
// without.
func (m *mirror) put(s model.Summary, at time.Time, withError bool) {
	e := m.entries[s.Key]
	if e == nil {
		e = &entry{gone: true}
		m.entries[s.Key] = e
	}
	e.asked, e.unreadable = at, false
	if !withError && s.Status == e.summary.Status {
		s.Error = e.summary.Error
	}
	if s.Plan.Equal(e.summary.Plan) {
		s.Plan = e.summary.Plan // one of two that are alike is kept
	}
	if s.Models.Equal(e.summary.Models) {
		s.Models = e.summary.Models
	}
	if !e.gone && e.summary.Equal(&s) {
		return
	}
	if e.gone && e.change > 0 {
		m.gone--
	}
	e.move(&s)
	e.gone = false
	if s.Status == model.Running {
		m.running[s.Key] = e
	} else {
		delete(m.running, s.Key)
	}
	m.note(e)
}

// move takes over a newer state, and what it tells of the length of a step.
func (e *entry) move(s *model.Summary) {
	done := s.Progress().Step
	steps, since := done, s.Created
	switch old := &e.summary; {
	case e.gone || s.BeganAgain(old):
		e.step = 0
		e.run++
	case e.step > 0 || old.Status == model.Running:
		steps, since = done-e.done, old.Updated
	}
	if length := s.Updated.Sub(since); steps > 0 && length > 0 {
		e.step = length / time.Duration(steps)
	}
	e.summary, e.done = *s, done
}

// remove takes note that an experiment is gone.
func (m *mirror) remove(e *entry) {
	delete(m.running, e.summary.Key)
	e.gone = true
	m.gone++
	m.note(e)
}

// note writes a change of an entry into the log.
func (m *mirror) note(e *entry) {
	m.last++
	e.change = m.last
	m.log = append(m.log, logged{m.last, e})
	if len(m.log) > 2*len(m.entries)+64 || m.tooManyGone() {
		m.compact()
	}
}

// tooManyGone reports whether most of what is remembered is deletions, and many.
func (m *mirror) tooManyGone() bool { return m.gone > maxGone && m.gone > len(m.entries)/2 }

// compact drops what is stale from the log, and the older half of too many deletions.
func (m *mirror) compact() {
	forget := 0
	if m.gone > maxGone {
		forget = m.gone / 2
	}
	m.log = slices.DeleteFunc(m.log, func(l logged) bool {
		if l.entry.change != l.change {
			return true
		}
		if !l.entry.gone || forget == 0 {
			return false
		}
		forget--
		m.gone--
		m.floor = l.change
		delete(m.entries, l.entry.summary.Key)
		return true
	})
}

// count is how many experiments there are.
func (m *mirror) count() int { return len(m.entries) - m.gone }

// sweep removes the experiments that a whole listing did not have, unless they were read
// after it had begun.
func (m *mirror) sweep(begun time.Time) {
	for _, e := range m.entries {
		if !e.gone && e.listing != m.listing && !e.asked.After(begun) {
			m.remove(e)
		}
	}
}

// page is the changes after a place, at most a budget of them, and whether there are more.
func (m *mirror) page(at *place, b model.Budget) (ch model.Changes, more bool) {
	begun := time.Now()
	i, _ := slices.BinarySearchFunc(m.log, at.seen+1, func(l logged, n uint64) int { return cmp.Compare(l.change, n) })
	for n := 0; i < len(m.log); i++ {
		l := m.log[i]
		if l.entry.change != l.change || (l.entry.gone && l.change <= at.from) {
			continue
		}
		if n > 0 && ((b.Rows > 0 && n >= b.Rows) || (b.Time > 0 && n%64 == 0 && time.Since(begun) > b.Time)) {
			return ch, true
		}
		n++
		at.seen = l.change
		if l.entry.gone {
			ch.Gone = append(ch.Gone, l.entry.summary.Key)
			continue
		}
		s := l.entry.summary
		if !b.Errors {
			s.Error = text.Lines{}
		}
		ch.Put = append(ch.Put, s)
	}
	at.seen = m.last
	return ch, false
}

// probe returns an experiment that is read for a sign of life: if possible one that could be read
// the last time, that is looked at, or that runs, and was read least recently. What can't be read
// tells nothing of the server.
func (m *mirror) probe(watched []model.Key) (found *entry) {
	for _, k := range watched {
		found = betterProbe(found, m.entries[k])
	}
	if found == nil || found.unreadable {
		for _, e := range m.running {
			found = betterProbe(found, e)
		}
	}
	if found != nil && !found.unreadable {
		return found
	}
	for _, e := range m.entries {
		if found = betterProbe(found, e); found != nil && !found.unreadable {
			break // any does
		}
	}
	return found
}

// betterProbe returns the one of two experiments that tells more of the server; either may be nil.
func betterProbe(found, e *entry) *entry {
	switch {
	case e == nil || e.gone:
		return found
	case found == nil || (found.unreadable && !e.unreadable):
		return e
	case found.unreadable == e.unreadable && byPriority(e, found) < 0:
		return e
	}
	return found
}

// anyUnreadable reports whether there is a running experiment that could not be read the last time.
func (m *mirror) anyUnreadable() bool {
	for _, e := range m.running {
		if e.unreadable {
			return true
		}
	}
	return false
}
