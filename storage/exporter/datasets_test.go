package exporter

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"societop/model"
	"societop/model/text"
	"societop/storage/importer"
	"societop/storage/rundir"
	"societop/storage/rundir/rundirtest"
	"societop/storage/storagetest"
)

// version2 is a source with a run of AgentSociety 2 of so many agents and steps.
func version2(agents, steps int) (*storagetest.Memory, model.Experiment) {
	m := storagetest.NewMemory()
	e := storagetest.Experiments(2)[1]
	e.Status, e.Now = model.Lost, model.SimTime{Day: 1, T: 3600}
	e.Config = text.CleanLines("# steps.yaml\nsteps: []\n---\n# init_config.json\nagents: []\n")
	e.Dir = &model.RunDir{
		Done: int64(steps) - 1, Epoch: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Label: text.Clean("1_1"), Path: text.Clean("/runs/sim-1"), Agents: agents, Uncounted: true,
		Phase: model.Phase{Kind: text.Clean("run"), Index: 1, Count: 3}, Warnings: []text.Text{text.Clean("4 of 10 steps"), text.Clean(`an agent "failed"`)},
	}
	m.Put(e)
	survey := storagetest.SampleDir(1, 1).Surveys[0].ID
	m.SetRunData(e.Key, storagetest.RunData{
		Dir:      storagetest.SampleDir(agents, steps),
		Profiles: []model.Profile{{ID: 0, Name: text.Clean("李娜"), Profile: text.ParseValue(`{"age": 20}`)}},
		Messages: []model.Message{{ID: model.Everyone, At: e.Now, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines("What happened?"), Created: e.Created}},
		Answers:  []model.Answer{{ID: 0, At: e.Now, Survey: survey, Trouble: text.Clean("agent failed"), Created: e.Created}},
	})
	return m, e
}

// TestARunOfAgentSociety2 is exported with its datasets, and what it says of itself.
func TestARunOfAgentSociety2(t *testing.T) {
	m, e := version2(3, 4)
	path, report := exported(t, m, e.Key)
	if len(report.LeftOut) > 0 {
		t.Errorf("left out: %v", report.LeftOut)
	}
	all := members(t, path)
	var yml map[string]any
	if err := yaml.Unmarshal([]byte(all["experiment.yaml"]), &yml); err != nil || yml["status"] != 4 || yml["config"] != e.Config.Raw() {
		t.Errorf("%v, %v", yml, err)
	}
	if _, has := yml["input_tokens"]; has {
		t.Error("tokens that were not counted")
	}
	var run map[string]any
	if err := yaml.Unmarshal([]byte(all["run.yaml"]), &run); err != nil || run["status_name"] != "lost" || run["step_count"] != 3 || run["epoch"] != "2026-01-01" ||
		run["path"] != "/runs/sim-1" || run["phase_count"] != 3 || run["uncounted"] != true || len(run["warnings"].([]any)) != 2 || run["warnings"].([]any)[1] != `an agent "failed"` {
		t.Errorf("%v, %v", run, err)
	}
	if got := all["agent_dialog.csv"]; !strings.Contains(got, "-1,1,3600.0,2,user,What happened?") {
		t.Errorf("%q", got)
	}
	if got := all["survey_trouble.csv"]; !strings.Contains(got, "agent failed") {
		t.Errorf("%q", got)
	}
	var surveys []map[string]any
	if err := json.Unmarshal([]byte(all["surveys.json"]), &surveys); err != nil || len(surveys) != 1 || surveys[0]["name"] != "mood" {
		t.Errorf("%v, %v", surveys, err)
	}
	var schema struct {
		Tables   map[string]any
		Datasets map[string]struct {
			TableName    string   `json:"table_name"`
			StepKey      *string  `json:"step_key"`
			DefaultOrder []string `json:"default_order"`
			Capabilities []string
			Columns      []map[string]any
		}
	}
	if err := json.Unmarshal([]byte(all["datasets/_schema.json"]), &schema); err != nil || len(schema.Tables) != 4 || len(schema.Datasets) != 4 {
		t.Fatalf("%+v, %v", schema, err)
	}
	if d := schema.Datasets["core.agent_profile"]; d.StepKey != nil || !slices.Equal(d.DefaultOrder, []string{"id"}) || len(d.Columns) != 3 || d.Columns[2]["type"] != "JSON" {
		t.Errorf("%+v", d)
	}
	for table, rows := range map[string]int{"core_agent_profile": 3, "mobility_agent_state": 12, "economy_env_state": 4, "social_media_event": 4} {
		if got := strings.Count(all["datasets/"+table+".jsonl"], "\n"); got != rows {
			t.Errorf("%s: %d rows, want %d", table, got, rows)
		}
	}
	var profile map[string]any
	line, _, _ := strings.Cut(all["datasets/core_agent_profile.jsonl"], "\n")
	if err := json.Unmarshal([]byte(line), &profile); err != nil || profile["profile"] != `{"age": 20}` || profile["name"] != "李娜0" {
		t.Errorf("%s: %v", line, err)
	}
	if !strings.Contains(all["datasets/economy_env_state.jsonl"], `"note": null`) {
		t.Errorf("%s", all["datasets/economy_env_state.jsonl"])
	}
}

// TestTokensOfTheInputOnly: what a run does not count of its tokens is left out.
func TestTokensOfTheInputOnly(t *testing.T) {
	m, e := version2(1, 1)
	e.InputTokens, e.OutputTokens = 7, -1
	dir := *e.Dir
	dir.Uncounted = false
	e.Dir = &dir
	m.Put(e)
	path, _ := exported(t, m, e.Key)
	var yml map[string]any
	err := yaml.Unmarshal([]byte(members(t, path)["experiment.yaml"]), &yml)
	if output, has := yml["output_tokens"]; err != nil || yml["input_tokens"] != 7 || has {
		t.Errorf("%v in, %v out, %v", yml["input_tokens"], output, err)
	}
}

// TestAnExportOfAgentSociety2IsImported as far as a zip of AgentSociety's is.
func TestAnExportOfAgentSociety2IsImported(t *testing.T) {
	m, e := version2(3, 4)
	path, _ := exported(t, m, e.Key)
	lab := filepath.Join(t.TempDir(), "lab.db")
	if _, err := importer.Import(t.Context(), []string{path}, lab, nil, nil); err != nil {
		t.Fatal(err)
	}
	got, err := opened(t, lab).Experiment(t.Context(), e.Key)
	if err != nil || got.Name != e.Name || !got.Status.Ended() {
		t.Errorf("%+v, %v", got.Summary, err)
	}
}

// TestManyRowsAreReadInWindows, each row once.
func TestManyRowsAreReadInWindows(t *testing.T) {
	m, e := version2(500, 97)
	path, _ := exported(t, m, e.Key)
	lines := strings.Split(strings.TrimSuffix(members(t, path)["datasets/mobility_agent_state.jsonl"], "\n"), "\n")
	slices.Sort(lines)
	if n := len(slices.Compact(lines)); n != 500*97 || len(lines) != n {
		t.Errorf("%d rows, %d of them once; want %d", len(lines), n, 500*97)
	}
}

// TestNamesOfTables are names of files, each another one.
func TestNamesOfTables(t *testing.T) {
	taken := map[string]bool{"_schema": true}
	var got []string
	for _, table := range []string{"a_b", "A_B", "../../etc/passwd", "..", "", "_schema", "表", strings.Repeat("x", 300)} {
		name := memberName(table, taken)
		if len(name) > 110 || strings.ContainsAny(name, "./\\\x00") || slices.Contains(got, strings.ToLower(name)) {
			t.Errorf("%.20q is %q", table, name)
		}
		got = append(got, strings.ToLower(name))
	}
}

// TestTheReplayOfARunDirectory: its rows are in the zip as they are in its shards, each once.
func TestTheReplayOfARunDirectory(t *testing.T) {
	run := rundirtest.Run(t, "2.9.2-completed")
	src := rundir.New(run, rundir.Options{})
	defer src.Close()
	all := keys(t, src)
	if len(all) != 1 {
		t.Fatalf("%d runs", len(all))
	}
	path, report := exported(t, src, all[0])
	if len(report.LeftOut) > 0 {
		t.Errorf("left out: %v", report.LeftOut)
	}
	zipped := members(t, path)
	shards, err := filepath.Glob(filepath.Join(run, "replay", "*.jsonl"))
	if err != nil || len(shards) == 0 {
		t.Fatal(shards, err)
	}
	rowsOf := func(table, lines string) (out []string) {
		for line := range strings.Lines(lines) {
			var row map[string]any
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatalf("%s: %q: %v", table, line, err)
			}
			maps.DeleteFunc(row, func(_ string, v any) bool { return v == nil })
			b, _ := json.Marshal(row)
			out = append(out, string(b))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	want := map[string]string{}
	for _, shard := range shards {
		table, _, _ := strings.Cut(filepath.Base(shard), ".")
		b, err := os.ReadFile(shard)
		if err != nil {
			t.Fatal(err)
		}
		want[table] += string(b)
	}
	for table, lines := range want {
		if got, want := rowsOf(table, zipped["datasets/"+table+".jsonl"]), rowsOf(table, lines); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, want %d", table, len(got), len(want))
		}
	}
}
