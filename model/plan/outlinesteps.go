package plan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"societop/model/text"
)

// stepsList is how the list of entries of a steps.yaml begins. Configs of version 1 have steps within others.
var stepsList = regexp.MustCompile(`(?m)^['"]?steps['"]?\s*:|"steps"\s*:`)

// outlineOfSteps is the outline of the config of an AgentSociety 2 run; ok is false of any other config.
func outlineOfSteps(config string) (o Outline, ok bool) {
	first, second, _ := strings.Cut(config, "\n---\n")
	if !stepsList.MatchString(first) {
		return o, false
	}
	var doc yaml.Node
	if unmarshal(compact(first), &doc) != nil || len(doc.Content) == 0 {
		return o, false
	}
	list := member(doc.Content[0], "steps")
	if list == nil || list.Kind != yaml.SequenceNode || member(doc.Content[0], "exp") != nil {
		return o, false
	}
	for _, n := range items(list) {
		e := OutlineEntry{Type: text.Clean(textOf(member(n, "type"))), Days: math.NaN(), Steps: math.NaN(), Ticks: math.NaN()}
		if e.Type.Raw() == kindRun {
			e.Counted, e.Steps, e.Ticks = true, numberOf(member(n, "num_steps")).or(math.NaN()), numberOf(member(n, "tick")).or(1)
		}
		for _, key := range []string{"question", "instruction", "title", "questionnaire_id"} {
			e.Description = text.Clean(cmp.Or(e.Description.Raw(), textOf(member(n, key))))
		}
		o.Workflow = append(o.Workflow, e)
	}
	o.Agents = kindsOfAgents(second)
	return o, true
}

// compact is a document without its comments at the beginning; JSON without tabs, which YAML does not
// allow.
func compact(doc string) string {
	for strings.HasPrefix(doc, "#") {
		_, doc, _ = strings.Cut(doc, "\n")
	}
	var b bytes.Buffer
	if json.Compact(&b, []byte(doc)) == nil {
		return b.String()
	}
	return doc
}

// kindsOfAgents counts the agents of an init_config.json by their type, in the order in which these come.
// It may have megabytes, which the YAML library would take long for.
func kindsOfAgents(doc string) (out []AgentKind) {
	var config struct {
		Agents []struct {
			Type string `json:"agent_type"`
		} `json:"agents"`
	}
	if json.Unmarshal([]byte(compact(doc)), &config) != nil {
		return nil
	}
	place := map[string]int{}
	for _, a := range config.Agents {
		i, ok := place[a.Type]
		if !ok {
			if i = len(out); i >= maxOutline {
				break
			}
			place[a.Type] = i
			out = append(out, AgentKind{Name: text.Clean(cmp.Or(a.Type, "agent"))})
		}
		out[i].Number++
	}
	return out
}
