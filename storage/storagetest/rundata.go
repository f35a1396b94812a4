package storagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// RunData is the data of one experiment but its summary, as a source is to have it. The
// order of its rows means nothing, save that what belongs to one moment happened in the
// order given.
type RunData struct {
	Profiles []model.Profile
	Frames   []model.Frame
	Messages []model.Message
	Answers  []model.Answer
	Prompts  []model.Prompt
	Metrics  []model.Metric
	Steps    []model.StepTime // that the source knows in addition to those of the frames
	Log      string           // raw; empty: there is none
	Dir      *RunDir          // nil: it is a run of AgentSociety 1
}

// runDataTests hold what a source has of one experiment.
var runDataTests = []struct {
	name string
	run  func(*testing.T, *bench)
}{
	{"the timeline", testTimeline},
	{"when steps were done", testSteps},
	{"profiles", testProfiles},
	{"a frame at each moment", testFrames},
	{"the latest frame", testLatest},
	{"agents without a place", testPlaces},
	{"a status of every shape", testShapes},
	{"the history of an agent", testHistory},
	{"agents at the ends of their ids", testAgentIDs},
	{"talk", testTalk},
	{"answers", testAnswers},
	{"prompts", testPrompts},
	{"metrics", testMetrics},
	{"the log", testLog},
	{"a log in a budget", testLogBudget},
	{"hostile text in all of it", testHostileRunData},
	{"a run of AgentSociety 2", testRunDir},
	{"nothing but an experiment", testBareRunData},
	{"an experiment that has not started", testNotStarted},
	{"the data of no experiment", testNobody},
	{"the context of run data that is done", testRunDataCancelled},
	{"run data in many goroutines", testRunDataGoroutines},
}

// testRunData runs the tests of what the source has of one experiment; of a source without
// the hook to fill it, that it says so.
func testRunData(t *testing.T, newLab func(t *testing.T) Lab) {
	if newLab(t).Fill == nil {
		onBench(t, newLab, "no run data", testNotOffered)
		return
	}
	for _, tc := range runDataTests {
		onBench(t, newLab, tc.name, tc.run)
	}
}

// fill writes an experiment with its data, and returns what the source has of it.
func (b *bench) fill(t *testing.T, e model.Experiment, s RunData) model.RunData {
	t.Helper()
	b.write(t, []model.Experiment{e})
	b.lab.Fill(t, e, s)
	b.filled[e.Key] = s
	return b.src.RunData(e.Key)
}

// filledStill holds a source that was opened again against what the experiments were filled
// with, as far as they are there and have started.
func (b *bench) filledStill(t *testing.T, src model.Source) {
	t.Helper()
	ctx := context.Background()
	for k, want := range b.filled {
		if e, ok := b.want[k]; !ok || e.Status == model.NotStarted {
			continue
		}
		s := src.RunData(k)
		if got := must[[]model.Profile](t)(s.Profiles(ctx)); len(got) != len(want.Profiles) {
			t.Errorf("opened again: %d profiles, want %d", len(got), len(want.Profiles))
		}
		for _, f := range want.Frames {
			same(t, fmt.Sprint("opened again: frame at ", f.At), must[model.Frame](t)(s.Frame(ctx, f.At)).Agents, byID(f), sameStatus)
		}
		for _, id := range agents {
			same(t, fmt.Sprint("opened again: talk of agent ", id), must[[]model.Message](t)(s.Agent(id).Talk(ctx)), talkOf(want, id), sameMessage)
		}
	}
}

// reading is one method that reads.
type reading struct {
	name string
	read func(context.Context) (any, error)
}

// readings is every method of a run and of one of its agents.
func readings(s model.RunData, agent int64) []reading {
	a := s.Agent(agent)
	return []reading{
		{"Timeline", func(ctx context.Context) (any, error) { return s.Timeline(ctx) }},
		{"Steps", func(ctx context.Context) (any, error) { return s.Steps(ctx) }},
		{"Profiles", func(ctx context.Context) (any, error) { return s.Profiles(ctx) }},
		{"Frame at a moment", func(ctx context.Context) (any, error) { return s.Frame(ctx, model.SimTime{T: 28801}) }},
		{"Frame", func(ctx context.Context) (any, error) { return s.Frame(ctx, model.Latest) }},
		{"Prompt", func(ctx context.Context) (any, error) { return s.Prompt(ctx, model.Latest) }},
		{"Metrics", func(ctx context.Context) (any, error) { return s.Metrics(ctx) }},
		{"History", func(ctx context.Context) (any, error) { return a.History(ctx) }},
		{"Talk", func(ctx context.Context) (any, error) { return a.Talk(ctx) }},
		{"Answers", func(ctx context.Context) (any, error) { return a.Answers(ctx) }},
		{"Log", func(ctx context.Context) (any, error) { return s.Log(ctx, model.LogBudget{}) }},
	}
}

// must is the answer of a reading that may not fail.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same fails t unless rows are those that are wanted, one by one, as eq judges.
func same[T any](t *testing.T, what string, got, want []T, eq func(got, want T) bool) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if !eq(got[i], want[i]) {
			t.Errorf("%s: row %d:\n got %.500s\nwant %.500s", what, i, fmt.Sprintf("%+v", got[i]), fmt.Sprintf("%+v", want[i]))
			return // the others are mostly wrong in the same way
		}
	}
}

// sameJSON reports whether two values are equal, whatever the space in them.
func sameJSON(a, b text.Value) bool {
	read := func(v text.Value) (out any) {
		dec := json.NewDecoder(strings.NewReader(v.Raw()))
		dec.UseNumber()
		if dec.Decode(&out) != nil {
			return v.Raw()
		}
		return out
	}
	return reflect.DeepEqual(read(a), read(b))
}

func sameTime(a, b time.Time) bool {
	return a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond))
}

// sameFloat reports whether two numbers are equal; NaN is NaN.
func sameFloat(a, b float64) bool { return a == b || (math.IsNaN(a) && math.IsNaN(b)) }

func sameProfile(got, want model.Profile) bool {
	return got.ID == want.ID && got.Name.Raw() == want.Name.Raw() && sameJSON(got.Profile, want.Profile)
}

func sameStatus(got, want model.AgentStatus) bool {
	return got.ID == want.ID && got.At == want.At && sameFloat(got.Lng, want.Lng) && sameFloat(got.Lat, want.Lat) &&
		got.Parent == want.Parent && got.Action.Raw() == want.Action.Raw() && sameJSON(got.Status, want.Status) && sameTime(got.Created, want.Created)
}

func sameMessage(got, want model.Message) bool {
	return got.ID == want.ID && got.At == want.At && got.Kind == want.Kind && got.Speaker.Raw() == want.Speaker.Raw() &&
		got.Content.Raw() == want.Content.Raw() && sameTime(got.Created, want.Created)
}

func sameAnswer(got, want model.Answer) bool {
	return got.ID == want.ID && got.At == want.At && got.Survey == want.Survey && got.Pending == want.Pending &&
		got.Result.Raw() == want.Result.Raw() && sameTime(got.Created, want.Created)
}

func samePrompt(got, want model.Prompt) bool {
	return got.At == want.At && got.Text.Raw() == want.Text.Raw() && sameTime(got.Created, want.Created)
}

func sameMetric(got, want model.Metric) bool {
	return got.Key.Raw() == want.Key.Raw() && slices.EqualFunc(got.Points, want.Points, func(a, b model.Point) bool {
		return a.Tick == b.Tick && (a.Value == b.Value || math.IsNaN(a.Value) && math.IsNaN(b.Value))
	})
}
