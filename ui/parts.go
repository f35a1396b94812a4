package ui

import (
	"context"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// subject is what a read is of, beside the experiment: an agent, or a moment.
type subject struct {
	known bool // there is one to read of
	agent int64
	at    model.SimTime
}

// part tells how a need is read of which only a part is wanted at a time. While one part is
// read, others may come to be wanted; then the newest of them is read next, and those between
// never are: a slow source is never asked for more than what is wanted when it has answered.
type part struct {
	of    func(d *detail) subject // what is wanted
	read  func(ctx context.Context, s model.RunData, of subject) (show func(*pane.View), err error)
	drop  func(v *pane.View)                    // takes out of a view what is of another subject; nil: that may stay
	have  func(d *detail, of subject) bool      // it was read before, and is kept; nil: nothing is
	shown func(d *detail) bool                  // the view has what is wanted; nil: once it was read
	ahead func(d *detail) (of subject, ok bool) // what will be wanted, to be read early; nil: that is not known
}

var (
	framePart   = part{of: wantedMoment, read: readFrame, have: haveFrame, shown: frameShown, ahead: nextMoment}
	historyPart = part{of: chosenAgent, read: readHistory, drop: func(v *pane.View) { v.History = nil }}
	talkPart    = part{of: chosenAgent, read: readTalk, drop: func(v *pane.View) { v.Talk = nil }}
	answersPart = part{of: chosenAgent, read: readAnswers, drop: func(v *pane.View) { v.Answers = nil }}
)

// ask reads a need, or a part of it.
func (n need) ask(ctx context.Context, src model.Source, k model.Key, of subject) (func(*pane.View), error) {
	if n.part != nil {
		return n.part.read(ctx, src.RunData(k), of)
	}
	return n.read(ctx, src, k)
}

// aim lets the readings follow what is selected and which moment is to be shown.
func (d *detail) aim() {
	for n, r := range d.readings {
		p := needs[n].part
		if p == nil {
			continue
		}
		of := p.of(d)
		if of == r.of {
			continue
		}
		r.of, r.done = of, p.have != nil && p.have(d, of)
		if r.done {
			r.failures, r.trouble = 0, text.Text{}
		}
		// What fails while moments pass is tried again in its own time.
		r.wanted = of.known && !r.done && (r.failures == 0 || !d.clock.Playing())
		if p.drop != nil {
			p.drop(&d.view)
			r.failures, r.trouble, r.final = 0, text.Text{}, false
		}
	}
}

// early is a part of a need that will be wanted: it is read while nothing else is.
func (d *detail) early(n pane.Need, r *reading) (of subject, ok bool) {
	p := needs[n].part
	if p == nil || p.ahead == nil || r.number != 0 || r.wanted || r.failures > 0 {
		return subject{}, false
	}
	return p.ahead(d)
}

// take takes over what was read. Of a part that is not wanted any more only what is kept is.
func (d *detail) take(msg needMsg) {
	n := needs[msg.need]
	switch {
	case n.take != nil:
		var v pane.View
		msg.show(&v)
		n.take(d, msg.of, v)
	case msg.of == d.readings[msg.need].of:
		msg.show(&d.view)
	}
}

// readTimeline reads the moments that have frames.
func readTimeline(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := src.RunData(k).Timeline(ctx)
	return func(v *pane.View) { v.Timeline = all }, err
}

// takeTimeline gives the clock its moments.
func takeTimeline(d *detail, _ subject, v pane.View) {
	d.view.Timeline = v.Timeline
	d.clock.SetTimeline(v.Timeline)
}

// timelineBehind tells whether the run has made a step that the timeline does not know.
func timelineBehind(v *pane.View) bool {
	now := v.Experiment.Clock()
	return now.Valid() && (len(v.Timeline) == 0 || v.Timeline[len(v.Timeline)-1].Compare(now) < 0)
}

// readProfiles reads who the agents are.
func readProfiles(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := src.RunData(k).Profiles(ctx)
	return func(v *pane.View) { v.Profiles = all }, err
}

// profilesBehind tells whether a run that has made a step had no agents yet.
func profilesBehind(v *pane.View) bool { return len(v.Profiles) == 0 && v.Experiment.Clock().Valid() }

// wantedMoment is the moment of which the frame is wanted: where the player would be.
func wantedMoment(d *detail) subject {
	at := d.clock.Goal()
	return subject{known: at.Valid(), at: at}
}

// readFrame reads what all agents do at a moment.
func readFrame(ctx context.Context, s model.RunData, of subject) (func(*pane.View), error) {
	frame, err := s.Frame(ctx, of.at)
	return func(v *pane.View) { v.Frame = frame }, err
}

// haveFrame tells whether the frame of a moment is kept.
func haveFrame(d *detail, of subject) bool { return d.frames.has(of.at) }

// takeFrame keeps a frame. An endpoint tells of a step a little before it has the statuses:
// the newest frame of a run is not kept while it is empty.
func takeFrame(d *detail, of subject, v pane.View) {
	v.Frame.At = of.at
	newest := of.at == d.clock.Newest() && d.view.Experiment.Status == model.Running
	if len(v.Frame.Agents) == 0 && newest {
		if of.at == d.clock.Now() {
			d.view.Frame = v.Frame
		}
		return
	}
	d.frames.put(of.at, v.Frame)
}

// frameBehind tells whether the newest moment of a run has no statuses yet.
func frameBehind(v *pane.View) bool {
	last := len(v.Timeline) - 1
	return v.Live && last >= 0 && (v.At != v.Timeline[last] || len(v.Frame.Agents) == 0)
}

// frameShown tells whether the frame in the view is that of the moment that is shown.
func frameShown(d *detail) bool { return d.view.Frame.At == d.view.At }

// nextMoment is a moment that the player will come to and of which no frame is known. At most
// a second of playing is read ahead.
func nextMoment(d *detail) (of subject, ok bool) {
	for _, at := range d.clock.Ahead(d.frames.room()) {
		if !d.frames.has(at) {
			return subject{known: true, at: at}, true
		}
	}
	return subject{}, false
}

// chosenAgent is the selected agent.
func chosenAgent(d *detail) subject { return subject{known: d.view.Chosen, agent: d.view.Agent} }

// readHistory reads an agent's status at each step.
func readHistory(ctx context.Context, s model.RunData, of subject) (func(*pane.View), error) {
	all, err := s.Agent(of.agent).History(ctx)
	return func(v *pane.View) { v.History = all }, err
}

// readTalk reads what an agent has thought, said and heard.
func readTalk(ctx context.Context, s model.RunData, of subject) (func(*pane.View), error) {
	all, err := s.Agent(of.agent).Talk(ctx)
	return func(v *pane.View) { v.Talk = all }, err
}

// readAnswers reads an agent's answers to surveys.
func readAnswers(ctx context.Context, s model.RunData, of subject) (func(*pane.View), error) {
	all, err := s.Agent(of.agent).Answers(ctx)
	return func(v *pane.View) { v.Answers = all }, err
}
