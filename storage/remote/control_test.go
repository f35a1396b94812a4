package remote

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// processRoute tells of the process of a run.
const processRoute = "GET /api/run-experiments/{exp_id}/status"

// desk is a server with one experiment, and a Client that may change it.
type desk struct {
	t      *testing.T
	server *remotetest.Server
	at     *remotetest.Endpoint
	c      *Client
	e      model.Experiment
	survey model.Survey
}

func newDeskTest(t *testing.T, status model.Status) *desk {
	t.Helper()
	d := &desk{t: t, server: remotetest.New(), e: storagetest.Experiments(1)[0]}
	d.e.Tenant, d.e.Status, d.e.Error = text.Clean(model.OnlyTenant), status, text.CleanLines("")
	if status == model.Failed {
		d.e.Error = text.CleanLines("why it failed")
	}
	d.e.Now = model.SimTime{Day: 1, T: 301.5}
	d.survey = model.Survey{ID: uuid.UUID{7}, Name: text.Clean("mood")}
	d.server.Put(d.e)
	d.server.SetRunData(d.e.Key, storagetest.RunData{})
	d.server.SetSurveys(d.survey)
	d.server.Launch(d.e.Key)
	d.at = remotetest.Listen(t, d.server)
	d.open(model.Access{Write: true})
	return d
}

func (d *desk) open(access model.Access) {
	c, err := Open(d.at.URL, access)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = c.Close() })
	d.c = c
}

// order is an order of a control for agent 3, with what it needs.
func (d *desk) order(c model.Control) model.Order {
	return model.Order{Control: c, Agents: []int64{3}, Words: "how are you? 你好", Survey: d.survey}
}

func (d *desk) carry(c model.Control) model.ControlResult {
	return d.c.Carry(d.t.Context(), d.e.Key, d.order(c), nil)
}

// sent is how many requests were sent that change something.
func (d *desk) sent() (n int) {
	for _, route := range []string{remotetest.StopRoute, remotetest.DeleteRoute, remotetest.DialogRoute, remotetest.SurveyRoute} {
		n += d.server.Count(route)
	}
	return n
}

// status is the status of the experiment on the server, −1 where it is gone.
func (d *desk) status() model.Status {
	e, err := d.c.Find(d.t.Context(), d.e.ID)
	if err != nil {
		return -1
	}
	return e.Status
}

// TestEachControlInEachState is carried out where the state allows it, and else nothing is sent.
func TestEachControlInEachState(t *testing.T) {
	for _, status := range model.Statuses[:model.Lost] { // which AgentSociety's API knows
		for _, c := range model.Controls {
			t.Run(c.String()+" "+status.String(), func(t *testing.T) {
				d := newDeskTest(t, status)
				r := d.carry(c)
				if c.Allows(&d.e.Summary) != nil {
					if r.Outcome != model.OutcomeRefused || d.sent() != 0 || !errors.Is(r.Err, model.ErrRefused) || r.State == nil {
						t.Errorf("%s: %s (%v), %d sent", r.Outcome, r.Said, r.Err, d.sent())
					}
					if got := d.status(); got != status {
						t.Errorf("the status is %s", got)
					}
					return
				}
				if r.Outcome != model.OutcomeDone || r.Err != nil || d.sent() != 1 {
					t.Errorf("%s: %s (%v), %d sent", r.Outcome, r.Said, r.Err, d.sent())
				}
				d.verify(c, r)
			})
		}
	}
}

// verify looks at what a control has done.
func (d *desk) verify(c model.Control, r model.ControlResult) {
	d.t.Helper()
	agent := d.c.RunData(d.e.Key).Agent(3)
	switch c {
	case model.ControlStop:
		if d.status() != model.Stopped || r.State.Status != model.Stopped || r.Said.String() != "it was stopped" {
			d.t.Errorf("%s, %s: %s", d.status(), r.State.Status, r.Said)
		}
	case model.ControlDelete:
		if d.status() != -1 || r.State != nil || r.Said.String() != "it was deleted" {
			d.t.Errorf("%s: %s", d.status(), r.Said)
		}
	case model.ControlMessage:
		talk, err := agent.Talk(d.t.Context())
		if err != nil || len(talk) != 1 || talk[0].At != d.e.Now || talk[0].Content.Raw() != "how are you? 你好" || len(r.Reached) != 1 {
			d.t.Errorf("%+v (%v), reached %v", talk, err, r.Reached)
		}
		d.server.AnswerAll(d.e.Key, model.SimTime{Day: 1, T: 601.5}, time.Now())
		if talk, err = agent.Talk(d.t.Context()); err != nil || len(talk) != 2 || !talk[1].Speaker.Empty() {
			d.t.Errorf("answered: %+v (%v)", talk, err)
		}
	case model.ControlSurvey:
		all, err := agent.Answers(d.t.Context())
		if err != nil || len(all) != 1 || all[0].At != d.e.Now || !all[0].Pending || all[0].Survey != d.survey.ID {
			d.t.Errorf("%+v (%v)", all, err)
		}
		d.server.AnswerAll(d.e.Key, model.SimTime{Day: 1, T: 601.5}, time.Now())
		if all, err = agent.Answers(d.t.Context()); err != nil || len(all) != 1 || all[0].Pending {
			d.t.Errorf("answered: %+v (%v)", all, err)
		}
	}
}

// TestAnswersToControls: what the server answers, and what is true.
func TestAnswersToControls(t *testing.T) {
	type answers struct {
		control model.Control
		status  model.Status
		before  func(d *desk)
		outcome model.Outcome
		said    string
	}
	fail := func(route string, status int, body string) func(d *desk) {
		return func(d *desk) { d.server.Fail(route, status, body, nil) }
	}
	for name, a := range map[string]answers{
		"SQLite obeys and answers 500": {
			model.ControlStop, model.Running, func(d *desk) { d.server.SQLite() }, model.OutcomeDone,
			"it was stopped: its process has ended, but its status still says running, because the server could not write it (it answered 500 Internal Server Error)",
		},
		"500, and nothing is known of the process": {
			model.ControlStop, model.Running, func(d *desk) { d.server.SQLite(); d.server.Fail(processRoute, 500, "", nil) }, model.OutcomeUnknown,
			"it may have been done: the server answered 500 Internal Server Error, and its status still says running; the server does not know its process, as that of a run from a command line",
		},
		"read-only stop":           {model.ControlStop, model.Running, func(d *desk) { d.server.ReadOnly() }, model.OutcomeRefused, "the server refused: 403 Forbidden: Server is in read-only mode"},
		"read-only delete":         {model.ControlDelete, model.Finished, func(d *desk) { d.server.ReadOnly() }, model.OutcomeRefused, "the server refused: 403 Forbidden: Server is in read-only mode"},
		"read-only takes messages": {model.ControlMessage, model.Running, func(d *desk) { d.server.ReadOnly() }, model.OutcomeDone, "agent 3 answers at its next step"},
		"401":                      {model.ControlStop, model.Running, fail(remotetest.StopRoute, 401, `{"detail":"Unauthorized"}`), model.OutcomeRefused, "the server refused: 401 Unauthorized"},
		"404 of a route":           {model.ControlDelete, model.Finished, fail(remotetest.DeleteRoute, 404, `{"detail":"Not Found"}`), model.OutcomeRefused, "the server does not offer it (404 Not Found)"},
		"404 of another tenant":    {model.ControlMessage, model.Running, fail(remotetest.DialogRoute, 404, `{"detail":"Experiment not found or you don't have permission"}`), model.OutcomeRefused, "the server refused: 404 Not Found: Experiment not found or you don't have permission"},
		"release 1.3":              {model.ControlMessage, model.Running, func(d *desk) { d.server.Older() }, model.OutcomeRefused, "the server does not offer it (405 Method Not Allowed)"},
		"a redirect":               {model.ControlMessage, model.Running, func(d *desk) { d.server.Fail(remotetest.DialogRoute, 307, "", http.Header{"Location": {"/elsewhere"}}) }, model.OutcomeRefused, "the server refused: it sends elsewhere: /elsewhere"},
		"it ended meanwhile":       {model.ControlMessage, model.Running, fail(remotetest.DialogRoute, 400, `{"detail":"Experiment not running"}`), model.OutcomeRefused, "the server refused: 400 Bad Request: Experiment not running"},
		"not started by the server": {
			model.ControlStop, model.Running, func(d *desk) { d.server.Fail(remotetest.StopRoute, 404, `{"detail":"Process ID not found"}`, nil) }, model.OutcomeRefused,
			"the server refused: 404 Not Found: Process ID not found",
		},
		"a message that answers 500": {model.ControlMessage, model.Running, fail(remotetest.DialogRoute, 500, ""), model.OutcomeUnknown, "it may have been done: the server answered 500 Internal Server Error"},
		"a survey that answers 500":  {model.ControlSurvey, model.Running, fail(remotetest.SurveyRoute, 500, ""), model.OutcomeUnknown, "it may have been done: the server answered 500 Internal Server Error"},
		"a delete that fails":        {model.ControlDelete, model.Finished, fail(remotetest.DeleteRoute, 500, `{"detail":"Failed to delete experiment: the disk"}`), model.OutcomeRefused, "the server answered 500 Internal Server Error: Failed to delete experiment: the disk, and still has it"},
		"a web page": {model.ControlMessage, model.Running, func(d *desk) {
			d.server.Fail(remotetest.DialogRoute, 200, "<html>", http.Header{"Content-Type": {"text/html"}})
		}, model.OutcomeUnknown, "it may have been done: its answer can't be used: it answers with a web page"},
		"busy": {model.ControlStop, model.Running, func(d *desk) { d.server.Fail(oneRoute, 503, "", http.Header{"Retry-After": {"60"}}) }, model.OutcomeNotReached, "503 Service Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeskTest(t, a.status)
			a.before(d)
			r := d.carry(a.control)
			if r.Outcome != a.outcome || r.Said.String() != a.said || (r.Err == nil) != (a.outcome == model.OutcomeDone) {
				t.Errorf("%s: %s (%v), want %s: %s", r.Outcome, r.Said, r.Err, a.outcome, a.said)
			}
			if n := d.sent(); n > 1 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// TestARunThatTheServerDidNotStart is called stopped by a server that can't stop it.
func TestARunThatTheServerDidNotStart(t *testing.T) {
	d := newDeskTest(t, model.Running)
	other := d.e
	other.ID = uuid.UUID{9}
	d.server.Put(other)
	r := d.c.Carry(t.Context(), other.Key, d.order(model.ControlStop), nil)
	if r.Outcome != model.OutcomeUnknown || !strings.Contains(r.Said.String(), "a process that it did not start itself goes on") {
		t.Errorf("%s: %s", r.Outcome, r.Said)
	}
	d.server.SQLite()
	d.server.Put(other)
	r = d.c.Carry(t.Context(), other.Key, d.order(model.ControlStop), nil)
	if r.Outcome != model.OutcomeUnknown || !strings.Contains(r.Said.String(), "the server does not know its process") {
		t.Errorf("on SQLite %s: %s", r.Outcome, r.Said)
	}
}

// TestNothingIsSentTwice: connections that break, at whatever moment, bring no second request.
func TestNothingIsSentTwice(t *testing.T) {
	routes := map[model.Control]string{
		model.ControlStop: remotetest.StopRoute, model.ControlDelete: remotetest.DeleteRoute,
		model.ControlMessage: remotetest.DialogRoute, model.ControlSurvey: remotetest.SurveyRoute,
	}
	for c, route := range routes {
		status := model.Running
		if c == model.ControlDelete {
			status = model.Finished
		}
		d := newDeskTest(t, status)
		d.server.Drop(route, 1)
		d.server.Fail(processRoute, 500, "", nil)
		if _, err := d.c.Changes(t.Context(), model.Cursor{}, model.Budget{}); err != nil { // there is a connection to reuse
			t.Fatal(err)
		}
		r := d.carry(c)
		if n := d.server.Count(route); n != 1 || r.Outcome != model.OutcomeUnknown {
			t.Errorf("%s was sent %d times: %s, %s", c, n, r.Outcome, r.Said)
		}
		if d.status() != status {
			t.Errorf("%s: the status is %s", c, d.status())
		}
	}
}

// TestAServerThatIsAway is told from one that may have done something.
func TestAServerThatIsAway(t *testing.T) {
	d := newDeskTest(t, model.Running)
	d.at.Stop()
	if r := d.carry(model.ControlStop); r.Outcome != model.OutcomeNotReached || !errors.Is(r.Err, model.ErrUnreachable) {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
	d.at.Start(t)
	dial, dials := d.c.link.Dial, 0
	d.c.link.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials > 1 { // the state is read; then the server goes away
			return nil, &net.OpError{Op: "dial", Err: errors.New("gone")}
		}
		return dial(ctx, network, address)
	}
	if r := d.carry(model.ControlStop); r.Outcome != model.OutcomeNotReached || d.sent() != 0 {
		t.Errorf("%s: %v, %d sent", r.Outcome, r.Err, d.sent())
	}
}

// TestWithoutWriteNothingIsSent, whatever is ordered.
func TestWithoutWriteNothingIsSent(t *testing.T) {
	for _, c := range model.Controls {
		d := newDeskTest(t, model.Running)
		d.open(model.Access{})
		r := d.carry(c)
		if r.Outcome != model.OutcomeRefused || !errors.Is(r.Err, model.ErrNoWrite) || d.sent() != 0 {
			t.Errorf("%s: %s (%v), %d sent", c, r.Outcome, r.Err, d.sent())
		}
		if sent, err := d.c.link.Send(t.Context(), http.MethodDelete, "api/experiments/x", nil); sent || !errors.Is(err, model.ErrNoWrite) {
			t.Errorf("%v, %v", sent, err)
		}
	}
}

// TestASurveyToMany ends at the first agent whom it does not reach.
func TestASurveyToMany(t *testing.T) {
	d := newDeskTest(t, model.Running)
	o := d.order(model.ControlSurvey)
	o.Agents = []int64{3, 7, 8, 9}
	var steps []int64
	r := d.c.Carry(t.Context(), d.e.Key, o, func(done, total int64) { steps = append(steps, done*10+total) })
	if r.Outcome != model.OutcomeDone || len(r.Reached) != 4 || len(steps) != 4 || steps[3] != 34 || r.Said.String() != "4 agents answer at their next step" {
		t.Errorf("%s: %s, %v, %v", r.Outcome, r.Said, r.Reached, steps)
	}
	before := d.sent()
	d.server.Fail("POST /api/experiments/"+d.e.ID.String()+"/agents/8/survey", 404, `{"detail":"Survey not found"}`, nil)
	r = d.c.Carry(t.Context(), d.e.Key, o, nil)
	if r.Outcome != model.OutcomeRefused || len(r.Reached) != 2 || d.sent()-before != 3 || r.State == nil ||
		r.Said.String() != "it reached 2 of 4 agents; agent 8: the server refused: 404 Not Found: Survey not found" {
		t.Errorf("%s: %s, %v, %d sent", r.Outcome, r.Said, r.Reached, d.sent()-before)
	}
}

// TestASurveyThatMayHaveReachedItsFirstAgent counts only those that it reached for certain.
func TestASurveyThatMayHaveReachedItsFirstAgent(t *testing.T) {
	d := newDeskTest(t, model.Running)
	o := d.order(model.ControlSurvey)
	d.server.Fail("POST /api/experiments/"+d.e.ID.String()+"/agents/8/survey", 500, `{"detail":"broken"}`, nil)
	o.Agents = []int64{8, 9}
	r := d.c.Carry(t.Context(), d.e.Key, o, nil)
	if r.Outcome != model.OutcomeUnknown || len(r.Reached) != 0 || r.State == nil || r.State.Status != model.Running ||
		!strings.HasPrefix(r.Said.String(), "it reached 0 of 2 agents for certain; agent 8: it may have been done: ") {
		t.Errorf("%s: %s, %v, state %v", r.Outcome, r.Said, r.Reached, r.State)
	}
}

// TestTheTokenGoesWithControls, and is not repeated by what they say.
func TestTheTokenGoesWithControls(t *testing.T) {
	d := newDeskTest(t, model.Running)
	d.server.Token("s3cret")
	d.server.Fail(remotetest.StopRoute, 403, `{"detail":"s3cret may not"}`, nil)
	d.open(model.Access{Write: true, Token: model.NewSecret("s3cret")})
	r := d.carry(model.ControlStop)
	if got := d.server.Header(remotetest.StopRoute).Get("Authorization"); got != "Bearer s3cret" {
		t.Errorf("the token was %q", got)
	}
	if r.Outcome != model.OutcomeRefused || strings.Contains(r.Said.String()+r.Err.Error(), "s3cret") {
		t.Errorf("%s: %s (%v)", r.Outcome, r.Said, r.Err)
	}
}
