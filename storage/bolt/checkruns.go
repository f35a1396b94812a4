package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"societop/model"
)

// runCheck is what a check knows of the data of runs.
type runCheck struct {
	live map[uint64]bool // numbers of runs; those that are in the trash are not
	seen map[*bucket]map[uint64]int
}

// decodable tells for each bucket whether a value with a right checksum can be decoded, and
// belongs to its key.
var decodable = map[*bucket]func(key, payload []byte) bool{
	runsBucket:        func(_, payload []byte) bool { _, ok := parseRun(payload); return ok },
	momentsBucket:     soundMoment,
	framesBucket:      soundBlock,
	profilesBucket:    soundProfiles,
	promptsBucket:     soundPrompt,
	talkBucket:        func(key, payload []byte) bool { return talkTexts.count(key, payload) > 0 },
	answersBucket:     func(key, payload []byte) bool { return answerTexts.count(key, payload) > 0 },
	talkTimesBucket:   soundTimes,
	answerTimesBucket: soundTimes,
	metricsBucket:     soundMetric,
	linesBucket:       func(key, payload []byte) bool { _, ok := parseChunk(key, payload); return ok },
	marksBucket:       func(key, _ []byte) bool { return len(key) > runSize },
	surveysBucket:     func(key, payload []byte) bool { _, ok := parseSurvey(key, payload); return ok },
	trashBucket:       func(key, payload []byte) bool { return len(key) == runSize && len(payload) == 0 },
}

func soundMoment(key, payload []byte) bool {
	_, ok := parseMomentValue(payload)
	return ok && len(key) == runSize+momentSize
}

func soundBlock(key, payload []byte) bool {
	c, ok := parseBlock(payload)
	return ok && c.under(key)
}

func soundProfiles(key, payload []byte) bool {
	all, _, ok := parseProfiles(nil, payload)
	return ok && len(key) == runSize+agentSize && parseInt(key[runSize:]) == all[len(all)-1].ID
}

func soundPrompt(key, payload []byte) bool {
	_, ok := parsePrompt(model.SimTime{}, payload)
	return ok && len(key) == runSize+momentSize
}

func soundTimes(key, payload []byte) bool {
	_, ok := parseTimesKey(key)
	_, n := binary.Uvarint(payload)
	return ok && n > 0
}

func soundMetric(key, payload []byte) bool {
	m, ok := parseMetric(payload)
	return ok && len(key) >= runSize && bytes.Equal(key, metricKey(binary.BigEndian.Uint64(key), m.Key.Raw()))
}

// decode makes sure that a value can be decoded, and counts it for its run.
func (c *checker) decode(b *bucket, key, payload []byte) {
	sound := decodable[b]
	if sound == nil {
		return
	}
	if !sound(key, payload) {
		c.problem("%v%s", b.undecodable(key), c.owner(b, key))
		return
	}
	if len(key) >= runSize {
		of := c.data.seen[b]
		if of == nil {
			of = make(map[uint64]int)
			c.data.seen[b] = of
		}
		of[binary.BigEndian.Uint64(key)]++
	}
}

// findOwners notes whose runs are whose, as far as that can be read: the keys of their data
// have the number only, which says nothing to people.
func (c *checker) findOwners() {
	c.owners = make(map[uint64]uuid.UUID)
	_ = c.all(runsBucket, func(key, payload []byte) { // what is wrong with it the walk will say
		if r, ok := parseRun(payload); ok && len(key) >= idSize {
			c.owners[r.number] = uuid.UUID(key[:idSize])
		}
	})
}

// owner names the experiment that a value of a run's data belongs to; "" where that is not
// known.
func (c *checker) owner(b *bucket, key []byte) string {
	if len(key) < runSize || !slices.Contains(runBuckets, b) {
		return ""
	}
	id, ok := c.owners[binary.BigEndian.Uint64(key)]
	if !ok {
		return ""
	}
	return fmt.Sprintf(", of experiment %s", id)
}

// runs holds the data of runs against the experiments, and the parts of it against each other.
// The walk found that each value by itself is right.
func (c *checker) runs() error {
	known := make(map[uint64]bool)
	err := c.all(trashBucket, func(key, _ []byte) { known[binary.BigEndian.Uint64(key)] = true })
	if err == nil {
		err = c.all(runsBucket, func(key, payload []byte) {
			r, _ := parseRun(payload)
			if known[r.number] {
				c.problem("%s has number %d, which is taken", runsBucket.describe(key), r.number)
			}
			known[r.number], c.data.live[r.number] = true, true
			c.oneRun(key, &r)
		})
	}
	if err != nil {
		return err
	}
	for _, b := range runBuckets {
		for number, n := range c.data.seen[b] {
			if !known[number] {
				c.problem("bucket %s has %d values of run %d, of which there is no experiment", b.name, n, number)
			}
		}
	}
	if err := c.frames(); err != nil {
		return err
	}
	for _, t := range []*texts{&talkTexts, &answerTexts} {
		if err := c.texts(t); err != nil {
			return err
		}
	}
	return nil
}

// oneRun holds what a run says of itself against the other buckets.
func (c *checker) oneRun(key []byte, r *run) {
	if r.kinds&hasFrames != 0 && c.snapshot.cursor(momentsBucket).get(momentKey(r.number, r.frame)) == nil {
		c.problem("%s: its latest frame is missing", runsBucket.describe(key))
	}
	if r.kinds&hasPrompts != 0 && c.snapshot.cursor(promptsBucket).get(momentKey(r.number, r.prompt)) == nil {
		c.problem("%s: its latest prompt is missing", runsBucket.describe(key))
	}
}

// all gives the values of a bucket to fn, which the walk has verified.
func (c *checker) all(b *bucket, fn func(key, payload []byte)) error {
	cur := c.snapshot.newCursor(b)
	n := 0
	for cur.seek(nil); cur.valid(); cur.next() {
		if n++; n%1024 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		if payload, err := b.open(cur.key, cur.value); err == nil {
			fn(cur.key, payload)
		}
	}
	return cur.err
}

// frames holds the blocks of frames against the timeline.
func (c *checker) frames() error {
	blocks := c.snapshot.newCursor(framesBucket)
	blocks.seek(nil)
	strays := func(before []byte) {
		for ; blocks.valid() && (before == nil || bytes.Compare(blocks.key[:runSize+momentSize], before) < 0); blocks.next() {
			if c.data.live[binary.BigEndian.Uint64(blocks.key)] {
				c.problem("%s belongs to no moment", framesBucket.describe(blocks.key))
			}
		}
	}
	err := c.all(momentsBucket, func(key, payload []byte) {
		if !c.data.live[binary.BigEndian.Uint64(key)] {
			return
		}
		strays(key)
		want, _ := parseMomentValue(payload)
		have := newMoment()
		for ; blocks.valid() && bytes.HasPrefix(blocks.key, key); blocks.next() {
			block, _ := framesBucket.open(blocks.key, blocks.value)
			head, _, _ := parseHead(block)
			have.addBlock(head.agents, parseInt(blocks.key[runSize+momentSize:]), block)
		}
		if have != want {
			c.problem("%s has %d agents in %d blocks, of %d in %d, or others", momentsBucket.describe(key), have.agents, have.blocks, want.agents, want.blocks)
		}
	})
	strays(nil)
	return err
}

// texts compares talk, or answers, with their index in time.
func (c *checker) texts(t *texts) error {
	values := c.snapshot.newCursor(t.values)
	err := c.all(t.times, func(key, payload []byte) {
		if !c.data.live[binary.BigEndian.Uint64(key)] {
			return
		}
		of, _ := parseTimesKey(key)
		value, _ := t.values.open(of, values.get(of))
		if n, _ := binary.Uvarint(payload); n != uint64(t.count(of, value)) {
			c.problem("%s: the index in time has %d of it", t.values.describe(of), n)
		}
	})
	for number := range c.data.live {
		if values, times := c.data.seen[t.values][number], c.data.seen[t.times][number]; values != times {
			c.problem("run %d has %d values in bucket %s, %d in its index in time", number, values, t.values.name, times)
		}
	}
	return cmp.Or(err, values.err)
}
