package overview

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/price"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// viewOf is an experiment of 504 steps that is at one of them.
func viewOf(status model.Status, step int64) (v pane.View) {
	const config = `agents:
  citizens:
  - agent_class: citizen
    number: 200
exp:
  workflow:
  - days: 2.0
    type: run
  - description: 第0轮问卷 survey round 0 📋
    type: survey
  - steps: 24
    ticks_per_step: 600
    type: step
llm:
- model: qwen2.5-14b-instruct
  provider: qwen
`
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	e := &v.Experiment
	e.Config, v.Outline = text.CleanLines(config), plan.ReadOutline(config)
	e.Key = model.Key{Tenant: text.Clean("default"), ID: uuid.UUID{1, 0xab}}
	e.Name, e.Status = text.Clean("北京早高峰通勤模拟 🚇"), status
	e.Plan, e.Models = plan.Read(config)
	if at := e.Plan.Start + 1 + (step-1)*300; step > 0 {
		e.Now = model.SimTime{Day: int(at / model.SecondsPerDay), T: float64(at % model.SecondsPerDay)}
	}
	e.InputTokens, e.OutputTokens = step*4400, step*1400
	e.Created, e.Updated = start.Add(-time.Hour), start.Add(-5*time.Second)
	v.Now, v.Zone = start, time.UTC
	v.Estimate = model.Estimate{Rates: model.Rates{TokenRate: math.NaN(), TokensAtEnd: math.NaN()}}
	v.Tell(pane.NeedWhole, true, text.Text{})
	return v
}

func TestGolden(t *testing.T) {
	running := viewOf(model.Running, 362)
	running.Estimate = model.Estimate{Known: true, StepLength: 9 * time.Second, Observed: 3, Left: 21 * time.Minute, End: running.Now.Add(21 * time.Minute), Low: 19 * time.Minute, High: 24 * time.Minute, Rates: model.Rates{SimPerWall: 33, TokenRate: 640, TokensAtEnd: 3e6}}
	running.Lengths = dayAndNight()
	panetest.Golden(t, "overview", New, running, "")
	failed := viewOf(model.Failed, 160)
	failed.Experiment.Error = text.CleanLines("RuntimeError: LLM request failed after 10 retries\nTraceback (most recent call last):\n\tFile \"simulationengine.py\", line 1500, in step\nTimeoutError: 第0层")
	panetest.Golden(t, "error", New, failed, "")
	panetest.Golden(t, "not started", New, viewOf(model.NotStarted, 0), "")
	panetest.Golden(t, "lost", New, lostRun(), "")
}

// lostRun is a run of AgentSociety 2 whose process is gone, with warnings and without tokens.
func lostRun() pane.View {
	const config = `start_t: '2026-01-05T08:00:00'
steps:
- {type: run, num_steps: 6, tick: 900}
- {type: questionnaire, title: 幸福感 Wellbeing}
- {type: run, num_steps: 8, tick: 1800}
`
	v := viewOf(model.Lost, 0)
	steps, _ := plan.ReadSteps(config)
	e := &v.Experiment
	e.Plan, e.Models, e.InputTokens, e.OutputTokens = steps.Plan, nil, 0, 0
	e.Config, v.Outline = text.CleanLines(config), plan.ReadOutline(config)
	e.Name, e.Now = text.Clean("runs/sim-4711"), model.SimTimeOf(e.Plan.Start+6*900)
	e.Dir = &model.RunDir{
		Done: 7, Epoch: steps.Epoch(), Label: text.Clean("1_1"), Path: text.Clean("/gs/bs/lab/runs/sim-4711"), Agents: 20, Uncounted: true,
		Phase: model.Phase{Kind: text.Clean("run"), Index: 2, Count: 3}, Alive: text.Clean("last write 3h ago"),
		Warnings: []text.Text{text.Clean("resumed"), text.Clean("an agent failed in a step; the remaining steps of that entry were dropped by the run")},
	}
	v.Estimate.Attention = model.Attention{Need: model.HasVanished}
	return v
}

// dayAndNight is the lengths of 361 steps: night steps are short, some are missing, and one took an hour.
// Of the newest the rate of tokens is known.
func dayAndNight() (all []model.StepLength) {
	for i := range 361 {
		l := model.StepLength{At: model.SimTimeOf(8*3600 + 1 + int64(i)*300), Steps: 1, Wall: time.Duration(8000+i*i%2500) * time.Millisecond, TokenRate: math.NaN()}
		switch {
		case i > 100 && i < 120:
			continue
		case i == 200:
			l.Wall = time.Hour
		case l.At.T < 6*3600 || l.At.T > 22*3600:
			l.Wall /= 5
		}
		if i >= 331 {
			l.TokenRate = float64(600 + i*i%97)
		}
		all = append(all, l)
	}
	return all
}

// TestGoldenCosts: with prices, of one model and of several, and where a price is missing.
func TestGoldenCosts(t *testing.T) {
	money := func(low, likely, high float64) price.Sum {
		return price.Sum{Known: true, Low: low, Likely: likely, High: high, Currency: text.Clean("CNY")}
	}
	v := viewOf(model.Running, 362)
	v.Cost = model.Cost{SoFar: money(12.4, 12.4, 12.4), Hour: money(3.14, 3.14, 3.14), AtEnd: money(25.2, 28.1, 31.4), Ranged: true}
	panetest.Golden(t, "cost", New, v, "")
	nan := math.NaN()
	v.Cost = model.Cost{SoFar: money(12.4, nan, 18.6), Hour: money(2.9, nan, 4.4), AtEnd: money(25, nan, 44)}
	panetest.Golden(t, "cost of models", New, v, "")
	v.Cost = model.Cost{Why: `no price of "qwen2.5-14b-instruct"`}
	panetest.Golden(t, "cost unknown", New, v, "")
}

// TestGoldenWaiting: what was asked of agents and has no answer yet.
func TestGoldenWaiting(t *testing.T) {
	panetest.Golden(t, "waiting", New, waitingView(), "")
}

// waitingView is a run with questions and a survey that wait, as other panes have read them.
func waitingView() pane.View {
	v := viewOf(model.Running, 362)
	v.Waiting = model.Waiting{Questions: 2, Surveys: 1, Agents: 30, Since: v.Now.Add(-12 * time.Minute)}
	return v
}

// TestWhatWaitsIsReadAgain: only where something waits that may have been answered meanwhile.
func TestWhatWaitsIsReadAgain(t *testing.T) {
	p := New(theme.New(theme.Mono, false))
	p.Resize(80, 20)
	for _, c := range []struct {
		change func(*pane.View)
		want   []pane.Need
	}{
		{func(*pane.View) {}, []pane.Need{pane.NeedWhole, pane.NeedTalk, pane.NeedAnswers}},
		{func(v *pane.View) { v.Bulk = true }, []pane.Need{pane.NeedWhole, pane.NeedAllTalk, pane.NeedAllAnswers}},
		{func(v *pane.View) { v.Waiting.Questions = 0 }, []pane.Need{pane.NeedWhole, pane.NeedAnswers}},
		{func(v *pane.View) { v.Waiting = model.Waiting{} }, []pane.Need{pane.NeedWhole}},
	} {
		v := waitingView()
		c.change(&v)
		p.Show(v)
		if got := p.Needs(); !slices.Equal(got, c.want) {
			t.Errorf("it needs %v, want %v", got, c.want)
		}
	}
}
