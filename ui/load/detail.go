package load

import (
	"slices"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/player"
)

// Detail reads what panes need of the experiment that is shown.
type Detail struct {
	View     pane.View // what was read
	Clock    player.Clock
	Choose   func(*pane.View, *pane.Choice) // of the pane on the screen; nil: it chooses nothing
	feed     *Feed
	zone     *time.Location
	key      model.Key // of the experiment
	shown    bool      // there is one
	gone     bool      // it has vanished from the source
	frames   frames
	perAgent perAgentReads // where the source has no answers of all agents
	waiting  waiting
	asked    map[model.Key]asked // by this user, until it is read that it was answered
	readings map[pane.Need]*reading
	reads    int // that were begun: their numbers
}

// NewDetail returns a detail that shows nothing yet. Its view has times of a zone.
func NewDetail(feed *Feed, zone *time.Location) *Detail {
	return &Detail{feed: feed, zone: zone, readings: map[pane.Need]*reading{}, frames: newFrames(), asked: map[model.Key]asked{}, Clock: player.New()}
}

// Key returns the experiment that is shown; ok is false while there is none.
func (d *Detail) Key() (k model.Key, ok bool) { return d.key, d.shown }

// Shows reports whether an experiment is shown.
func (d *Detail) Shows() bool { return d.shown }

// Show shows an experiment from its start: nothing of another one stays, and what is being read of
// that is dropped.
func (d *Detail) Show(s model.Summary) {
	for _, r := range d.readings {
		r.cancel()
	}
	d.readings = map[pane.Need]*reading{}
	d.key, d.shown, d.gone = s.Key, true, false
	d.View = pane.View{Zone: d.zone}
	d.View.Experiment.Summary, d.View.Frame.At = s, model.Latest
	rd := d.feed.Source.RunData(s.Key)
	_, d.View.Bulk = rd.(model.AllAgentsReader)
	d.Clock.Reset()
	d.frames, d.perAgent, d.waiting = newFrames(), perAgentReads{}, waiting{}
	d.beginOffers(rd)
	if a, ok := d.asked[s.Key]; ok {
		d.Select(a.agent)
	}
}

// Follow takes what has changed of the experiment in the lab. After a change of its status or plan
// everything that was read of it is read again; of a run that begins again under the same id
// nothing of what was read stays.
func (d *Detail) Follow() {
	if !d.shown {
		return
	}
	s, ok := d.feed.lab.Get(d.key)
	if d.gone = !ok; !ok {
		return
	}
	e := &d.View.Experiment
	if s.BeganAgain(&e.Summary) {
		d.Show(s)
	} else if s.Status != e.Status || !s.Plan.Equal(e.Plan) || s.Created != e.Created {
		d.Outdate()
	} else if s.Error.Empty() {
		s.Error = e.Error
	}
	e.Summary = s
}

// WroteMore reports whether a lab file lists the shown experiment again, which means that something
// was written into it. A run that is under way is read again in any case.
func (d *Detail) WroteMore(put []model.Summary) bool {
	if !d.shown || !d.feed.Local(d.key.Source) || d.View.Experiment.Status == model.Running {
		return false
	}
	return slices.ContainsFunc(put, func(s model.Summary) bool { return s.Key == d.key })
}

// Outdate wants everything read again that has been read before.
func (d *Detail) Outdate() {
	for _, r := range d.readings {
		r.wanted = !r.never
	}
	d.frames = newFrames()
	d.perAgent.restart()
	d.updateTargets()
}

// Retry lets what could not be read be tried again without a rest.
func (d *Detail) Retry() {
	for _, r := range d.readings {
		if r.failures > 0 {
			r.next = time.Time{}
		}
	}
}

// Select selects an agent.
func (d *Detail) Select(agent int64) { d.View.Agent, d.View.Chosen = agent, true }

// Refresh brings the view up to date, with how far the needs of a pane are read.
func (d *Detail) Refresh(needs []pane.Need) {
	v, lab := &d.View, d.feed.lab
	d.judgeWaiting()
	v.Liveness, v.Now = lab.Sources().Liveness(d.key.Source), lab.Sources().Now(d.key.Source, d.feed.now)
	v.Source = ""
	if lab.Sources().Several() {
		v.Source = lab.Sources().Short(d.key.Source)
	}
	v.Estimate = lab.Estimate(d.key, d.feed.now)
	v.Cost = lab.Cost(&v.Experiment.Summary, v.Estimate)
	if lengths := lab.Lengths(d.key); lengths != nil { // of a run that has ended they stay
		v.Lengths = lengths
	}
	d.showMoment(needs)
	if d.Choose != nil {
		d.tell(needs)
		d.Choose(v, &v.Choice)
	}
	d.updateTargets()
	d.tell(needs)
	d.tell(offers)
}

// showMoment writes into the view what is shown of the simulated clock.
func (d *Detail) showMoment(needs []pane.Need) {
	r := d.readings[pane.NeedFrame]
	waits := slices.Contains(needs, pane.NeedFrame) && (r == nil || r.failures == 0)
	d.Clock.Follow(func(at model.SimTime) bool { return !waits || d.frames.has(at) })
	v := &d.View
	v.At, v.Live = d.Clock.Now(), d.Clock.Live()
	if frame, ok := d.frames.known[v.At]; ok {
		v.Frame = frame
	}
	switch {
	case v.Chosen:
	case len(v.Profiles) > 0:
		d.Select(v.Profiles[0].ID)
	case len(v.Frame.Agents) > 0:
		d.Select(v.Frame.Agents[0].ID)
	}
}

// updateTargets lets the reads follow the selected agent and the moment that is to be shown.
func (d *Detail) updateTargets() {
	for n, r := range d.readings {
		p := needs[n].scoped
		if p == nil || r.never {
			continue
		}
		target := p.target(d)
		if target == r.target {
			continue
		}
		r.target, r.done = target, p.kept != nil && p.kept(d, target)
		if r.done {
			r.failures, r.trouble = 0, text.Text{}
		}
		// What fails while moments pass is tried again in its own time.
		r.wanted = target.known && !r.done && (r.failures == 0 || !d.Clock.Playing())
		if p.drop != nil {
			p.drop(&d.View)
			r.failures, r.trouble, r.final, r.absent = 0, text.Text{}, false, false
		}
	}
}

// tell writes into the view how far the needs are read. While the source itself is away the header
// says so, and nothing of what was read need say it again.
func (d *Detail) tell(wanted []pane.Need) {
	for _, n := range wanted {
		r := d.reading(n)
		trouble := r.trouble
		switch {
		case d.gone:
			trouble = text.Clean(gone)
		case d.feed.failure != nil && d.has(n, r):
			trouble = text.Text{}
		}
		d.tellOne(n, r, trouble)
	}
}

// has reports whether what is wanted of a need is in the view.
func (d *Detail) has(n pane.Need, r *reading) bool {
	if p := needs[n].scoped; p != nil && p.shown != nil {
		return p.shown(d)
	}
	return r.done
}
