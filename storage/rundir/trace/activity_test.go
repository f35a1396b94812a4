package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/replay"
	"societop/storage/rundir/rundirtest"
)

// rowsOf returns rows of columns, of a JSON value a cell.
func rowsOf(columns string, rows ...[]string) func(string, model.RowQuery) (model.Rows, error) {
	var all model.Rows
	for _, c := range strings.Fields(columns) {
		all.Columns = append(all.Columns, text.Clean(c))
	}
	for _, r := range rows {
		var cells []text.Value
		for _, c := range r {
			cells = append(cells, text.ParseValue(c))
		}
		all.Cells = append(all.Cells, cells)
	}
	all.Total = len(rows)
	return func(string, model.RowQuery) (model.Rows, error) { return all, nil }
}

// agents returns profiles by their names, with ids from 1.
func agents(names ...string) (all []model.Profile) {
	for i, name := range names {
		all = append(all, model.Profile{ID: int64(i + 1), Name: text.Clean(name)})
	}
	return all
}

// matrixOf returns an activity as a line an agent: a letter a step.
func matrixOf(a model.Activity) string {
	var lines []string
	for _, one := range a.Agents {
		line := fmt.Sprint(one.ID, " ")
		for _, d := range one.Deeds {
			line += string(".ab"[d])
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestRoundsOfAnEnvironment(t *testing.T) {
	d := model.Dataset{
		ID: text.Clean("commons_tragedy.env_state"), Kind: model.EnvSnapshot, StepKey: text.Clean("step"),
		Columns: []model.Column{{Name: text.Clean("step")}, {Name: text.Clean("last_round")}},
	}
	rows := rowsOf("step last_round",
		[]string{"0", "null"},
		[]string{"1", `{"round": 1, "extractions": {"Agent-1": 5, "李明": 0}, "payoffs": {"Agent-1": 5, "李明": 0, "Agent-3": 0}}`},
		[]string{"2", `{"round": 1, "extractions": {"Agent-1": 5, "李明": 0}, "payoffs": {}}`},
		[]string{"3", `{"round": 2, "extractions": {"3": 1, "nobody": 4}}`},
		[]string{"9999999999999", `{"round": 3, "extractions": {"3": 1}}`},
	)
	a, err := Open(t.TempDir()).Activity(t.Context(), Facts{Profiles: agents("Agent-1", "李明", "Agent-3"), Steps: 5, Datasets: []model.Dataset{d}, Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := matrixOf(a), "1 .a...\n2 .a...\n3 ...a."; got != want {
		t.Errorf("activity:\n%s\nwant:\n%s", got, want)
	}
	if len(a.Events) != 1 || fmt.Sprint(a.Events[0].Kind, a.Events[0].Counts) != "extractions [0 2 0 1 0]" || a.Whole != 5 || a.Walls != nil {
		t.Errorf("events %+v, whole %d, walls %v", a.Events, a.Whole, a.Walls)
	}
}

func TestEventsAndFailures(t *testing.T) {
	dir := t.TempDir()
	events := model.Dataset{ID: text.Clean("social_media.event"), Kind: model.EventStream, StepKey: text.Clean("step"), EntityKey: text.Clean("sender_id"), Capabilities: []text.Text{text.Clean("social_event")}, Columns: []model.Column{{Name: text.Clean("action"), Type: text.Clean("TEXT")}}}
	rows := rowsOf("id step sender_id action", []string{"1", "0", "1", `"post"`}, []string{"2", "0", "1", `"like"`}, []string{"3", "2", "2", `"post"`}, []string{"4", "2", "null", `"post"`}, []string{"5", "-1", "1", `"post"`})
	var spans strings.Builder
	start := time.Date(2026, 9, 24, 0, 0, 0, 0, time.UTC)
	for step := range 3 {
		for agent := 1; agent <= 3; agent++ {
			from := start.Add(time.Duration(step) * time.Minute).UnixNano()
			trace := fmt.Sprintf("00%d%d", step, agent)
			fmt.Fprintf(&spans, `{"resource":{"service.name":"agentsociety2.person_agent","agent.id":%d},"name":"react.tool","trace_id":"%s","parent_span_id":"1","start_time_unix_nano":%d,"end_time_unix_nano":%d,"status":{"code":"ok"},"attributes":{"react.action":"ask_env","result.ok":%v,"output.summary":{"observation":"ask_env mutation is disabled in readonly mode"}}}`+"\n",
				agent, trace, from, from+1e9, agent == 3)
			fmt.Fprintf(&spans, `{"resource":{"service.name":"agentsociety2.person_agent","agent.id":%d},"name":"agent.step","trace_id":"%s","parent_span_id":null,"start_time_unix_nano":%d,"end_time_unix_nano":%d,"status":{"code":"ok"},"attributes":{"input.summary":{"time":"2026-01-05T%02d:00:00","tick":3600},"step.count":%d}}`+"\n",
				agent, trace, from, from+30e9, 8+step, step+1)
		}
	}
	log := "[2026-09-24 08:00:00] INFO    Executing 1 steps...\n" +
		"\x1b[36m(step_agent_batch pid=7)\x1b[0m [2026-09-24 08:01:10] WARNING Agent 4: ReAct tool failed: action=think observation=Unknown tool: think\n"
	write(t, filepath.Join(dir, "trace", "trace_00.jsonl"), spans.String())
	write(t, filepath.Join(dir, "sim.log"), log)
	tr := read(t, dir, Bound{})
	f := Facts{Profiles: agents("a", "b", "c", "d"), Steps: 3, Start: start, Datasets: []model.Dataset{events}, Rows: rows}
	a, err := tr.Activity(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := matrixOf(a), "1 abb\n2 bba\n3 ...\n4 .b."; got != want {
		t.Errorf("activity:\n%s\nwant:\n%s", got, want)
	}
	if got := fmt.Sprint(a.Events[0].Kind, a.Events[0].Counts, a.Events[1].Kind, a.Events[1].Counts); got != "post [1 0 2] like [1 0 0]" {
		t.Errorf("events %s", got)
	}
	if a.Agents[0].Why.String() != "read-only" || a.Agents[3].Why.String() != "unknown tool" || !a.Walls[1].Equal(start.Add(90*time.Second)) {
		t.Errorf("why %q, %q; walls %v", a.Agents[0].Why, a.Agents[3].Why, a.Walls)
	}
	f.Datasets = nil
	if a, err = tr.Activity(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if got, want := matrixOf(a), "1 bbb\n2 bbb\n3 aaa\n4 .b."; got != want || a.From.String() != "trace" {
		t.Errorf("activity from %s:\n%s\nwant:\n%s", a.From, got, want)
	}
	h, err := tr.Health(t.Context(), f)
	if err != nil || failures(h, "read-only") != 6 || failures(h, "unknown tool") != 1 {
		t.Errorf("failures %+v, %v", h.Failures, err)
	}
	if slow := h.Calls[0].Slowest[0]; slow.Step < 0 || slow.Agent < 1 || slow.Note.String() != "ask_env" {
		t.Errorf("the slowest call is %+v", slow)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestActivityByTheTrace compares who acted with what is known of the fixture: each of six agents in
// each of fourteen steps.
func TestActivityByTheTrace(t *testing.T) {
	tr := read(t, rundirtest.Run(t, "2.9.2-completed"), Bound{})
	a, err := tr.Activity(t.Context(), Facts{Steps: 14})
	if err != nil || len(a.Agents) != 6 || a.Steps != 14 || a.Whole != 14 || len(a.Walls) != 14 {
		t.Fatalf("%d agents, %d steps, %v", len(a.Agents), a.Steps, err)
	}
	for _, one := range a.Agents {
		for step, d := range one.Deeds {
			if d == model.Absent {
				t.Errorf("agent %d is absent in step %d", one.ID, step)
			}
		}
	}
}

func TestStepsThatWereWatched(t *testing.T) {
	dir := t.TempDir()
	tr, at := Open(dir), time.Date(2026, 9, 24, 0, 0, 0, 0, time.UTC)
	for i, count := range []int{2, 3, 3, 4, 7, 1, 2} {
		path := filepath.Join(dir, "SOCIETY_STEP.json")
		write(t, path, fmt.Sprintf(`{"step_count": %d}`, count))
		when := at.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Refresh(t.Context(), Bound{}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, s := range tr.Steps(Facts{}) {
		start := "-"
		if !s.Start.IsZero() {
			start = fmt.Sprint(s.Start.Sub(at))
		}
		got = append(got, fmt.Sprint(s.Step, " ", start, "…", s.End.Sub(at)))
	}
	if want := "1 -…6m0s; 2 -…1m0s; 3 1m0s…3m0s; 6 -…4m0s"; strings.Join(got, "; ") != want {
		t.Errorf("steps %s, want %s", strings.Join(got, "; "), want)
	}
}

// fixtureStep is the step that begins at a simulated time, by the steps.yaml of the fixtures: six of a
// quarter of an hour, then eight of half an hour.
func fixtureStep(at time.Time) (int, bool) {
	minutes := int(at.Sub(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)).Minutes())
	if minutes < 90 {
		return minutes / 15, true
	}
	return 6 + (minutes-90)/30, true
}

// TestEventsOfTheFixtures counts the events of runs: those of a resumed one once.
func TestEventsOfTheFixtures(t *testing.T) {
	_, tables := rundirtest.Expected(t)
	for _, name := range []string{"2.9.2-completed", "2.9.2-resumed", "2.5.4-completed"} {
		dir, want := rundirtest.Run(t, name), tables[name]["social_media_event"]
		r := replay.Open(dir)
		defer r.Close()
		if _, err := r.Refresh(t.Context(), 14); err != nil {
			t.Fatal(err)
		}
		a, err := read(t, dir, Bound{}).Activity(t.Context(), Facts{Steps: 14, Datasets: r.Datasets(), Rows: r.Rows, StepAt: fixtureStep})
		if err != nil {
			t.Fatal(err)
		}
		n, acted := 0, 0
		for i := range a.Events {
			n += a.Events[i].Total()
		}
		for i := range a.Agents {
			for _, d := range a.Agents[i].Deeds {
				if d == model.Acted {
					acted++
				}
			}
		}
		keys := want.DistinctKeys
		if keys == 0 {
			keys = want.Rows
		}
		if n != keys || acted == 0 || acted > n || a.Steps != 14 {
			t.Errorf("%s: %d events, want %d; %d times an agent acted, in %d steps", name, n, keys, acted, a.Steps)
		}
	}
}

// TestAMatrixIsBounded: a damaged row with a far step, and agents without a profile, do not fill the memory.
func TestAMatrixIsBounded(t *testing.T) {
	m := newMatrix(Facts{})
	const agents = 1000
	for id := range int64(agents) {
		m.acted(id, 0)
	}
	m.acted(0, maxSteps-1)
	m.event("post", maxSteps-1)
	a := m.activity("", nil)
	if cells := a.Steps * len(a.Agents); cells > maxDeeds || len(a.Agents) != agents || len(a.Agents[1].Deeds) != a.Steps || a.Agents[1].Deeds[0] != model.Acted {
		t.Errorf("%d agents, %d steps", len(a.Agents), a.Steps)
	}
}
