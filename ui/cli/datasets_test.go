package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// directories is a source of such a run.
type directories struct {
	*fakeSource
	run model.RunData
}

func (d *directories) RunData(model.Key) model.RunData { return d.run }

// aDirectory is the data of a run with datasets.
type aDirectory struct {
	*fakeSociety
	catalog []model.Dataset
	rows    map[string]model.Rows
	asked   []model.RowQuery
}

func (d *aDirectory) Datasets(context.Context) ([]model.Dataset, error) { return d.catalog, d.err }

func (d *aDirectory) Rows(_ context.Context, id string, q model.RowQuery) (model.Rows, error) {
	d.asked = append(d.asked, q)
	rows, ok := d.rows[id]
	if !ok {
		return model.Rows{}, model.ErrNoData
	}
	return rows, nil
}

// directory is a source whose only run has datasets.
func directory(t *testing.T) (model.Source, *aDirectory) {
	t.Helper()
	names := func(all ...string) (out []text.Text) {
		for _, n := range all {
			out = append(out, text.Clean(n))
		}
		return out
	}
	d := &aDirectory{fakeSociety: &fakeSociety{}, rows: map[string]model.Rows{}}
	d.catalog = []model.Dataset{
		{ID: text.Clean("core.agent_profile"), Table: text.Clean("core_agent_profile"), Kind: model.EntityStatic, EntityKey: text.Clean("id"), Rows: 0},
		{
			ID: text.Clean("mobility.agent_state"), Table: text.Clean("mobility_agent_state"), Kind: model.EntitySnapshot, EntityKey: text.Clean("agent_id"), StepKey: text.Clean("step"),
			Capabilities: names("agent_snapshot", "geo_point"), Title: text.Clean("Mobility 位置"), Rows: 4, Ambiguous: 1, Damaged: 2,
			Columns: []model.Column{{Name: text.Clean("agent_id"), Type: text.Clean("INTEGER")}, {Name: text.Clean("lng"), Type: text.Clean("REAL"), Unit: text.Clean("degrees")}},
		},
	}
	rows := model.Rows{Columns: names("agent_id", "step", "lng", "plan", "=cmd()"), Ambiguous: []int{2}, Damaged: 2, Whole: 1, Total: 4}
	for _, row := range [][]string{
		{"1", "0", "116.25", `{"to":"咖啡馆","at":[1,2]}`, `"=1+1"`},
		{"9007199254740993", "0", "null", "null", `"a, \"b\"\nc"`},
		{"1", "1", "NaN", `"home"`, "-3"},
		{"12", "1", "-0.5", `[]`, `"\u001b[31mred"`},
	} {
		var cells []text.Value
		for _, c := range row {
			cells = append(cells, text.ParseValue(c))
		}
		rows.Cells = append(rows.Cells, cells)
	}
	d.rows["mobility.agent_state"] = rows
	d.rows["core.agent_profile"] = model.Rows{Columns: names("id", "name")}
	return &directories{&fakeSource{all: []model.Experiment{run(1, "baseline", model.Finished)}}, d}, d
}

func TestTableInJSON(t *testing.T) {
	src, _ := directory(t)
	out, errs, code, _ := call(src, nil, "table", "--json", "x", id(1), "mobility.agent_state")
	var rows []map[string]json.RawMessage
	if err := json.Unmarshal([]byte(out), &rows); err != nil || code != 0 || len(rows) != 4 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, errs, out)
	}
	for name, want := range map[string]string{"agent_id": "9007199254740993", "lng": "null", "plan": "null", "=cmd()": `"a, \"b\"\nc"`} {
		if got := string(rows[1][name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if string(rows[0]["plan"]) != `{"to":"咖啡馆","at":[1,2]}` || string(rows[2]["lng"]) != "null" {
		t.Errorf("rows %s", out)
	}
	if !strings.HasPrefix(out, "[\n{\"agent_id\":1,\"step\":0,\"lng\":116.25,") {
		t.Errorf("the order of the columns is lost: %s", out)
	}
	for _, said := range []string{"1 row of mobility.agent_state is ambiguous", "--ambiguous marks them", "2 damaged lines", "steps from 1 on are not finished"} {
		if !strings.Contains(errs, said) {
			t.Errorf("%q is not said: %s", said, errs)
		}
	}
}

func TestTableMarksAmbiguousRows(t *testing.T) {
	src, _ := directory(t)
	rows := objects(t, src, "table", "--json", "--ambiguous", "x", id(1), "mobility_agent_state")
	for i, row := range rows {
		if row["_ambiguous"] != (i == 2) {
			t.Errorf("row %d is %v", i, row)
		}
	}
}

func TestTableInCSV(t *testing.T) {
	src, _ := directory(t)
	out, errs, code, _ := call(src, nil, "table", "--csv", "x", id(1), "Mobility.Agent_State")
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || code != 0 || len(records) != 5 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, errs, out)
	}
	for i, want := range [][]string{
		{"agent_id", "step", "lng", "plan", "'=cmd()"},
		{"1", "0", "116.25", `{"to":"咖啡馆","at":[1,2]}`, "'=1+1"},
		{"9007199254740993", "0", "", "", "a, \"b\"\nc"},
		{"1", "1", "", "home", "-3"},
	} {
		if !slices.Equal(records[i], want) {
			t.Errorf("record %d is %q, want %q", i, records[i], want)
		}
	}
	if out, _, _, _ := call(src, nil, "table", "--csv", "x", id(1), "core.agent_profile"); out != "id,name\n" {
		t.Errorf("an empty dataset is %q", out)
	}
	if out, _, _, _ := call(src, nil, "table", "--json", "x", id(1), "core.agent_profile"); out != "[]\n" {
		t.Errorf("an empty dataset is %q", out)
	}
}

func TestTableAsText(t *testing.T) {
	src, _ := directory(t)
	out, _, code, _ := call(src, nil, "table", "x", id(1), "mobility.agent_state")
	if code != 0 || strings.Contains(out, "\x1b") || !strings.Contains(out, "9007199254740993     0       –  –") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestTableChoosesRows: one agent and the steps are chosen by the source, several agents here.
func TestTableChoosesRows(t *testing.T) {
	src, d := directory(t)
	_, _, code, _ := call(src, nil, "table", "--agent", "3", "--step", "10-19", "--limit", "7", "--newest", "x", id(1), "mobility.agent_state")
	want := model.RowQuery{From: 10, To: 20, Entity: text.Clean("3"), Limit: 7, Newest: true}
	if len(d.asked) != 1 || d.asked[0] != want || code != 0 {
		t.Errorf("exit code %d, asked for %+v", code, d.asked)
	}
	rows := objects(t, src, "table", "--json", "--ambiguous", "--agent", "1,10-20", "x", id(1), "mobility.agent_state")
	var got []string
	for _, row := range rows {
		got = append(got, strconv.FormatFloat(row["agent_id"].(float64), 'f', 0, 64)+map[bool]string{true: "?"}[row["_ambiguous"].(bool)])
	}
	if !slices.Equal(got, []string{"1", "1?", "12"}) {
		t.Errorf("rows of %q", got)
	}
	if rows := objects(t, src, "table", "--json", "--agent", "1,12", "--limit", "1", "--newest", "x", id(1), "mobility.agent_state"); len(rows) != 1 || rows[0]["agent_id"] != 12.0 {
		t.Errorf("the newest row is %v", rows)
	}
}

func TestDatasets(t *testing.T) {
	src, _ := directory(t)
	rows := objects(t, src, "table", "--json", "x", id(1))
	if len(rows) != 2 || rows[1]["dataset"] != "mobility.agent_state" || rows[1]["rows"] != 4.0 || rows[1]["ambiguous"] != 1.0 || rows[1]["damaged"] != 2.0 || rows[0]["step_key"] != nil {
		t.Errorf("datasets %v", rows)
	}
	if columns := rows[1]["columns"].([]any); len(columns) != 2 || columns[1].(map[string]any)["unit"] != "degrees" {
		t.Errorf("columns %v", columns)
	}
	out, _, code, _ := call(src, nil, "table", "x", id(1))
	if code != 0 || !strings.Contains(out, "2 damaged, 1 ambiguous") || !strings.Contains(out, "empty") || !strings.Contains(out, "Mobility 位置") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestTableRefuses(t *testing.T) {
	src, _ := directory(t)
	for _, tc := range []struct {
		args []string
		code int
		said string
	}{
		{[]string{"x", id(1), "mobility.agent_stat"}, 4, `no such dataset (did you mean "mobility.agent_state"? There are core.agent_profile, mobility.agent_state)`},
		{[]string{"x", id(1), "zz"}, 4, "there are core.agent_profile, mobility.agent_state"},
		{[]string{"x", "zz", "mobility.agent_state"}, 4, "no such experiment"},
		{[]string{"--step", "9-3", "x", id(1), "mobility.agent_state"}, 2, "the first step first: 3-9"},
		{[]string{"--step", "-1", "x", id(1), "mobility.agent_state"}, 2, "is a step"},
		{[]string{"--step", "1", "x", id(1), "core.agent_profile"}, 2, "have no step"},
		{[]string{"--newest", "x", id(1), "mobility.agent_state"}, 2, "--newest needs --limit"},
		{[]string{"--limit", "-1", "x", id(1), "mobility.agent_state"}, 2, "can't be negative"},
		{[]string{"--limit", "3", "x", id(1)}, 2, "need a DATASET"},
	} {
		out, errs, code, _ := call(src, nil, append([]string{"table"}, tc.args...)...)
		if code != tc.code || !strings.Contains(errs, tc.said) || out != "" {
			t.Errorf("%q: exit code %d: %s%s", tc.args, code, errs, out)
		}
	}
	if _, errs, code, _ := call(anEndpoint(), nil, "table", "x", id(1)); code != 1 || !strings.Contains(errs, "only runs of AgentSociety 2") {
		t.Errorf("of a run of version 1: exit code %d: %s", code, errs)
	}
}

func TestTableWithoutReplay(t *testing.T) {
	src, d := directory(t)
	d.err = model.ErrNotOffered
	src.(*directories).fakeSource.all[0].Dir = &model.RunDir{Agents: -1}
	if _, errs, code, _ := call(src, nil, "table", "x", id(1)); code != 1 || !strings.Contains(errs, "has written no rows") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func (d *aDirectory) Logs(context.Context) ([]model.LogFile, error) {
	return []model.LogFile{{Name: text.Clean("output.log")}, {Name: text.Clean("stderr.log")}}, nil
}

func (d *aDirectory) Log(_ context.Context, b model.LogBudget) (model.Log, error) {
	return model.TailLog("of "+b.File.String()+"\n", b), nil
}

func (d *aDirectory) TalkUntil(context.Context, model.SimTime, int) ([]model.Message, error) {
	return []model.Message{
		{ID: model.Everyone, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines("Close the bakery.")},
		{ID: model.Everyone, Kind: model.UserTalk, Content: text.CleanLines("It is closed.")},
		{ID: model.Everyone, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines("Well?")},
	}, nil
}

func (d *aDirectory) AnswersUntil(context.Context, model.SimTime, int) ([]model.Answer, error) {
	return []model.Answer{
		{ID: 1, Survey: uuid.UUID{3}, Result: text.CleanLines(`{"mood":"seven"}`), Trouble: text.Clean("mood: not a number")},
		{ID: 2, Survey: uuid.UUID{3}, Trouble: text.Clean("the agent failed to respond")},
		{ID: 3, Survey: uuid.UUID{3}, Result: text.CleanLines(`{"mood":7}`)},
	}, nil
}

func (d *aDirectory) Surveys(context.Context) ([]model.Survey, error) {
	return []model.Survey{{ID: uuid.UUID{3}, Name: text.Clean("wellbeing_1")}}, nil
}

// TestSeveralLogs: the newest is printed, or the one that is named.
func TestSeveralLogs(t *testing.T) {
	src, _ := directory(t)
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 0, "of \n"},
		{[]string{"--file", "stderr.log"}, 0, "of stderr.log\n"},
		{[]string{"--file", "stder.log"}, 2, `no log "stder.log"; did you mean "stderr.log"?`},
		{[]string{"--file", "zz"}, 2, "there are output.log, stderr.log"},
	} {
		out, errs, code, _ := call(src, nil, append(append([]string{"log"}, tc.args...), "x", id(1))...)
		if code != tc.code || !strings.Contains(out+errs, tc.want) {
			t.Errorf("%q: exit code %d: %s%s", tc.args, code, out, errs)
		}
	}
	if _, errs, code, _ := call(anEndpoint(), nil, "log", "--file", "x.log", "x", id(1)); code != 2 || !strings.Contains(errs, "one log, without a name") {
		t.Errorf("of a run of version 1: exit code %d: %s", code, errs)
	}
}

// TestTalkWithTheSociety: what is said to and by all agents has no id in JSON, and words for people. It
// never waits for an answer.
func TestTalkWithTheSociety(t *testing.T) {
	src, _ := directory(t)
	rows := objects(t, src, "talk", "--json", "x", id(1))
	if len(rows) != 3 || rows[0]["id"] != nil || rows[0]["to"] != "everyone" || rows[1]["to"] != "user" || rows[2]["pending"] != false {
		t.Errorf("talk %v", rows)
	}
	out, _, _, _ := call(src, nil, "talk", "x", id(1))
	squeezed := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{"everyone user user everyone Close the bakery.", "everyone user society user It is closed."} {
		if !strings.Contains(squeezed, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

// TestTroubleWithAnswers: what failed says so, and a run's own questionnaires have their names.
func TestTroubleWithAnswers(t *testing.T) {
	src, _ := directory(t)
	rows := objects(t, src, "surveys", "--json", "x", id(1))
	if len(rows) != 3 || rows[0]["trouble"] != "mood: not a number" || rows[1]["trouble"] != "the agent failed to respond" || rows[2]["trouble"] != nil || rows[0]["survey_name"] != "wellbeing_1" {
		t.Errorf("answers %v", rows)
	}
	out, _, _, _ := call(src, nil, "surveys", "x", id(1))
	for _, want := range []string{`{"mood":"seven"} (mood: not a number)`, "(the agent failed to respond)", "wellbeing_1"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}
