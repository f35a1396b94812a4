package trace

import (
	"bytes"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"societop/model/plan"
)

// span is what is wanted of a line of a trace.
type span struct {
	trace, name string
	router      bool  // the environment's router wrote it, not an agent
	agent       int64 // −1 unknown
	root        bool  // it has no parent
	start, end  int64 // nanoseconds since 1970
	failed      bool
	message     string // of its status
	attributes
}

// attributes is what is wanted of the attributes of a span.
type attributes struct {
	action, model, endReason, schemaError string
	observation                           string
	retry, refused                        bool // refused: result.ok is false
	count                                 int64
	at, tick                              int64 // the simulated time in seconds since 1970, and its step's length; 0 unknown
	tokens                                bool  // input and cached are known
	input, cached                         int64
}

// maxTime bounds times and counts of a span, so that sums of them do not overflow.
const maxTime = 1 << 62

// parseSpan reads a line of a trace; ok is false for a damaged one.
func parseSpan(line []byte) (s span, ok bool) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' || !gjson.ValidBytes(line) {
		return span{}, false
	}
	s.agent, s.root = -1, true
	gjson.ParseBytes(line).ForEach(func(key, v gjson.Result) bool {
		switch key.String() {
		case "resource":
			s.router = strings.HasSuffix(v.Get(`service\.name`).String(), "env_router")
			if id := v.Get(`agent\.id`); id.Type == gjson.Number {
				s.agent = id.Int()
			}
		case "trace_id":
			s.trace = v.String()
		case "parent_span_id":
			s.root = v.String() == ""
		case "name":
			s.name = v.String()
		case "start_time_unix_nano":
			s.start = min(max(v.Int(), 0), maxTime)
		case "end_time_unix_nano":
			s.end = min(max(v.Int(), 0), maxTime)
		case "status":
			s.failed = v.Get("code").String() == "error"
			s.message = v.Get("message").String()
		case "attributes":
			s.attributes = parseAttributes(v)
		}
		return true
	})
	return s, s.name != ""
}

// parseAttributes reads the attributes of a span.
func parseAttributes(all gjson.Result) (a attributes) {
	all.ForEach(func(key, v gjson.Result) bool {
		switch key.String() {
		case "react.action":
			a.action = v.String()
		case "llm.model":
			a.model = v.String()
		case "react.end_reason":
			a.endReason = v.String()
		case "schema.error":
			a.schemaError = v.String()
		case "llm.retry":
			a.retry = v.Bool()
		case "result.ok":
			a.refused = v.Type == gjson.False
		case "output.summary":
			a.observation = v.Get("observation").String()
		case "step.count":
			a.count = v.Int()
		case "input.summary":
			if at, ok := plan.ParseNaive(v.Get("time").String()); ok {
				a.at = at.Unix()
			}
			a.tick = min(max(v.Get("tick").Int(), 0), 1<<40)
		case "llm.input_tokens":
			a.tokens, a.input = true, min(max(v.Int(), 0), 1<<40)
		case "llm.cached_input_tokens":
			a.cached = min(max(v.Int(), 0), 1<<40)
		}
		return true
	})
	return a
}

// took returns how long a span took.
func (s *span) took() time.Duration { return time.Duration(max(s.end-s.start, 0)) }
