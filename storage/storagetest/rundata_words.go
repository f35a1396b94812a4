package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
)

// talkOf is what one agent thought and said, oldest first.
func talkOf(s RunData, id int64) (all []model.Message) {
	for _, m := range s.Messages {
		if m.ID == id {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b model.Message) int { return a.At.Compare(b.At) })
	return all
}

func testTalk(t *testing.T, b *bench) {
	all := sampleRun()
	s := b.fill(t, running(), all)
	kinds := make(map[model.MessageKind]bool)
	for _, id := range append([]int64{9999}, agents...) {
		got := must[[]model.Message](t)(s.Agent(id).Talk(context.Background()))
		want := talkOf(all, id)
		same(t, fmt.Sprint("talk of agent ", id), got, want, sameMessage)
		for i := range min(len(got), len(want)) {
			kinds[got[i].Kind] = true
			if g, w := got[i].Words().String(), want[i].Words().String(); g != w {
				t.Errorf("agent %d said %q, want %q", id, g, w)
			}
		}
	}
	if len(kinds) != 3 {
		t.Errorf("%d kinds of messages, want 3", len(kinds))
	}
}

func testAnswers(t *testing.T, b *bench) {
	all := sampleRun()
	s := b.fill(t, running(), all)
	for _, id := range []int64{2, 1, 7, 9999} {
		var want []model.Answer
		for _, a := range all.Answers {
			if a.ID == id {
				want = append(want, a)
			}
		}
		slices.SortStableFunc(want, func(a, b model.Answer) int { return a.At.Compare(b.At) })
		same(t, fmt.Sprint("answers of agent ", id), must[[]model.Answer](t)(s.Agent(id).Answers(context.Background())), want, sameAnswer)
	}
}

func testPrompts(t *testing.T, b *bench) {
	ctx := context.Background()
	all := sampleRun()
	s := b.fill(t, running(), all)
	for _, want := range all.Prompts {
		if got := must[model.Prompt](t)(s.Prompt(ctx, want.At)); !samePrompt(got, want) {
			t.Errorf("prompt %+v, want %+v", got, want)
		}
	}
	if got := must[model.Prompt](t)(s.Prompt(ctx, model.Latest)); got.At != last || got.Text.Empty() {
		t.Errorf("the latest prompt is %+v, want that of %v", got, last)
	}
	if got := must[model.Prompt](t)(s.Prompt(ctx, model.SimTime{Day: 99, T: 1})); !got.Text.Empty() || !got.Created.IsZero() {
		t.Errorf("a moment without a prompt has %+v", got)
	}
}

func testMetrics(t *testing.T, b *bench) {
	const keys, points = 300, 40
	var all, want []model.Metric
	for i := range keys {
		m := model.Metric{Key: text.Clean(fmt.Sprintf("指标 %03d (sec)", i))}
		for j := range points {
			m.Points = append(m.Points, model.Point{Tick: int64(j)*3600 + 1, Value: float64(i-j) / 3})
		}
		m.Points = append(m.Points, model.Point{Tick: math.MaxInt64, Value: math.MaxFloat64})
		want = append(want, m)
		m.Points = slices.Clone(m.Points)
		slices.Reverse(m.Points)
		all = append(all, m)
	}
	slices.Reverse(all)
	s := b.fill(t, running(), RunData{Metrics: all})
	got := must[[]model.Metric](t)(s.Metrics(context.Background()))
	same(t, "metrics", got, want, sameMetric)
}

// logOf is a log of n lines: coloured, some of them empty.
func logOf(n int) string {
	var b strings.Builder
	for i := range n {
		if i%10 == 5 {
			b.WriteString("\n")
			continue
		}
		fmt.Fprintf(&b, "2026-11-23 [INFO] engine.py:%d: \x1b[32mStart\x1b[0m step 第%d步\n", i, i)
	}
	return b.String()
}

// noLog holds a source that knows no logs to saying so.
func (b *bench) noLog(t *testing.T, s model.RunData) bool {
	t.Helper()
	if _, err := s.Log(context.Background(), model.LogBudget{}); b.lab.NoLog && !errors.Is(err, model.ErrNotOffered) {
		t.Errorf("the log: %v, want %v", err, model.ErrNotOffered)
	}
	return b.lab.NoLog
}

func testLog(t *testing.T, b *bench) {
	raw := logOf(300)
	s := b.fill(t, running(), RunData{Log: raw})
	if b.noLog(t, s) {
		return
	}
	got := must[model.Log](t)(s.Log(context.Background(), model.LogBudget{}))
	want := model.TailLog(raw, model.LogBudget{})
	if g, w := got.Lines.Split(), want.Lines.Split(); !slices.Equal(g, w) {
		t.Errorf("a log of %d lines, want %d: %.200q", len(g), len(w), got.Lines.String())
	}
	if got.Dropped != 0 {
		t.Errorf("%d lines were dropped without a budget", got.Dropped)
	}
}

func testLogBudget(t *testing.T, b *bench) {
	const all = 900 // no more than any source sends
	raw := logOf(all)
	s := b.fill(t, running(), RunData{Log: raw})
	if b.noLog(t, s) {
		return
	}
	whole := strings.TrimSuffix(model.TailLog(raw, model.LogBudget{}).Lines.String(), "\n")
	for _, budget := range []model.LogBudget{{Lines: 1}, {Lines: 25}, {Bytes: 2000}, {Lines: 25, Bytes: 200}, {Lines: 5000, Bytes: 1 << 20}} {
		got := must[model.Log](t)(s.Log(context.Background(), budget))
		text := strings.TrimSuffix(got.Lines.String(), "\n")
		lines := strings.Count(text, "\n") + 1
		if text == "" || !strings.HasSuffix(whole, text) {
			t.Errorf("with %+v the log is not the end of the log: %.200q", budget, text)
		}
		if (budget.Lines > 0 && lines > budget.Lines) || (budget.Bytes > 0 && len(text) > budget.Bytes) {
			t.Errorf("with %+v the log has %d lines, %d bytes", budget, lines, len(text))
		}
		if got.Dropped+lines != all {
			t.Errorf("with %+v the log has %d lines and dropped %d, of %d", budget, lines, got.Dropped, all)
		}
	}
}

// hostileRunData is text that must never reach a terminal, everywhere.
func hostileRunData(hostile string) RunData {
	object := text.ParseValue(`{"k` + "\u202e" + `": ` + text.ValueOf(hostile).Raw() + `}`)
	f := model.Frame{At: last, Agents: []model.AgentStatus{
		{ID: 1, At: last, Action: text.Clean(hostile), Status: text.ValueOf(hostile), Created: start},
		{ID: 2, At: last, Action: text.Clean(hostile), Status: object, Created: start},
	}}
	return RunData{
		Profiles: []model.Profile{{ID: 1, Name: text.Clean(hostile), Profile: object}, {ID: 2, Profile: text.ValueOf(hostile)}},
		Frames:   []model.Frame{f},
		Messages: []model.Message{
			{ID: 1, At: last, Kind: model.Talk, Speaker: text.Clean(hostile), Content: text.CleanLines(hostile), Created: start},
			{ID: 1, At: last, Kind: model.Talk, Speaker: text.Clean("2"), Content: text.CleanLines(`{"content": ` + text.ValueOf(hostile).Raw() + `}`), Created: start},
		},
		Answers: []model.Answer{{ID: 1, At: last, Result: text.CleanLines(hostile), Created: start}},
		Prompts: []model.Prompt{{At: last, Text: text.CleanLines(hostile), Created: start}},
		Metrics: []model.Metric{{Key: text.Clean(hostile), Points: []model.Point{{Tick: 1, Value: 1}}}},
		Log:     strings.ReplaceAll(hostile, "\r", "") + "\n",
	}
}

func testHostileRunData(t *testing.T, b *bench) {
	ctx := context.Background()
	all := hostileRunData(b.hostile())
	s := b.fill(t, running(), all)
	var shown []string
	value := func(v text.Value) {
		shown = append(shown, v.Text().String(), v.Lines().String(), string(v.JSON()))
	}
	profiles := must[[]model.Profile](t)(s.Profiles(ctx))
	same(t, "profiles", profiles, all.Profiles, sameProfile)
	for _, p := range profiles {
		shown = append(shown, p.Name.String())
		value(p.Profile)
	}
	frame := must[model.Frame](t)(s.Frame(ctx, last)).Agents
	same(t, "frame", frame, all.Frames[0].Agents, sameStatus)
	for _, a := range frame {
		shown = append(shown, a.Action.String())
		value(a.Status)
	}
	talk := must[[]model.Message](t)(s.Agent(1).Talk(ctx))
	same(t, "talk", talk, all.Messages, sameMessage)
	for _, m := range talk {
		shown = append(shown, m.Speaker.String(), m.Content.String(), m.Words().String())
	}
	answers := must[[]model.Answer](t)(s.Agent(1).Answers(ctx))
	same(t, "answers", answers, all.Answers, sameAnswer)
	for _, a := range answers {
		shown = append(shown, a.Result.String())
	}
	prompt := must[model.Prompt](t)(s.Prompt(ctx, last))
	same(t, "prompt", []model.Prompt{prompt}, all.Prompts, samePrompt)
	metrics := must[[]model.Metric](t)(s.Metrics(ctx))
	same(t, "metrics", metrics, all.Metrics, func(got, want model.Metric) bool { return got.Key.Raw() == want.Key.Raw() })
	for _, m := range metrics {
		shown = append(shown, m.Key.String())
	}
	shown = append(shown, prompt.Text.String())
	if !b.noLog(t, s) {
		shown = append(shown, must[model.Log](t)(s.Log(ctx, model.LogBudget{})).Lines.String())
	}
	for _, str := range shown {
		if strings.ContainsAny(str, "\x1b\x00\x07\r\u202e\u200b\u009b") {
			t.Errorf("%q is not clean", str)
		}
	}
}
