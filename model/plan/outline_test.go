package plan

import (
	"testing"

	"societop/model/text"
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

func TestReadOutlineOfSteps(t *testing.T) {
	const society = `# init_config.json
{"env_modules": [], "agents": [{"agent_id": 1, "agent_type": "PersonAgent"}, {"agent_id": 2, "agent_type": "BankAgent"}, {"agent_id": 3, "agent_type": "PersonAgent"}, {}]}
`
	for name, config := range map[string]string{
		"YAML": "# steps.yaml\nstart_t: '2026-01-05T08:00:00'\nsteps:\n- type: run\n  num_steps: 6\n  tick: 900\n- type: questionnaire\n  title: 幸福感\n" +
			"- {type: ask, question: \"What?\"}\n- {type: intervene, instruction: \"Tell all\"}\n- {type: run, num_steps: 8}\n---\n" + society,
		"JSON": "# steps.yaml\n{\n\t\"start_t\": \"2026-01-05\", \"steps\": [{\"type\": \"run\", \"num_steps\": 6, \"tick\": 900}, {\"type\": \"questionnaire\", \"questionnaire_id\": \"幸福感\"}," +
			"{\"type\": \"ask\", \"question\": \"What?\"}, {\"type\": \"intervene\", \"instruction\": \"Tell all\"}, {\"type\": \"run\", \"num_steps\": 8}]}\n---\n" + society,
	} {
		o := ReadOutline(config)
		if len(o.Workflow) != 5 || len(o.Agents) != 3 || o.Agents[0] != (AgentKind{text.Clean("PersonAgent"), 2}) || o.Agents[2].Name.String() != "agent" {
			t.Fatalf("%s: %+v", name, o)
		}
		first, last := o.Workflow[0], o.Workflow[4]
		if !first.Counted || first.Steps != 6 || first.Ticks != 900 || last.Ticks != 1 || o.Workflow[1].Description.String() != "幸福感" ||
			o.Workflow[2].Description.String() != "What?" || o.Workflow[3].Description.String() != "Tell all" || o.Workflow[1].Counted {
			t.Errorf("%s: %+v", name, o.Workflow)
		}
	}
	if o := ReadOutline("# steps.yaml\nsteps:\n- type: run\n"); len(o.Workflow) != 1 || o.Agents != nil {
		t.Errorf("without agents: %+v", o)
	}
	if o := ReadOutline("steps: [}"); o.Workflow != nil {
		t.Errorf("no YAML: %+v", o)
	}
}
