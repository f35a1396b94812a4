package cli

import (
	"cmp"
	"context"
	"math"
	"sync/atomic"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// fakeSociety is an experiment's society in memory; err is how every reading of it fails.
type fakeSociety struct {
	profiles []model.Profile
	frame    model.Frame
	frames   map[model.SimTime]model.Frame
	talk     map[int64][]model.Message
	answers  map[int64][]model.Answer
	metrics  []model.Metric
	timeline []model.SimTime
	log      string
	err      error
	asked    func(id int64) // called before an agent is read
	steps    []model.StepTime
	stepsErr error
	stepsGot atomic.Int64 // times that steps were read
	// so many of them the source does not offer
	stepsLost int64
}

func (f *fakeSociety) Timeline(context.Context) ([]model.SimTime, error) { return f.timeline, f.err }

func (f *fakeSociety) Steps(context.Context) ([]model.StepTime, error) {
	if f.stepsGot.Add(1) <= f.stepsLost {
		return nil, model.ErrNotOffered
	}
	return f.steps, cmp.Or(f.stepsErr, f.err)
}

func (f *fakeSociety) Profiles(context.Context) ([]model.Profile, error) { return f.profiles, f.err }

func (f *fakeSociety) Frame(_ context.Context, at model.SimTime) (model.Frame, error) {
	if frame, ok := f.frames[at]; ok || at != model.Latest {
		return frame, f.err
	}
	return f.frame, f.err
}

func (f *fakeSociety) Prompt(context.Context, model.SimTime) (model.Prompt, error) {
	return model.Prompt{}, f.err
}
func (f *fakeSociety) Agent(id int64) model.Agent                      { return fakeAgent{f, id} }
func (f *fakeSociety) Metrics(context.Context) ([]model.Metric, error) { return f.metrics, f.err }
func (f *fakeSociety) Log(_ context.Context, b model.LogBudget) (model.Log, error) {
	return model.TailLog(f.log, b), f.err
}

// fakeAgent is one agent of it.
type fakeAgent struct {
	*fakeSociety
	id int64
}

func (a fakeAgent) History(context.Context) ([]model.AgentStatus, error) { return nil, a.err }

func (a fakeAgent) Talk(context.Context) ([]model.Message, error) {
	if a.asked != nil {
		a.asked(a.id)
	}
	return a.talk[a.id], a.err
}

func (a fakeAgent) Answers(context.Context) ([]model.Answer, error) { return a.answers[a.id], a.err }

// endpoint is a fake source that is a server.
type endpoint struct {
	*fakeSource
	warning string
	listed  int // times that everything was asked for
	report  model.EndpointReport
	err     error // of Probe
}

func (e *endpoint) Info() model.Info {
	return model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7:8080"), Warning: text.Clean(e.warning)}
}

func (e *endpoint) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	e.listed++
	c, err := e.fakeSource.Changes(ctx, since, b)
	c.Clock = now.Add(e.report.Skew)
	return c, err
}

func (e *endpoint) Find(_ context.Context, id uuid.UUID) (model.Experiment, error) {
	for _, x := range e.all {
		if x.ID == id {
			return x, nil
		}
	}
	return model.Experiment{}, &model.Error{Op: "read", Address: "http://lab-7:8080", Err: model.ErrNoExperiment}
}

func (e *endpoint) Probe(context.Context) (model.EndpointReport, error) { return e.report, e.err }

func (e *endpoint) Surveys(context.Context) ([]model.Survey, error) {
	return []model.Survey{{ID: uuid.UUID{9}, Name: text.Clean("满意度 Satisfaction")}}, nil
}

const hostileText = "=cmd\x1b]0;owned\x07\r\n\x1b[2Jgone\u202e 北京🚇"

// aSociety is one of four agents with long, wide and hostile texts.
func aSociety() *fakeSociety {
	at := func(t float64) model.SimTime { return model.SimTime{Day: 1, T: t} }
	words := func(id int64, t float64, kind model.MessageKind, speaker, content string) model.Message {
		return model.Message{ID: id, At: at(t), Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(content), Created: now}
	}
	answer := func(id int64, t float64, result string) model.Answer {
		return model.Answer{ID: id, At: at(t), Survey: uuid.UUID{9}, Result: text.CleanLines(result), Pending: result == "", Created: now}
	}
	return &fakeSociety{
		profiles: []model.Profile{
			{ID: 1, Name: text.Clean("王芳"), Profile: text.ParseValue(`{"age": 30, "city": "北京\u001b[2J"}`)},
			{ID: 2, Name: text.Clean("Ana 🚇"), Profile: text.ParseValue(`null`)},
			{ID: 3, Name: text.Clean(hostileText), Profile: text.ParseValue(hostileText)},
		},
		frame: model.Frame{At: at(50700), Agents: []model.AgentStatus{
			{ID: 1, At: at(50700), Lng: 116.4, Lat: 39.9, Parent: 500001, Action: text.Clean("去上班 commuting"), Status: text.ParseValue(`{"mood":0.5}`)},
			{ID: 3, At: at(50700), Lng: math.NaN(), Lat: math.NaN(), Action: text.Clean(hostileText), Status: text.ParseValue(`[1,"` + "\u202e" + `"]`)},
			{ID: 12, At: at(50700), Lng: math.Inf(1), Lat: 1, Action: text.Clean(""), Status: text.ValueOf(hostileText)},
		}},
		talk: map[int64][]model.Message{
			1: {words(1, 300, model.Thought, "", "今天天气很好"), words(1, 900, model.Talk, "2", `{"content":"你好，Ana 🚇","to":2}`)},
			2: {words(2, 300, model.UserTalk, "user", "How are you?"), words(2, 600, model.UserTalk, "", "Fine.\nThank you.")},
			3: {words(3, 300, model.Talk, hostileText, hostileText)},
		},
		answers: map[int64][]model.Answer{
			1: {answer(1, 600, `{"q1":5,"why":"很好"}`)},
			2: {answer(2, 600, "")},
			3: {answer(3, 300, hostileText), answer(3, 900, `"-1+1"`), answer(3, 1200, "-5")},
		},
		metrics: []model.Metric{
			{Key: text.Clean("幸福"), Points: []model.Point{{Tick: 1, Value: 0.25}, {Tick: 3601, Value: math.NaN()}}},
			{Key: text.Clean(hostileText), Points: []model.Point{{Tick: 1, Value: -3}}},
		},
		timeline: []model.SimTime{{Day: 0, T: 28801}, at(50700.5)},
		log:      "INFO start\n\x1b[31mERROR\x1b[0m 北京\x1b[2J\r\n=last",
	}
}

// anEndpoint has one running experiment with a society.
func anEndpoint() *endpoint {
	return &endpoint{fakeSource: &fakeSource{all: []model.Experiment{run(1, "baseline", model.Running), run(2, "other", model.Running)}, society: aSociety()}}
}
