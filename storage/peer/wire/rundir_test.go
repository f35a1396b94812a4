package wire

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// again is what was encoded, decoded.
func again[T any](t *testing.T, v T) (out T) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return decoded[T](t, string(b))
}

func textsOf(all ...string) (out []text.Text) {
	for _, s := range all {
		out = append(out, text.Clean(s))
	}
	return out
}

var at = time.Date(2026, 11, 26, 1, 2, 3, 4000, time.UTC)

// TestWhatARunDirectorySaysComesAsItWent.
func TestWhatARunDirectorySaysComesAsItWent(t *testing.T) {
	full := &model.RunDir{
		Done: 4, Epoch: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Label: text.Clean("1_1"), Path: text.Clean("/data/运行/sim-1\x1b"),
		Phase: model.Phase{Kind: text.Clean("questionnaire"), Index: 2, Count: 5}, Warnings: textsOf("4 of 10 steps", "an agent failed"),
		Alive: text.Clean("process 4711"), Agents: 100, Uncounted: true,
	}
	for _, d := range []*model.RunDir{full, {Done: -1, Agents: -1}, {}, nil} {
		for _, status := range model.Statuses {
			ch := model.Changes{Put: []model.Summary{{Key: model.Key{ID: uuid.New()}, Status: status, Dir: d}}}
			p := again(t, *NewPage(&ch, "", at, func(model.Key) bool { return true }))
			got, err := p.Model(new(Shared), "x")
			if err != nil || !got.Put[0].Equal(&ch.Put[0]) || got.Put[0].Status != status {
				t.Errorf("%+v, want %+v (%v)", got.Put, ch.Put, err)
			}
		}
	}
}

// TestALostRunIsStoppedToAFormerVersion, and no number of a server makes one that is lost.
func TestALostRunIsStoppedToAFormerVersion(t *testing.T) {
	var r Row
	r.setStatus(model.Lost)
	if b, err := json.Marshal(r); err != nil || !strings.Contains(string(b), `"st":4`) {
		t.Errorf("%s, %v", b, err)
	}
	for _, r := range []Row{{Status: 5}, {Status: 5, Lost: true}, {Status: 1, Lost: true}} {
		if s := r.status(); s == model.Lost || r.Status == 5 && s.Known() {
			t.Errorf("%+v is %v", r, s)
		}
	}
}

// TestDatasetsAndRowsComeAsTheyWent.
func TestDatasetsAndRowsComeAsTheyWent(t *testing.T) {
	d := model.Dataset{
		ID: text.Clean("mobility.agent_state"), Table: text.Clean("mobility_agent_state"), Module: text.Clean("MobilitySpace"), Kind: model.EntitySnapshot,
		Title: text.Clean("状态"), Description: text.CleanLines("a\nb"), EntityKey: text.Clean("agent_id"), StepKey: text.Clean("step"), TimeKey: text.Clean("t"),
		Order: textsOf("step", "agent_id"), Capabilities: textsOf("agent_snapshot", "geo_point"), Rows: -1, Ambiguous: 2, Damaged: 1,
		Columns: []model.Column{{Name: text.Clean("lng"), Type: text.Clean("REAL"), Logical: text.Clean("degree"), Role: text.Clean("measure"), Title: text.Clean("T"), Description: text.CleanLines("d"), Unit: text.Clean("°")}},
	}
	if got := again(t, NewDataset(d)).Model(); !reflect.DeepEqual(got, d) {
		t.Errorf("%+v, want %+v", got, d)
	}
	row := func(cells ...string) (out []text.Value) {
		for _, c := range cells {
			out = append(out, text.ParseValue(c))
		}
		return out
	}
	rows := model.Rows{
		Columns: textsOf("step", "\xff", "x"), Ambiguous: []int{1, 3}, Total: 700, Damaged: 3, Whole: 12,
		Cells: [][]text.Value{
			row("1", `"a\u003cb<"`, "{'python': None}"), row("-0.0", "", "true"), row("1e400", `"{\"twice\": [1]}"`, `{"k":1,"k":2}`),
			{text.ValueOf(`{"a text": 1}`), text.ValueOf("\xff\x00\x1b"), text.ParseValue(`"\ud800"`)},
			row("123456789012345678901234567890", "null", "nan"),
		},
	}
	wired := again(t, *NewRows(&rows))
	got, err := wired.Model()
	if err != nil || len(got.Cells) != len(rows.Cells) {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, r := range rows.Cells {
		for j := range r {
			if got.Cells[i][j].Raw() != r[j].Raw() {
				t.Errorf("row %d, %d: %s, want %s", i, j, got.Cells[i][j].Raw(), r[j].Raw())
			}
		}
	}
	got.Cells, rows.Cells = nil, nil
	if !reflect.DeepEqual(got, rows) {
		t.Errorf("%+v, want %+v", got, rows)
	}
}

// TestActivityAndHealthComeAsTheyWent.
func TestActivityAndHealthComeAsTheyWent(t *testing.T) {
	a := model.Activity{
		From: text.Clean("social_media.event"), Steps: 4, Whole: 3,
		Agents: []model.AgentActivity{
			{ID: -3, Name: text.Clean("李娜"), Deeds: []model.Deed{model.Absent, model.Acted, model.FailedToAct, model.Absent}, Why: text.Clean("max turns")},
			{ID: 9, Deeds: make([]model.Deed, 4)},
		},
		Events: []model.EventCount{{Kind: text.Clean("post"), Counts: []int{0, 7, 0, 0}}}, Walls: []time.Time{{}, at, {}, at},
	}
	got, err := again(t, NewActivity(a)).Model()
	if err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%+v, want %+v (%v)", got, a, err)
	}
	h := model.Health{
		From: text.Clean("trace, 12 of 92 files"), Sample: 0.13, Steps: []model.StepSpan{{Step: 0, Start: at}, {Step: 3, End: at}},
		Calls: []model.CallStats{{
			Name: text.Clean("llm.completion"), Count: 3, Failed: 1, Total: time.Minute, P50: time.Second, P95: 2 * time.Second, Max: 3 * time.Second,
			Slowest: []model.Call{{Agent: -1, Step: -1, Start: at, Took: 3 * time.Second, Note: text.Clean("qwen")}},
		}},
		Failures: []model.Failure{{Cause: text.Clean("unknown tool"), Count: 4, Last: at, Example: text.Clean("no tool fly")}},
		Retries:  1, RateLimits: 2, Input: 3, Cached: -1, Output: 5,
	}
	if got := again(t, NewHealth(h)).Model(); !reflect.DeepEqual(got, h) {
		t.Errorf("%+v, want %+v", got, h)
	}
	answer := model.Answer{ID: 7, Survey: uuid.New(), Trouble: text.Clean("agent failed"), Created: at}
	if got := again(t, NewAnswer(answer)).Model(); got != answer {
		t.Errorf("%+v, want %+v", got, answer)
	}
}

// TestRowsThatNoServerSends can't be decoded.
func TestRowsThatNoServerSends(t *testing.T) {
	for _, body := range []string{
		`{"columns":["a"],"rows":["[1,2]"]}`, `{"columns":["a"],"rows":["1"]}`, `{"columns":["a"],"rows":["[1"]}`, `{"columns":["a"],"rows":[1]}`,
		`{"columns":["a"],"rows":["[1]"],"ambiguous":[1]}`, `{"columns":["a"],"rows":["[1]","[2]"],"ambiguous":[1,0]}`, `{"columns":["a"],"rows":["[1]"],"ambiguous":[-1]}`,
		`{"columns":["a"],"rows":["[1]"],"old":2}`, `{"columns":["a"],"rows":[],"since":-1}`,
		`{"columns":[` + strings.Repeat(`"a",`, maxFew) + `"a"]}`,
	} {
		var r Rows
		err := json.Unmarshal([]byte(body), &r)
		if err == nil {
			_, err = r.Model()
		}
		if err == nil {
			t.Errorf("%.100s: %+v", body, r)
		}
	}
	for _, a := range []Activity{
		{Steps: -1},
		{Steps: maxSteps + 1},
		{Steps: maxSteps, Agents: make([]Actor, 1000)},
		{Steps: 1, Agents: []Actor{{Deeds: "aa"}}},
		{Steps: 1, Events: []EventCount{{Counts: []int64{1, 2}}}},
		{Steps: 2, Walls: []int64{1}},
		{Steps: 1, Walls: []int64{math.MaxInt64}},
	} {
		if got, err := a.Model(); err == nil || len(got.Agents)+len(got.Events) > 0 {
			t.Errorf("%d steps: %+v", a.Steps, got)
		}
	}
}

// FuzzRunDir decodes what a run directory has: nothing panics, and rows come again as they are.
func FuzzRunDir(f *testing.F) {
	for _, s := range []string{
		`{"data":[{"i":"m.s","t":"m_s","k":"entity_snapshot","o":["step"],"c":["geo_point"],"x":[{"i":"lng","t":"REAL"}],"r":-7}]}`,
		`{"columns":["a","b"],"ambiguous":[0],"total":9,"whole":3,"ordered":true,"old":1,"before":7,"since":2,"skipped":3,"rows":["[1,\"x\"]","[null,{\"a\":[1]}]"]}`,
		`{"from":"x","steps":3,"whole":9,"agents":[{"i":1,"n":"\u001b","d":"a-x"}],"events":[{"k":"post","n":[1,-2]}],"walls":[0,1,2]}`,
		`{"sample":"NaN","steps":[{"i":-1,"a":1}],"calls":[{"n":"llm","t":-1,"s":[{"i":-1,"t":9223372036854775807}]}],"failures":[{"k":"x","s":"\n"}],"cached":-9}`,
		`{"data":[{"n":"output.log","b":-1,"s":"\u001b[31m","u":1}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		each(b, Dataset.Model)
		each(b, LogFile.Model)
		each(b, Note.Model)
		var a Activity
		if json.Unmarshal(b, &a) == nil {
			_, _ = a.Model()
		}
		var h Health
		if json.Unmarshal(b, &h) == nil {
			h.Model()
		}
		var r Rows
		if json.Unmarshal(b, &r) != nil {
			return
		}
		rows, err := r.Model()
		if err != nil {
			return
		}
		wired := again(t, *NewRows(&rows))
		got, err := wired.Model()
		if err != nil || !reflect.DeepEqual(got, rows) {
			t.Errorf("%+v, want %+v (%v)", got, rows, err)
		}
	})
}
