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

// config writes the YAML that AgentSociety stores, as Python dumps it: keys in order, the
// items of a list at the column of its key, defaults left out.
func (s *setup) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, configHead, s.agents, max(s.agents/40, 1), s.id, quoted(s.name))
	round := 0
	between := func() {
		if isSurvey(round) {
			s.survey(&b, round)
		} else {
			s.message(&b, round)
		}
		round++
	}
	for i, p := range s.parts {
		if i > 0 {
			between()
		}
		p.write(&b)
	}
	for range s.rounds {
		between()
	}
	b.WriteString(configTail)
	return b.String()
}

// isSurvey tells which entries between the parts are surveys; the others are messages.
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

func (s *setup) survey(b *strings.Builder, round int) {
	fmt.Fprintf(b, "  - description: 第%d轮问卷 survey 📋\n", round)
	ask{round: round}.survey().yaml(b, s.created)
	s.targets(b)
	b.WriteString("    type: survey\n")
}

func (s *setup) message(b *strings.Builder, round int) {
	text := intervention(round)
	fmt.Fprintf(b, "  - description: intervention %d\n    intervene_message: %s\n", round, quoted(text))
	s.targets(b)
	b.WriteString("    type: message\n")
}

// targets appends the list of the agents that an entry is for.
func (s *setup) targets(b *strings.Builder) {
	if s.agents == 0 {
		b.WriteString("    target_agent: []\n")
		return
	}
	b.WriteString("    target_agent:\n")
	for i := range min(s.agents, listed) {
		fmt.Fprintf(b, "    - %d\n", i+1)
	}
}

// intervention is what a message says.
func intervention(round int) string {
	return fmt.Sprintf(interventions[round/2%len(interventions)], round)
}

// quoted is a scalar in single quotes, which takes any text of one line.
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
      gender:
        choices:
        - male
        - female
        dist_type: choice
        weights:
        - 0.5
        - 0.5
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

// The keys in it open nothing: they are there to be masked.
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

// shortConfig is a config of some three hundred bytes that many experiments share. It names
// none of them.
func shortConfig(parts []part) string {
	var b strings.Builder
	b.WriteString(shortHead)
	for _, p := range parts {
		p.write(&b)
	}
	b.WriteString(shortTail)
	return b.String()
}

const shortHead = `agents:
  citizens:
  - agent_class: citizen
env:
  home_dir: /srv/agentsociety
exp:
  environment: {}
  workflow:
`

const shortTail = `llm:
- api_key: sk-demo-0000000000-this-is-no-key
  model: qwen2.5-14b-instruct
  provider: qwen
map:
  file_path: /data/maps/beijing.pb
`
