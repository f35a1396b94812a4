package remote

import (
	"time"

	"societop/model"
	"societop/storage/journal"
)

// mirror is what is known of the experiments on an endpoint.
type mirror struct {
	*journal.Journal[*entry]
	running map[model.Key]*entry // those that are RUNNING
	listing uint64               // number of the newest listing
	listed  int                  // experiments that it had so far
}

// entry is one experiment.
type entry struct {
	journal.Row
	listing    uint64        // number of the newest listing that had it
	unreadable bool          // it could not be read by itself, the last time
	asked      time.Time     // when it was read last, by the clock of this machine
	stated     time.Time     // updated_at as the server has it, where that can't be
	done       int64         // steps
	step       time.Duration // the length of the last one that was seen; 0: it is not known
	run        uint64        // how many times it was seen to begin again
}

func newMirror() mirror {
	return mirror{Journal: journal.New(func() *entry { return new(entry) }), running: map[model.Key]*entry{}}
}

// put takes an experiment in the state in which it was read at a time.
func (m *mirror) put(s model.Summary, at time.Time) *entry {
	var old *model.Summary
	if e := m.Get(s.Key); e != nil {
		was := e.Summary
		old = &was
	}
	e, changed := m.Put(s)
	e.asked, e.unreadable = at, false
	if !changed {
		return e
	}
	e.move(old)
	if e.Status == model.Running {
		m.running[e.Key] = e
	} else {
		delete(m.running, e.Key)
	}
	return e
}

// move takes note of what a newer state says of the length of a step; old is the one before, nil where
// there was none.
func (e *entry) move(old *model.Summary) {
	done := e.Progress().Step
	steps, since := done, e.Created
	switch {
	case old == nil || e.BeganAgain(old):
		e.step = 0
		e.run++
	case e.step > 0 || old.Status == model.Running:
		steps, since = done-e.done, old.Updated
	}
	if length := e.Updated.Sub(since); steps > 0 && length > 0 {
		e.step = length / time.Duration(steps)
	}
	e.done = done
}

// remove takes note that an experiment is gone.
func (m *mirror) remove(k model.Key) {
	delete(m.running, k)
	m.Remove(k)
}

// sweep removes the experiments that a whole listing did not have, unless they were read
// after it had begun.
func (m *mirror) sweep(begun time.Time) {
	for e := range m.All() {
		if e.listing != m.listing && !e.asked.After(begun) {
			m.remove(e.Key)
		}
	}
}

// probe returns an experiment that is read for a sign of life: if possible one that could be read
// the last time, that is looked at, or that runs, and was read least recently. What can't be read
// tells nothing of the server.
func (m *mirror) probe(watched []model.Key) (found *entry) {
	for _, k := range watched {
		found = betterProbe(found, m.Get(k))
	}
	if found == nil || found.unreadable {
		for _, e := range m.running {
			found = betterProbe(found, e)
		}
	}
	if found != nil && !found.unreadable {
		return found
	}
	for e := range m.All() {
		if found = betterProbe(found, e); found != nil && !found.unreadable {
			break // any does
		}
	}
	return found
}

// betterProbe returns the one of two experiments that tells more of the server; either may be nil.
func betterProbe(found, e *entry) *entry {
	switch {
	case e == nil:
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
