package plan

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Steps is the work that the steps.yaml of an AgentSociety 2 run asks for. It is immutable and may be
// shared.
type Steps struct {
	Start time.Time // the simulated time at which it starts, which has no zone: in UTC here; zero if unknown
	Plan  *Plan     // the steps of its run entries; Start is a time of day. nil where they can't be known
	Kinds []string  // of its entries, in order: run, ask, intervene, questionnaire, or what else the file has
}

// kindRun is the kind of the entries that take steps.
const kindRun = "run"

// MaxSteps is how long a steps.yaml may be, in bytes.
const MaxSteps = 4 << 20

// ReadSteps reads a steps.yaml, which may be JSON. It reports whether it is one: a mapping with a list
// of steps.
func ReadSteps(file string) (*Steps, bool) {
	if len(file) > MaxSteps {
		return nil, false
	}
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(file)) == nil { // JSON may be indented by tabs, YAML may not
		file = compact.String()
	}
	var doc yaml.Node
	if unmarshal(file, &doc) != nil || len(doc.Content) == 0 {
		return nil, false
	}
	list := member(doc.Content[0], "steps")
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil, false
	}
	s := &Steps{Kinds: make([]string, len(list.Content))}
	if start := member(doc.Content[0], "start_t"); start != nil && start.Kind == yaml.ScalarNode {
		s.Start, _ = ParseNaive(start.Value)
	}
	s.Plan = &Plan{Start: secondOfDay(s.Start)}
	var tick int64
	for i, n := range list.Content {
		s.Kinds[i] = textOf(member(n, "type"))
		if s.Kinds[i] != kindRun || s.Plan == nil {
			continue
		}
		var ok bool
		if tick, ok = s.Plan.addSteps(i, tick, numberOf(member(n, "num_steps")).or(0), numberOf(member(n, "tick")).or(1)); !ok {
			s.Plan = nil
		}
	}
	return s, true
}

func secondOfDay(t time.Time) int64 {
	return int64(t.Hour())*3600 + int64(t.Minute())*60 + int64(t.Second())
}

// Epoch is the date of simulated day 0, at midnight in UTC; zero if unknown.
func (s *Steps) Epoch() time.Time {
	if s.Start.IsZero() {
		return time.Time{}
	}
	return s.Start.Truncate(day * time.Second)
}

// StepStart returns the start of a step, from 0, in simulated seconds since midnight of day 0. It
// reports whether the plan has such a step.
func (p *Plan) StepStart(step int64) (second int64, ok bool) {
	if p == nil || step < 0 {
		return 0, false
	}
	for i := range p.Segments {
		s := &p.Segments[i]
		if step < s.Steps {
			return p.Start + s.First + step*s.Ticks, true
		}
		step -= s.Steps
	}
	return 0, false
}

// Reached returns the simulated time after the first done steps, in seconds since midnight of day 0: the end of
// the last of them, or the start of the plan without any. It reports whether the plan has so many steps.
func (p *Plan) Reached(done int64) (second int64, ok bool) {
	if p == nil || done < 0 {
		return 0, false
	}
	if done == 0 {
		return p.Start, true
	}
	for i := range p.Segments {
		s := &p.Segments[i]
		if done <= s.Steps {
			return p.Start + s.First + done*s.Ticks, true
		}
		done -= s.Steps
	}
	return 0, false
}

// EntryAfter returns the entry of the first step that is not among the first done ones, −1 if all are.
func (p *Plan) EntryAfter(done int64) int {
	if p == nil {
		return -1
	}
	for i := range p.Segments {
		if done < p.Segments[i].Steps {
			return p.Segments[i].Entry
		}
		done -= p.Segments[i].Steps
	}
	return -1
}

// naiveForms are the forms of times without a zone, with a T or a space in the middle.
var naiveForms = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}

// ParseNaive reads a simulated time as AgentSociety 2 writes it: ISO 8601 without a zone, in UTC here.
// A zone is not applied. It reports whether it is one.
func ParseNaive(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) < len("2006-01-02") || len(s) > 64 {
		return time.Time{}, false
	}
	if len(s) > 10 && (s[10] == ' ' || s[10] == 't') {
		s = s[:10] + "T" + strings.TrimLeft(s[11:], " ")
	}
	if len(s) > 10 {
		if i := strings.IndexAny(s[10:], "Zz+-"); i >= 0 {
			s = strings.TrimSpace(s[:10+i])
		}
	}
	for _, form := range naiveForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
