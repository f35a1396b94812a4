package wire

import (
	"math"
	"time"

	"societop/model"
)

// Health is model.Health. Durations are microseconds.
type Health struct {
	From       Raw           `json:"from,omitzero"`
	Sample     Float         `json:"sample,omitzero"`
	Steps      List[Span]    `json:"steps,omitzero"`
	Calls      few[Calls]    `json:"calls,omitzero"`
	Failures   few[Failures] `json:"failures,omitzero"`
	Retries    int64         `json:"retries,omitzero"`
	RateLimits int64         `json:"limits,omitzero"`
	Input      int64         `json:"input,omitzero"`
	Cached     int64         `json:"cached,omitzero"`
	Output     int64         `json:"output,omitzero"`
}

// Span is model.StepSpan.
type Span struct {
	Step  int64 `json:"i,omitzero"`
	Start Stamp `json:"a,omitzero"`
	End   Stamp `json:"b,omitzero"`
}

// Calls is model.CallStats.
type Calls struct {
	Name    Raw       `json:"n"`
	Count   int64     `json:"c,omitzero"`
	Failed  int64     `json:"f,omitzero"`
	Total   int64     `json:"t,omitzero"`
	P50     int64     `json:"p50,omitzero"`
	P95     int64     `json:"p95,omitzero"`
	Max     int64     `json:"m,omitzero"`
	Slowest few[Call] `json:"s,omitzero"`
}

// Call is model.Call.
type Call struct {
	Agent int64 `json:"i,omitzero"`
	Step  int64 `json:"k,omitzero"`
	Start Stamp `json:"a,omitzero"`
	Took  int64 `json:"t,omitzero"`
	Note  Raw   `json:"n,omitzero"`
}

// Failures is model.Failure.
type Failures struct {
	Cause   Raw   `json:"k"`
	Count   int64 `json:"c,omitzero"`
	Last    Stamp `json:"a,omitzero"`
	Example Raw   `json:"s,omitzero"`
}

// NewHealth encodes it.
func NewHealth(h model.Health) *Health {
	return &Health{
		From: newText(h.From), Sample: Float(h.Sample), Steps: Map[List[Span]](h.Steps, newSpan), Calls: Map[few[Calls]](h.Calls, newCalls),
		Failures: Map[few[Failures]](h.Failures, newFailures),
		Retries:  h.Retries, RateLimits: h.RateLimits, Input: h.Input, Cached: h.Cached, Output: h.Output,
	}
}

func newSpan(s model.StepSpan) Span { return Span{int64(s.Step), Stamp{s.Start}, Stamp{s.End}} }

func newCalls(c model.CallStats) Calls {
	return Calls{
		newText(c.Name), c.Count, c.Failed, c.Total.Microseconds(), c.P50.Microseconds(), c.P95.Microseconds(), c.Max.Microseconds(),
		Map[few[Call]](c.Slowest, newCall),
	}
}

func newCall(c model.Call) Call {
	return Call{c.Agent, int64(c.Step), Stamp{c.Start}, c.Took.Microseconds(), newText(c.Note)}
}

func newFailures(f model.Failure) Failures {
	return Failures{newText(f.Cause), f.Count, Stamp{f.Last}, newText(f.Example)}
}

// Model decodes it.
func (h *Health) Model() model.Health {
	return model.Health{
		From: h.From.text(), Sample: share(float64(h.Sample)), Steps: Map[[]model.StepSpan](h.Steps, Span.model),
		Calls: Map[[]model.CallStats](h.Calls, Calls.model), Failures: Map[[]model.Failure](h.Failures, Failures.model),
		Retries: max(h.Retries, 0), RateLimits: max(h.RateLimits, 0), Input: max(h.Input, 0), Cached: max(h.Cached, -1), Output: max(h.Output, 0),
	}
}

// share is a number from 0 to 1; 0 for none.
func share(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return min(max(f, 0), 1)
}

func (s Span) model() model.StepSpan {
	return model.StepSpan{Step: model.Int(max(s.Step, 0)), Start: s.Start.Time, End: s.End.Time}
}

func (c Calls) model() model.CallStats {
	return model.CallStats{
		Name: c.Name.text(), Count: max(c.Count, 0), Failed: max(c.Failed, 0), Total: took(c.Total), P50: took(c.P50), P95: took(c.P95), Max: took(c.Max),
		Slowest: Map[[]model.Call](c.Slowest, Call.model),
	}
}

func (c Call) model() model.Call {
	return model.Call{Agent: c.Agent, Step: model.Int(max(c.Step, -1)), Start: c.Start.Time, Took: took(c.Took), Note: c.Note.text()}
}

func (f Failures) model() model.Failure {
	return model.Failure{Cause: f.Cause.text(), Count: max(f.Count, 0), Last: f.Last.Time, Example: f.Example.text()}
}

// took is a duration of some microseconds, within reason.
func took(micros int64) time.Duration {
	return time.Duration(min(max(micros, 0), math.MaxInt64/int64(time.Microsecond))) * time.Microsecond
}
