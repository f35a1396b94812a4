package record

import (
	"fmt"
	"slices"
	"time"

	"societop/model"
	"societop/storage/bolt"
)

// part is a part of a society that is read by itself.
type part int8

// The parts, those first that are read first. All but the frames are small.
const (
	origin part = iota // which run it is: another one may have begun under the same id
	profiles
	talk
	metrics
	logs
	frames
	parts // how many there are
)

// names are what the marks in the lab file are called.
var names = [parts]string{bolt.MarkOrigin, "profiles", bolt.MarkTalk, "metrics", "log", bolt.MarkFrames}

// unsure marks a part that was read to its end in a state that may not have been whole.
const unsure = "-"

// track is how far the recording of one society is.
type track struct {
	key   model.Key
	state string    // of the experiment: what a mark says when a part was read to its end
	since time.Time // it was seen to become this
	ended bool      // and will not go on by itself
	now   model.SimTime
	late  bool // the moment now was looked for a second time

	loaded  bool // marks were read
	marks   [parts]string
	again   [parts]time.Time // not before, while the experiment runs
	missing []model.SimTime  // moments whose frames are not in the lab, oldest first
	asked   string           // the state in which missing was found
	newest  model.SimTime    // of the source's timeline then
	prompts bool             // there are some
	doubted bool             // the newest frame came without one
	agents  []int64          // whose talk and answers are yet to be read
	sweep   string           // the state in which agents was found
	resume  string           // how far a recorder before this one was in agents, as its mark says

	seen   time.Time // the state was told last
	tokens int64     // of the state
	doubt  bool      // the run may have begun again unseen

	given     [parts]string               // the state in which the source could not give all of a part
	retry     [parts]time.Time            // not before, in that state
	withheld  [parts]error                // why
	faults    [parts]int                  // times in a row that the source went away
	broken    map[model.SimTime]time.Time // moments that it could not give out: not before
	refusals  int                         // agents in a row of whom it gave out nothing
	strangers bool                        // there are agents whose profiles were not read
	told      bool                        // that not all can be read
}

// growsEvery is how often a part of a running experiment is read that has no steps of its
// own: metrics, log, and the talk of all agents.
const growsEvery = time.Minute

// retryEvery is how often the source is asked again for what it could not give out.
const retryEvery = time.Hour

// follow takes note of a state of an experiment.
func (r *recorder) follow(s model.Summary) {
	if !r.options.Agents || s.Status == model.NotStarted {
		return
	}
	t := r.tracks[s.Key]
	if t == nil {
		t = &track{key: s.Key, broken: map[model.SimTime]time.Time{}}
		r.tracks[s.Key] = t
		r.order = append(r.order, t)
	}
	now := r.options.Now()
	state := fmt.Sprintf("%d %s %d %g", s.Status, s.Updated.UTC().Format(time.RFC3339Nano), s.Now.Day, s.Now.T)
	if s.Status.Ended() && !t.ended && t.state != "" {
		t.settle(now)
	}
	if t.state != "" && t.state != state {
		t.since = now
		t.doubt = t.doubt || now.Sub(t.seen) > doubtAfter || s.Tokens() < t.tokens || s.Now == t.now || (t.ended && !s.Status.Ended())
	}
	t.state, t.ended, t.now, t.late = state, s.Status.Ended(), s.Now, false
	t.seen, t.tokens = now, s.Tokens()
}

// doubtAfter is how long a run may go unseen without being asked whether it is the same.
const doubtAfter = time.Minute

// restart forgets what was known of the run before.
func (t *track) restart() {
	*t = track{
		key: t.key, state: t.state, since: t.since, ended: t.ended, now: t.now, seen: t.seen, tokens: t.tokens,
		loaded: true, doubt: true, broken: map[model.SimTime]time.Time{},
	}
}

// complete reports whether all parts were read to their ends once.
func (t *track) complete() bool { return !slices.Contains(t.marks[profiles:], "") }

// settle lets a run that was seen to end write what it still has to say, before its data is
// read for the last time.
func (t *track) settle(now time.Time) {
	for p := profiles; p < frames; p++ {
		t.again[p] = now.Add(growsEvery)
	}
}

// sure is the state with which a part may be marked that is read from now on; empty while a run
// may still be writing what belongs to its last step.
func (t *track) sure(now time.Time) string {
	if !t.ended && now.Sub(t.since) < earlyRest {
		return ""
	}
	return t.state
}

// wants tells whether a part is to be read now.
func (t *track) wants(p part, now time.Time) bool {
	switch {
	case p == origin:
		return t.doubt && !now.Before(t.again[p])
	case t.marks[p] == t.state, now.Before(t.again[p]), t.given[p] == t.state && now.Before(t.retry[p]):
		return false
	case p == profiles && !t.ended:
		return t.marks[p] == "" || t.strangers
	}
	return true
}
