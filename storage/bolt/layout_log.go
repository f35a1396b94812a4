package bolt

import "encoding/binary"

// counters are the numbers of a lab that move with every batch.
type counters struct {
	experiments uint64
	newest      uint64 // number of the newest change; 0: none yet
	oldest      uint64 // number of the oldest change that the log still has; newest+1: none
}

func (c counters) append(b []byte) []byte {
	b = binary.AppendUvarint(b, c.experiments)
	b = binary.AppendUvarint(b, c.newest)
	return binary.AppendUvarint(b, c.oldest)
}

func parseCounters(payload []byte) (c counters, ok bool) {
	d := decoder{b: payload}
	c = counters{d.uvarint(), d.uvarint(), d.uvarint()}
	return c, !d.bad && len(d.b) == 0 && c.oldest >= 1 && c.oldest <= c.newest+1
}

// logKey is the key of a change's number.
func logKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// change is a value of the log: what became of an experiment. Before version 3 of the schema
// the log had no entries, only keys.
type change struct {
	key   []byte // of the index; of an experiment that is gone, with no time of creation
	entry []byte // the value under that key, with its checksum; empty: it is gone, or not known
}

// append encodes a change: the length of the key, the key, the entry.
func (c change) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(c.key)))
	return append(append(b, c.key...), c.entry...)
}

// logged is the first version of the schema whose log has entries.
const logged = 3

// parseChange is the inverse of append, for any version of the schema.
func parseChange(payload []byte, schema int) (c change, ok bool) {
	if schema < logged {
		return change{key: payload}, len(payload) >= createdSize+idSize
	}
	d := decoder{b: payload}
	c.key = d.take(d.uvarint())
	c.entry = d.b
	return c, !d.bad && len(c.key) >= createdSize+idSize
}

// bare is the key of the experiment.
func (c change) bare() []byte { return c.key[createdSize:] }

// changes are the newest changes of experiments, by their bare keys.
type changes map[string]change

// add notes a change, which it copies.
func (n changes) add(c change) {
	key := append(make([]byte, 0, len(c.key)+len(c.entry)), c.key...)
	n[string(c.bare())] = change{key, append(key, c.entry...)[len(key):]}
}
