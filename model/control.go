package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"societop/model/text"
)

// Control is something that can be done to an experiment.
type Control int8

// The controls.
const (
	ControlStop    Control = iota // end the run
	ControlDelete                 // remove the experiment with all its data
	ControlMessage                // put a question to agents, who answer at their next step
	ControlSurvey                 // put a questionnaire to agents, who answer at their next step
)

// Controls is every control, in the order in which they are offered.
var Controls = [...]Control{ControlMessage, ControlSurvey, ControlStop, ControlDelete}

// String is the name of the control, which is that of its command: stop, delete, message or survey.
func (c Control) String() string {
	switch c {
	case ControlStop:
		return "stop"
	case ControlDelete:
		return "delete"
	case ControlMessage:
		return "message"
	case ControlSurvey:
		return "survey"
	}
	return "unknown"
}

// ToAgents reports whether the control is for agents of a run, which an Order names.
func (c Control) ToAgents() bool { return c == ControlMessage || c == ControlSurvey }

// Controller is a Source whose experiments can be changed.
type Controller interface {
	// Forbids returns why the source does not do a control whatever the experiment, and nil where it
	// does: an ErrNoWrite where it was opened without Access.Write, an ErrNotOffered where it has
	// no such thing. It reads nothing.
	Forbids(c Control) error
	// Carry carries out an order on one experiment. It reads the state of the experiment first, and
	// sends nothing where that does not allow the order. What it sends, it sends once. Afterwards it
	// reads back what became of it. It calls adv with the number of agents that were reached; adv
	// may be nil. Once something was sent, the end of ctx does not make it unknown what was done, as
	// far as the source still answers.
	Carry(ctx context.Context, k Key, o Order, adv ProgressFunc) ControlResult
}

// Order is a control with all that it needs.
type Order struct {
	Control Control
	Agents  []int64 // of ToAgents: whom it is for
	Words   string  // of ControlMessage
	Survey  Survey  // of ControlSurvey; only its id and its name count
}

// Outcome is what became of a control.
type Outcome int8

// The outcomes.
const (
	OutcomeDone       Outcome = iota // it was done
	OutcomeRefused                   // it was not done: the source, or the state of the experiment, does not allow it
	OutcomeUnknown                   // it may have been done
	OutcomeNotReached                // nothing was sent: the source could not be reached
)

// String is the name of the outcome in JSON: done, refused, unknown or not_reached.
func (o Outcome) String() string {
	return [...]string{"done", "refused", "unknown", "not_reached"}[o]
}

// ControlResult is what became of one order on one experiment.
type ControlResult struct {
	Key
	Control Control
	Outcome Outcome
	Said    text.Text // what is true now, or why it was not done, for people; the server's words in it are as it said them
	Err     error     // why it was not done, or is not known to be; nil when OutcomeDone
	Reached []int64   // of ToAgents: the agents that the order has reached for certain
	State   *Summary  // the experiment as it was read last; nil where it could not be read, or is gone
}

// MaxWords is the most bytes of a message to agents.
const MaxWords = 16 << 10

// Check fails with ErrUsage where an order lacks something, or where its message is empty, longer
// than MaxWords, or holds what nobody writes to be read.
func (o *Order) Check() error {
	if o.Control.ToAgents() && len(o.Agents) == 0 {
		return Usagef("no agent is named")
	}
	if o.Control != ControlMessage {
		return nil
	}
	switch n := len(o.Words); {
	case strings.TrimSpace(o.Words) == "":
		return Usagef("the message is empty")
	case n > MaxWords:
		return Usagef("the message has %d bytes; the most is %d", n, MaxWords)
	case !utf8.ValidString(o.Words):
		return Usagef("the message is not valid UTF-8")
	}
	if strings.Count(text.CleanLines(o.Words).String(), "\uFFFD") > strings.Count(o.Words, "\uFFFD") {
		return Usagef("the message holds control characters; send plain text")
	}
	return nil
}

// Allows returns why the state of an experiment does not allow a control: an ErrRefused with the
// sentence; nil where it does. AgentSociety checks less: stopping what has ended destroys its error,
// and what is deleted while it runs reappears.
func (c Control) Allows(s *Summary) error {
	rule := ""
	switch {
	case c == ControlDelete && s.Status == Running:
		rule = "stop it first"
	case c == ControlDelete && !s.Status.Ended():
		rule = "only an experiment that has ended can be deleted"
	case c == ControlStop && s.Status != Running:
		rule = "only a running experiment can be stopped"
	case c.ToAgents() && s.Status != Running:
		rule = "only the agents of a running experiment answer"
	default:
		return nil
	}
	return &Error{Op: c.String(), Address: s.ID.String(), Err: ErrRefused, Detail: statusSentence(s.Status) + "; " + rule}
}

// statusSentence says in what state an experiment is.
func statusSentence(s Status) string {
	if !s.Known() {
		return fmt.Sprintf("its status %d is unknown", s)
	}
	return [...]string{"it has not started", "it is running", "it has finished", "it ended in error", "it was stopped", "its process is gone or silent"}[s]
}

// Permits returns why a control can't be done to an experiment of a source with a liveness, by all
// that is known without asking it; nil where it can. A lab is not changed while its recorder is at
// work: that is an ErrRecorder. Of a recorder that has lost its own source only Carry knows.
func Permits(src Source, l Liveness, c Control, s *Summary) error {
	src = Part(src, s.Source)
	to, ok := src.(Controller)
	if !ok {
		return &Error{Op: c.String(), Address: src.Info().Address.String(), Err: ErrNotOffered}
	}
	if err := to.Forbids(c); err != nil {
		return err
	}
	if src.Info().Local && l.Live() {
		return &Error{Op: c.String(), Address: src.Info().Address.String(), Err: ErrRecorder}
	}
	return c.Allows(s)
}

// WhyNot is the sentence of an error of Permits, as a menu has room for.
func WhyNot(err error) text.Text {
	var e *Error
	if !errors.As(err, &e) {
		return Explain(err)
	}
	why := e.Detail
	if why == "" {
		why = e.Err.Error()
	}
	if errors.Is(err, ErrRecorder) {
		why = "its recorder is at work; stop it first"
	}
	return text.Clean(why)
}

// NewResult is the result of an order that ended with an error, or was done if that is nil. The error
// decides the outcome: ErrUnknownOutcome is OutcomeUnknown, ErrUnreachable is OutcomeNotReached,
// any other is OutcomeRefused.
func NewResult(k Key, c Control, said string, err error) ControlResult {
	r := ControlResult{Key: k, Control: c, Said: text.Clean(said), Err: err}
	switch {
	case err == nil:
	case errors.Is(err, ErrUnknownOutcome):
		r.Outcome = OutcomeUnknown
	case errors.Is(err, ErrUnreachable), errors.Is(err, context.Canceled):
		r.Outcome = OutcomeNotReached
	default:
		r.Outcome = OutcomeRefused
	}
	if said == "" && err != nil {
		r.Said = WhyNot(err)
	}
	return r
}

// Reach adds the agents that an order has reached.
func (r *ControlResult) Reach(agents ...int64) { r.Reached = append(slices.Clip(r.Reached), agents...) }
