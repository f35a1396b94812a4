package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// society2Questions are what a questionnaire of a run of version 2 asks.
var society2Questions = []map[string]any{
	{"id": "mood", "prompt": "How is your mood, 1 to 10? 您的心情如何？", "response_type": "integer", "choices": []string{}},
	{"id": "place", "prompt": "Where would you rather be?", "response_type": "choice", "choices": []string{"home", "work", "park", "公园"}},
	{"id": "why", "prompt": "Why? 为什么？", "response_type": "text", "choices": []string{}},
}

// set writes what is there before the first step.
func (r *rundir) set() error {
	for _, dir := range []string{"replay", "trace", "artifacts"} {
		if err := os.MkdirAll(r.path(dir), 0o755); err != nil {
			return err
		}
	}
	var agents, profiles []any
	for id := range r.people.citizens {
		c := r.people.citizen(int64(id) + 1)
		p := c.profile()
		agents = append(agents, map[string]any{"agent_id": p.ID, "agent_type": "PersonAgent", "kwargs": map[string]any{"id": p.ID, "name": p.Name.Raw()}})
		profiles = append(profiles, map[string]any{"id": p.ID, "name": p.Name.Raw(), "profile": p.Profile.Raw(), "created_at": clock(0)})
	}
	var modules []any
	for _, m := range []string{"MobilitySpace", "SocialMediaSpace", "EconomySpace"} {
		modules = append(modules, map[string]any{"module_type": m, "kwargs": map[string]any{}})
	}
	config := map[string]any{"env_modules": modules, "agents": agents, "codegen_router": map[string]any{"final_summary_enabled": true}}
	err := errors.Join(
		os.WriteFile(r.path("steps.yaml"), []byte(stepsFile()), 0o644),
		writeJSON(r.path("init_config.json"), config),
		writeJSON(r.path("SOCIETY.json"), map[string]any{"schema_version": 1, "agent_class_name": "PersonAgent", "env_module_types": []string{"MobilitySpace", "SocialMediaSpace", "EconomySpace"}}),
		writeJSON(r.path("replay", "_schema.json"), schema()),
		r.beat("running"),
	)
	r.note("", "INFO", "Environment validation passed")
	r.note("", "INFO", "Loading steps from "+r.path("steps.yaml"))
	r.note("", "INFO", fmt.Sprintf("Building %d agent specs (record-based)...", len(agents)))
	r.note("", "INFO", fmt.Sprintf("Executing %d steps...", len(society2)))
	r.add("core_agent_profile", profiles...)
	return errors.Join(err, r.err)
}

// stepsFile is the run's steps.yaml.
func stepsFile() string {
	var b strings.Builder
	fmt.Fprintf(&b, "start_t: '%s'\nsteps:\n", clock(0))
	for _, e := range society2 {
		fmt.Fprintf(&b, "- type: %s\n", e.kind)
		switch e.kind {
		case "run":
			fmt.Fprintf(&b, "  num_steps: %d\n  tick: %d\n", e.steps, e.tick)
		case "ask":
			fmt.Fprintf(&b, "  question: %q\n", e.text)
		case "intervene":
			fmt.Fprintf(&b, "  instruction: %q\n", e.text)
		default:
			fmt.Fprintf(&b, "  questionnaire_id: %s\n  title: Well-being 幸福感\n  questions:\n", e.name)
			for _, q := range society2Questions {
				fmt.Fprintf(&b, "  - {id: %s, prompt: %q, response_type: %s, choices: [%s]}\n", q["id"], q["prompt"], q["response_type"], strings.Join(q["choices"].([]string), ", "))
			}
			if e.of > 0 {
				b.WriteString("  target_agent_ids: [")
				for id := range e.of {
					fmt.Fprintf(&b, "%s%d", strings.Repeat(", ", min(id, 1)), id+1)
				}
				b.WriteString("]\n")
			}
		}
	}
	return b.String()
}

// note appends a line to the log: of the driver, or of a worker through Ray.
func (r *rundir) note(worker, level, message string) {
	line := fmt.Sprintf("[%s] %-7s %s\n", r.log.Local().Format("2006-01-02 15:04:05"), level, message)
	if worker != "" {
		line = fmt.Sprintf("\x1b[36m(%s pid=%d)\x1b[0m %s", worker, os.Getpid()+1, line)
	}
	r.extend([]byte(line), "sim.log")
}

// step writes all of a step that took from one wall time to another.
func (r *rundir) step(from, to time.Time) {
	m := r.now(r.done)
	lives := make([]life, r.people.citizens)
	var events []any
	for i := range lives {
		lives[i] = r.people.live(int64(i)+1, &m)
		row := r.acts(&lives[i], &m)
		if row != nil {
			events = append(events, row)
		}
		r.trace(&lives[i], row, from, to)
	}
	r.snapshots(lives, &m)
	r.add("social_media_event", events...)
	for i := range lives {
		r.remember(&lives[i])
	}
}

// Why a tool fails in the demo, as AgentSociety says it.
var toolErrors = []string{
	"unknown action: think", "Failed to comment: post 999 does not exist", "invalid arguments: missing 'content'",
	"Action denied: the environment is read-only in this phase", "max turns reached",
}

// trace writes the spans of an agent's step: its calls of the model and of tools.
func (r *rundir) trace(l *life, event map[string]any, from, to time.Time) {
	d := throw(l.seed, purposeSlot, uint64(r.done), 4)
	id := fmt.Sprintf("%016x%016x", d.next(), d.next())
	at := from.Add(time.Duration(d.between(0, 0.2) * float64(to.Sub(from))))
	root := fmt.Sprintf("%016x", d.next())
	var spans []byte
	span := func(name, parent string, took time.Duration, code, message string, attributes map[string]any) {
		own := root
		if parent != "" {
			own = fmt.Sprintf("%016x", d.next())
		}
		line, err := json.Marshal(map[string]any{
			"resource": map[string]any{"service.name": "agentsociety2.person_agent", "agent.id": l.id},
			"scope":    map[string]any{"name": "agentsociety2.agent.runtime", "version": "1"},
			"trace_id": id, "span_id": own, "parent_span_id": orNull(parent), "name": name, "kind": "internal",
			"start_time_unix_nano": at.UnixNano(), "end_time_unix_nano": at.Add(took).UnixNano(),
			"status": map[string]any{"code": code, "message": message}, "attributes": attributes, "events": []any{},
		})
		r.err = errors.Join(r.err, err)
		spans = append(append(spans, line...), '\n')
	}
	begun := at
	for range 1 + b2i(event != nil) + d.n(2) {
		took := time.Duration(d.between(0.08, 0.28) * float64(to.Sub(from)))
		in, out := int64(1800+d.n(1500)), int64(40+d.n(60))
		cached := in * int64(d.n(100)) / 100
		r.use.Calls, r.use.Input, r.use.Output, r.use.Cached = r.use.Calls+1, r.use.Input+in, r.use.Output+out, r.use.Cached+cached
		span("llm.completion", root, took, "ok", "", map[string]any{"operation.type": "llm", "llm.model": society2Model, "llm.input_tokens": in, "llm.cached_input_tokens": cached, "llm.output_tokens": out})
		at = at.Add(took)
		action, ok, said := one(&d, []string{"observe", "ask_env", "ask_env", "finish"}), true, "ok"
		if d.chance(0.04) {
			ok, said = false, one(&d, toolErrors)
			r.note("step_agent_batch", "WARNING", fmt.Sprintf("Agent %d: ReAct tool failed: action=%s observation=%s", l.id, action, said))
		}
		took /= 6
		span("react.tool", root, took, "ok", "", map[string]any{"operation.type": "react", "react.action": action, "result.ok": ok, "output.summary": map[string]any{"observation": said}})
		at = at.Add(took)
	}
	took := at.Sub(begun)
	at = begun
	span("agent.step", "", took, "ok", "", map[string]any{
		"operation.type": "agent", "event.type": "step", "agent.tick": r.now(r.done).ticks, "step.count": r.done + 1,
		"input.summary": map[string]any{"time": clock(r.done)}, "output.summary": map[string]any{"result": "done"},
	})
	r.extend(spans, "trace", "trace_"+id[:2]+".jsonl")
}

// remember writes the workspace of an agent.
func (r *rundir) remember(l *life) {
	if r.done%10 != 0 { // less often than AgentSociety, for the sake of the disk
		return
	}
	dir := fmt.Sprintf("agent_%04d", l.id)
	p := l.profile()
	b, err := json.MarshalIndent(map[string]any{"schema_version": 1, "agent_class": "PersonAgent", "agent_id": l.id, "name": p.Name.Raw(), "current_time": clock(r.done + 1), "step_count": r.done + 1}, "", "  ")
	r.err = errors.Join(r.err, err)
	r.put(b, "agents", dir, "AGENT.json")
	memory := "# Memory\n\n## Identity And Profile\n- " + p.Name.Raw() + "\n\n## Important Past Events\n- " + clock(r.done) + ": " + l.need() + "\n"
	r.put([]byte(memory), "agents", dir, "MEMORY.md")
	r.put([]byte(`{"todos": [{"id": 1, "content": "`+habits[l.doing].actions[0].Raw()+`", "status": "pending"}], "active_todo_id": 1}`), "agents", dir, "TODO.json")
}

// artifact writes the result of an entry that is no run.
func (r *rundir) artifact(e *entry) {
	at := strings.NewReplacer("-", "", ":", "", "T", "_").Replace(clock(r.done))
	name := fmt.Sprintf("%s_step_%d_%s", e.kind, r.entries, at)
	switch e.kind {
	case "ask":
		r.put(fmt.Appendf(nil, "---\nquestion: %q\n---\n\nPeople talked mostly about bread and late trains. 面包和晚点的电车是最常见的话题。\n", e.text), "artifacts", name+".md")
	case "intervene":
		r.put(fmt.Appendf(nil, "---\ninstruction: %q\n---\n\nThe announcement was delivered. お知らせを届けました。\n", e.text), "artifacts", name+".md")
	default:
		b, err := json.MarshalIndent(r.answers(e), "", "  ")
		r.err = errors.Join(r.err, err)
		r.put(b, "artifacts", name+".json")
	}
	r.note("", "INFO", "Result saved to "+r.path("artifacts", name))
}

// answers is what a questionnaire's file says.
func (r *rundir) answers(e *entry) map[string]any {
	m := r.now(max(r.done-1, 0))
	var targets []int64
	var responses []any
	for id := int64(1); id <= int64(r.people.citizens) && (e.of == 0 || id <= int64(e.of)); id++ {
		l := r.people.live(id, &m)
		d := throw(l.seed, purposeAnswer, uint64(r.done))
		targets = append(targets, id)
		mood := any(1 + int(l.mood*9))
		raw, parsed, trouble := fmt.Sprint(mood), true, any(nil)
		if d.chance(0.08) {
			mood, raw, parsed, trouble = "about seven", "about seven", false, "no integer found"
		}
		place, why := one(&d, []string{"home", "work", "park", "公园"}), one(&d, reasons)
		answer := func(question, raw string, value any, ok bool, trouble any) map[string]any {
			return map[string]any{"question_id": question, "raw_text": raw, "raw_response": raw, "parsed_value": value, "reason": why, "parse_success": ok, "parse_error": trouble}
		}
		responses = append(responses, map[string]any{"agent_id": id, "agent_name": l.profile().Name.Raw(), "answers": []any{
			answer("mood", raw, mood, parsed, trouble), answer("place", place, place, true, nil), answer("why", why, why, true, nil),
		}})
	}
	return map[string]any{
		"questionnaire_id": e.name, "title": "Well-being 幸福感", "description": "", "simulation_time": clock(r.done), "step_count": r.done,
		"target_agent_ids": targets, "questions": society2Questions, "responses": responses,
	}
}
