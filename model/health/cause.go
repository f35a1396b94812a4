package health

import (
	"slices"
	"strings"
)

// The causes of failures that are not told by words of a message.
const (
	MaxTurns     = "max turns"     // an agent came to no end in the turns that it has
	NoDecision   = "no decision"   // an agent's step ended without a decision of the model
	BadDecision  = "bad decision"  // the model's answer was not a decision
	Empty        = "empty answer"  // the model answered nothing
	StepError    = "step error"    // an entry of the steps was given up
	Survey       = "questionnaire" // agents that did not answer one
	CacheMiss    = "template cache miss"
	RateLimit    = "rate limit"
	Request      = "request failed"
	ErrorLine    = "error in the log"
	OtherFailure = "other"
)

// causes are the words by which a message tells its cause, in lower case. The first that matches
// counts: those of agents' tools stand before those that any message may have.
var causes = []struct {
	cause string
	words []string
}{
	{"unknown tool", []string{"unknown tool", "unknown action", "no such tool"}},
	{"read-only", []string{"readonly", "read-only", "read only"}},
	{"workspace escape", []string{"escape", "outside the workspace", "outside workspace", "outside of the workspace", "outside agent workspace", "path traversal"}},
	{MaxTurns, []string{"max_react_turns", "max turns", "maximum turns"}},
	{"bad arguments", []string{
		"unexpected keyword argument", "required positional", "invalid tool argument", "tool arguments for", "bad argument",
		"invalid argument", "finish requires", "is required", "requires instruction", "requires an instruction", "requires `",
		"missing required", "validation error", "must be an object",
	}},
	{Empty, []string{"empty content", "empty decision", "empty response", "empty answer", "missing response"}},
	{BadDecision, []string{"free text is not accepted", "invalid react decision"}},
	{RateLimit, []string{"rate limit", "ratelimit", "rate_limit", "too many requests", "error 429", "status 429", "code: 429", "http 429"}},
	{"timeout", []string{"timed out", "timeout"}},
	{"context too long", []string{"context length", "maximum context", "context window", "context_length"}},
	{"connection", []string{"connection", "connecterror", "connect error", "unreachable", "name resolution"}},
	{"no such object", []string{"does not exist", "not found", "no such"}},
	{"refused", []string{"cannot", "can't", "already", "failed to", "not allowed", "not permitted", "insufficient", "exceeds", "disabled"}},
}

// missing are the words by which a message tells that a skill is missing.
var missing = []string{"not found", "not visible", "not available", "does not exist", "missing", "unknown skill", "no such skill"}

// Cause returns what a message tells of the cause of a failure, in a few words.
func Cause(message string) string {
	lower := strings.ToLower(message)
	if strings.Contains(lower, "skill") && slices.ContainsFunc(missing, func(w string) bool { return strings.Contains(lower, w) }) {
		return "skill missing"
	}
	for _, c := range causes {
		for _, w := range c.words {
			if strings.Contains(lower, w) {
				return c.cause
			}
		}
	}
	return OtherFailure
}

// causeOr is Cause of a message, or another one where its words tell none.
func causeOr(message, other string) string {
	if c := Cause(message); c != OtherFailure {
		return c
	}
	return other
}
