package sqldbtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/sqldb/table"
)

// Config is a config of about some number of bytes, of the shape that AgentSociety writes: most of it is
// the lists of agents that surveys and messages go to.
func Config(id uuid.UUID, bytes int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "agents:\n  citizens:\n  - agent_class: citizen\n    number: 1000\nenv:\n  db: {}\n  home_dir: /srv/agentsociety\nexp:\n  environment: {}\n  id: %s\n  name: 北京早高峰\n  workflow:\n  - days: 2.0\n    type: run\n", id)
	for i := 0; b.Len() < bytes; i++ {
		fmt.Fprintf(&b, "  - description: 第%d轮问卷 survey round\n    survey:\n      id: !!python/object:uuid.UUID\n        int: 163949409714925\n      pages:\n      - elements:\n        - name: happiness\n          title: How happy are you today? 您今天有多开心?\n          type: !!python/object/apply:agentsociety.survey.models.QuestionType\n          - rating\n    target_agent:\n", i)
		for agent := range 100 {
			fmt.Fprintf(&b, "    - %d\n", agent+1)
		}
		b.WriteString("    type: survey\n")
	}
	return b.String() + "  - steps: 24\n    ticks_per_step: 600\n    type: step\nllm:\n- api_key: x\n  model: qwen2.5-14b-instruct\n  provider: qwen\n"
}

// Large is experiments, the last running of them running, with configs of some bytes each.
func Large(n, running, bytes int) []model.Experiment {
	begun := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	all := make([]model.Experiment, n)
	for i := range all {
		e := &all[i]
		e.ID, e.Tenant = uuid.NewMD5(uuid.NameSpaceOID, fmt.Append(nil, i)), text.Clean(model.OnlyTenant)
		e.Name = text.Clean(fmt.Sprintf("第%d个实验 baseline", i))
		e.Status, e.Now = model.Finished, model.SimTime{Day: 1, T: 28801}
		if i >= n-running {
			e.Status = model.Running
		}
		e.InputTokens, e.OutputTokens = 1_600_000, 500_000
		e.Created = begun.Add(time.Duration(i) * time.Minute)
		e.Updated = e.Created.Add(5 * time.Hour)
		e.Config = text.CleanLines(Config(e.ID, bytes))
	}
	return all
}

// FillStatuses makes the tables of an experiment, with the statuses of agents at some steps, and a prompt
// at each.
func (d Dialect) FillStatuses(exec Exec, e model.Experiment, agents, steps int) error {
	if err := d.CreateRun(exec, e.ID); err != nil {
		return err
	}
	name := table.Name(e.ID, "agent_status")
	for step := range steps {
		at := model.SimTimeOf(28801 + int64(step)*300)
		when := d.TimeOf(e.Created.Add(time.Duration(step) * 10 * time.Second))
		for agent := range agents {
			err := exec("INSERT INTO "+name+" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", int64(agent+1), int64(at.Day), at.T, 116.3+float64(agent)/1000, 39.9,
				int64(500_000_000+agent), "go to work 上班", `"agent feels fine 心情不错 (hunger 0.91, energy 0.24)"`, when)
			if err != nil {
				return err
			}
		}
		if err := exec("INSERT INTO "+table.Name(e.ID, "global_prompt")+" VALUES (?, ?, ?, ?)", int64(at.Day), at.T, "The weather is fine. 晴", when); err != nil {
			return err
		}
	}
	return nil
}
