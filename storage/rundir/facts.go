package rundir

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"societop/model/plan"
)

// pidFacts is what a pid.json says. Keys of an earlier run in the same directory stay in it: Status
// decides which of them count.
type pidFacts struct {
	PID        number  `json:"pid"`
	Status     string  `json:"status"`
	Start      string  `json:"start_time"`
	End        string  `json:"end_time"`
	Experiment word    `json:"experiment_id"`
	Simulation string  `json:"simulation_time"`
	Steps      *number `json:"step_count"`
	Error      word    `json:"error"`
	Resumed    bool    `json:"resumed"`
}

// The words of Status.
const (
	saysRunning   = "running"
	saysCompleted = "completed"
	saysFailed    = "failed"
)

// parsePID reads a pid.json. It reports whether it is whole: it may be read while it is written.
func parsePID(b []byte) (*pidFacts, bool) {
	var p pidFacts
	if json.Unmarshal(b, &p) != nil || p.Status == "" {
		return nil, false
	}
	return &p, true
}

// stepFacts is what a SOCIETY_STEP.json says.
type stepFacts struct {
	Current string  `json:"current_time"`
	Steps   *number `json:"step_count"`
	Entries *number `json:"completed_step_count"`
}

// parseStep reads a SOCIETY_STEP.json.
func parseStep(b []byte) (*stepFacts, bool) {
	var s stepFacts
	if json.Unmarshal(b, &s) != nil || s.Steps == nil {
		return nil, false
	}
	return &s, true
}

// number is a whole number of a file that may hold anything: another value is −1.
type number int64

// UnmarshalJSON reads a number.
func (n *number) UnmarshalJSON(b []byte) error {
	var f float64
	if json.Unmarshal(b, &f) != nil || f != math.Trunc(f) || f < 0 || f > 1<<53 || string(b) == "null" {
		*n = -1
		return nil
	}
	*n = number(f)
	return nil
}

// of is the number, −1 without one.
func (n *number) of() int64 {
	if n == nil {
		return -1
	}
	return int64(*n)
}

// word is a text of a file that may hold anything: another value is its JSON, null is empty.
type word string

// UnmarshalJSON reads a text.
func (w *word) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*w = word(s)
	return nil
}

// wall reads a wall time as AgentSociety 2 writes it: with an offset, or, up to 2.1 and by the skill
// of VS Code, in the local time of its machine, which is taken for that of this one; zoned
// reports which. It is zero where it is none.
func wall(s string) (t time.Time, zoned bool) {
	s = strings.TrimSpace(s)
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), true
		}
	}
	naive, ok := plan.ParseNaive(s)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(naive.Year(), naive.Month(), naive.Day(), naive.Hour(), naive.Minute(), naive.Second(), naive.Nanosecond(), time.Local).UTC(), false
}

// agentsOf is how many agents an init_config.json has; −1 where it can't be told.
func agentsOf(b []byte) int {
	var config struct {
		Agents *[]json.RawMessage `json:"agents"`
	}
	if json.Unmarshal(b, &config) != nil || config.Agents == nil {
		return -1
	}
	return len(*config.Agents)
}

// specsOf is how many agents a SOCIETY.json has; −1 where it can't be told.
func specsOf(b []byte) int {
	var society struct {
		Agents *[]json.RawMessage `json:"agent_specs"`
	}
	if json.Unmarshal(b, &society) != nil || society.Agents == nil {
		return -1
	}
	return len(*society.Agents)
}
