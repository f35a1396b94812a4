package check

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/bolt/kept"
	"societop/storage/bolt/layout"
)

// runCheck is what a check knows of the data of runs.
type runCheck struct {
	live map[uint64]bool // numbers of runs; deleted ones are not
	seen map[*layout.Bucket]map[uint64]int
}

// decodable reports for each bucket whether a value with a right checksum can be decoded and
// belongs to its key.
var decodable = map[*layout.Bucket]func(key, payload []byte) bool{
	layout.Runs:        func(key, payload []byte) bool { _, err := layout.ParseRun(key, payload); return err == nil },
	layout.Moments:     soundMoment,
	layout.Frames:      soundBlock,
	layout.Profiles:    soundProfiles,
	layout.Prompts:     soundPrompt,
	layout.Talk:        func(key, payload []byte) bool { return layout.TalkTexts.Count(key, payload) > 0 },
	layout.Answers:     func(key, payload []byte) bool { return layout.AnswerTexts.Count(key, payload) > 0 },
	layout.TalkTimes:   soundTimes,
	layout.AnswerTimes: soundTimes,
	layout.Metrics:     soundMetric,
	layout.Lines:       func(key, payload []byte) bool { _, ok := layout.ParseChunk(key, payload); return ok },
	layout.Checkpoints: soundCheckpoint,
	layout.Steps:       func(key, payload []byte) bool { _, ok := layout.ParseSteps(nil, key, payload); return ok },
	layout.Documents:   layout.SoundDocument,
	layout.Rows:        func(key, payload []byte) bool { _, _, ok := layout.ParseRows(key, payload); return ok },
	layout.FileLines:   func(key, payload []byte) bool { _, ok := layout.ParseChunk(key, payload); return ok },
	layout.Surveys:     func(key, payload []byte) bool { _, ok := layout.ParseSurvey(key, payload); return ok },
	layout.DeletedRuns: func(key, payload []byte) bool { return len(key) == layout.RunSize && len(payload) == 0 },
}

func soundMoment(key, payload []byte) bool {
	_, ok := layout.ParseMomentValue(payload)
	return ok && len(key) == layout.RunSize+layout.MomentSize
}

func soundBlock(key, payload []byte) bool {
	c, ok := layout.ParseBlock(payload)
	return ok && c.Under(key)
}

func soundProfiles(key, payload []byte) bool {
	all, _, ok := layout.ParseProfiles(nil, payload)
	return ok && len(key) == layout.RunSize+layout.AgentSize && layout.ParseInt(key[layout.RunSize:]) == all[len(all)-1].ID
}

func soundPrompt(key, payload []byte) bool {
	_, ok := layout.ParsePrompt(model.SimTime{}, payload)
	return ok && len(key) == layout.RunSize+layout.MomentSize
}

func soundTimes(key, payload []byte) bool {
	_, ok := layout.ParseTimesKey(key)
	_, n := binary.Uvarint(payload)
	return ok && n > 0
}

func soundMetric(key, payload []byte) bool {
	m, ok := layout.ParseMetric(payload)
	return ok && len(key) >= layout.RunSize && bytes.Equal(key, layout.MetricKey(binary.BigEndian.Uint64(key), m.Key.Raw()))
}

func soundCheckpoint(key, payload []byte) bool {
	return len(key) > layout.RunSize && kept.Sound(string(key[layout.RunSize:]), string(payload))
}

// decode makes sure that a value can be decoded, and counts it for its run.
func (c *checker) decode(b *layout.Bucket, key, payload []byte) {
	sound := decodable[b]
	if sound == nil {
		return
	}
	if !sound(key, payload) {
		c.problem("%v%s", b.Undecodable(key), c.owner(b, key))
		return
	}
	if len(key) >= layout.RunSize {
		of := c.data.seen[b]
		if of == nil {
			of = make(map[uint64]int)
			c.data.seen[b] = of
		}
		of[binary.BigEndian.Uint64(key)]++
	}
}

// findOwners notes which run belongs to which experiment, as far as that can be read. The keys of a
// run's data have only its number, which means nothing to a reader of the report.
func (c *checker) findOwners() {
	c.owners = make(map[uint64]uuid.UUID)
	_ = c.all(layout.Runs, func(key, payload []byte) { // the walk reports what is wrong with it
		if r, err := layout.ParseRun(key, payload); err == nil && len(key) >= layout.IDSize {
			c.owners[r.Number] = uuid.UUID(key[:layout.IDSize])
		}
	})
}

// owner names the experiment that a value of a run's data belongs to; "" where that is not
// known.
func (c *checker) owner(b *layout.Bucket, key []byte) string {
	if len(key) < layout.RunSize || !slices.Contains(layout.RunBuckets, b) {
		return ""
	}
	id, ok := c.owners[binary.BigEndian.Uint64(key)]
	if !ok {
		return ""
	}
	return fmt.Sprintf(", of experiment %s", id)
}

// runs compares the data of runs with the experiments, and the parts of it with each other. The
// walk has found each single value right.
func (c *checker) runs() error {
	known := make(map[uint64]bool)
	err := c.all(layout.DeletedRuns, func(key, _ []byte) { known[binary.BigEndian.Uint64(key)] = true })
	if err == nil {
		err = c.all(layout.Runs, func(key, payload []byte) {
			r, _ := layout.ParseRun(key, payload)
			if known[r.Number] {
				c.problem("%s has number %d, which is taken", layout.Runs.Describe(key), r.Number)
			}
			known[r.Number], c.data.live[r.Number] = true, true
			c.oneRun(key, &r)
		})
	}
	if err != nil {
		return err
	}
	for _, b := range layout.RunBuckets {
		for number, n := range c.data.seen[b] {
			if !known[number] {
				c.problem("bucket %s has %d values of run %d, of which there is no experiment", b.Name, n, number)
			}
		}
	}
	for _, compare := range []func() error{c.frames, c.steps, c.rows} {
		if err := compare(); err != nil {
			return err
		}
	}
	for _, t := range []*layout.Texts{&layout.TalkTexts, &layout.AnswerTexts} {
		if err := c.texts(t); err != nil {
			return err
		}
	}
	return nil
}

// oneRun compares a run with the other buckets.
func (c *checker) oneRun(key []byte, r *layout.Run) {
	if r.Kinds&layout.HasFrames != 0 && c.snapshot.Cursor(layout.Moments).Get(layout.MomentKey(r.Number, r.Frame)) == nil {
		c.problem("%s: its latest frame is missing", layout.Runs.Describe(key))
	}
	if r.Kinds&layout.HasPrompts != 0 && c.snapshot.Cursor(layout.Prompts).Get(layout.MomentKey(r.Number, r.Prompt)) == nil {
		c.problem("%s: its latest prompt is missing", layout.Runs.Describe(key))
	}
}

// steps makes sure that the chunks of steps don't overlap, and that there are some where a run says so.
func (c *checker) steps() error {
	var before, last []byte // the last moment of the chunk before, and its key
	have := make(map[uint64]bool)
	err := c.all(layout.Steps, func(key, payload []byte) {
		have[binary.BigEndian.Uint64(key)] = true
		if before != nil && bytes.HasPrefix(key, before[:layout.RunSize]) && bytes.Compare(key, before) <= 0 {
			c.problem("%s begins before %s ends", layout.Steps.Describe(key), layout.Steps.Describe(last))
		}
		all, _ := layout.ParseSteps(nil, key, payload)
		last, before = bytes.Clone(key), layout.MomentKey(binary.BigEndian.Uint64(key), all[len(all)-1].At)
	})
	if err != nil {
		return err
	}
	return c.all(layout.Runs, func(key, payload []byte) {
		if r, _ := layout.ParseRun(key, payload); r.Kinds&layout.HasSteps != 0 && !have[r.Number] {
			c.problem("%s: its steps are missing", layout.Runs.Describe(key))
		}
	})
}

// all gives the values of a bucket to fn, which the walk has verified.
func (c *checker) all(b *layout.Bucket, fn func(key, payload []byte)) error {
	cur := c.snapshot.NewCursor(b)
	n := 0
	for cur.Seek(nil); cur.Valid(); cur.Next() {
		if n++; n%1024 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		if payload, err := b.Open(cur.Key, cur.Value); err == nil {
			fn(cur.Key, payload)
		}
	}
	return cur.Err
}

// frames compares the blocks of frames with the timeline.
func (c *checker) frames() error {
	blocks := c.snapshot.NewCursor(layout.Frames)
	blocks.Seek(nil)
	strays := func(before []byte) {
		for ; blocks.Valid() && (before == nil || bytes.Compare(blocks.Key[:layout.RunSize+layout.MomentSize], before) < 0); blocks.Next() {
			if c.data.live[binary.BigEndian.Uint64(blocks.Key)] {
				c.problem("%s belongs to no moment", layout.Frames.Describe(blocks.Key))
			}
		}
	}
	err := c.all(layout.Moments, func(key, payload []byte) {
		if !c.data.live[binary.BigEndian.Uint64(key)] {
			return
		}
		strays(key)
		want, _ := layout.ParseMomentValue(payload)
		have := layout.NewMoment()
		for ; blocks.Valid() && bytes.HasPrefix(blocks.Key, key); blocks.Next() {
			block, _ := layout.Frames.Open(blocks.Key, blocks.Value)
			head, _, _ := layout.ParseHead(block)
			have.AddBlock(head.Agents, layout.ParseInt(blocks.Key[layout.RunSize+layout.MomentSize:]), block)
		}
		if have != want {
			c.problem("%s has %d agents in %d blocks, of %d in %d, or others", layout.Moments.Describe(key), have.Agents, have.Blocks, want.Agents, want.Blocks)
		}
	})
	strays(nil)
	return err
}

// texts compares talk, or answers, with their index in time.
func (c *checker) texts(t *layout.Texts) error {
	values := c.snapshot.NewCursor(t.Values)
	err := c.all(t.Times, func(key, payload []byte) {
		if !c.data.live[binary.BigEndian.Uint64(key)] {
			return
		}
		of, _ := layout.ParseTimesKey(key)
		value, _ := t.Values.Open(of, values.Get(of))
		if n, _ := binary.Uvarint(payload); n != uint64(t.Count(of, value)) {
			c.problem("%s: the index in time has %d of it", t.Values.Describe(of), n)
		}
	})
	for number := range c.data.live {
		if values, times := c.data.seen[t.Values][number], c.data.seen[t.Times][number]; values != times {
			c.problem("run %d has %d values in bucket %s, %d in its index in time", number, values, t.Values.Name, times)
		}
	}
	return cmp.Or(err, values.Err)
}
