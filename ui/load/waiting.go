package load

import (
	"slices"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// waiting is what waits for an answer in the talk and the answers that were read.
type waiting struct {
	talk    []model.Message
	answers []model.Answer
	last    model.Waiting // in these
	judged  bool          // the lab knows of it
}

// in returns what of a running experiment waits for an answer, in all that a view has of it.
func (w *waiting) in(v *pane.View) model.Waiting {
	if v.Experiment.Status != model.Running {
		return model.Waiting{}
	}
	talk, answers := v.Talk, v.Answers
	if v.Bulk {
		talk = v.AllTalk.Rows
	}
	if v.AllAnswers.Rows != nil {
		answers = v.AllAnswers.Rows
	}
	if !kit.Same(talk, w.talk) || !kit.Same(answers, w.answers) {
		w.talk, w.answers, w.last = talk, answers, model.WaitingIn(talk, answers)
	}
	return w.last
}

// judgeWaiting updates what waits for an answer, in the view and for the judgement which runs need attention.
// Of a run of whose agents nothing was read nothing new is known.
func (d *Detail) judgeWaiting() {
	v := &d.View
	before := v.Waiting.Since
	v.Waiting = d.waiting.in(v)
	a, ok := d.asked[d.key]
	if ok = ok && v.Experiment.Status == model.Running && v.Agent == a.agent; ok && !a.read(v) {
		v.Waiting = a.waiting
	} else if ok && !v.Waiting.Any() {
		delete(d.asked, d.key)
	}
	if v.Talk == nil && v.Answers == nil && v.AllTalk.Rows == nil && v.AllAnswers.Rows == nil {
		return
	}
	if since := v.Waiting.Since; since != before || !d.waiting.judged {
		d.feed.lab.Needs().SetWaiting(d.key, since, d.feed.now)
		d.waiting.judged = true
	}
}

// asked is what the user of this monitor asked last of a run.
type asked struct {
	agent   int64 // that was asked, or the first of them
	waiting model.Waiting
}

// read reports whether that was read of which it follows whether it was answered.
func (a *asked) read(v *pane.View) bool {
	if a.waiting.Surveys > 0 {
		return v.Answers != nil || v.AllAnswers.Rows != nil
	}
	return v.Talk != nil
}

// remember keeps what was asked. Of the run that is shown, an agent that was asked is then selected: its talk
// and its answers tell when it has replied.
func (d *Detail) remember(o model.Order, r model.ControlResult) {
	a := asked{agent: r.Reached[0], waiting: model.Waiting{Agents: len(r.Reached), Since: d.feed.lab.Sources().Now(r.Source, d.feed.now)}}
	if o.Control == model.ControlSurvey {
		a.waiting.Surveys = 1
	} else {
		a.waiting.Questions = len(r.Reached)
	}
	shown := d.shown && r.Key == d.key
	if v := &d.View; shown && v.Chosen && slices.Contains(r.Reached, v.Agent) {
		a.agent = v.Agent
	} else if shown {
		d.Select(a.agent)
		v.Talk, v.Answers = nil, nil
	}
	d.asked[r.Key] = a
}

// Asked shows at once what was put to agents of the shown experiment; reading it again shows it as the source
// has it.
func (d *Detail) Asked(o model.Order, r model.ControlResult) {
	if len(r.Reached) == 0 || (o.Control != model.ControlMessage && o.Control != model.ControlSurvey) {
		return
	}
	d.remember(o, r)
	if d.shown && r.Key == d.key && !d.View.Bulk {
		d.addAsked(o, r)
	}
}

// addAsked adds what was put to agents of the shown experiment to what was read of them.
func (d *Detail) addAsked(o model.Order, r model.ControlResult) {
	v := &d.View
	at := v.Experiment.Now
	if r.State != nil {
		at = r.State.Now
	}
	if o.Control == model.ControlMessage && v.Chosen && slices.Contains(r.Reached, v.Agent) {
		v.Talk = append(slices.Clip(v.Talk), model.Message{
			ID: v.Agent, At: at, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines(o.Words), Created: v.Now,
		})
	}
	if o.Control != model.ControlSurvey {
		return
	}
	for _, id := range r.Reached {
		a := model.Answer{ID: id, At: at, Survey: o.Survey.ID, Pending: true, Created: v.Now}
		if v.AllAnswers.Rows != nil {
			v.AllAnswers.Rows = append(slices.Clip(v.AllAnswers.Rows), a)
		}
		if v.Chosen && id == v.Agent {
			v.Answers = append(slices.Clip(v.Answers), a)
		}
	}
}
