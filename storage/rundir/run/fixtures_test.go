package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/rundirtest"
)

// expectedRun is what is known of a fixture.
type expectedRun struct {
	Agents    int      `json:"agents_in_config"`
	Artifacts []string `json:"artifacts"`
	Log       struct {
		Files []string `json:"files"`
	} `json:"log"`
	Start string `json:"start_t"`
}

// TestFixtures holds what is read of each fixture against what was counted in it by another program.
func TestFixtures(t *testing.T) {
	raw, tables := rundirtest.Expected(t)
	for _, name := range rundirtest.Names {
		t.Run(name, func(t *testing.T) {
			d, dir := openRun(t, name)
			f := testFacts(t, dir)
			var want expectedRun
			if err := json.Unmarshal(raw[name], &want); err != nil {
				t.Fatal(err)
			}
			if profiles := must[[]model.Profile](t)(d.Profiles(t.Context())); len(profiles) != want.Agents {
				t.Errorf("%d agents, want %d", len(profiles), want.Agents)
			}
			if f.Status == model.NotStarted {
				if _, err := d.Frame(t.Context(), model.Latest); !errors.Is(err, model.ErrNotStarted) {
					t.Errorf("a frame before the start: %v", err)
				}
				return
			}
			checkTimeline(t, d, &f, want.Start, tables[name])
			checkFrames(t, d, tables[name])
			checkTalk(t, d, &want)
			checkArtifacts(t, d, want.Artifacts)
			var logs []string
			all, err := d.Logs(t.Context())
			for _, l := range all {
				logs = append(logs, l.Name.String())
			}
			if slices.Sort(logs); !slices.Equal(logs, slices.Sorted(slices.Values(want.Log.Files))) {
				t.Errorf("logs %v (%v), want %v", logs, err, want.Log.Files)
			}
		})
	}
}

// checkTimeline holds the moments against the plan: whole steps, each at the start of the run and the
// ticks before it, whatever the rows say.
func checkTimeline(t *testing.T, d *Data, f *Facts, start string, tables map[string]rundirtest.Table) {
	t.Helper()
	whole := 0
	for _, table := range tables {
		if len(table.Steps) > 1 {
			whole = max(whole, table.Steps[1]+1)
		}
	}
	whole = min(whole, max(int(f.Done), 0))
	all := must[[]model.SimTime](t)(d.Timeline(t.Context()))
	if len(all) != whole {
		t.Errorf("%d moments, want %d", len(all), whole)
	}
	if begin, ok := plan.ParseNaive(start); !ok || len(all) > 0 && all[0] != (model.SimTime{T: begin.Sub(f.Epoch).Seconds()}) {
		t.Errorf("begins at %v of %v, want %s", all[0], f.Epoch, start)
	}
	for step, at := range all {
		if tick, ok := f.Plan.StepStart(int64(step)); !ok || at != model.SimTimeOf(tick) {
			t.Errorf("step %d is at %v", step, at)
		}
	}
}

// checkFrames counts the rows of all snapshots as frames, histories and metrics have them.
func checkFrames(t *testing.T, d *Data, tables map[string]rundirtest.Table) {
	t.Helper()
	got, placed := map[string]int{}, 0
	agents := map[int64]int{}
	moments := must[[]model.SimTime](t)(d.Timeline(t.Context()))
	for _, at := range moments {
		frame := must[model.Frame](t)(d.Frame(t.Context(), at))
		if frame.At != at {
			t.Errorf("the frame of %v is at %v", at, frame.At)
		}
		for _, a := range frame.Agents {
			agents[a.ID]++
			if !math.IsNaN(a.Lng) && a.Lng > 100 && a.Lat > 30 {
				placed++
			}
			for _, m := range a.Status.Members() {
				got[m.Key.Raw()+"_agent_state"]++
			}
		}
	}
	for name, table := range tables {
		if !strings.HasSuffix(name, "_agent_state") {
			continue
		}
		want := table.Rows
		if table.DistinctKeys > 0 {
			want = table.DistinctKeys
		}
		want -= want / table.Steps[2] * max(table.Steps[1]+1-len(moments), 0) // of steps that are not whole
		if name == "mobility_agent_state" && got[name] == 0 {
			got[name] = placed // before 2.6 it has nothing but places
		}
		if got[name] < want || got[name] > table.Rows {
			t.Errorf("%s: %d rows in frames, want %d of %d", name, got[name], want, table.Rows)
		}
	}
	for id, n := range agents {
		history := must[[]model.AgentStatus](t)(d.Agent(id).History(t.Context()))
		if len(history) != n {
			t.Errorf("agent %d: a history of %d, in %d frames", id, len(history), n)
		}
	}
	for _, m := range must[[]model.Metric](t)(d.Metrics(t.Context())) {
		if len(m.Points) != len(moments) {
			t.Errorf("%s: %d points, want %d", m.Key, len(m.Points), len(moments))
		}
	}
}

// checkTalk holds what was said against the rows of the events.
func checkTalk(t *testing.T, d *Data, want *expectedRun) {
	t.Helper()
	said := map[string]int{}
	datasets, _ := d.Datasets(t.Context())
	for _, ds := range datasets {
		if !ds.Can(model.SocialEvent) {
			continue
		}
		rows := must[model.Rows](t)(d.Rows(t.Context(), ds.ID.Raw(), model.RowQuery{}))
		c := cells{Rows: rows, at: map[string]int{}}
		for i, name := range rows.Columns {
			c.at[name.Raw()] = i
		}
		for i := range rows.Cells {
			if words := c.get(i, "content"); words.Kind() == text.TextValue {
				said[fmt.Sprint(c.get(i, "sender_id").Raw(), " ", words.Plain())]++
			}
		}
	}
	got := map[string]int{}
	for _, m := range must[[]model.Message](t)(d.TalkUntil(t.Context(), model.Latest, 0)) {
		if m.Kind == model.Talk {
			got[fmt.Sprint(m.Speaker.Raw(), " ", m.Content.Raw())]++
		}
	}
	if !maps.Equal(got, said) {
		t.Errorf("%d things were said, want %d", len(got), len(said))
	}
	for id := range int64(want.Agents) {
		for _, m := range must[[]model.Message](t)(d.Agent(id + 1).Talk(t.Context())) {
			got[fmt.Sprint(m.ID, " ", m.Content.Raw())]--
		}
	}
	for words, n := range got {
		if n != 0 {
			t.Errorf("said by everyone and by each: %q %+d", words, n)
		}
	}
}

// checkArtifacts holds talk and surveys against the artifacts' names.
func checkArtifacts(t *testing.T, d *Data, names []string) {
	t.Helper()
	words, surveys := 0, 0
	for _, name := range names {
		if strings.HasSuffix(name, ".md") {
			words += 2
		} else {
			surveys++
		}
	}
	if all := must[[]model.Message](t)(d.Agent(model.Everyone).Talk(t.Context())); len(all) != words {
		t.Errorf("%d messages of artifacts, want %d", len(all), words)
	}
	all := must[[]model.Survey](t)(d.Surveys(t.Context()))
	if len(all) != surveys {
		t.Errorf("%d surveys, want %d", len(all), surveys)
	}
	for _, a := range must[[]model.Answer](t)(d.AnswersUntil(t.Context(), model.Latest, 0)) {
		if !slices.ContainsFunc(all, func(s model.Survey) bool { return s.ID == a.Survey }) || !a.At.Valid() || a.Result.Empty() {
			t.Errorf("answer %+v", a)
		}
	}
}
