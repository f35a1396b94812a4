package run

import (
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/rundirtest"
)

func TestAConfigIsTwoDocuments(t *testing.T) {
	f := testFacts(t, rundirtest.Run(t, "2.9.2-completed"))
	config := must[string](t)(Config(f.Steps, f.InitConfig))
	dec := yaml.NewDecoder(strings.NewReader(config))
	var steps struct {
		Start string `yaml:"start_t"`
	}
	var society struct {
		Agents []struct {
			ID int64 `yaml:"agent_id"`
		} `yaml:"agents"`
	}
	if err := dec.Decode(&steps); err != nil || steps.Start != "2026-01-05T08:00:00" {
		t.Errorf("steps.yaml: %+v (%v)", steps, err)
	}
	if err := dec.Decode(&society); err != nil || len(society.Agents) != 6 {
		t.Errorf("init_config.json: %+v (%v)", society, err)
	}
	if !strings.HasPrefix(config, "# steps.yaml\nstart_t:") || !strings.Contains(config, "\n---\n# init_config.json\n{\n") {
		t.Errorf("%.200s", config)
	}
}

func TestConfigsThatAreMissingLongOrOfOneLine(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none")
	write(t, "--- \n", dir, "steps.yaml")
	write(t, `{"agents": [{"agent_id": 1, "kwargs": {"name": "李明"}}], "api_key": "sk-abcdefghijklmnop"}`, dir, "init_config.json")
	if got := must[string](t)(Config("", none)); got != "" {
		t.Errorf("nothing: %q", got)
	}
	one := must[string](t)(Config(none, filepath.Join(dir, "init_config.json")))
	if strings.Count(one, "\n") < 8 || !strings.HasPrefix(one, "# init_config.json\n{\n  \"agents\": [") {
		t.Errorf("one line: %s", one)
	}
	if masked := plan.MaskSecrets(text.CleanLines(one)).String(); strings.Contains(masked, "sk-") {
		t.Errorf("secrets: %s", masked)
	}
	write(t, strings.Repeat(" ", maxConfig+1), dir, "long.json")
	if got := must[string](t)(Config("", filepath.Join(dir, "long.json"))); got != "# long.json is longer than 16 MiB, and is not shown\n" {
		t.Errorf("%.100q", got)
	}
	if _, err := Config(dir, ""); err != nil {
		t.Errorf("a directory: %v", err)
	}
}

func TestAgentsOfAnInitConfig(t *testing.T) {
	all := parseAgents([]byte(`{"agents": [{"agent_id": 2, "agent_type": "PersonAgent", "kwargs": {"id": 3, "name": "李明", "age": 54}},
		{"kwargs": {"id": "4"}}, {"agent_id": 5}, {"agent_id": 1.5}, {}]}`))
	if len(all) != 3 || all[0].ID != 2 || all[0].Name.String() != "李明" || all[1].ID != 4 || all[2].ID != 5 {
		t.Errorf("%+v", all)
	}
	if got := parseAgents([]byte(`{"agents": [{"agent_id": 2,`)); got != nil {
		t.Errorf("half a file: %+v", got)
	}
}
