package record

import (
	"fmt"
	"time"

	"societop/model"
)

// track is how far the recording of one run is.
type track struct {
	key    model.Key
	run    runState
	bare   bool // nothing but the steps is recorded
	steps  bool // the source is asked for the steps
	dir    bool // it is of a run directory
	once   bool // it is recorded as it is now
	loaded bool // the marks were read
	doubt  bool // the run may have begun again unseen
	told   bool // that not all can be read
	parts  [parts]partState
	frames frameWork
	talk   talkWork
	tables tableWork
	notes  noteWork
	logs   logWork
}

// runState is a run as the source told it last.
type runState struct {
	state  string // what a mark says when a part was read to its end
	since  time.Time
	ended  bool // it will not go on by itself
	now    model.SimTime
	late   bool      // the moment now was looked for a second time
	seen   time.Time // when it was told
	tokens int64
}

// frameWork is what is to be read of a run's frames.
type frameWork struct {
	missing []model.SimTime             // moments whose frames are not in the lab, oldest first
	asked   string                      // the state in which missing was found
	newest  model.SimTime               // of the source's timeline then
	prompts bool                        // there are some
	doubted bool                        // the newest frame came without one
	broken  map[model.SimTime]time.Time // moments that the source could not give out: not before
}

// talkWork is what is to be read of what the agents of a run said and answered.
type talkWork struct {
	agents    []int64 // whose talk and answers are yet to be read
	state     string  // the state in which agents was found
	resume    string  // how far a recorder before this one was in agents, as its mark says
	refusals  int     // agents in a row of whom the source gave out nothing
	strangers bool    // there are agents whose profiles were not read
}

func newTrack(k model.Key) *track {
	return &track{key: k, frames: frameWork{broken: map[model.SimTime]time.Time{}}}
}

// stateOf is a state of an experiment as a mark says it.
func stateOf(s *model.Summary) string {
	return fmt.Sprintf("%d %s %d %g", s.Status, s.Updated.UTC().Format(time.RFC3339Nano), s.Now.Day, s.Now.T)
}

// follow takes note of a state of the experiment.
func (t *track) follow(s *model.Summary, now time.Time) {
	old, state, ended := t.run, stateOf(s), s.Status.Ended()
	t.dir = s.Dir != nil
	t.tables.swept = t.tables.swept && (ended || !old.ended)
	if ended && !old.ended && old.state != "" {
		t.settle(now)
	}
	since := old.since
	if old.state != "" && old.state != state {
		since = now
		t.doubt = t.doubt || now.Sub(old.seen) > doubtAfter || s.Tokens() < old.tokens || s.Now == old.now || (old.ended && !ended)
	}
	t.run = runState{state: state, since: since, ended: ended, now: s.Now, seen: now, tokens: s.Tokens()}
}

// doubtAfter is how long a run may go unseen without being asked whether it is the same.
const doubtAfter = time.Minute

// restart forgets what was known of the run before.
func (t *track) restart() {
	fresh := newTrack(t.key)
	fresh.bare, fresh.steps, fresh.dir, fresh.once = t.bare, t.steps, t.dir, t.once
	fresh.run, fresh.loaded, fresh.doubt = t.run, true, true
	fresh.run.late = false
	*t = *fresh
}

// complete reports whether all parts that are recorded were read to their ends once. The steps don't
// count: they are mostly known otherwise.
func (t *track) complete() bool {
	for p := profiles; p <= tables && !t.bare; p++ {
		if t.has(p) && t.parts[p].done == "" {
			return false
		}
	}
	return true
}

// has reports whether there is such a part of the run now. Notes are read once, at its end.
func (t *track) has(p part) bool {
	switch p {
	case reports, tables:
		return t.dir
	case notes:
		return t.dir && (t.run.ended || t.once)
	default:
		return true
	}
}

// incomplete reports whether the source could not give out all of a part.
func (t *track) incomplete(now time.Time) bool {
	for p := range t.parts {
		if now.Before(t.parts[p].retry) {
			return true
		}
	}
	return false
}

// settle lets a run that was seen to end write what it still has to say, before its data is
// read for the last time.
func (t *track) settle(now time.Time) {
	for p := profiles; p < frames; p++ {
		t.parts[p].next = now.Add(growsEvery)
	}
	t.parts[tables].next = now.Add(earlyRest)
}

// sure is the state with which a part may be marked that is read from now on; empty while a run
// may still be writing what belongs to its last step.
func (t *track) sure(now time.Time) string {
	if !t.run.ended && now.Sub(t.run.since) < earlyRest {
		return ""
	}
	return t.run.state
}

// stateOf is the state in which a part was read; sure is that which was sure before.
func (t *track) stateOf(p part, sure string) string {
	switch p {
	case metrics, logs, reports:
		return sure
	case talk:
		return t.talk.state
	case tables:
		return t.tables.state
	case notes:
		return t.notes.state
	default:
		return t.run.state
	}
}

// wants reports whether a part is to be read now.
func (t *track) wants(p part, now time.Time) bool {
	s := &t.parts[p]
	switch {
	case p == stepTimes:
		return t.steps && s.done == "" && !now.Before(s.next)
	case t.bare || !t.has(p):
		return false
	case p == origin:
		return t.doubt && !now.Before(s.next)
	case !s.due(t.run.state, now):
		return false
	case p == profiles && !t.run.ended:
		return s.done == "" || t.talk.strangers
	}
	return true
}

// earlyRest is how long a server is given between the row of an experiment and the rest of a
// step, such as the statuses of its agents, which it writes in this order.
const earlyRest = 10 * time.Second

// early reports whether the moment of the experiment is not in its timeline yet, and was not
// looked for a second time.
func (t *track) early() bool {
	return !t.run.ended && !t.run.late && t.frames.newest.Compare(t.run.now) < 0
}
