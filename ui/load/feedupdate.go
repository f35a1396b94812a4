package load

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

const (
	// MaxRetry is the longest time until a retry: the first comes after the interval, each further
	// one after twice as long.
	MaxRetry = 60 * time.Second
	// maxLocalRetry is the same for a file on this machine, which is cheap to open.
	maxLocalRetry = 5 * time.Second
	// maxDrift is how far the source's clock may be from the one that is held of it: it comes in
	// whole seconds, late by the time on the way, and what is drawn must not tremble with that.
	maxDrift = time.Second
)

// Update handles a message and returns what it has changed.
func (f *Feed) Update(msg Msg) Outcome {
	f.outcome = Outcome{}
	switch msg := msg.(type) {
	case tickMsg:
		f.outcome.Read = msg.gen == f.gen && !f.reading
	case changesMsg:
		if msg.gen == f.gen {
			f.onChanges(msg)
		}
	case slowMsg:
		f.onSlow(msg)
	case secondMsg:
		f.onSecond()
	case MinuteMsg:
		f.onMinute()
	}
	return f.outcome
}

// onChanges takes what the source answered, and decides when to read again.
func (f *Feed) onChanges(msg changesMsg) {
	f.reading = false
	for _, said := range msg.said {
		f.say(said, true)
	}
	if msg.err != nil {
		f.onFailure(msg.err)
		return
	}
	f.outcome.Answered = true
	f.answered = f.Now()
	f.recover()
	f.catchUp()
	c := msg.changes
	f.cursor = c.Next
	f.setSkew(c.Clock)
	before := f.lab.Sources().States()
	if c.Sources == nil {
		f.setTrouble(c)
		f.setLiveness(c.Liveness)
	}
	f.apply(c)
	if c.Sources != nil {
		f.hearSources(before)
	}
	if c.More {
		f.outcome.Read = true
		return
	}
	if !f.loaded {
		f.loaded, f.outcome.Redraw = true, true
	}
	f.count(f.schedule(f.Interval))
}

// apply brings the lab up to date.
func (f *Feed) apply(c model.Changes) {
	o := &f.outcome
	o.Put, o.Gone = c.Put, c.Gone
	if f.loaded { // what is there when the monitor begins is not new
		for i := range c.Put {
			k := c.Put[i].Key
			before, known := f.lab.Get(k)
			if known && before.Status != c.Put[i].Status || !known && f.lab.Sources().Loaded(k.Source) {
				o.Changed = append(o.Changed, k)
			}
		}
	}
	before := f.lab.Revision()
	f.lab.Apply(c, f.Now().Add(f.skew))
	o.Redraw = o.Redraw || f.total != c.Total && !f.loaded
	f.total = c.Total
	if f.lab.Revision() != before {
		f.SetTime()
		o.Applied, o.Redraw = true, true
	}
}

// setSkew follows the source's clock.
func (f *Feed) setSkew(clock time.Time) {
	if clock.IsZero() {
		return
	}
	if skew := clock.Sub(f.Now()); (skew - f.skew).Abs() > maxDrift {
		f.skew = skew
		f.SetTime()
		f.outcome.Redraw = true
	}
}

// setTrouble says when a source can't be read in part, and when it can again, which only the
// end of a reading proves.
func (f *Feed) setTrouble(c model.Changes) {
	before, now := model.Explain(f.trouble), model.Explain(c.Trouble)
	if before == now || (c.Trouble == nil && c.More) {
		return
	}
	f.trouble = c.Trouble
	if c.Trouble != nil {
		f.say(now, true)
	} else {
		f.say(text.Clean("The whole source can be read again."), false)
	}
	f.outcome.Redraw = true
}

// setLiveness notes when new data can't arrive any more, and when it can again.
func (f *Feed) setLiveness(l model.Liveness) {
	before := f.liveness
	f.liveness = l
	if f.loaded && (!before.Live() || !l.Live()) && before.Why != l.Why {
		f.outcome.Turned = []Turned{{Liveness: l}}
	}
}

// onSlow says that a source does not answer, while its answer is still waited for.
func (f *Feed) onSlow(msg slowMsg) {
	f.outcome.Cmd = msg.answer
	if msg.gen != f.gen || f.failure != nil {
		return
	}
	f.slow, f.staleFrom = true, f.answered
	f.say(text.Clean("The source is slow to answer."), true)
	f.silent()
}

// silent notes that the source does not answer. What is known of its runs is as of its last
// answer; so that they don't flicker, they are judged by the clock for another minute.
func (f *Feed) silent() {
	if f.Now().Sub(f.staleFrom) >= time.Minute {
		why := model.Reason(f.failure)
		if f.failure == nil {
			why = text.Clean(model.SlowAnswer)
		}
		f.lab.SetLiveness(model.Liveness{AsOf: f.staleFrom.Add(f.skew), Why: why}, f.now)
	}
	f.outcome.Refresh, f.outcome.Redraw = true, true
}

// onFailure keeps what there is, says so, and plans a retry.
func (f *Feed) onFailure(err error) {
	if f.failures == 0 {
		f.staleFrom = f.answered
	}
	f.slow = false
	f.failures++
	f.failure = err
	if !f.waiting() {
		f.say(model.Explain(err), true)
	}
	longest := MaxRetry
	if f.Source.Info().Local {
		longest = maxLocalRetry
	}
	wait := model.Backoff(err, f.failures, f.Interval, longest)
	f.retryAt = f.Now().Add(wait)
	f.silent()
	f.count(f.schedule(wait))
}

// count lets the seconds be counted while the source, or one of several, is away; cmd is for after that.
func (f *Feed) count(cmd tea.Cmd) {
	f.outcome.Cmd = cmd
	if !f.counting && !f.waiting() && (f.failure != nil || f.absent()) {
		f.counting = true
		f.outcome.Cmd = tea.Batch(cmd, nextSecond())
	}
}

// recover ends a failure.
func (f *Feed) recover() {
	if f.failures == 0 && !f.slow {
		return
	}
	if !f.waiting() {
		f.say(text.Clean("The source answers again."), false)
	}
	f.failures, f.failure, f.slow = 0, nil, false
	f.outcome.Recovered, f.outcome.Redraw = true, true
}

// onSecond counts down to the retry while the source is away.
func (f *Feed) onSecond() {
	if f.failure == nil && !f.absent() {
		f.counting = false
		return
	}
	f.outcome.Redraw, f.outcome.Cmd = true, nextSecond()
}

// onMinute brings ages up to date.
func (f *Feed) onMinute() {
	f.SetTime()
	f.outcome.Redraw, f.outcome.Refresh = true, true
	if f.failure != nil || f.slow {
		f.silent()
	}
	f.outcome.Cmd = f.NextMinute()
}

// catchUp brings what is drawn to the present where the clock stood still.
func (f *Feed) catchUp() {
	if late := f.Now().Add(f.skew).Sub(f.now); !f.still() && late <= time.Minute {
		return
	}
	f.SetTime()
	f.outcome.Redraw, f.outcome.Refresh = true, true
}
