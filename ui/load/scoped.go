package load

import (
	"context"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// target is what a read is of, within the experiment: an agent, or a moment.
type target struct {
	known bool // there is one to read
	agent int64
	at    model.SimTime
	rows  pane.RowsOf
	file  text.Text // of several logs
}

// scoped is how a need is read that is of one target at a time. While one target is read, others
// may come to be wanted; then the newest of them is read next, and those between never are: a
// slow source is never asked for more than what is wanted when it has answered.
type scoped struct {
	target func(d *Detail) target // what is wanted
	read   func(ctx context.Context, s model.RunData, of target) (show func(*pane.View), err error)
	drop   func(v *pane.View)                      // removes from a view what is of another target; nil: that may stay
	kept   func(d *Detail, of target) bool         // it was read before, and is kept; nil: nothing is
	shown  func(d *Detail) bool                    // the view has what is wanted; nil: once it was read
	early  func(d *Detail) (early target, ok bool) // what will be wanted, to be read early; nil: that is not known
}

var (
	oneFrame   = scoped{target: wantedMoment, read: readFrame, kept: hasFrame, shown: frameShown, early: nextMoment}
	oneHistory = scoped{target: chosenAgent, read: readHistory, drop: func(v *pane.View) { v.History = nil }}
	oneTalk    = scoped{target: chosenAgent, read: readTalk, drop: func(v *pane.View) { v.Talk = nil }}
	oneAnswers = scoped{target: chosenAgent, read: readAnswers, drop: func(v *pane.View) { v.Answers = nil }}
)

// readTimeline reads the moments that have frames.
func readTimeline(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := src.RunData(k).Timeline(ctx)
	return func(v *pane.View) { v.Timeline = all }, err
}

// keepTimeline gives the clock its moments.
func keepTimeline(d *Detail, _ target, v pane.View) {
	d.View.Timeline = v.Timeline
	d.Clock.Calendar = d.View.Experiment.Calendar()
	d.Clock.SetTimeline(v.Timeline)
}

// timelineLags reports whether the run has made a step that the timeline does not know.
func timelineLags(v *pane.View) bool {
	now := v.Experiment.Clock()
	return now.Valid() && (len(v.Timeline) == 0 || v.Timeline[len(v.Timeline)-1].Compare(now) < 0)
}

// readProfiles reads who the agents are.
func readProfiles(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := src.RunData(k).Profiles(ctx)
	return func(v *pane.View) { v.Profiles = all }, err
}

// profilesLag reports whether a run that has made a step had no agents yet.
func profilesLag(v *pane.View) bool { return len(v.Profiles) == 0 && v.Experiment.Clock().Valid() }

// wantedMoment returns the moment of which the frame is wanted: where the player would be.
func wantedMoment(d *Detail) target {
	at := d.Clock.Goal()
	return target{known: at.Valid(), at: at}
}

// readFrame reads what all agents do at a moment.
func readFrame(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	frame, err := s.Frame(ctx, of.at)
	return func(v *pane.View) { v.Frame = frame }, err
}

// hasFrame reports whether the frame of a moment is kept.
func hasFrame(d *Detail, of target) bool { return d.frames.has(of.at) }

// keepFrame keeps a frame. An endpoint tells of a step a little before it has the statuses:
// the newest frame of a run is not kept while it is empty.
func keepFrame(d *Detail, of target, v pane.View) {
	v.Frame.At = of.at
	newest := of.at == d.Clock.Newest() && d.View.Experiment.Status == model.Running
	if len(v.Frame.Agents) == 0 && newest {
		if of.at == d.Clock.Now() {
			d.View.Frame = v.Frame
		}
		return
	}
	d.frames.put(of.at, v.Frame)
}

// frameLags reports whether the newest moment of a run has no statuses yet.
func frameLags(v *pane.View) bool {
	last := len(v.Timeline) - 1
	return v.Live && last >= 0 && (v.At != v.Timeline[last] || len(v.Frame.Agents) == 0)
}

// frameShown reports whether the frame in the view is that of the moment that is shown.
func frameShown(d *Detail) bool { return d.View.Frame.At == d.View.At }

// nextMoment returns a moment that the player will come to and of which no frame is known. At most
// a second of playing is read ahead.
func nextMoment(d *Detail) (of target, ok bool) {
	for _, at := range d.Clock.Ahead(d.frames.room()) {
		if !d.frames.has(at) {
			return target{known: true, at: at}, true
		}
	}
	return target{}, false
}

// chosenAgent returns the selected agent.
func chosenAgent(d *Detail) target { return target{known: d.View.Chosen, agent: d.View.Agent} }

// readHistory reads an agent's status at each step.
func readHistory(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	all, err := s.Agent(of.agent).History(ctx)
	return func(v *pane.View) { v.History = all }, err
}

// readTalk reads what an agent has thought, said and heard.
func readTalk(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	all, err := s.Agent(of.agent).Talk(ctx)
	return func(v *pane.View) { v.Talk = all }, err
}

// readAnswers reads an agent's answers to surveys.
func readAnswers(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	all, err := s.Agent(of.agent).Answers(ctx)
	return func(v *pane.View) { v.Answers = all }, err
}
