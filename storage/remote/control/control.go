// Package control changes the experiments of an AgentSociety server: it stops and deletes them, and
// puts questions to their agents.
//
// A [Desk] carries out one order at a time on one experiment: it reads the state of the experiment,
// sends what is ordered, once, and reads back what became of it, because the server's answer does
// not always say:
//
//   - On SQLite a stop kills the process, answers 500 and leaves the row at RUNNING. The state of the
//     process says what is true.
//   - A stop may be refused with 400 or 404, for the server does not know the process, and the row is
//     STOPPED all the same, while a process that was started from a command line goes on.
//   - A stop takes up to 10 s, in which the server answers nothing else. So polling pauses meanwhile.
//   - An answer that got lost says nothing at all.
package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"societop/model"
	"societop/storage/remote/link"
)

// Endpoint is what a Desk needs to know of the server.
type Endpoint struct {
	// Link sends the requests.
	Link *link.Link
	// Experiment reads the state of an experiment now: no earlier reading will do.
	Experiment func(ctx context.Context, k model.Key) (model.Experiment, error)
	// Process is what the server says of the process of a run: "Running", "Terminated", or a phase of
	// Kubernetes.
	Process func(ctx context.Context, k model.Key) (string, error)
	// Agent is the data of an agent.
	Agent func(k model.Key, id int64) model.Agent
}

// Desk carries out orders on the experiments of one server. Its methods may be called from any
// goroutine.
type Desk struct{ at Endpoint }

// New makes a Desk.
func New(at Endpoint) *Desk { return &Desk{at} }

// Forbids returns why nothing can be done on this server: it was opened for reading, or is a
// societop, which only reads.
func (d *Desk) Forbids(c model.Control) error {
	e := &model.Error{Op: c.String(), Address: d.at.Link.Address(), Err: model.ErrNoWrite}
	switch {
	case d.at.Link.Societop():
		e.Err, e.Detail = model.ErrNotOffered, "societop serve is read-only"
	case d.at.Link.MayWrite():
		return nil
	}
	return e
}

// Carry carries out an order on one experiment; see [model.Controller].
func (d *Desk) Carry(ctx context.Context, k model.Key, o model.Order, adv model.ProgressFunc) model.ControlResult {
	err := o.Check()
	if err == nil {
		err = d.Forbids(o.Control)
	}
	if err != nil {
		return model.NewResult(k, o.Control, "", err)
	}
	before, err := d.at.Experiment(ctx, k)
	switch {
	case errors.Is(err, model.ErrNoExperiment):
		return model.NewResult(k, o.Control, "it does not exist any more", err)
	case errors.Is(err, model.ErrUnauthorized), errors.Is(err, model.ErrForbidden):
		return model.NewResult(k, o.Control, "", err)
	case err != nil:
		r := model.NewResult(k, o.Control, "", err)
		r.Outcome = model.OutcomeNotReached
		return r
	}
	err = d.Forbids(o.Control) // which server this is may be known by now
	if err == nil {
		err = o.Control.Allows(&before.Summary)
	}
	if err != nil {
		r := model.NewResult(k, o.Control, "", err)
		r.State = &before.Summary
		return r
	}
	var r model.ControlResult
	switch o.Control {
	case model.ControlStop:
		r = d.stop(ctx, k)
	case model.ControlDelete:
		r = d.remove(ctx, k)
	default:
		r = d.ask(ctx, &before, o, adv)
		r.State = &before.Summary
	}
	if ctx.Err() != nil && r.Outcome == model.OutcomeUnknown {
		r.Err = errors.Join(r.Err, context.Cause(ctx))
	}
	return r
}

// Routes of the API that change something.
const (
	runRoute        = "api/run-experiments/"
	experimentRoute = "api/experiments/"
)

// send sends one request. unsent is the result where the server can't
// have seen it. fault is what its answer says, nil for a good one.
func (d *Desk) send(ctx context.Context, k model.Key, c model.Control, method, path string, body []byte) (unsent *model.ControlResult, fault *link.Fault) {
	sent, err := d.at.Link.Send(ctx, method, path, body)
	switch {
	case errors.As(err, &fault):
	case err != nil: // the end of ctx
		fault = &link.Fault{Kind: model.ErrUnreachable, Detail: "interrupted"}
	}
	if !sent && err != nil {
		r := model.NewResult(k, c, "", d.at.Link.ExplainAs(c.String(), err))
		r.Outcome = model.OutcomeNotReached
		return &r, fault
	}
	return nil, fault
}

// final reports whether an answer says that the server did not do what it was asked.
func final(f *link.Fault) bool { return f != nil && f.Status >= 300 && f.Status < 500 }

// said is what an answer says, for people.
func (d *Desk) said(f *link.Fault) string {
	var e *model.Error
	errors.As(d.at.Link.Explain(f), &e)
	switch {
	case f.Status == 0:
		return "no answer came: " + e.Detail
	case final(f) && f.Status != http.StatusUnauthorized && f.UnknownRoute():
		return fmt.Sprintf("the server does not offer it (%s)", e.Detail)
	case final(f):
		return "the server refused: " + e.Detail
	case f.Status < http.StatusMultipleChoices:
		return "its answer can't be used: " + e.Detail
	}
	return "the server answered " + e.Detail
}

// refused is the result of an order that the server did not carry out.
func (d *Desk) refused(k model.Key, c model.Control, said string) model.ControlResult {
	return d.result(k, c, said, model.ErrRefused)
}

// unknown is the result of an order of which nobody knows what became.
func (d *Desk) unknown(k model.Key, c model.Control, said string) model.ControlResult {
	r := d.result(k, c, said, model.ErrUnknownOutcome)
	return model.NewResult(k, c, "it may have been done: "+said, r.Err)
}

// result is a result with an error that says the same.
func (d *Desk) result(k model.Key, c model.Control, said string, kind error) model.ControlResult {
	return model.NewResult(k, c, said, &model.Error{Op: c.String(), Address: d.at.Link.Address(), Err: kind, Detail: said})
}

// backTime bounds how long it takes to read back what became of an order.
const backTime = 15 * time.Second

// stop ends a run.
func (d *Desk) stop(ctx context.Context, k model.Key) model.ControlResult {
	const c = model.ControlStop
	unsent, f := d.send(ctx, k, c, http.MethodDelete, runRoute+k.ID.String(), nil)
	if unsent != nil {
		return *unsent
	}
	ctx, cancel := context.WithTimeout(ctx, backTime)
	defer cancel()
	after, err := d.at.Experiment(ctx, k)
	if err != nil {
		return d.stoppedUnseen(k, f, err)
	}
	r := d.stopped(ctx, k, f, &after.Summary)
	r.State = &after.Summary
	return r
}

// stopped is the result of a stop by its answer and the state after it.
func (d *Desk) stopped(ctx context.Context, k model.Key, f *link.Fault, after *model.Summary) model.ControlResult {
	const c = model.ControlStop
	switch marked := after.Status == model.Stopped; {
	case marked && f == nil:
		return model.NewResult(k, c, "it was stopped", nil)
	case marked && final(f):
		return d.unknown(k, c, d.said(f)+"; the server calls it stopped now, but a process that it did not start itself goes on")
	case marked:
		return model.NewResult(k, c, "it was stopped, though "+d.said(f), nil)
	case after.Status != model.Running:
		return d.refused(k, c, "it ended before it could be stopped: its status is "+after.Status.String())
	case final(f):
		return d.refused(k, c, d.said(f))
	}
	process, err := d.terminated(ctx, k)
	switch {
	case err == nil && process == "":
		said := "it was stopped: its process has ended, but its status still says running"
		if f != nil {
			said += ", because the server could not write it (it answered " + strings.TrimPrefix(d.said(f), "the server answered ") + ")"
		}
		return model.NewResult(k, c, said, nil)
	case f == nil:
		return d.unknown(k, c, "the server says that it was stopped, but its status still says running")
	case err != nil:
		return d.unknown(k, c, d.said(f)+", and its status still says running; the server does not know its process, as that of a run from a command line")
	}
	return d.unknown(k, c, fmt.Sprintf("%s, and its process is %q", d.said(f), process))
}

// stoppedUnseen is the result of a stop after which the state can't be read.
func (d *Desk) stoppedUnseen(k model.Key, f *link.Fault, err error) model.ControlResult {
	const c = model.ControlStop
	why := model.WhyNot(err).String()
	switch {
	case f == nil:
		return model.NewResult(k, c, "the server says that it was stopped; its state can't be read: "+why, nil)
	case final(f) && f.Status != http.StatusNotFound && f.Status != http.StatusBadRequest:
		return d.refused(k, c, d.said(f))
	}
	return d.unknown(k, c, d.said(f)+"; its state can't be read: "+why)
}

// waits is how long is waited for a process to end.
var waits = [...]time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 0}

// terminated waits for the process of a run to end. It returns nothing once it has, or else what the
// server calls it.
func (d *Desk) terminated(ctx context.Context, k model.Key) (process string, err error) {
	for _, wait := range waits {
		process, err = d.at.Process(ctx, k)
		switch {
		case err != nil:
			return "", err
		case process == "Terminated" || process == "Succeeded" || process == "Failed":
			return "", nil
		}
		if err := model.Sleep(ctx, wait); err != nil {
			return process, err
		}
	}
	return process, nil
}

// remove deletes an experiment.
func (d *Desk) remove(ctx context.Context, k model.Key) model.ControlResult {
	const c = model.ControlDelete
	unsent, f := d.send(ctx, k, c, http.MethodDelete, experimentRoute+k.ID.String(), nil)
	if unsent != nil {
		return *unsent
	}
	ctx, cancel := context.WithTimeout(ctx, backTime)
	defer cancel()
	after, err := d.at.Experiment(ctx, k)
	var r model.ControlResult
	switch gone := errors.Is(err, model.ErrNoExperiment); {
	case gone && f == nil:
		return model.NewResult(k, c, "it was deleted", nil)
	case gone && f.Status == 0:
		return model.NewResult(k, c, "it was deleted, though "+d.said(f), nil)
	case gone:
		return model.NewResult(k, c, "it does not exist any more, though "+d.said(f), nil)
	case final(f):
		r = d.refused(k, c, d.said(f))
	case err != nil && f == nil:
		return model.NewResult(k, c, "the server says that it was deleted; whether it is gone can't be read: "+model.WhyNot(err).String(), nil)
	case err != nil:
		return d.unknown(k, c, d.said(f)+"; whether it is gone can't be read: "+model.WhyNot(err).String())
	case f == nil:
		r = d.unknown(k, c, "the server says that it was deleted, but still has it")
	case f.Status == http.StatusInternalServerError:
		r = d.refused(k, c, d.said(f)+", and still has it")
	default:
		r = d.unknown(k, c, d.said(f)+"; the server still has it")
	}
	if err == nil {
		r.State = &after.Summary
	}
	return r
}

// question is a message or a survey as it is sent.
type question struct {
	Content string  `json:"content,omitempty"`
	Survey  string  `json:"survey_id,omitempty"`
	Day     int     `json:"day"`
	T       float64 `json:"t"`
}

// ask puts a message or a survey to agents, one after the other, and ends with the first that it
// does not reach.
func (d *Desk) ask(ctx context.Context, e *model.Experiment, o model.Order, adv model.ProgressFunc) model.ControlResult {
	q, route := question{Content: o.Words, Day: e.Now.Day, T: e.Now.T}, "dialog"
	if o.Control == model.ControlSurvey {
		q.Content, q.Survey, route = "", o.Survey.ID.String(), "survey"
	}
	if math.IsNaN(q.T) || math.IsInf(q.T, 0) {
		q.T = 0
	}
	body, err := json.Marshal(q)
	if err != nil {
		return model.NewResult(e.Key, o.Control, "", err)
	}
	var reached []int64
	for i, agent := range o.Agents {
		if adv != nil {
			adv(int64(i), int64(len(o.Agents)))
		}
		path := fmt.Sprintf("%s%s/agents/%d/%s", experimentRoute, e.ID, agent, route)
		r := d.askOne(ctx, e.Key, agent, path, body, q)
		if r.Outcome != model.OutcomeDone {
			return d.partly(r, o, agent, reached)
		}
		reached = append(reached, agent)
	}
	said := fmt.Sprintf("agent %d answers at its next step", o.Agents[0])
	if n := len(o.Agents); n > 1 {
		said = fmt.Sprintf("%d agents answer at their next step", n)
	}
	r := model.NewResult(e.Key, o.Control, said, nil)
	r.Reached = reached
	return r
}

// partly is the result of a question that did not reach an agent, with those that it reached before.
func (d *Desk) partly(r model.ControlResult, o model.Order, agent int64, reached []int64) model.ControlResult {
	if len(o.Agents) == 1 {
		return r
	}
	outcome := r.Outcome
	certain := ""
	if outcome == model.OutcomeUnknown {
		certain = " for certain"
	}
	said := fmt.Sprintf("it reached %d of %d agents%s; agent %d: %s", len(reached), len(o.Agents), certain, agent, r.Said)
	r = model.NewResult(r.Key, r.Control, said, r.Err)
	r.Reached, r.Outcome = reached, outcome
	if outcome == model.OutcomeNotReached && len(reached) > 0 { // something was sent
		r.Outcome = model.OutcomeRefused
	}
	return r
}

// askOne puts a question to one agent.
func (d *Desk) askOne(ctx context.Context, k model.Key, agent int64, path string, body []byte, q question) model.ControlResult {
	c := model.ControlMessage
	if q.Survey != "" {
		c = model.ControlSurvey
	}
	unsent, f := d.send(ctx, k, c, http.MethodPost, path, body)
	switch {
	case unsent != nil:
		return *unsent
	case f == nil:
		return model.NewResult(k, c, "it was sent", nil)
	case final(f):
		return d.refused(k, c, d.said(f))
	}
	ctx, cancel := context.WithTimeout(ctx, backTime)
	defer cancel()
	if d.waits(ctx, d.at.Agent(k, agent), q) {
		return model.NewResult(k, c, "it was sent, though "+d.said(f), nil)
	}
	return d.unknown(k, c, d.said(f))
}

// waits reports whether a question is among those of an agent.
func (d *Desk) waits(ctx context.Context, agent model.Agent, q question) bool {
	at := model.SimTime{Day: q.Day, T: q.T}
	if q.Survey != "" {
		answers, _ := agent.Answers(ctx) // without them it is not known
		for _, a := range answers {
			if a.At == at && a.Survey.String() == q.Survey {
				return true
			}
		}
		return false
	}
	talk, _ := agent.Talk(ctx)
	for _, m := range talk {
		if m.At == at && m.Kind == model.UserTalk && m.Content.Raw() == q.Content {
			return true
		}
	}
	return false
}
