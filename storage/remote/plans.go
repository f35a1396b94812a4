package remote

import (
	"bytes"
	"hash/maphash"

	"societop/model/plan"
)

// plans remembers the plans and the models of configs by a hash of them, for a config is long to
// read and most experiments of a lab have one that others have, too, or that they had before. What
// of a config is the experiment's own, its id and its name, does not count.
type plans struct {
	seed   maphash.Seed
	now    map[uint64]planned // of the listing under way, and since
	before map[uint64]planned // of the one before
}

// planned is what is remembered of a config.
type planned struct {
	work   *plan.Plan
	models *plan.Models
}

func newPlans() plans {
	return plans{seed: maphash.MakeSeed(), now: map[uint64]planned{}}
}

// advance begins another listing: what that does not need is forgotten at the one after it.
func (p *plans) advance() { p.now, p.before = map[uint64]planned{}, p.now }

// get is what is known of a hash.
func (p *plans) get(hash uint64) (found planned, ok bool) {
	if found, ok = p.now[hash]; ok {
		return found, true
	}
	if found, ok = p.before[hash]; ok {
		p.now[hash] = found
	}
	return found, ok
}

// own are the lines of a config, as JSON has them, whose values are the experiment's own.
var own = [][]byte{[]byte(`\n  id: `), []byte(`\n  name: `)}

// ownReach is how far after the head of their section they are, at most.
const ownReach = 4 << 10

// hash is a hash of a config as JSON has it. Configs of one hash have one plan and the same models:
// what is left out is a part of one line without any character that could mean something to YAML,
// after a key that plan.Read does not look at.
func (p *plans) hash(config []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	at := bytes.Index(config, []byte(`\nexp:`))
	for _, key := range own {
		if at < 0 {
			break
		}
		i := bytes.Index(config[at:min(at+ownReach, len(config))], key)
		if i < 0 {
			continue
		}
		from := at + i + len(key)
		n := bytes.IndexByte(config[from:], '\\')
		if n < 0 || !meaningless(config[from:from+n]) || !bytes.HasPrefix(config[from+n:], []byte(`\n`)) {
			continue
		}
		_, _ = h.Write(config[:from]) // never fails
		_ = h.WriteByte(0)            // which no text of JSON has
		config, at = config[from+n:], 0
	}
	_, _ = h.Write(config)
	return h.Sum64()
}

// meaningless reports whether a value is nothing but letters, digits, spaces and a few signs
// that mean nothing to YAML where they stand.
func meaningless(value []byte) bool {
	for i, c := range value {
		switch {
		case c >= 0x80, c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && bytes.IndexByte([]byte(" -_./()+"), c) >= 0:
		default:
			return false
		}
	}
	return len(value) > 0
}
