package health

import (
	"strconv"
	"strings"
	"time"

	"societop/model"
)

// maxAgentFailures is how many failures of single agents are kept: the newest.
const maxAgentFailures = 100_000

// Log counts what the lines of a log say. The zero Log has read nothing.
type Log struct {
	Failures            Failures
	Calls               Calls
	Retries, RateLimits int64
	Agents              []AgentFailure // those of single agents, in the order of the log
	First, Last         time.Time      // of lines with a time; as the log has them, without a zone, in UTC
	Lines               int64
}

// AgentFailure is that an agent failed.
type AgentFailure struct {
	Agent int64
	At    time.Time // as the log has it; zero if unknown
	Why   string    // the cause
}

// Add counts a line.
func (l *Log) Add(raw string) {
	l.Lines++
	one := readLine(raw)
	if !one.at.IsZero() {
		if l.First.IsZero() {
			l.First = one.at
		}
		l.Last = one.at
	}
	m := one.message
	switch {
	case l.ofModel(one, m), l.ofRun(one, m):
	case one.level == "WARNING" || one.level == "ERROR":
		l.ofLevel(one, m)
	}
}

// ofModel counts a line about calls of a model or of the environment.
func (l *Log) ofModel(one line, m string) bool {
	switch {
	case strings.HasPrefix(m, "Request failed for "):
		if i, n, ok := attempt(m); ok && i < n {
			l.Retries++
		}
		cause := causeOr(m, Request)
		if cause == RateLimit {
			l.RateLimits++
		}
		l.Failures.Add(cause, 1, one.at, m)
	case strings.HasPrefix(m, "Rate limit"):
		l.RateLimits++
		l.Failures.Add(RateLimit, 1, one.at, m)
	case strings.HasPrefix(m, "Template cache miss"):
		l.Failures.Add(CacheMiss, 1, one.at, m)
	case strings.HasPrefix(m, "[EnvActor] ask ") || strings.HasPrefix(m, "EnvActor] ask "):
		if took, ok := tookOf(m); ok {
			l.Calls.Add("environment ask", model.Call{Agent: -1, Step: -1, Took: took}, false, m, nil)
		}
	default:
		return false
	}
	return true
}

// ofRun counts a line about the run or its agents.
func (l *Log) ofRun(one line, m string) bool {
	if agent, what, ok := ofAgent(m); ok {
		switch rest, tool := strings.CutPrefix(what, "ReAct tool failed:"); {
		case tool:
			action, seen, _ := strings.Cut(rest, " observation=")
			action = strings.TrimPrefix(strings.TrimSpace(action), "action=")
			l.agent(one, agent, Cause(seen), action+": "+seen)
			return true
		case strings.HasPrefix(what, "invalid ReAct decision"):
			l.agent(one, agent, causeOr(strings.TrimPrefix(what, "invalid ReAct decision"), BadDecision), what)
			return true
		}
		return false
	}
	switch {
	case strings.HasPrefix(m, "Error executing step "):
		l.Failures.Add(StepError, 1, one.at, m)
		for _, part := range strings.Split(m, "agent ")[1:] {
			if id, _, ok := number(part); ok {
				l.note(id, one.at, StepError)
			}
		}
	case strings.HasPrefix(m, "Questionnaire ") && strings.Contains(m, " agents failed"):
		if n, ok := beforeSlash(m); ok && n > 0 {
			l.Failures.Add(Survey, n, one.at, m)
		}
	default:
		return false
	}
	return true
}

// ofLevel counts a warning of an agent, or an error.
func (l *Log) ofLevel(one line, m string) {
	if agent, what, ok := ofAgent(m); ok {
		l.agent(one, agent, Cause(what), what)
	} else if one.level == "ERROR" {
		l.Failures.Add(causeOr(m, ErrorLine), 1, one.at, m)
	}
}

// agent counts a failure of an agent.
func (l *Log) agent(one line, agent int64, cause, message string) {
	l.Failures.Add(cause, 1, one.at, message)
	l.note(agent, one.at, cause)
}

// note keeps that an agent failed.
func (l *Log) note(agent int64, at time.Time, why string) {
	if len(l.Agents) >= 2*maxAgentFailures {
		l.Agents = append(l.Agents[:0], l.Agents[maxAgentFailures:]...)
	}
	l.Agents = append(l.Agents, AgentFailure{agent, at, why})
}

// ofAgent reads "Agent 7: " at the beginning of a message.
func ofAgent(m string) (id int64, rest string, ok bool) {
	if m, ok = strings.CutPrefix(m, "Agent "); !ok {
		return 0, "", false
	}
	id, rest, ok = number(m)
	rest, colon := strings.CutPrefix(rest, ":")
	return id, strings.TrimSpace(rest), ok && colon
}

// number reads a number at the beginning of a text.
func number(s string) (n int64, rest string, ok bool) {
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	return n, s[end:], err == nil
}

// attempt reads "(attempt 2/5)".
func attempt(m string) (i, n int64, ok bool) {
	_, m, ok = strings.Cut(m, "(attempt ")
	if !ok {
		return 0, 0, false
	}
	i, m, ok = number(m)
	if !ok || !strings.HasPrefix(m, "/") {
		return 0, 0, false
	}
	n, _, ok = number(m[1:])
	return i, n, ok
}

// tookOf reads "took 6.24s" at the end of a message.
func tookOf(m string) (time.Duration, bool) {
	i := strings.LastIndex(m, "took ")
	if i < 0 {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(m[i+len("took "):]), "s"), 64)
	if err != nil || !(seconds >= 0 && seconds < 1e9) {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// beforeSlash reads the first number of "3/5 agents failed".
func beforeSlash(m string) (int64, bool) {
	before, _, ok := strings.Cut(m, " agents failed")
	if !ok {
		return 0, false
	}
	fields := strings.Fields(before)
	if len(fields) == 0 {
		return 0, false
	}
	a, _, ok := strings.Cut(fields[len(fields)-1], "/")
	n, err := strconv.ParseInt(a, 10, 64)
	return n, ok && err == nil
}
