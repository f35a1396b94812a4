package sqldb

import (
	"societop/model"
	"societop/storage/journal"
)

// mirror is what is known of the experiments.
type mirror struct {
	*journal.Journal[*entry]
	open map[model.Key]struct{} // those that have not ended
}

// entry is one experiment.
type entry struct {
	journal.Row
	sweep  uint64 // number of the newest reading of all keys that had it
	config int64  // bytes of its config
	state  string // what is stored before its config and changes with a step
}

func newMirror() mirror {
	return mirror{journal.New(func() *entry { return new(entry) }), map[model.Key]struct{}{}}
}

// put takes an experiment as it was read now.
func (m *mirror) put(r record, sweep uint64) {
	e, _ := m.Put(r.summary)
	e.sweep, e.config, e.state = max(e.sweep, sweep), r.config, r.state
	if e.Status.Ended() {
		delete(m.open, e.Key)
	} else {
		m.open[e.Key] = struct{}{}
	}
}

// sweepOut removes the experiments that the reading of all keys with a number did not have.
func (m *mirror) sweepOut(sweep uint64) {
	for e := range m.All() {
		if e.sweep < sweep {
			delete(m.open, e.Key)
			m.Remove(e.Key)
		}
	}
}

// seen takes note that a reading of all keys had an experiment, and returns it; nil where it is not known.
func (m *mirror) seen(k model.Key, sweep uint64) *entry {
	if e := m.Recall(k); e != nil {
		e.sweep = max(e.sweep, sweep)
	}
	return m.Get(k)
}
