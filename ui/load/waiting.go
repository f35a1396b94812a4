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
	if v.Talk == nil && v.Answers == nil && v.AllTalk.Rows == nil && v.AllAnswers.Rows == nil {
		return
	}
	if since := v.Waiting.Since; since != before || !d.waiting.judged {
		d.feed.lab.Needs().SetWaiting(d.key, since, d.feed.now)
		d.waiting.judged = true
	}
}

// Asked shows at once what was put to agents of the shown experiment; reading it again shows it as the source
// has it.
func (d *Detail) Asked(o model.Order, r model.ControlResult) {
	v := &d.View
	if !d.shown || r.Key != d.key || len(r.Reached) == 0 || v.Bulk {
		return
	}
	at := v.Experiment.Now
	if r.State != nil {
		at = r.State.Now
	}
	if o.Control == model.ControlMessage && v.Chosen && slices.Contains(r.Reached, v.Agent) {
		v.Talk = append(slices.Clip(v.Talk), model.Message{
			ID: v.Agent, At: at, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines(o.Words), Created: d.feed.now,
		})
	}
	if o.Control != model.ControlSurvey {
		return
	}
	for _, id := range r.Reached {
		a := model.Answer{ID: id, At: at, Survey: o.Survey.ID, Pending: true, Created: d.feed.now}
		if v.AllAnswers.Rows != nil {
			v.AllAnswers.Rows = append(slices.Clip(v.AllAnswers.Rows), a)
		}
		if v.Chosen && id == v.Agent {
			v.Answers = append(slices.Clip(v.Answers), a)
		}
	}
}
