package plan

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"societop/model/text"
)

// named returns the models of a config as "name (provider)", in order.
func named(m *Models) string {
	var all []string
	for _, l := range m.All() {
		all = append(all, l.Name.Raw()+" ("+l.Provider.Raw()+")")
	}
	return strings.Join(all, ", ")
}

func TestReadModels(t *testing.T) {
	many := "llm:\n"
	for i := range maxModels + 1 {
		many += fmt.Sprintf("- model: m%d\n", i)
	}
	for name, tc := range map[string]struct {
		config, want string
		slow         bool // left to the library
	}{
		"two":            {config: "llm:\n- api_key: sk-1\n  base_url: http://u:p@h/v1\n  model: qwen2.5:7b\n  provider: vllm\n- model: B\nexp: \n", want: "qwen2.5:7b (vllm), B ()"},
		"indented":       {config: "llm:\n  - model: a\n    provider: b\n", want: "a (b)"},
		"each once":      {config: "llm:\n- model: a\n- model: b\n- model: a\n- model: a\n  provider: p\n", want: "a (), b (), a (p)"},
		"quoted":         {config: "llm:\n- model: '123'\n  provider: \"p: q\"\n", want: "123 (p: q)"},
		"a number":       {config: "llm:\n- model: 4\n", want: "4 ()"},
		"escaped":        {config: "llm:\n- model: 'it''s'\n  provider: \"\\u00e9\"\n", want: "it's (é)", slow: true},
		"commented":      {config: "llm:\n- model: a # b\n", want: "a ()", slow: true},
		"flow":           {config: "llm: [{model: a, provider: b}]\n", want: "a (b)", slow: true},
		"alias":          {config: "x: &x a\nllm:\n- model: *x\n", want: "a ()", slow: true},
		"enum":           {config: "llm:\n- model: a\n  provider: !!python/object/apply:agentsociety.llm.LLMProviderType\n  - qwen\n", want: "a (qwen)", slow: true},
		"without a plan": {config: "exp: {}\nllm:\n- model: a\n", want: "a ()", slow: true},
		"hostile":        {config: "llm:\n- model: \"\\e]0;x\\a\"\n", want: "\x1b]0;x\a ()", slow: true},
		"null":           {config: "llm:\n- model: null\n"},
		"one nameless":   {config: "llm:\n- model: a\n- provider: b\n"},
		"a text":         {config: "llm:\n- model: a\n- b\n", slow: true},
		"no list":        {config: "llm:\n  model: a\n", slow: true},
		"an empty list":  {config: "llm: []\n"},
		"nothing":        {config: "llm:\nexp:\n  workflow: []\n"},
		"none":           {config: "exp:\n  workflow: []\n"},
		"no YAML":        {config: "\tllm: [", slow: true},
		"too many":       {config: many},
		"too long":       {config: "llm:\n- model: " + strings.Repeat("x", maxModelName+1) + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, m := Read(tc.config); named(m) != tc.want || (m == nil) != (tc.want == "") {
				t.Errorf("models %q, want %q", named(m), tc.want)
			}
			if _, ok := scan(tc.config); ok == tc.slow {
				t.Errorf("read in one pass: %v, want %v", ok, !tc.slow)
			}
		})
	}
}

func TestModelsAreShownClean(t *testing.T) {
	_, m := Read("llm:\n- model: \"a\\e[31m\"\n")
	if got := m.All()[0].Name.String(); got != "a\uFFFD[31m" {
		t.Errorf("shown as %q", got)
	}
}

// TestModelsKeepNothingOfTheConfig: the text of a config may be overwritten after it was read.
func TestModelsKeepNothingOfTheConfig(t *testing.T) {
	config := []byte("llm:\n- api_key: sk-secret\n  model: qwen\n  provider: vllm\n")
	_, m := Read(unsafe.String(unsafe.SliceData(config), len(config)))
	clear(config)
	if named(m) != "qwen (vllm)" {
		t.Errorf("models %q", named(m))
	}
}

func TestModelsEqual(t *testing.T) {
	model := func(names ...string) *Models {
		var list []Model
		for _, n := range names {
			list = append(list, Model{Name: text.Clean(n)})
		}
		return NewModels(list)
	}
	var unknown *Models
	for _, tc := range []struct {
		a, b *Models
		want bool
	}{
		{unknown, unknown, true},
		{unknown, model("a"), false},
		{model("a"), unknown, false},
		{model("a", "b"), model("a", "b"), true},
		{model("a", "b"), model("b", "a"), false},
		{model("a"), model("a", "b"), false},
	} {
		if tc.a.Equal(tc.b) != tc.want {
			t.Errorf("%q equals %q: %v", named(tc.a), named(tc.b), !tc.want)
		}
	}
	if model() != nil || len(unknown.All()) != 0 {
		t.Error("no models are not unknown")
	}
}
