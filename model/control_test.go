package model

import (
	"context"
	"errors"
	"strings"
	"testing"

	"societop/model/text"
)

// TestControlsByState holds each control against each status.
func TestControlsByState(t *testing.T) {
	allowed := map[Control][]Status{
		ControlStop: {Running}, ControlMessage: {Running}, ControlSurvey: {Running}, ControlDelete: {Finished, Failed, Stopped, Lost},
	}
	for _, c := range Controls {
		for _, status := range append(Statuses[:], 9, -1) {
			want := false
			for _, s := range allowed[c] {
				want = want || s == status
			}
			err := c.Allows(&Summary{Status: status})
			if (err == nil) != want {
				t.Errorf("%s of %s: %v", c, status, err)
			}
			if err != nil && (!errors.Is(err, ErrRefused) || !strings.Contains(WhyNot(err).String(), "; ")) {
				t.Errorf("%s of %s: %v, told as %q", c, status, err, WhyNot(err))
			}
		}
	}
}

func TestOrderCheck(t *testing.T) {
	for words, want := range map[string]string{
		"":                              "the message is empty",
		" \n\t":                         "the message is empty",
		strings.Repeat("x", MaxWords+1): "the message has 16385 bytes; the most is 16384",
		"\xff":                          "the message is not valid UTF-8",
		"a\x1b]0;title\a":               "the message holds control characters; send plain text",
		"abc\u202edef":                  "the message holds control characters; send plain text",
		"how are you? 🚇 你好\nand\twhy":   "",
		"what is \uFFFD?":               "",
	} {
		o := Order{Control: ControlMessage, Agents: []int64{1}, Words: words}
		err := o.Check()
		if got := errText(err); got != want || (err != nil && !errors.Is(err, ErrUsage)) {
			t.Errorf("%.20q: %q, want %q", words, got, want)
		}
	}
	o := Order{Control: ControlSurvey}
	if err := o.Check(); !errors.Is(err, ErrUsage) {
		t.Errorf("a survey for nobody: %v", err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// controlled is a source that does some controls.
type controlled struct {
	Source
	local   bool
	forbids error
}

func (c controlled) Info() Info            { return Info{Address: text.Clean("here"), Local: c.local} }
func (c controlled) Forbids(Control) error { return c.forbids }
func (c controlled) Carry(context.Context, Key, Order, ProgressFunc) ControlResult {
	return ControlResult{}
}

func TestPermits(t *testing.T) {
	plain := struct{ Source }{controlled{}}
	old := Liveness{Why: text.Clean(NoRecorder)}
	noWrite := &Error{Op: "stop", Address: "here", Err: ErrNoWrite}
	for name, c := range map[string]struct {
		src  Source
		l    Liveness
		want error
		why  string
	}{
		"a source without controls": {plain, Liveness{}, ErrNotOffered, "not offered by this source"},
		"no --write":                {controlled{forbids: noWrite}, Liveness{}, ErrNoWrite, "nothing is changed without --write"},
		"a lab that is recorded":    {controlled{local: true}, Liveness{}, ErrRecorder, "its recorder is at work; stop it first"},
		"a lab at rest":             {controlled{local: true}, old, nil, ""},
		"an endpoint":               {controlled{}, Liveness{}, nil, ""},
	} {
		err := Permits(c.src, c.l, ControlDelete, &Summary{Status: Finished})
		if !errors.Is(err, c.want) || (err != nil && WhyNot(err).String() != c.why) {
			t.Errorf("%s: %v, told as %q", name, err, WhyNot(err))
		}
	}
	if err := Permits(controlled{}, Liveness{}, ControlDelete, &Summary{Status: Running}); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
}

func TestNewResult(t *testing.T) {
	for want, err := range map[Outcome]error{
		OutcomeDone: nil, OutcomeRefused: ErrForbidden, OutcomeUnknown: &Error{Err: ErrUnknownOutcome}, OutcomeNotReached: &Error{Err: ErrUnreachable},
	} {
		if r := NewResult(Key{}, ControlStop, "", err); r.Outcome != want || (err != nil && r.Said.Empty()) {
			t.Errorf("%v: %s, %q", err, r.Outcome, r.Said)
		}
	}
}

// TestControlsOfTenants reach only experiments of these tenants.
func TestControlsOfTenants(t *testing.T) {
	mine, other := Key{Tenant: text.Clean("mine")}, Key{Tenant: text.Clean("other")}
	of, ok := OfTenants(controlled{}, []string{"mine"}).(Controller)
	if !ok {
		t.Fatal("no controls")
	}
	if r := of.Carry(t.Context(), mine, Order{}, nil); r.Outcome != OutcomeDone {
		t.Errorf("mine: %s, %v", r.Outcome, r.Err)
	}
	if r := of.Carry(t.Context(), other, Order{}, nil); r.Outcome != OutcomeRefused || !errors.Is(r.Err, ErrNoExperiment) {
		t.Errorf("another's: %s, %v", r.Outcome, r.Err)
	}
	none, _ := OfTenants(struct{ Source }{controlled{}}, []string{"mine"}).(Controller)
	if r := none.Carry(t.Context(), mine, Order{}, nil); !errors.Is(r.Err, ErrNotOffered) || !errors.Is(none.Forbids(ControlStop), ErrNotOffered) {
		t.Errorf("a source without controls: %v", r.Err)
	}
}
