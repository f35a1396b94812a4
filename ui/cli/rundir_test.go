package cli

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// dirRun is a run of AgentSociety 2 that has done so many of 14 steps.
func dirRun(n byte, name string, status model.Status, done int64) model.Experiment {
	e := run(n, name, status)
	e.Plan = &plan.Plan{Start: 28800, Segments: []plan.Segment{{Ticks: 900, Steps: 14}}}
	e.Now = model.SimTimeOf(28800 + 900*(done-1))
	if done == 0 {
		e.Now = model.SimTime{Day: -1}
	}
	e.InputTokens, e.OutputTokens = 0, 0
	e.Dir = &model.RunDir{
		Done: done, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Label: text.Clean("1_1"), Path: text.Clean("/lab/runs/" + name),
		Agents: 5, Uncounted: true, Phase: model.Phase{Kind: text.Clean("run"), Index: 3, Count: 6},
	}
	return e
}

// dirRuns are runs of AgentSociety 2 in several states, and one of version 1.
func dirRuns() *fakeSource {
	lost, short := dirRun(2, "lost", model.Lost, 7), dirRun(3, "short", model.Finished, 4)
	lost.Dir.Alive = text.Clean("process 4711 is gone")
	short.Dir.Warnings = []text.Text{text.Clean("4 of 14 steps"), text.Clean("=resumed")}
	return &fakeSource{all: []model.Experiment{run(1, "of version 1", model.Running), lost, short}}
}

// TestFieldsOfRunDirectories: JSON, CSV and text of runs with and without a run directory.
func TestFieldsOfRunDirectories(t *testing.T) {
	out, errs, code, _ := call(dirRuns(), nil, "list", "--json", "--sort", "id", "x")
	if code != 0 {
		t.Fatal(errs)
	}
	var got []map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]string{
		{"status": "1", "experiment_id": "null", "path": "null", "warnings": "[]", "phase": "null", "alive": "null", "agents": "null", "simulation_time": "null", "input_tokens": "1600000"},
		{
			"status": "4", "status_name": `"lost"`, "progress": "0.5", "step": "7", "steps": "14", "attention": `"lost"`, "experiment_id": `"1_1"`, "path": `"/lab/runs/lost"`,
			"warnings": "[]", "phase": `{"count":6,"index":3,"kind":"run"}`, "alive": `"process 4711 is gone"`, "agents": "5", "simulation_time": `"2026-01-05T09:45:00"`,
			"input_tokens": "null", "output_tokens": "null",
		},
		{"status": "2", "status_name": `"finished"`, "step": "4", "steps": "14", "attention": `"short"`, "warnings": `["4 of 14 steps","=resumed"]`, "simulation_time": `"2026-01-05T09:00:00"`},
	} {
		for name, value := range want {
			if is, err := json.Marshal(got[i][name]); err != nil || string(is) != value {
				t.Errorf("run %d: %s is %s, want %s", i, name, is, value)
			}
		}
	}
	const columns = "name,status,sim_time,tokens,label,warnings,phase,agents,path"
	out, errs, code, _ = call(dirRuns(), nil, "list", "--columns", columns, "--sort", "id", "x")
	const want = `
NAME          STATUS       SIM TIME     TOKENS  LABEL  WARNINGS                 PHASE        AGENTS  PATH
of version 1  running      d0 10:00       2.1M  –      –                        –            –       –
lost          lost         01-05 09:30       –  1_1    –                        run, 4 of 6  5       /lab/runs/lost
short         finished     01-05 08:45       –  1_1    4 of 14 steps; =resumed  run, 4 of 6  5       /lab/runs/short
`
	if got := "\n" + out; code != 0 || got != want {
		t.Errorf("it prints%s%s", got, errs)
	}
	out, _, _, _ = call(dirRuns(), nil, "list", "--csv", "--columns", "name,status,warnings,phase,tokens", "--filter", `-warning:"" | status:lost`, "--sort", "id", "x")
	if want := "name,status,warnings,phase,tokens\nlost,4,,\"run, 4 of 6\",\nshort,2,4 of 14 steps; =resumed,\"run, 4 of 6\",\n"; out != want {
		t.Errorf("the CSV is %q", out)
	}
}

func TestShowOfARunDirectory(t *testing.T) {
	out, errs, code, _ := call(dirRuns(), nil, "show", "x", "short")
	if code != 0 {
		t.Fatal(errs)
	}
	for _, line := range []string{
		"path         /lab/runs/short", "label        1_1", "agents       5", "phase        run, 4 of 6", "warning      4 of 14 steps", "attention    cut short",
		"progress     28% (step 4 of 14)", "simulated    2026-01-05 08:45:00 (day 0)", "tokens       –",
	} {
		if !strings.Contains(out, line+"\n") {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	if out, _, _, _ := call(dirRuns(), nil, "show", "x", "lost"); !strings.Contains(out, "\nlost         process 4711 is gone\n") || strings.Contains(out, "alive") {
		t.Errorf("how it is known to be lost:\n%s", out)
	}
	if out, errs, code, _ := call(dirRuns(), nil, "show", "--json", "x", "of version 1"); code != 0 || !strings.Contains(out, `"verdict":null`) {
		t.Errorf("a verdict of version 1: %s%s", out, errs)
	}
	src := dirRuns()
	src.all[2].Plan = nil
	if out, _, _, _ := call(src, nil, "show", "x", "short"); !strings.Contains(out, "progress     – (step 4)\n") {
		t.Errorf("without a plan it prints\n%s", out)
	}
}

// dirSociety is the data of a run directory.
type dirSociety struct {
	*fakeSociety
	activity model.Activity
	datasets []model.Dataset
	said     []model.Answer
	fails    error
}

func (d *dirSociety) Activity(context.Context) (model.Activity, error) { return d.activity, d.fails }

func (d *dirSociety) Datasets(context.Context) ([]model.Dataset, error) { return d.datasets, d.fails }

func (d *dirSociety) Rows(context.Context, string, model.RowQuery) (model.Rows, error) {
	return model.Rows{}, d.fails
}

func (d *dirSociety) TalkUntil(context.Context, model.SimTime, int) ([]model.Message, error) {
	return nil, d.fails
}

func (d *dirSociety) AnswersUntil(context.Context, model.SimTime, int) ([]model.Answer, error) {
	return d.said, d.fails
}

// dirSource is a source of runs whose data is that of a directory.
type dirSource struct {
	*fakeSource
	data model.RunData
}

func (d dirSource) RunData(model.Key) model.RunData { return d.data }

// TestVerdict: what became of an ended run, as far as it is known.
func TestVerdict(t *testing.T) {
	data := &dirSociety{
		fakeSociety: &fakeSociety{},
		activity: model.Activity{From: text.Clean("trace"), Steps: 2, Agents: []model.AgentActivity{
			{ID: 1, Deeds: []model.Deed{model.Absent, model.Acted}}, {ID: 2, Deeds: []model.Deed{model.FailedToAct, model.Absent}}, {ID: 3, Deeds: nil},
		}},
		datasets: []model.Dataset{{ID: text.Clean("mobility.agent_state"), Rows: 70}, {ID: text.Clean("social_media.event"), Rows: 0}, {ID: text.Clean("economy.env_state"), Rows: -1}},
		said: []model.Answer{
			{ID: 1, Result: text.CleanLines("7")},
			{ID: 2, Trouble: text.Clean("it failed")},
			{ID: 3, Result: text.CleanLines("x"), Trouble: text.Clean("mood: no integer")},
			{ID: 3, Result: text.CleanLines("y"), Trouble: text.Clean("mood: no integer; why: no text")},
		},
	}
	src := dirSource{dirRuns(), data}
	const want = "4 of 14 steps; 2 of 3 agents never acted (2, 3, by trace); no rows in social_media.event, economy.env_state; 3 answers could not be understood; 1 answer failed"
	if out, errs, code, _ := call(src, nil, "show", "x", "short"); code != 0 || !strings.Contains(out, "verdict      "+want+"\n") {
		t.Errorf("it prints\n%s%s", out, errs)
	}
	show := func(name string) map[string]any {
		t.Helper()
		out, errs, code, _ := call(src, nil, "show", "--json", "x", name)
		var got struct{ Verdict map[string]any }
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 {
			t.Fatal(err, errs)
		}
		return got.Verdict
	}
	object := map[string]any{
		"text": want, "steps_planned": 14.0, "steps_done": 4.0, "agents": 3.0, "agents_never_acted": []any{2.0, 3.0}, "activity_from": "trace",
		"empty_datasets": []any{"social_media.event", "economy.env_state"}, "parse_failures": 3.0, "failed_answers": 1.0,
	}
	if got := show("short"); !reflect.DeepEqual(got, object) {
		t.Errorf("the object is %v", got)
	}
	data.fails = model.ErrNotOffered
	object = map[string]any{
		"text": "7 of 14 steps", "steps_planned": 14.0, "steps_done": 7.0, "agents": nil, "agents_never_acted": nil, "activity_from": nil, "empty_datasets": nil, "parse_failures": nil, "failed_answers": nil,
	}
	if got := show("lost"); !reflect.DeepEqual(got, object) {
		t.Errorf("without data it is %v", got)
	}
	src.all[1].Status = model.Running
	if got := show("lost"); got != nil {
		t.Errorf("of a running run it is %v", got)
	}
}
