package storagetest

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"societop/model"
	"societop/model/text"
)

// byID is the agents of a frame as a source tells them.
func byID(f model.Frame) []model.AgentStatus {
	return slices.SortedFunc(slices.Values(f.Agents), func(a, b model.AgentStatus) int { return cmp.Compare(a.ID, b.ID) })
}

func testTimeline(t *testing.T, b *bench) {
	s := b.fill(t, running(), sampleRun())
	want := slices.SortedFunc(slices.Values(moments), model.SimTime.Compare)
	got := must[[]model.SimTime](t)(s.Timeline(context.Background()))
	same(t, "timeline", got, want, func(got, want model.SimTime) bool { return got == want })
}

// testSteps holds the steps against the frames: each has its time, as often as it is told, and there is no
// other. Steps that are made while the source is open are known to it, or not yet.
func testSteps(t *testing.T, b *bench) {
	e, all := running(), sampleRun()
	steps := func(s model.RunData) map[model.SimTime]bool {
		t.Helper()
		have := map[model.SimTime]bool{}
		for _, step := range must[[]model.StepTime](t)(s.Steps(context.Background())) {
			if have[step.At] = true; !sameTime(step.Wall, createdAt(step.At)) {
				t.Errorf("step %v was done at %v, want %v", step.At, step.Wall, createdAt(step.At))
			}
		}
		return have
	}
	s := b.fill(t, e, all)
	have := steps(s)
	for _, at := range moments {
		if !have[at] {
			t.Errorf("nothing of step %v", at)
		}
	}
	if len(have) != len(moments) {
		t.Errorf("%d steps, want %d", len(have), len(moments))
	}
	e.Now = model.SimTime{Day: 10, T: 301}
	all.Frames = append(all.Frames, frameAt(e.Now), model.Frame{At: model.SimTime{Day: 10, T: 601}}) // of nobody
	b.write(t, []model.Experiment{e})
	b.lab.Fill(t, e, all)
	if have := steps(s); len(have) < len(moments) || len(have) > len(moments)+1 || len(have) > len(moments) && !have[e.Now] {
		t.Errorf("%d steps after another, want %d: %v", len(have), len(moments)+1, have)
	}
}

func testProfiles(t *testing.T, b *bench) {
	all := sampleRun()
	s := b.fill(t, running(), all)
	got := must[[]model.Profile](t)(s.Profiles(context.Background()))
	want := slices.SortedFunc(slices.Values(all.Profiles), func(a, b model.Profile) int { return cmp.Compare(a.ID, b.ID) })
	same(t, "profiles", got, want, sameProfile)
}

func testFrames(t *testing.T, b *bench) {
	ctx := context.Background()
	all := sampleRun()
	s := b.fill(t, running(), all)
	for _, want := range all.Frames {
		got := must[model.Frame](t)(s.Frame(ctx, want.At))
		if got.At != want.At {
			t.Errorf("the frame at %v says that it is at %v", want.At, got.At)
		}
		same(t, fmt.Sprint("frame at ", want.At), got.Agents, byID(want), sameStatus)
	}
	for _, at := range []model.SimTime{{Day: 0, T: 29101}, {Day: 0, T: 28801.1}, {Day: 1, T: 28801}, {Day: 99, T: 301}, {Day: 10, T: 0.3}} {
		if got := must[model.Frame](t)(s.Frame(ctx, at)); len(got.Agents) != 0 {
			t.Errorf("%d agents at a moment that is not there: %v", len(got.Agents), at)
		}
	}
}

func testLatest(t *testing.T, b *bench) {
	ctx := context.Background()
	e, all := running(), sampleRun()
	s := b.fill(t, e, all)
	latest := func(want model.SimTime) {
		t.Helper()
		got := must[model.Frame](t)(s.Frame(ctx, model.Latest))
		if got.At != want {
			t.Errorf("the latest frame is at %v, want %v", got.At, want)
		}
		same(t, "the latest frame", got.Agents, byID(frameAt(want)), sameStatus)
	}
	latest(last)
	e.Now.T += 300 // the row is written, its agents are not
	b.write(t, []model.Experiment{e})
	latest(last)
	all.Frames = append(all.Frames, frameAt(e.Now))
	b.lab.Fill(t, e, all)
	latest(e.Now)
}

func testPlaces(t *testing.T, b *bench) {
	s := b.fill(t, running(), sampleRun())
	for _, a := range must[model.Frame](t)(s.Frame(context.Background(), last)).Agents {
		if placed := !math.IsNaN(a.Lng) && !math.IsNaN(a.Lat) && a.Parent != 0; placed != (a.ID != 2) {
			t.Errorf("agent %d is at %v, %v in %d", a.ID, a.Lng, a.Lat, a.Parent)
		}
	}
}

// shapes are statuses of every kind of JSON.
var shapes = []struct {
	raw  string
	kind text.ValueKind
}{
	{`"feels fine 心情不错"`, text.TextValue},
	{`""`, text.TextValue},
	{`"{\"mood\": 1}"`, text.ObjectValue}, // encoded twice
	{`{"hunger": 0.61, "needs": {"safe": true, "list": [1, "二"]}}`, text.ObjectValue},
	{`{}`, text.ObjectValue},
	{`[1, [2, {"a": null}]]`, text.ListValue},
	{`[]`, text.ListValue},
	{`0.30000000000000004`, text.NumberValue},
	{`-9223372036854775808`, text.NumberValue},
	{`123456789012345678901234567890`, text.NumberValue},
	{`true`, text.BoolValue},
	{`null`, text.NullValue},
}

func testShapes(t *testing.T, b *bench) {
	f := model.Frame{At: last}
	for i, shape := range shapes {
		f.Agents = append(f.Agents, model.AgentStatus{ID: int64(i), At: last, Status: text.ParseValue(shape.raw), Created: start})
	}
	s := b.fill(t, running(), RunData{Frames: []model.Frame{f}})
	got := must[model.Frame](t)(s.Frame(context.Background(), last))
	same(t, "frame", got.Agents, f.Agents, sameStatus)
	for i, a := range got.Agents {
		if a.Status.Kind() != shapes[i].kind {
			t.Errorf("the status %s is of kind %d, want %d", shapes[i].raw, a.Status.Kind(), shapes[i].kind)
		}
	}
}

// historyOf is what a run has of one agent, oldest first.
func historyOf(s RunData, id int64) (all []model.AgentStatus) {
	for _, f := range s.Frames {
		for _, a := range f.Agents {
			if a.ID == id {
				all = append(all, a)
			}
		}
	}
	slices.SortFunc(all, func(a, b model.AgentStatus) int { return a.At.Compare(b.At) })
	return all
}

func testHistory(t *testing.T, b *bench) {
	all := sampleRun()
	all.Frames[2].Agents = all.Frames[2].Agents[:2] // the others were not there
	s := b.fill(t, running(), all)
	for _, id := range append([]int64{9999}, agents...) {
		got := must[[]model.AgentStatus](t)(s.Agent(id).History(context.Background()))
		same(t, fmt.Sprint("history of agent ", id), got, historyOf(all, id), sameStatus)
	}
}

func testAgentIDs(t *testing.T, b *bench) {
	ctx := context.Background()
	ids := []int64{math.MinInt64, -1 << 53, -1, 0, 1, 1<<53 + 1, math.MaxInt64}
	var all RunData
	f := model.Frame{At: last}
	for _, id := range ids {
		all.Profiles = append(all.Profiles, model.Profile{ID: id, Name: text.Clean(fmt.Sprint(id))})
		f.Agents = append(f.Agents, model.AgentStatus{ID: id, At: last, Parent: id, Created: start})
		all.Messages = append(all.Messages, model.Message{ID: id, At: last, Content: text.CleanLines(fmt.Sprint(id)), Created: start})
	}
	all.Frames = []model.Frame{f}
	s := b.fill(t, running(), all)
	same(t, "profiles", must[[]model.Profile](t)(s.Profiles(ctx)), all.Profiles, sameProfile)
	same(t, "frame", must[model.Frame](t)(s.Frame(ctx, last)).Agents, f.Agents, sameStatus)
	for i, id := range ids {
		same(t, fmt.Sprint("history of agent ", id), must[[]model.AgentStatus](t)(s.Agent(id).History(ctx)), f.Agents[i:i+1], sameStatus)
		same(t, fmt.Sprint("talk of agent ", id), must[[]model.Message](t)(s.Agent(id).Talk(ctx)), all.Messages[i:i+1], sameMessage)
	}
}
