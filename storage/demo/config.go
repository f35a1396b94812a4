package demo

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// part is a part of a workflow that takes time: a run of days, or single steps.
type part struct {
	days  float64
	steps int
	ticks int // simulated seconds of a step; 0: AgentSociety's 300
}

// setup is what a config is written from.
type setup struct {
	id      uuid.UUID
	name    string
	agents  int
	created time.Time
	parts   []part // with a survey or a message between two of them
	rounds  int    // surveys and messages after the last part
}

// listed is the most agents that an entry names one by one.
const listed = 100

// config returns the YAML that AgentSociety stores, as Python dumps it: keys in order, the
// items of a list at the column of its key, defaults left out.
func (s *setup) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, configHead, s.agents, firms(s.agents), s.id, quoted(s.name))
	rounds := s.allRounds()
	for i := range rounds + 1 {
		if i < len(s.parts) {
			s.parts[i].write(&b)
		}
		if i < rounds {
			s.round(&b, i)
		}
	}
	b.WriteString(configTail)
	return b.String()
}

// allRounds returns how many surveys and messages the workflow has.
func (s *setup) allRounds() int { return len(s.parts) - 1 + s.rounds }

// isSurvey reports whether a round is a survey; the others are messages.
func isSurvey(round int) bool { return round%2 == 0 }

// write appends the entry of a part.
func (p part) write(b *strings.Builder) {
	kind := "step"
	if p.steps > 0 {
		fmt.Fprintf(b, "  - steps: %d\n", p.steps)
	} else {
		kind = "run"
		fmt.Fprintf(b, "  - days: %.2g\n", p.days)
	}
	if p.ticks > 0 {
		fmt.Fprintf(b, "    ticks_per_step: %d\n", p.ticks)
	}
	fmt.Fprintf(b, "    type: %s\n", kind)
}

// round appends the entry of a survey or a message, and the agents that it is for.
func (s *setup) round(b *strings.Builder, round int) {
	kind := "message"
	if isSurvey(round) {
		kind = "survey"
		fmt.Fprintf(b, "  - description: 第%d轮问卷 survey 📋\n", round)
		questionnaireOf(round).yaml(b, s.created)
	} else {
		fmt.Fprintf(b, "  - description: intervention %d\n    intervene_message: %s\n", round, quoted(intervention(round)))
	}
	b.WriteString("    target_agent:")
	if s.agents == 0 {
		b.WriteString(" []")
	}
	for i := range min(s.agents, listed) {
		fmt.Fprintf(b, "\n    - %d", i+1)
	}
	fmt.Fprintf(b, "\n    type: %s\n", kind)
}

// intervention returns what a message says.
func intervention(round int) string {
	return fmt.Sprintf(interventions[round/2%len(interventions)], round)
}

// quoted returns a YAML scalar in single quotes, which holds any line of text.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

var interventions = []string{
	"台风预警 hurricane alert #%d: please stay at home. 请大家待在家里，不要外出。",
	"Notice %d: the main road is closed from 07:00 to 10:00. 主干道临时封闭。",
	"Rumour %d: the shops will be sold out by noon. Pass it on, or don't.",
}

const configHead = `agents:
  banks:
  - agent_class: bank
  citizens:
  - agent_class: citizen
    memory_distributions:
      age:
        dist_type: uniform_int
        max_value: 65
        min_value: 18
    number: %d
  firms:
  - agent_class: firm
    number: %d
  governments:
  - agent_class: government
  init_funcs: []
  nbs:
  - agent_class: nbs
env:
  db: {}
  home_dir: /srv/agentsociety
exp:
  environment: {}
  id: %s
  name: %s
  workflow:
`

// The keys are fake: they are there to be masked.
const configTail = `llm:
- api_key: sk-demo-0000000000-this-is-no-key
  concurrency: 64
  model: qwen2.5-14b-instruct
  provider: qwen
- api_key: not-a-key-either
  base_url: http://127.0.0.1:8000/v1
  model: Qwen/Qwen2.5-7B
  provider: vllm
  timeout: 60.0
map:
  file_path: /data/maps/beijing.pb
`

// shortConfig returns a config of some 300 bytes that many experiments share. It names none
// of them.
func shortConfig(parts []part) string {
	var b strings.Builder
	b.WriteString("agents:\n  citizens:\n  - agent_class: citizen\nenv:\n  home_dir: /srv/agentsociety\nexp:\n  environment: {}\n  workflow:\n")
	for _, p := range parts {
		p.write(&b)
	}
	b.WriteString("llm:\n- api_key: sk-demo-0000000000-this-is-no-key\n  model: qwen2.5-14b-instruct\n  provider: qwen\nmap:\n  file_path: /data/maps/beijing.pb\n")
	return b.String()
}
