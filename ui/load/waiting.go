package load

import (
	"societop/model"
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
