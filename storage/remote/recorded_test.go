package remote

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/remote/remotetest"
)

const recordings = "testdata/agentsociety-api"

// recorded is a Client of a server of the recorded answers.
func recorded(t *testing.T, options ...remotetest.Option) *Client {
	t.Helper()
	c, err := Open(remotetest.Listen(t, remotetest.Fixtures(recordings, options...)).URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// read is all experiments of an endpoint.
func read(t *testing.T, c *Client, b model.Budget) map[string]model.Summary {
	t.Helper()
	all := map[string]model.Summary{}
	for since := (model.Cursor{}); ; {
		ch, err := c.Changes(context.Background(), since, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range ch.Put {
			all[s.ID.String()[:8]] = s
		}
		if since = ch.Next; !ch.More {
			if ch.Total != len(all) || ch.Trouble != nil || ch.Clock.IsZero() {
				t.Errorf("total %d of %d, trouble %v, clock %v", ch.Total, len(all), ch.Trouble, ch.Clock)
			}
			return all
		}
	}
}

func TestTheRecordedExperiments(t *testing.T) {
	for name, options := range map[string][]remotetest.Option{
		"in UTC":                            nil,
		"on SQLite in Beijing":              {remotetest.Offset("+08:00")},
		"on SQLite west of Greenwich":       {remotetest.Offset("-03:30")},
		"by a clock that is years in front": {remotetest.Now(func() time.Time { return time.Now().AddDate(3, 0, 0) })},
	} {
		t.Run(name, func(t *testing.T) {
			all := read(t, recorded(t, options...), model.Budget{Errors: true})
			if len(all) != 13 {
				t.Fatalf("%d experiments, want 13", len(all))
			}
			for id, want := range map[string]struct {
				status        model.Status
				step, steps   int64
				created, last string
			}{
				"1c2a67e2": {model.Finished, 768, 768, "", "2026-11-20T16:40:59"},
				"51b2d179": {model.Failed, 240, 768, "", "2026-11-21T04:40:59"},
				"b3a893be": {model.Stopped, 12, 768, "", "2026-11-21T13:40:59"},
				"de091866": {model.NotStarted, 0, 768, "", ""},
				"72420354": {model.Running, 36, 504, "2026-11-23T09:40:59", "2026-11-23T14:42:22"},
				"bb6623aa": {model.Running, -1, -1, "", ""},
			} {
				s := all[id]
				p := s.Progress()
				if want.steps < 0 {
					if p.Known {
						t.Errorf("%s: progress %+v is known", id, p)
					}
					continue
				}
				if s.Status != want.status || !p.Known || p.Step != want.step || p.Steps != want.steps {
					t.Errorf("%s: %v, progress %+v, want %+v", id, s.Status, p, want)
				}
				const layout = "2006-01-02T15:04:05"
				if got := s.Updated.Format(layout); want.last != "" && got != want.last {
					t.Errorf("%s: updated %s, want %s", id, got, want.last)
				}
				if got := s.Created.Format(layout); want.created != "" && got != want.created {
					t.Errorf("%s: created %s, want %s", id, got, want.created)
				}
			}
			if s := all["6fd22060"]; s.InputTokens != 9007199254740993 {
				t.Errorf("%d tokens", s.InputTokens)
			}
			if s := all["51b2d179"]; !strings.Contains(s.Error.String(), "Traceback") {
				t.Errorf("error %q", s.Error)
			}
		})
	}
}

func TestARecordedExperimentIsReadWhole(t *testing.T) {
	c := recorded(t)
	for id, s := range read(t, c, model.Budget{}) {
		e, err := c.Experiment(context.Background(), s.Key)
		if err != nil {
			t.Fatal(err)
		}
		if e.Error = (text.Lines{}); e.Name != s.Name || e.Now != s.Now || e.Config.Empty() != (id == "6fd22060") {
			t.Errorf("%s: %+v, the list has %+v", id, e.Summary, s)
		}
	}
	if _, err := c.Find(context.Background(), uuid.MustParse("00000000-0000-4000-8000-000000000000")); !errors.Is(err, model.ErrNoExperiment) {
		t.Errorf("%v", err)
	}
}

// of is the run of a recorded experiment.
func of(t *testing.T, c *Client, id string) model.RunData {
	t.Helper()
	return c.RunData(model.Key{ID: uuid.MustParse(id)})
}

const (
	finishedID   = "1c2a67e2-8cf0-5168-b697-66e0f003a377"
	liveID       = "72420354-a142-5529-91a6-296b7b4c7689"
	noTablesID   = "3fc50607-0379-5898-b04e-52349bfbc263"
	notStartedID = "de091866-8093-520e-87b9-8f080e33b0a8"
	unknownID    = "00000000-0000-4000-8000-000000000000"
	individualID = "bb6623aa-50b3-5174-b5c7-f7f4f7ef0db6"
)

func TestTheRecordedRun(t *testing.T) {
	c, ctx := recorded(t), context.Background()
	s := of(t, c, finishedID)
	timeline, err := s.Timeline(ctx)
	if err != nil || len(timeline) != 768 || timeline[0] != (model.SimTime{T: 28801}) || timeline[767] != (model.SimTime{Day: 2, T: 86101}) {
		t.Errorf("%d moments, %v", len(timeline), err)
	}
	profiles, err := s.Profiles(ctx)
	if err != nil || len(profiles) == 0 || profiles[0].ID != 1 || profiles[0].Name.String() != "李娜1" || profiles[0].Profile.Kind() != text.ObjectValue {
		t.Errorf("%d profiles, %v, %+v", len(profiles), err, profiles[0])
	}
	frame, err := s.Frame(ctx, model.SimTime{Day: 1, T: 301})
	if err != nil || len(frame.Agents) != len(profiles) || frame.Agents[0].At != frame.At || math.IsNaN(frame.Agents[0].Lng) {
		t.Errorf("%d agents at %v, %v", len(frame.Agents), frame.At, err)
	}
	if frame, err = s.Frame(ctx, model.SimTime{Day: 1, T: 300}); err != nil || len(frame.Agents) != 0 {
		t.Errorf("%d agents at no moment, %v", len(frame.Agents), err)
	}
	if frame, err = s.Frame(ctx, model.Latest); err != nil || frame.At != timeline[767] || len(frame.Agents) != len(profiles) {
		t.Errorf("%d agents at the end, %v, %v", len(frame.Agents), frame.At, err)
	}
	prompt, err := s.Prompt(ctx, model.SimTime{Day: 1, T: 301})
	if err != nil || !strings.Contains(prompt.Text.String(), "weather") || prompt.Created.IsZero() {
		t.Errorf("prompt %+v, %v", prompt, err)
	}
	if prompt, err = s.Prompt(ctx, model.SimTime{Day: 99, T: 1}); err != nil || !prompt.Text.Empty() {
		t.Errorf("prompt %+v, %v", prompt, err)
	}
	metrics, err := s.Metrics(ctx)
	if err != nil || len(metrics) == 0 || metrics[0].Points[0].Tick != 1 || metrics[0].Points[1].Tick != 3601 {
		t.Errorf("%d metrics, %v", len(metrics), err)
	}
	surveys, err := c.Surveys(ctx)
	if err != nil || len(surveys) != 2 || surveys[0].Created.Format(time.RFC3339) != "2026-11-23T14:41:15Z" {
		t.Errorf("surveys %+v, %v", surveys, err)
	}
}

func TestTheRecordedAgents(t *testing.T) {
	s, ctx := of(t, recorded(t), finishedID), context.Background()
	talk, err := s.Agent(1).Talk(ctx)
	if err != nil || len(talk) < 3 || talk[0].Kind != model.Thought || talk[1].Kind != model.Talk || talk[2].Kind != model.UserTalk {
		t.Fatalf("%+v, %v", talk, err)
	}
	if got := talk[1].Words().String(); got != "Hi, shall we meet? 一起吃饭吗 #0" || talk[1].Speaker.String() != "4" {
		t.Errorf("%q says %s", got, talk[1].Speaker)
	}
	answers, err := s.Agent(2).Answers(ctx)
	if err != nil || len(answers) == 0 {
		t.Errorf("%+v, %v", answers, err)
	}
	history, err := s.Agent(2).History(ctx)
	if err != nil || len(history) != 768 || history[0].At.Compare(history[767].At) >= 0 {
		t.Errorf("%d statuses, %v", len(history), err)
	}
	for _, id := range []int64{-5, 9999, 3} { // the server has no route of the third at all
		talk, talkErr := s.Agent(id).Talk(ctx)
		history, err := s.Agent(id).History(ctx)
		if err = errors.Join(err, talkErr); err != nil || len(talk)+len(history) > 0 {
			t.Errorf("agent %d: %v, %v, %v", id, talk, history, err)
		}
	}
}

func TestTheRecordedLog(t *testing.T) {
	c, ctx := recorded(t), context.Background()
	log, err := of(t, c, finishedID).Log(ctx, model.LogBudget{Lines: 5})
	lines := log.Lines.Split()
	if err != nil || len(lines) != 5 || !log.Tail || log.Dropped == 0 {
		t.Fatalf("%d lines, %+v, %v", len(lines), log, err)
	}
	if log, _ = of(t, c, finishedID).Log(ctx, model.LogBudget{}); log.Dropped > 0 || !strings.Contains(log.Lines.String(), "[INFO]") {
		t.Errorf("%d dropped of %.100q", log.Dropped, log.Lines)
	}
	if text := log.Lines.String(); strings.ContainsAny(text, "\x1b\ufffd") || strings.Contains(text, "[32m") || strings.Contains(text, "\n\n\n") || !strings.Contains(text, "error.\n\nThe above") {
		t.Errorf("%.200q", text)
	}
	for _, id := range []string{liveID, noTablesID, notStartedID, unknownID} {
		if _, err := of(t, c, id).Log(ctx, model.LogBudget{}); !errors.Is(err, model.ErrNoData) || !strings.Contains(err.Error(), "not started from the web page") {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestWhatARunLacksIsSaid: an experiment without tables, one that has not started, one that
// does not exist, one that has nothing.
func TestWhatARunLacksIsSaid(t *testing.T) {
	c, ctx := recorded(t), context.Background()
	for id, want := range map[string]error{noTablesID: model.ErrNoData, notStartedID: model.ErrNotStarted, unknownID: model.ErrNoExperiment, individualID: nil} {
		s := of(t, c, id)
		timeline, err := s.Timeline(ctx)
		errs := []error{err}
		profiles, err := s.Profiles(ctx)
		errs = append(errs, err)
		frame, err := s.Frame(ctx, model.Latest)
		errs = append(errs, err)
		prompt, err := s.Prompt(ctx, model.Latest)
		errs = append(errs, err)
		metrics, err := s.Metrics(ctx)
		for i, err := range append(errs, err) {
			if !errors.Is(err, want) || (want == nil) != (err == nil) {
				t.Errorf("%s, route %d: %v, want %v", id, i, err, want)
			}
		}
		if len(timeline)+len(profiles)+len(frame.Agents)+len(metrics) > 0 || !prompt.Text.Empty() {
			t.Errorf("%s has data", id)
		}
	}
}

func TestProbeOfTheRecordedServer(t *testing.T) {
	r, err := recorded(t).Probe(context.Background())
	if err != nil || r.Title.String() != apiTitle || r.Release.String() != "1.5 or later" || len(r.Lacks) > 0 || r.Skew.Abs() > 2*time.Second {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestQuestionnairesHaveTheRightOffset, as nothing else has on SQLite.
func TestQuestionnairesHaveTheRightOffset(t *testing.T) {
	for _, offset := range []string{"Z", "+08:00", "-03:30"} {
		all, err := recorded(t, remotetest.Offset(offset)).Surveys(context.Background())
		if err != nil || len(all) != 2 || all[0].Created.Format(time.RFC3339) != "2026-11-23T14:41:15Z" {
			t.Errorf("%s: %+v, %v", offset, all, err)
		}
	}
}

// TestTheListGivesTheModels: without their keys and addresses, and shared between experiments.
func TestTheListGivesTheModels(t *testing.T) {
	c := recorded(t)
	all := read(t, c, model.Budget{})
	m := all["1c2a67e2"].Models
	want := plan.NewModels([]plan.Model{
		{Name: text.Clean("qwen2.5-14b-instruct"), Provider: text.Clean("qwen")},
		{Name: text.Clean("Qwen/Qwen2.5-7B"), Provider: text.Clean("vllm")},
	})
	if !m.Equal(want) || want == nil {
		t.Errorf("models %q, want %q", m.All(), want.All())
	}
	e, err := c.Experiment(context.Background(), all["1c2a67e2"].Key)
	if err != nil || e.Models != m {
		t.Errorf("read by itself: models %q, which are not those of the list, %v", e.Models.All(), err)
	}
}
