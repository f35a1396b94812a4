package plan

import (
	"testing"
)

func TestReadOutline(t *testing.T) {
	o := ReadOutline(`agents:
  citizens:
  - {agent_class: citizen, number: 200}
  - {agent_class: citizen, number: 20}
  banks:
  - agent_class: bank
  init_funcs: []
exp:
  workflow:
  - {type: run, days: 2.5}
  - {type: survey, description: "第0轮 \e[31m"}
  - {type: step, steps: 24, ticks_per_step: 600}
llm:
- {model: qwen, provider: q}
- {model: qwen, provider: q}
- {model: other}
`)
	if len(o.Workflow) != 3 || o.Workflow[0].Days != 2.5 || o.Workflow[1].Description.String() != "第0轮 �[31m" || o.Workflow[2].Ticks != 600 {
		t.Errorf("workflow %+v", o.Workflow)
	}
	if len(o.Models) != 2 || o.Models[0].String() != "qwen (q)" {
		t.Errorf("models %q", o.Models)
	}
	if len(o.Agents) != 2 || o.Agents[0].Number != 220 || o.Agents[1].Number != 1 {
		t.Errorf("agents %+v", o.Agents)
	}
	if o := ReadOutline("a: [}"); o.Workflow != nil {
		t.Errorf("no YAML: %+v", o)
	}
}
