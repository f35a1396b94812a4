package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"societop/storage/rundir/rundirtest"
)

// dirRow is what list --json and show --json say of a run of AgentSociety 2.
type dirRow struct {
	row
	Output     *int64   `json:"output_tokens"`
	Simulation *string  `json:"simulation_time"`
	Agents     *int     `json:"agents"`
	Label      *string  `json:"experiment_id"`
	Path       string   `json:"path"`
	Warnings   []string `json:"warnings"`
	Phase      *struct {
		Kind  string `json:"kind"`
		Index int    `json:"index"`
		Count int    `json:"count"`
	} `json:"phase"`
	Verdict *struct {
		Planned *int64 `json:"steps_planned"`
		Done    *int64 `json:"steps_done"`
	} `json:"verdict"`
}

// expected is what another program has counted in a fixture.
type expected struct {
	Agents  int      `json:"agents_in_config"`
	Files   []string `json:"artifacts"`
	Planned int64    `json:"planned_steps"`
	Kinds   []string `json:"top_level_steps"`
	PID     *struct {
		Status     string  `json:"status"`
		Error      string  `json:"error"`
		Simulation *string `json:"simulation_time"`
		Experiment *string `json:"experiment_id"`
		Steps      *int64  `json:"step_count"`
	} `json:"pid"`
	Step *struct {
		Steps   int64   `json:"step_count"`
		Entries int     `json:"completed_step_count"`
		Time    *string `json:"current_time"`
	} `json:"SOCIETY_STEP.json"`
	Stats *struct {
		Totals struct{ Input, Output int64 } `json:"totals"`
	} `json:"LLM_STATS.json"`
	Log *struct {
		Files   []string    `json:"files"`
		Failed  int         `json:"react_tool_failed"`
		Running [][2]string `json:"running_lines"`
		Errors  []any       `json:"step_errors"`
	} `json:"log"`
	Tables map[string]rundirtest.Table `json:"tables"`
}

// parsed is what a command prints as JSON.
func parsed[T any](t *testing.T, args ...string) (got T) {
	t.Helper()
	if err := json.Unmarshal([]byte(program.Done(t, args...)), &got); err != nil {
		t.Fatalf("societop %q: %v", args, err)
	}
	return got
}

// TestRunDirectories holds what the commands print of each run directory against what another program has
// counted there.
func TestRunDirectories(t *testing.T) {
	root := rundirtest.Unpack(t)
	raw, _ := rundirtest.Expected(t)
	all := map[string]dirRow{}
	for _, r := range parsed[[]dirRow](t, "list", "--json", root) {
		all[r.Name] = r
	}
	if len(all) != len(rundirtest.Names) {
		t.Errorf("%d runs, want %d", len(all), len(rundirtest.Names))
	}
	for _, name := range rundirtest.Names {
		var want expected
		if err := json.Unmarshal(raw[name], &want); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, ok := all[name]
			if !ok {
				t.Fatal("it is not listed")
			}
			at := dirTest{t, root, r.ID, filepath.Join(root, name), want}
			at.summary(r)
			shown := parsed[dirRow](t, "show", "--json", root, r.ID)
			at.summary(shown)
			if v := shown.Verdict; (v != nil) != (want.PID != nil) || v != nil && (*v.Planned != want.Planned || !same(v.Done, at.done())) {
				t.Errorf("its verdict is %+v", v)
			}
			at.tables()
			at.agents()
			at.surveys()
			at.talk()
			at.log()
		})
	}
}

// dirTest is the test of one run.
type dirTest struct {
	*testing.T
	root, id, dir string
	want          expected
}

// same reports whether two values are the same, or both are unknown.
func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// done is how many steps the run has done.
func (d dirTest) done() *int64 {
	switch {
	case d.want.Step != nil:
		return &d.want.Step.Steps
	case d.want.PID != nil:
		return d.want.PID.Steps
	}
	return nil
}

func (d dirTest) summary(r dirRow) {
	d.Helper()
	status, number := "not_started", 0
	step, done := d.done(), int64(0)
	if step != nil {
		done = *step
	}
	if p := d.want.PID; p != nil {
		status = map[string]string{"running": "lost", "completed": "finished", "failed": "error"}[p.Status]
		number = map[string]int{"running": 4, "completed": 2, "failed": 3}[p.Status]
		if r.Error != p.Error || !same(r.Label, p.Experiment) {
			d.Errorf("error %q, label %v; want %+v", r.Error, r.Label, p)
		}
		simulation := p.Simulation
		if d.want.Step != nil {
			simulation = d.want.Step.Time
		}
		if !same(r.Simulation, simulation) {
			d.Errorf("it is at %v, want %v", deref(r.Simulation), deref(simulation))
		}
	} else {
		step = &done
	}
	if r.StatusName != status || r.Status != number || !same(r.Step, step) || r.Steps == nil || *r.Steps != d.want.Planned {
		d.Errorf("it is %s (%d), with %s of %s steps; want %s, %s of %d", r.StatusName, r.Status, deref(r.Step), deref(r.Steps), status, deref(step), d.want.Planned)
	}
	if r.Agents == nil || *r.Agents != d.want.Agents {
		d.Errorf("%s agents, want %d", deref(r.Agents), d.want.Agents)
	}
	if s := d.want.Step; s != nil {
		if at := min(s.Entries, len(d.want.Kinds)-1); r.Phase == nil || r.Phase.Index != at || r.Phase.Kind != d.want.Kinds[at] || r.Phase.Count != len(d.want.Kinds) {
			d.Errorf("its phase is %+v, want %d of %v", r.Phase, at, d.want.Kinds)
		}
	}
	if s := d.want.Stats; s != nil && (r.Input != s.Totals.Input || r.Output == nil || *r.Output != s.Totals.Output) {
		d.Errorf("%d and %s tokens, want %+v", r.Input, deref(r.Output), s.Totals)
	}
}

// deref is a value, or "unknown".
func deref[T any](p *T) string {
	if p == nil {
		return "unknown"
	}
	return fmt.Sprint(*p)
}

func (d dirTest) tables() {
	for table, want := range d.want.Tables {
		if strings.HasPrefix(table, "replay_") { // the catalog itself
			continue
		}
		rows := parsed[[]map[string]any](d.T, "table", "--json", d.root, d.id, table)
		steps := map[int]bool{}
		for _, r := range rows {
			if step, ok := r["step"].(float64); ok {
				steps[int(step)] = true
			}
		}
		n := want.DistinctKeys
		if n == 0 {
			n = want.Rows
		}
		if len(rows) != n {
			d.Errorf("%s has %d rows, want %d", table, len(rows), n)
		}
		if sorted := slices.Sorted(maps.Keys(steps)); len(want.Steps) == 3 && !slices.Equal(want.Steps, []int{sorted[0], sorted[len(sorted)-1], len(sorted)}) {
			d.Errorf("%s has steps %v, want %v", table, sorted, want.Steps)
		}
	}
}

func (d dirTest) agents() {
	agents := parsed[[]struct {
		ID      int64          `json:"id"`
		Name    string         `json:"name"`
		Profile map[string]any `json:"profile"`
		T       *float64       `json:"t"`
		Lng     *float64       `json:"lng"`
		Status  map[string]any `json:"status"`
	}](d.T, "agents", "--json", d.root, d.id)
	if len(agents) != d.want.Agents {
		d.Errorf("%d agents, want %d", len(agents), d.want.Agents)
	}
	geo, rows := d.want.Tables["mobility_agent_state"].Rows > 0, d.done() != nil && *d.done() > 0
	for _, a := range agents {
		if a.ID <= 0 || a.Name == "" || a.Profile["occupation"] == nil || (a.Lng != nil) != geo || (a.Status["social_media"] != nil) != rows || (a.T != nil) != rows {
			d.Errorf("%+v", a)
		}
	}
}

// surveys: an answer of each agent that answered, with the parsed values.
func (d dirTest) surveys() {
	type answer struct {
		ID      int64          `json:"id"`
		Name    string         `json:"survey_name"`
		Result  map[string]any `json:"result"`
		Trouble *string        `json:"trouble"`
	}
	want := map[string]answer{}
	for _, file := range d.want.Files {
		if !strings.HasPrefix(file, "questionnaire_") {
			continue
		}
		var q struct {
			ID        string `json:"questionnaire_id"`
			Responses []struct {
				Agent   int64 `json:"agent_id"`
				Answers []struct {
					Question string `json:"question_id"`
					Value    any    `json:"parsed_value"`
					Parsed   bool   `json:"parse_success"`
				} `json:"answers"`
			} `json:"responses"`
		}
		if err := json.Unmarshal(read(d.T, filepath.Join(d.dir, "artifacts", file)), &q); err != nil {
			d.Fatal(err)
		}
		for _, r := range q.Responses {
			a, said := answer{ID: r.Agent, Name: q.ID, Result: map[string]any{}}, ""
			for _, one := range r.Answers {
				a.Result[one.Question] = one.Value
				if !one.Parsed {
					said = "yes"
				}
			}
			if said != "" {
				a.Trouble = &said
			}
			want[fmt.Sprint(a.Name, a.ID)] = a
		}
	}
	got := parsed[[]answer](d.T, "surveys", "--json", d.root, d.id)
	if len(got) != len(want) {
		d.Errorf("%d answers, want %d", len(got), len(want))
	}
	for _, a := range got {
		w, ok := want[fmt.Sprint(a.Name, a.ID)]
		delete(a.Result, "reasons")
		if !ok || fmt.Sprint(a.Result) != fmt.Sprint(w.Result) || (a.Trouble != nil) != (w.Trouble != nil) {
			d.Errorf("%+v, want %+v", a, w)
		}
	}
}

// talk: each row of a table of events that has words, and each artifact with its answer.
func (d dirTest) talk() {
	type said struct {
		Speaker string `json:"speaker"`
		Content string `json:"content"`
	}
	var want, got []string
	if d.want.Tables["social_media_event"].Rows > 0 {
		for _, r := range parsed[[]map[string]any](d.T, "table", "--json", d.root, d.id, "social_media_event") {
			if words, _ := r["content"].(string); words != "" {
				want = append(want, fmt.Sprint(r["sender_id"], ": ", words))
			}
		}
	}
	questions := 0
	for _, file := range d.want.Files {
		if strings.HasSuffix(file, ".md") {
			questions++
		}
	}
	asked := 0
	for _, s := range parsed[[]said](d.T, "talk", "--json", d.root, d.id) {
		switch s.Speaker {
		case "user":
			asked++
		case "":
			asked--
			questions--
		default:
			got = append(got, s.Speaker+": "+s.Content)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || asked != 0 || questions != 0 {
		d.Errorf("%d words, want %d; %d questions without an answer, %d artifacts without either\n%q\n%q", len(got), len(want), asked, questions, got, want)
	}
}

var running = regexp.MustCompile(`Running (\S+) steps with tick=(\d+)`)

func (d dirTest) log() {
	if d.want.Log == nil {
		return
	}
	failed, errors := 0, 0
	var lines [][2]string
	for _, file := range d.want.Log.Files {
		if info, err := os.Stat(filepath.Join(d.dir, file)); err != nil || info.Size() == 0 {
			continue
		}
		log := program.Done(d.T, "log", "--plain", "--file", file, d.root, d.id)
		failed += strings.Count(log, "ReAct tool failed")
		errors += strings.Count(log, "Error executing step")
		for _, m := range running.FindAllStringSubmatch(log, -1) {
			lines = append(lines, [2]string{m[1], m[2]})
		}
	}
	if w := d.want.Log; failed != w.Failed || !slices.Equal(lines, w.Running) || errors != len(w.Errors) {
		d.Errorf("the logs have %d failed tools, %v, %d errors; want %+v", failed, lines, errors, w)
	}
}
