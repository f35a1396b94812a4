package demo

import (
	"fmt"
	"strings"
	"time"

	"societop/model"
)

// logTime is how AgentSociety writes a time into its log.
const logTime = "2006-01-02T15:04:05.000000-07:00"

// journal is lines of a run's log.
type journal struct{ strings.Builder }

// line appends one line, with AgentSociety's colours for what is told.
func (j *journal) line(at time.Time, level, where, colour, text string) {
	fmt.Fprintf(&j.Builder, "%s [%s] %s: ", at.UTC().Format(logTime), level, where)
	if colour != "" {
		fmt.Fprintf(&j.Builder, "\x1b[%sm%s\x1b[0m\n", colour, text)
		return
	}
	j.WriteString(text + "\n")
}

// head is how a log begins.
func (r *run) head(j *journal) {
	at := r.e.Created
	j.line(at, "INFO", "expconfig.py:88", "", fmt.Sprintf("experiment %s %q", r.e.ID, r.e.Name.String()))
	j.line(at.Add(r.pace/100), "INFO", "environment.py:141", "", "load map /data/maps/beijing.pb 加载地图")
	if r.done == 0 && r.over {
		return
	}
	j.line(at.Add(r.pace/40), "INFO", "environment.py:158", "32", "map loaded 地图加载完成")
	j.line(at.Add(r.pace/30), "INFO", "agentsociety.py:402", "", fmt.Sprintf("%d agents initialized: %d citizens, %d institutions", r.people.population(), r.people.citizens, institutions(r.people.citizens)))
}

// lines appends what the log says of a step.
func (r *run) lines(j *journal, made made) {
	p, i := r.people, made.step
	m := p.moment(i, made.at)
	d := throw(p.seed, 2, uint64(i))
	took := made.at.Sub(made.begun)
	begun := made.begun.Add(took / 20)
	j.line(begun, "INFO", "simulationengine.py:1021", "32", "Start simulation")
	j.line(begun, "INFO", "simulationengine.py:1022", "", fmt.Sprintf("day %d at %.0f, step %d 第%d步", m.at.Day, m.at.T, i, i))
	for _, a := range p.asks {
		if a.step == i {
			j.line(begun, "INFO", "simulationengine.py:977", "36", fmt.Sprintf("survey %s sent to %d agents", a.survey().id, min(p.citizens, listed)))
		}
	}
	if d.chance(0.07) {
		j.line(begun.Add(took/3), "WARNING", "llm.py:233", "33", fmt.Sprintf("rate limit exceeded, retry %d of 10 in %.1f s", 1+d.n(3), d.between(0.5, 8)))
	}
	if d.chance(0.015) {
		j.trace(made.at, &d, p.citizens)
	}
	in, out := stepTokens(r.agents)
	j.line(made.at, "INFO", "simulationengine.py:1094", "", fmt.Sprintf("step %d: %d agents in %.2f s, tokens +%.0f in, +%.0f out", i, p.population(), took.Seconds(), in, out))
}

// trace is an agent whose model gave no JSON: the traceback, then the error.
func (j *journal) trace(at time.Time, d *dice, citizens int) {
	id := 1 + d.n(citizens)
	j.WriteString("Traceback (most recent call last):\n" +
		"  File \"/opt/venv/lib/python3.12/site-packages/agentsociety/cityagent/blocks/plan_block.py\", line 291, in generate_detailed_plan\n" +
		"    result = json_repair.loads(response)  # 解析计划\n" +
		"             ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n" +
		"json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n")
	j.line(at, "ERROR", "plan_block.py:297", "31", fmt.Sprintf("agent %d: no plan, the model's answer is no JSON", id))
}

// ending is how a log ends, if it does.
func (r *run) ending(j *journal) {
	at := r.e.Updated
	switch r.e.Status {
	case model.Finished:
		j.line(at, "INFO", "agentsociety.py:611", "32", "experiment finished 实验完成 ✔")
	case model.Stopped:
		j.line(at, "WARNING", "agentsociety.py:640", "33", stoppedError)
	case model.Failed:
		first, rest, _ := strings.Cut(r.e.Error.Raw(), "\n")
		if rest == "" {
			rest = "Traceback (most recent call last):\n  File \"/opt/venv/lib/python3.12/site-packages/agentsociety/environment/environment.py\", line 141, in load\n    self.map = Map(pb_path=path)\nFileNotFoundError: " + first + "\n"
		}
		j.WriteString(rest)
		j.line(at, "ERROR", "agentsociety.py:655", "31", first)
	default:
	}
}
