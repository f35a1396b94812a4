package demo

import (
	"fmt"
	"strings"
	"time"

	"societop/model"
)

// AgentSociety's levels, with its colours.
const (
	info    = "INFO"
	good    = "INFO\x1b[32m"
	notice  = "INFO\x1b[36m"
	warning = "WARNING\x1b[33m"
	failure = "ERROR\x1b[31m"
)

// line appends a line of a log as AgentSociety writes it.
func line(b *strings.Builder, at time.Time, level, where, format string, args ...any) {
	level, colour, coloured := strings.Cut(level, "\x1b")
	message := fmt.Sprintf(format, args...)
	if coloured {
		message = "\x1b" + colour + message + "\x1b[0m"
	}
	fmt.Fprintf(b, "%s [%s] %s: %s\n", at.UTC().Format("2006-01-02T15:04:05.000000-07:00"), level, where, message)
}

// journal appends the log of some steps: with the head before the first step, and with the end
// after the last if the run is over.
func (r *run) journal(b *strings.Builder, from, to int64) {
	if from == 0 {
		line(b, r.e.Created, info, "expconfig.py:88", "experiment %s %q", r.e.ID, r.e.Name.String())
		line(b, r.e.Created.Add(r.pace/100), info, "environment.py:141", "load map /data/maps/beijing.pb 加载地图")
	}
	if from == 0 && r.done > 0 {
		line(b, r.e.Created.Add(r.pace/40), good, "environment.py:158", "map loaded 地图加载完成")
		line(b, r.e.Created.Add(r.pace/30), info, "agentsociety.py:402", "%d agents initialized: %d citizens, %d institutions",
			r.people.population(), r.people.citizens, institutions(r.people.citizens))
	}
	for i := from; i < to; i++ {
		r.lines(b, i)
	}
	if !r.over() || to < r.done {
		return
	}
	switch at := r.e.Updated; r.e.Status {
	case model.Finished:
		line(b, at, good, "agentsociety.py:611", "experiment finished 实验完成 ✔")
	case model.Stopped:
		line(b, at, warning, "agentsociety.py:640", stoppedError)
	case model.Failed:
		first, trace, _ := strings.Cut(r.e.Error.Raw(), "\n")
		if trace == "" {
			trace = mapTrace
		}
		b.WriteString(trace)
		line(b, at, failure, "agentsociety.py:655", "%s", first)
	default:
	}
}

// lines appends the log of a step: now and then the language model refuses, or gives no plan.
func (r *run) lines(b *strings.Builder, i int64) {
	p, at, m := r.people, r.at(i), stepStart(r.e.Plan, i)
	before := r.begun
	if i > 0 {
		before = r.at(i - 1)
	}
	took := at.Sub(before)
	begun := before.Add(took / 20)
	d := throw(p.seed, 2, uint64(i))
	line(b, begun, good, "simulationengine.py:1021", "Start simulation")
	line(b, begun, info, "simulationengine.py:1022", "day %d at %.0f, step %d 第%d步", m.Day, m.T, i, i)
	for _, a := range p.rounds {
		if a.survey != nil && a.step == i {
			line(b, begun, notice, "simulationengine.py:977", "survey %s sent to %d agents", a.survey.id, min(p.citizens, listed))
		}
	}
	if d.chance(0.07) {
		line(b, begun.Add(took/3), warning, "llm.py:233", "rate limit exceeded, retry %d of 10 in %.1f s", 1+d.n(3), d.between(0.5, 8))
	}
	if d.chance(0.015) {
		b.WriteString(planTrace)
		line(b, at, failure, "plan_block.py:297", "agent %d: no plan, the model's answer is no JSON", 1+d.n(p.citizens))
	}
	in, out := stepTokens(r.agents)
	line(b, at, info, "simulationengine.py:1094", "step %d: %d agents in %.2f s, tokens +%.0f in, +%.0f out", i, p.population(), took.Seconds(), in, out)
}

// planTrace is Python's traceback of a model's answer that is no plan, and mapTrace that of a
// missing map.
const (
	planTrace = `Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/cityagent/blocks/plan_block.py", line 291, in generate_detailed_plan
    result = json_repair.loads(response)  # 解析计划
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
`
	mapTrace = `Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/environment/environment.py", line 141, in load
    self.map = Map(pb_path=path)
FileNotFoundError: ` + initError + "\n"
)
