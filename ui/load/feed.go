package load

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

// Config is what a feed reads, and how.
type Config struct {
	Source   model.Source
	Interval time.Duration // between two reads; 0: only by hand
	Errors   bool          // the errors of experiments are read with the list
	Now      func() time.Time
	// Heard is told every answer of the source, and returns what there is to say; nil: nobody listens.
	Heard func(model.Changes, error) []text.Text
}

// Feed reads the list of a source: when, what has changed, what failed, and when that is tried
// again.
type Feed struct {
	Config
	ctx    context.Context
	lab    *model.Lab
	paused bool
	now    time.Time // the source's wall time as it is drawn
	skew   time.Duration
	listing
	health
	away    map[model.SourceName]time.Time // since when those of several sources that are away were found so
	outcome Outcome                        // of the message that is being handled
}

// listing is how far the list is read.
type listing struct {
	gen     int // answers of an older one are dropped
	cursor  model.Cursor
	reading bool
	cancel  context.CancelFunc // ends the read that is under way
	fresh   bool               // the next read is by hand
	loaded  bool               // a full listing has come in
	total   int                // experiments that the source says it has; −1 unknown
}

// health is how the source is doing.
type health struct {
	failures  int // in a row
	failure   error
	trouble   error          // what can't be read though the rest can
	answered  time.Time      // when the source answered last
	liveness  model.Liveness // of the source, by its last answer
	slow      bool           // the read under way takes too long
	staleFrom time.Time      // what is on the screen is of then, while failure or slow is set
	retryAt   time.Time
	counting  bool // the clock that counts down to retryAt runs
}

// Note is something to be said to the user.
type Note struct {
	Text text.Text
	Bad  bool
}

// Outcome is what a message has changed.
type Outcome struct {
	Cmd       tea.Cmd
	Read      bool // it is time to read
	Redraw    bool // something on the screen has changed
	Refresh   bool // what is said of the shown experiment may have changed
	Applied   bool // the lab has changed
	Answered  bool // the source has answered
	Recovered bool // it answers again
	Put       []model.Summary
	Gone      []model.Key
	Changed   []model.Key // experiments with another status than before, and new ones
	Turned    []Turned
	Notes     []Note
}

// State is how the reading goes, for the header.
type State struct {
	Loaded    bool // a full listing has come in
	Waiting   bool // for a lab file that nobody has written yet
	Paused    bool
	Still     bool // the source is read only when the user asks
	Slow      bool // the read under way takes too long
	Total     int  // experiments that the source says it has; −1 unknown
	Failure   error
	Trouble   error // what can't be read though the rest can
	StaleFrom time.Time
	RetryAt   time.Time

	Away map[model.SourceName]time.Time // since when those of several sources that are away were found so
}

// NewFeed returns a feed that has read nothing yet.
func NewFeed(ctx context.Context, c Config) *Feed {
	return &Feed{Config: c, ctx: ctx, lab: model.NewLab(), now: c.Now(), away: map[model.SourceName]time.Time{}, listing: listing{total: -1, cancel: func() {}}}
}

// Lab returns what was read.
func (f *Feed) Lab() *model.Lab { return f.lab }

// SourceTime returns the source's wall time, as of which everything is drawn.
func (f *Feed) SourceTime() time.Time { return f.now }

// State returns how the reading goes.
func (f *Feed) State() State {
	return State{
		Loaded: f.loaded, Waiting: f.waiting(), Paused: f.paused, Still: f.still(), Slow: f.slow,
		Total: f.total, Failure: f.failure, Trouble: f.trouble, StaleFrom: f.staleFrom, RetryAt: f.retryAt, Away: f.away,
	}
}

// waiting reports whether the source is a lab file that nobody has written yet, and never was.
func (f *Feed) waiting() bool { return !f.loaded && errors.Is(f.failure, model.ErrNoLab) }

// still reports whether the source is read only when the user asks.
func (f *Feed) still() bool { return f.paused || f.Interval <= 0 }

// NeedErrors reads the errors of experiments from now on. It reports whether the list has to be
// read again for that.
func (f *Feed) NeedErrors() bool {
	if f.Errors {
		return false
	}
	f.Errors, f.cursor = true, model.Cursor{}
	f.Restart()
	return true
}

// Relist lets the next read be of the whole list.
func (f *Feed) Relist() {
	f.cursor = model.Cursor{}
	f.Restart()
}

// Restart raises the generation: what is being read does not count any more.
func (f *Feed) Restart() {
	f.gen++
	f.cancel()
	f.slow = false
}

// RestartFresh restarts, and asks the source for what is fresh in the next read.
func (f *Feed) RestartFresh() {
	f.fresh = true
	f.Restart()
}

// TogglePause stops the ticks or resumes them. It reports whether it is time to read.
func (f *Feed) TogglePause() bool {
	f.paused = !f.paused
	if f.paused {
		f.gen++
		f.reading = false
		return false
	}
	f.Restart()
	return true
}

// intervals are the steps of ChangeInterval.
var intervals = []time.Duration{time.Second / 2, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute}

// ChangeInterval makes the interval longer or shorter by one step, and restarts.
func (f *Feed) ChangeInterval(by int) {
	at := 0
	for at < len(intervals)-1 && intervals[at] < f.Interval {
		at++
	}
	if by < 0 || f.Interval >= intervals[at] {
		at += by
	}
	f.Interval = intervals[max(min(at, len(intervals)-1), 0)]
	f.Restart()
}

// SetTime takes the source's wall time for what is drawn. While nothing is read by itself, that is
// when something was read last: what has happened since is unknown.
func (f *Feed) SetTime() {
	now := f.Now()
	if f.still() && !f.answered.IsZero() {
		now = f.answered
	}
	f.now = now.Add(f.skew)
}

// say adds a note to the outcome.
func (f *Feed) say(said text.Text, bad bool) {
	f.outcome.Notes = append(f.outcome.Notes, Note{said, bad})
}
