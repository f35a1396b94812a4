package sqldb

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
)

// mirror is what is known of the experiments, with a log of how it came to be known: a caller reads
// on from the number of the last change that it has seen.
type mirror struct {
	entries map[model.Key]*entry
	open    map[model.Key]*entry // those that have not ended
	log     []logged             // by ascending number; stale ones are passed over
	last    uint64               // number of the newest change
	floor   uint64               // deletions up to this number are forgotten
	gone    int                  // deletions that are not
}

// entry is one experiment.
type entry struct {
	summary model.Summary
	change  uint64 // number of its newest change
	sweep   uint64 // number of the newest reading of all keys that had it
	gone    bool
	config  int64  // bytes of its config
	state   string // what is stored before its config and changes with a step
}

// logged is one change in the log; stale once its entry has a newer one.
type logged struct {
	change uint64
	entry  *entry
}

func newMirror() mirror {
	return mirror{entries: map[model.Key]*entry{}, open: map[model.Key]*entry{}}
}

// maxGone is how many deletions are remembered. A caller that has seen less reads everything again.
const maxGone = 10_000

// put takes an experiment as it was read now.
func (m *mirror) put(r record, sweep uint64) {
	e := m.entries[r.summary.Key]
	if e == nil {
		e = &entry{gone: true}
		m.entries[r.summary.Key] = e
	}
	e.sweep, e.config, e.state = max(e.sweep, sweep), r.config, r.state
	if r.summary.Plan.Equal(e.summary.Plan) {
		r.summary.Plan = e.summary.Plan // one of two that are alike is kept
	}
	if r.summary.Models.Equal(e.summary.Models) {
		r.summary.Models = e.summary.Models
	}
	if !e.gone && e.summary.Equal(&r.summary) {
		return
	}
	if e.gone && e.change > 0 {
		m.gone--
	}
	e.summary, e.gone = r.summary, false
	if e.summary.Status.Ended() {
		delete(m.open, e.summary.Key)
	} else {
		m.open[e.summary.Key] = e
	}
	m.note(e)
}

// sweepOut removes the experiments that the reading of all keys with a number did not have.
func (m *mirror) sweepOut(sweep uint64) {
	for _, e := range m.entries {
		if !e.gone && e.sweep < sweep {
			delete(m.open, e.summary.Key)
			e.gone = true
			m.gone++
			m.note(e)
		}
	}
}

// note writes a change of an entry into the log.
func (m *mirror) note(e *entry) {
	m.last++
	e.change = m.last
	m.log = append(m.log, logged{m.last, e})
	if len(m.log) > 2*len(m.entries)+64 || m.gone > maxGone && m.gone > len(m.entries)/2 {
		m.compact()
	}
}

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

// place is what a cursor means: the changes that were seen, after which of them the caller began, and
// the update that it waits for, 0 if for none.
type place struct{ from, seen, need uint64 }

// token is the form of a cursor: the number of the source, and a place.
const token = "database %x %d %d %d"

// place is where a cursor leads; first is whether it begins with everything.
func (s *Source) place(c model.Cursor) (at place, first bool) {
	var id uint64
	n, _ := fmt.Sscanf(c.Token(), token, &id, &at.from, &at.seen, &at.need)
	if n != 4 || id != s.id || at.seen > s.mirror.last || at.seen < s.mirror.floor || at.cursor(s.id) != c {
		return place{from: s.mirror.last}, true
	}
	return at, false
}

func (at place) cursor(id uint64) model.Cursor {
	return model.NewCursor(fmt.Sprintf(token, id, at.from, at.seen, at.need))
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
