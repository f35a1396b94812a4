package trace

import (
	"time"

	"societop/model"
	"societop/model/health"
	"societop/model/text"
)

// maxOpen is how many traces of which the root span has not come are remembered. Those of agents
// whose process was killed never get one.
const maxOpen = 1 << 16

// maxAgentSteps bounds the agents' steps that are remembered.
const maxAgentSteps = 1 << 20

// spans is what the spans that were read say.
type spans struct {
	seen, damaged int64
	calls         health.Calls
	failures      health.Failures
	retries       int64
	rateLimits    int64
	counted       bool // some span has tokens
	input, cached int64
	open          map[string]*origin
	steps         []agentStep
	first         int64                     // the earliest start; 0: none
	clock         func(at, count int64) int // returns the step of a simulated time; nil: unknown
}

// origin is the agent's step, or its answer to a question, that the spans of a trace belong to.
type origin struct {
	at, tick, count int64 // of the step, once it has ended
	known           bool
	acts, misses    int    // tools that did and did not do what was asked, those that only look left out
	failures        int    // of any span
	why             string // the newest of them
}

// agentStep is the step of an agent.
type agentStep struct {
	agent      int64
	at, tick   int64
	count      int64
	start, end int64
	failed     bool
	missed     bool // some of what it tried failed
	why        string
}

// add takes a line of a trace.
func (a *spans) add(line []byte) {
	s, ok := parseSpan(line)
	if !ok {
		a.damaged++
		return
	}
	a.seen++
	if a.first == 0 || s.start > 0 && s.start < a.first {
		a.first = s.start
	}
	o := a.origin(s.trace)
	if a.input += s.input; s.tokens {
		a.counted = true
		a.cached += s.cached
	}
	switch s.name {
	case "react.turn":
	case "react.loop":
		a.ofLoop(&s, o)
	case "agent.step", "agent.ask", "agent.init":
		a.ofAgent(&s, o)
	default:
		a.ofCall(&s, o)
	}
	if s.root && !s.router {
		delete(a.open, s.trace)
	}
}

// origin returns what is known of a trace.
func (a *spans) origin(id string) *origin {
	if o := a.open[id]; o != nil {
		return o
	}
	if a.open == nil || len(a.open) >= maxOpen {
		a.open = make(map[string]*origin)
	}
	o := &origin{}
	a.open[id] = o
	return o
}

// fail counts a failure.
func (a *spans) fail(o *origin, cause string, s *span, message string) {
	a.failures.Add(cause, 1, time.Unix(0, s.end).UTC(), message)
	o.failures++
	if o.why = cause; cause == health.OtherFailure {
		o.why = text.Clip(message, maxWhy)
	}
}

// maxWhy is how much of a message says why an agent failed, in bytes.
const maxWhy = 100

// ofLoop takes a span of an agent's loop of turns.
func (a *spans) ofLoop(s *span, o *origin) {
	switch s.endReason {
	case "max_react_turns_reached":
		a.fail(o, health.MaxTurns, s, "the agent came to no end in its turns")
		o.misses++
	case "step_memory_fallback", "ask_fallback":
		a.fail(o, health.NoDecision, s, s.endReason)
		o.misses++
	}
}

// ofAgent takes the span of an agent's step, answer or start, which ends its trace.
func (a *spans) ofAgent(s *span, o *origin) {
	if s.failed && o.failures == 0 {
		cause := health.Cause(s.message)
		if cause == health.OtherFailure {
			cause = health.StepError
		}
		a.fail(o, cause, s, s.message)
	}
	if s.name != "agent.step" {
		return
	}
	o.at, o.tick, o.count, o.known = s.at, s.tick, s.count, true
	if len(a.steps) < maxAgentSteps {
		a.steps = append(a.steps, agentStep{
			agent: s.agent, at: s.at, tick: s.tick, count: s.count, start: s.start, end: s.end,
			failed: s.failed || o.misses > 0 && o.acts == 0, missed: s.failed || o.misses > 0, why: o.why,
		})
	}
}

// ofCall takes the span of a call of a model, a tool or a part of the agent.
func (a *spans) ofCall(s *span, o *origin) {
	name, note, failed := s.name, "", s.failed
	switch s.name {
	case "llm.completion":
		if note = s.model; s.model != "" {
			name += " " + s.model
		}
		if s.router {
			name += " (router)"
		}
		if s.retry {
			a.retries++
		}
		failed = failed || s.schemaError != ""
		a.ofModel(s, o)
	case "react.tool":
		if note = s.action; s.action != "" {
			name += " " + text.Clip(s.action, maxWhy)
		}
		failed = failed || s.refused
		a.ofTool(s, o, failed)
	default:
		if s.failed {
			a.fail(o, health.Cause(s.message), s, s.message)
		}
	}
	call := model.Call{Agent: s.agent, Step: -1, Start: time.Unix(0, s.start).UTC(), Took: s.took()}
	a.calls.Add(name, call, failed, note, func() int { return a.stepOf(o) })
}

// ofModel counts the failures of a call of a model.
func (a *spans) ofModel(s *span, o *origin) {
	if s.failed {
		cause := health.Cause(s.message)
		if cause == health.RateLimit {
			a.rateLimits++
		}
		if cause == health.OtherFailure {
			cause = health.Request
		}
		a.fail(o, cause, s, s.message)
	}
	if s.schemaError != "" {
		cause := health.Cause(s.schemaError)
		if cause == health.OtherFailure {
			cause = health.BadDecision
		}
		a.fail(o, cause, s, s.schemaError)
		o.misses++
	}
}

// ofTool counts what a tool did.
func (a *spans) ofTool(s *span, o *origin, failed bool) {
	switch {
	case failed:
		message := s.observation
		if message == "" {
			message = s.message
		}
		a.fail(o, health.Cause(message), s, s.action+": "+message)
		o.misses++
	case s.action != "observe":
		o.acts++
	}
}

// stepOf returns the step of a trace's agent; −1 unknown.
func (a *spans) stepOf(o *origin) int {
	if !o.known || a.clock == nil {
		return -1
	}
	return a.clock(o.at, o.count)
}
