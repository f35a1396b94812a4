package layout

import "encoding/binary"

// Counters are the numbers of a lab that change with every batch.
type Counters struct {
	Experiments uint64
	Newest      uint64 // number of the newest change; 0: none yet
	Oldest      uint64 // number of the oldest change that the log still has; newest+1: none
}

// Append encodes the counters.
func (c Counters) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, c.Experiments)
	b = binary.AppendUvarint(b, c.Newest)
	return binary.AppendUvarint(b, c.Oldest)
}

// ParseCounters is the inverse of Append.
func ParseCounters(payload []byte) (c Counters, ok bool) {
	d := decoder{b: payload}
	c = Counters{d.uvarint(), d.uvarint(), d.uvarint()}
	return c, !d.bad && len(d.b) == 0 && c.Oldest >= 1 && c.Oldest <= c.Newest+1
}

// LogKey returns the key of a change's number.
func LogKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// Change is a value of the log: what became of an experiment. Before version 3 of the schema
// the log had no entries, only keys.
type Change struct {
	Key   []byte // of the index; of a deleted experiment, with no time of creation
	Entry []byte // the value under that key, with its checksum; empty: it is gone, or not known
}

// Append encodes a change: the length of the key, the key, the entry.
func (c Change) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(c.Key)))
	return append(append(b, c.Key...), c.Entry...)
}

// EntriesSince is the first version of the schema whose log has entries.
const EntriesSince = 3

// ParseChange is the inverse of Append, for any version of the schema.
func ParseChange(payload []byte, schema int) (c Change, ok bool) {
	if schema < EntriesSince {
		return Change{Key: payload}, len(payload) >= CreatedSize+IDSize
	}
	d := decoder{b: payload}
	c.Key = d.take(d.uvarint())
	c.Entry = d.b
	return c, !d.bad && len(c.Key) >= CreatedSize+IDSize
}

// Bare returns the key of the experiment.
func (c Change) Bare() []byte { return c.Key[CreatedSize:] }

// Changes are the newest changes of experiments, by their bare keys.
type Changes map[string]Change

// Add notes a change, which it copies.
func (n Changes) Add(c Change) {
	key := append(make([]byte, 0, len(c.Key)+len(c.Entry)), c.Key...)
	n[string(c.Bare())] = Change{key, append(key, c.Entry...)[len(key):]}
}
