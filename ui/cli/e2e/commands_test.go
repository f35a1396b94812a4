package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// row is what list --json and show --json say of an experiment.
type row struct {
	ID         string   `json:"id"`
	Tenant     string   `json:"tenant_id"`
	Name       string   `json:"name"`
	Status     int      `json:"status"`
	StatusName string   `json:"status_name"`
	Progress   *float64 `json:"progress"`
	Step       *int64   `json:"step"`
	Steps      *int64   `json:"steps"`
	ETA        *int64   `json:"eta_seconds"`
	Error      string   `json:"error"`
	Input      int64    `json:"input_tokens"`
	Created    string   `json:"created_at"`
	Stalled    *bool    `json:"stalled"`
	AsOf       string   `json:"as_of"`
}

func listed(t *testing.T, args ...string) []row {
	t.Helper()
	var rows []row
	if err := json.Unmarshal([]byte(program.Done(t, append([]string{"list", "--json"}, args...)...)), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestImportOfAgentSocietysFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	database := sqliteFixture(t)
	before := read(t, database)
	program.Done(t, "import", database, path)
	rows := listed(t, path)
	if len(rows) != 14 {
		t.Fatalf("%d experiments, want 14", len(rows))
	}
	want := map[string]float64{"1c2a67e2": 1, "51b2d179": 240.0 / 768, "b3a893be": 12.0 / 768, "3fc50607": 1.0 / 768, "de091866": 0}
	for _, r := range rows {
		w, ok := want[r.ID[:8]]
		switch {
		case ok && (r.Progress == nil || *r.Progress != w):
			t.Errorf("%s: progress %v, want %v", r.ID, r.Progress, w)
		case r.ID[:8] == "bb6623aa" && (r.Progress != nil || r.Step != nil):
			t.Errorf("%s: progress is known", r.ID)
		case r.ID[:8] == "6fd22060" && r.Input != 9007199254740993:
			t.Errorf("%s: %d tokens", r.ID, r.Input)
		case r.ID[:8] == "51b2d179" && !strings.Contains(r.Error, "Traceback"):
			t.Errorf("%s: error %q", r.ID, r.Error)
		case r.Stalled != nil || !strings.HasPrefix(r.AsOf, "2026-11-23T14:57:"):
			t.Errorf("%s: nobody knows of a run that was imported whether it is stalled; it is as of %s", r.ID, r.AsOf)
		}
	}
	if !bytes.Equal(before, read(t, database)) {
		t.Error("the import changed AgentSociety's database")
	}
	alone := filepath.Join(t.TempDir(), "one.db")
	program.Done(t, "import", filepath.Join(fixtures, "export.zip"), alone)
	if one := listed(t, alone); len(one) != 1 || one[0].ID[:8] != "b3a893be" || *one[0].Progress != 12.0/768 {
		t.Errorf("the export holds %+v", one)
	}
	if _, errs, code := program.Run(t, "log", alone, "b3a893be"); code != 1 || !strings.Contains(errs, ": was not recorded; an imported lab") {
		t.Errorf("the log of an import: exit code %d: %s", code, errs)
	}
	program.Done(t, "check", path)
	whole := read(t, path)
	program.Done(t, "import", database, path)
	if !bytes.Equal(whole, read(t, path)) {
		t.Error("a second import changed the lab")
	}
}

func TestListFormsFiltersAndSorts(t *testing.T) {
	path := lab(t)
	running, some := listed(t, "--filter", "status:running", path), listed(t, "--filter", "status:running -name:北京", path)
	if len(some) == 0 || len(some) >= len(running) || some[0].StatusName != "running" {
		t.Errorf("the filters leave %+v and %+v", running, some)
	}
	if rows := listed(t, "--filter", "error:traceback", path); len(rows) != 1 || rows[0].ID[:8] != "51b2d179" {
		t.Errorf("the filter on errors leaves %+v", rows)
	}
	byName := listed(t, "--sort", "name", path)
	if byName[0].Name > byName[1].Name {
		t.Errorf("not by name: %q before %q", byName[0].Name, byName[1].Name)
	}
	records, err := csv.NewReader(strings.NewReader(program.Done(t, "list", "--csv", path))).ReadAll()
	if err != nil || len(records) != 15 || records[0][0] != "tenant_id" {
		t.Errorf("csv: %v, %d records", err, len(records))
	}
	plain := program.Done(t, "list", "--plain", path)
	if strings.Count(plain, "\n") != 15 || !strings.Contains(plain, "飓风影响实验") || strings.Contains(plain, "\x1b") {
		t.Errorf("plain:\n%s", plain)
	}
	if monitor := program.Done(t, path); monitor != plain {
		t.Errorf("the monitor without a terminal prints\n%s", monitor)
	}
}

func TestShowAndConfig(t *testing.T) {
	path := lab(t)
	var r row
	if err := json.Unmarshal([]byte(program.Done(t, "show", "--json", path, "51b2")), &r); err != nil || r.Name != "飓风影响实验 Hurricane 🌀" {
		t.Errorf("show: %v %+v", err, r)
	}
	if text := program.Done(t, "show", path, "飓风影响实验 Hurricane 🌀"); !strings.Contains(text, "51b2d179") {
		t.Errorf("by name:\n%s", text)
	}
	if text := program.Done(t, "config", path, "51b2"); !strings.Contains(text, "workflow:") {
		t.Errorf("config:\n%.200s", text)
	}
	if _, errs, code := program.Run(t, "show", path, "zzz"); code != 4 || !strings.Contains(errs, "no such experiment") {
		t.Errorf("none: %d %s", code, errs)
	}
	_, errs, code := program.Run(t, "show", path, "9")
	if code != 4 || !strings.Contains(errs, "90e59e99") || !strings.Contains(errs, "958bbe95") {
		t.Errorf("several: %d %s", code, errs)
	}
	demo := filepath.Join(t.TempDir(), "demo.db")
	program.Done(t, "demo", "--once", "--file", demo, "--seed", "3")
	config := program.Done(t, "config", demo, listed(t, demo)[0].ID)
	if strings.Contains(config, "sk-") || !strings.Contains(config, "api_key: •") {
		t.Errorf("the secrets are not masked:\n%.2000s", config)
	}
}

func TestABadImportLeavesTheLabAsItWas(t *testing.T) {
	path := lab(t)
	before := read(t, path)
	database := read(t, sqliteFixture(t))
	archive := read(t, filepath.Join(fixtures, "export.zip"))
	for name, data := range map[string][]byte{
		"cut.db":     database[:len(database)/3],
		"zeroed.db":  append(bytes.Clone(database[:4096]), make([]byte, len(database)-4096)...),
		"cut.zip":    archive[:len(archive)/2],
		"zeroed.zip": append(make([]byte, len(archive)/2), archive[len(archive)/2:]...),
		"lab.db":     before,
		"notes.txt":  []byte("hello"),
		"empty.file": nil,
	} {
		_, errs, code := program.Run(t, "import", write(t, name, data), path)
		if code != 1 || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit code %d: %s", name, code, errs)
		}
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("the lab was changed")
	}
}

// TestNothingIsWrittenIntoWhatIsNoLab: neither an import nor a demo takes over a file of
// somebody else.
func TestNothingIsWrittenIntoWhatIsNoLab(t *testing.T) {
	whole := read(t, lab(t))
	database := sqliteFixture(t)
	for name, data := range map[string][]byte{
		"sqlite.db": read(t, database),
		"notes.txt": []byte("hello"),
		"empty.db":  nil,
		"cut.db":    whole[:len(whole)/2],
	} {
		path := write(t, name, data)
		for _, args := range [][]string{{"import", database, path}, {"demo", "--once", "--file", path}, {"demo", "--file", path}} {
			if _, errs, code := program.Run(t, args...); code != 6 || strings.Count(errs, "\n") != 1 {
				t.Errorf("societop %q into %s: exit code %d: %s", args[0], name, code, errs)
			}
		}
		if !bytes.Equal(data, read(t, path)) {
			t.Errorf("%s was changed", name)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--nope"},
		{"list", "--nope"},
		{"list", "a", "b"},
		{"show", "a"},
		{"import", "a"},
		{"ftp://x"},
		{"list", "--json", "--csv", "x"},
		{"list", "--filter", "foo:1", "x"},
		{"list", "--sort", "size", "x"},
		{"demo", "--once"},
		{"demo", "--experiments", "0"},
		{"demo", "--speed", "0"},
		{"--interval", "-1s", "x"},
		{"--theme", "pink", "x"},
		{"completion", "tcsh"},
		{"help", "nope"},
		{"list", ""},
		{"check", "http://127.0.0.1:1"},
		{"import", "a", "http://127.0.0.1:1"},
		{"demo", "--start", "noon"},
		{"demo", "--agents", "-1"},
		{"demo", "--steps", "-2"},
	} {
		if out, errs, code := program.Run(t, args...); code != 2 || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("societop %q: exit code %d: %s%s", args, code, out, errs)
		}
	}
}

func TestInfoVersionAndCompletion(t *testing.T) {
	path := lab(t)
	if text := program.Done(t, "info", path); !strings.Contains(text, "experiments  14") || !strings.Contains(text, "schema") {
		t.Errorf("info:\n%s", text)
	}
	var info map[string]any
	if err := json.Unmarshal([]byte(program.Done(t, "info", "--json", path)), &info); err != nil || info["experiments"] != 14.0 || info["recorder"] != nil {
		t.Errorf("info: %v %v", err, info)
	}
	if text := program.Done(t, "version"); !strings.HasPrefix(text, "societop ") {
		t.Errorf("version: %s", text)
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if text := program.Done(t, "completion", shell); !strings.Contains(text, "societop") {
			t.Errorf("completion %s: %.100s", shell, text)
		}
	}
	if help := program.Done(t, "help", "list"); help != program.Done(t, "list", "--help") || !strings.Contains(help, "--csv") {
		t.Errorf("the help of list:\n%s", help)
	}
	if help := program.Done(t, "--help"); strings.Contains(help, "stdio") || !strings.Contains(help, "import") || !strings.Contains(help, "record") {
		t.Errorf("the help names what does not exist:\n%s", help)
	}
}
