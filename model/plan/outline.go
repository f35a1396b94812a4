package plan

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"

	"societop/model/text"
)

// Outline is what people want to know of a config at a glance.
type Outline struct {
	Workflow []OutlineEntry
	Models   []text.Text // the language models, each once, with the provider
	Agents   []AgentKind
}

// OutlineEntry is one entry of the workflow.
type OutlineEntry struct {
	Type        text.Text // "run", "step", "survey", …
	Description text.Text // may be empty
	Days        float64   // of a run; NaN where it is no number
	Steps       float64   // of a step, and of a run of AgentSociety 2
	Ticks       float64   // simulated seconds a step
	Counted     bool      // a run of AgentSociety 2, which has Steps and no Days
}

// AgentKind is a kind of agents and how many of them a config asks for.
type AgentKind struct {
	Name   text.Text
	Number int64
}

// ReadOutline takes the outline out of a config with the YAML library, in milliseconds.
// What is missing or of another shape is left out; a config that is no YAML has an empty
// outline. That of a run of AgentSociety 2 has two documents: its steps.yaml and its init_config.json.
func ReadOutline(config string) Outline {
	if o, ok := outlineOfSteps(config); ok {
		return o
	}
	var doc yaml.Node
	if err := unmarshal(config, &doc); err != nil || len(doc.Content) == 0 {
		return Outline{}
	}
	top := doc.Content[0]
	return Outline{
		Workflow: outlineWorkflow(member(member(top, "exp"), "workflow")),
		Models:   outlineModels(member(top, "llm")),
		Agents:   outlineAgents(member(top, "agents")),
	}
}

// maxOutline is how many entries of each list an outline holds.
const maxOutline = 1000

func outlineWorkflow(list *yaml.Node) (out []OutlineEntry) {
	for _, n := range items(list) {
		out = append(out, OutlineEntry{
			Type:        text.Clean(textOf(member(n, "type"))),
			Description: text.Clean(cmp.Or(textOf(member(n, "description")), textOf(member(n, "intervene_message")))),
			Days:        numberOf(member(n, "days")).or(DefaultDays),
			Steps:       numberOf(member(n, "steps")).or(DefaultSteps),
			Ticks:       numberOf(member(n, "ticks_per_step")).or(DefaultTicksPerStep),
		})
	}
	return out
}

func outlineModels(list *yaml.Node) (out []text.Text) {
	for _, n := range items(list) {
		name := textOf(member(n, "model"))
		if p := textOf(member(n, "provider")); p != "" && name != "" {
			name += " (" + p + ")"
		}
		if t := text.Clean(name); name != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// outlineAgents adds up the groups of agents by the key that they stand under.
func outlineAgents(m *yaml.Node) (out []AgentKind) {
	m = resolve(m)
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content) && len(out) < maxOutline; i += 2 {
		var number int64
		for _, group := range items(m.Content[i+1]) {
			if group = resolve(group); group.Kind != yaml.MappingNode || member(group, "agent_class") == nil {
				continue
			}
			n := numberOf(member(group, "number")).or(1)
			if whole(n) && n > 0 {
				number += int64(n)
			}
		}
		if number > 0 {
			out = append(out, AgentKind{text.Clean(m.Content[i].Value), number})
		}
	}
	return out
}

// items is the entries of a list, at most maxOutline.
func items(list *yaml.Node) []*yaml.Node {
	list = resolve(list)
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	return list.Content[:min(len(list.Content), maxOutline)]
}
