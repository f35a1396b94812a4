package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// altered are texts that a screen shows otherwise, and what JSON says of them.
var altered = map[string]string{
	"a\x1b[2J\x7f\x00\u0085\u009b":             "",
	"\u202egnp.exe \u2066x\u2069\u200f":        "",
	"é ẛ̣ Å":                                   "", // not in NFC
	"\u2028\u2029\u200b\u200d\ufeff\u00ad":     "",
	"👩‍👩‍👧 🇩🇪 \U000e0041 \U000f0000 ☝️ \ue000": "",
	"क्षि हिन्दी":                              "",
	"a\tb\r\nc\rd\n":                           "",
	strings.Repeat("long ", 2000):              "",
	`quotes " \ </script>`:                     "",
	"bad \xff\xc3\x28 bytes":                   "bad \ufffd\ufffd( bytes",
}

// harmless fails where a terminal would obey something in JSON.
func harmless(t *testing.T, what, out string) {
	t.Helper()
	for _, r := range out {
		if r != '\n' && unicode.IsOneOf(unprinted, r) {
			t.Errorf("%s prints %q: %.200q", what, r, out)
			return
		}
	}
}

// find is a value in JSON by its name, wherever it stands.
func find(v any, name string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		if one, ok := v[name]; ok {
			return one, true
		}
		for _, one := range v {
			if found, ok := find(one, name); ok {
				return found, true
			}
		}
	case []any:
		for _, one := range v {
			if found, ok := find(one, name); ok {
				return found, true
			}
		}
	}
	return nil, false
}

// TestJSONHasTheSourcesOwnText: every text, in every command.
func TestJSONHasTheSourcesOwnText(t *testing.T) {
	for s, want := range altered {
		if want == "" {
			want = s
		}
		src := anEndpoint()
		e := run(1, s, model.Running)
		e.Tenant, e.Error, e.Config = text.Clean(s), text.CleanLines(s), text.CleanLines(s)
		src.all = []model.Experiment{e}
		quoted, _ := json.Marshal(s)
		value := text.ParseValue(`{"x": ` + string(quoted) + `}`)
		at := model.SimTime{Day: 1, T: 300}
		src.society = &fakeSociety{
			profiles: []model.Profile{{ID: 1, Name: text.Clean(s), Profile: value}},
			frame:    model.Frame{At: at, Agents: []model.AgentStatus{{ID: 1, At: at, Action: text.Clean(s), Status: value}}},
			talk:     map[int64][]model.Message{1: {{ID: 1, At: at, Kind: model.Talk, Speaker: text.Clean(s), Content: text.CleanLines(s)}}},
			answers:  map[int64][]model.Answer{1: {{ID: 1, At: at, Survey: uuid.UUID{9}, Result: text.CleanLines(value.Raw())}}},
			metrics:  []model.Metric{{Key: text.Clean(s), Points: []model.Point{{}}}},
			log:      s,
		}
		for command, names := range map[string]string{
			"list": "name tenant_id error", "show": "name tenant_id error", "agents": "name profile.x action status.x", "talk": "speaker content",
			"surveys": "result.x", "metrics": "key", "log": "log", "config": "config",
		} {
			args := []string{command, "--json", "x", id(1)}
			out, errs, code, _ := call(src, nil, args[:len(args)-map[string]int{"list": 1}[command]]...)
			harmless(t, command, out)
			var all any
			if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 {
				t.Fatalf("%s: exit code %d, %v: %s", command, code, err, errs)
			}
			for _, name := range strings.Fields(names) {
				outer, inner, nested := strings.Cut(name, ".")
				got, _ := find(all, outer)
				if nested {
					got, _ = find(got, inner)
				}
				want := want
				if name == "log" {
					want = strings.TrimSuffix(want, "\n")
				}
				if got != want {
					t.Errorf("%s: %s is\n%.200q, want\n%.200q", command, name, got, want)
				}
			}
		}
	}
}

// TestJSONOfLoneSurrogates: what is no text is U+FFFD, whatever reads the JSON.
func TestJSONOfLoneSurrogates(t *testing.T) {
	src := anEndpoint()
	src.society.profiles = []model.Profile{{ID: 1, Profile: text.ParseValue("{\"a\\ud800\": [\"\\udc00x\", 1e400, \"\xff\"], \"a\": 1, \"b\": \"\\u0041\\u007f\"}")}}
	out, _, _, _ := call(src, nil, "agents", "--json", "x", id(1))
	if !strings.Contains(out, `"profile":{"a`+"\ufffd"+`":["`+"\ufffd"+`x",1e400,"`+"\ufffd"+`"],"a":1,"b":"A\u007f"}`) {
		t.Errorf("it prints %s", out)
	}
}

// TestOtherFormsAreClean: as before, plain text and CSV are fit for the screen.
func TestOtherFormsAreClean(t *testing.T) {
	for s := range altered {
		src := anEndpoint()
		src.all[0].Name = text.Clean(s)
		for _, form := range []string{"--plain", "--csv"} {
			out, _, _, _ := call(src, nil, "list", form, "x")
			if clean := src.all[0].Name.String(); !strings.Contains(out, strings.TrimSpace(clean[:min(len(clean), 30)])) && !strings.ContainsAny(clean, `"`) {
				t.Errorf("%s: no %q in %q", form, clean, out)
			}
			harmless(t, form, strings.ReplaceAll(out, "\u200c", "")) // which keeps letters of Hindi apart
		}
	}
}

// TestSecretsOfRawConfigs: they are masked, and the other lines are the source's own.
func TestSecretsOfRawConfigs(t *testing.T) {
	src := anEndpoint()
	src.all[0].Config = text.CleanLines("a: \x1b[2J\r\napi_\u200bkey: hunter2\rtoken:\n  hunter2\nb: \u202ex\n")
	out, _, _, _ := call(src, nil, "config", "--json", "x", id(1))
	var got struct{ Config string }
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if want := "a: \x1b[2J\r\napi_key: " + plan.Mask + "\rtoken:\n  " + plan.Mask + "\nb: \u202ex\n"; got.Config != want {
		t.Errorf("the config is %q, want %q", got.Config, want)
	}
	harmless(t, "config", out)
}

// TestToWhom: from the copies of those who hear.
func TestToWhom(t *testing.T) {
	at := model.SimTime{Day: 1, T: 300}
	say := func(id int64, kind model.MessageKind, speaker, words string) model.Message {
		return model.Message{ID: id, At: at, Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(words)}
	}
	src := anEndpoint()
	src.society.talk = map[int64][]model.Message{
		1: {say(1, model.Thought, "", "I think"), say(1, model.Talk, "1", `{"content": "both"}`), say(1, model.Talk, "1", "to two"), say(1, model.Talk, "1", "unheard")},
		2: {say(2, model.Talk, "1", "both"), say(2, model.Talk, "1", "to two"), say(2, model.UserTalk, "user", "Well?"), say(2, model.UserTalk, "", "Well.")},
		3: {say(3, model.Talk, "1", "to two"), say(3, model.Talk, "somebody", "odd")},
	}
	out, errs, _, _ := call(src, nil, "talk", "x", id(1))
	squeezed := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{"SPEAKER TO CONTENT", "1 王芳 thought 1 王芳 – I think", "1 王芳 talk 1 王芳 2 Ana 🚇 both", "1 王芳 talk 1 王芳 – unheard", "user 2 Ana 🚇 user Well."} {
		if !strings.Contains(squeezed, want) {
			t.Errorf("no %q in %s\n%s", want, errs, out)
		}
	}
	to := func(args ...string) (all []any) {
		for _, row := range objects(t, src, append(args, "x", id(1))...) {
			all = append(all, row["to"])
		}
		return all
	}
	if got := to("talk", "--json"); !equal(got, nil, "2", "2,3", nil, "2", "2", "2", "user", "3", "3") {
		t.Errorf("all: %v", got)
	}
	if got := to("talk", "--json", "--agent", "1"); !equal(got, nil, nil, nil, nil) {
		t.Errorf("of one agent: %v", got)
	}
}

func equal(got []any, want ...any) bool {
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			return false
		}
	}
	return true
}
