package model

import (
	"bytes"
	"cmp"
	"math"
	"time"

	"github.com/google/uuid"

	"societop/model/plan"
	"societop/model/text"
)

// Key names an experiment. AgentSociety's primary key is the tenant and the id, so one
// id may stand under two tenants, and in two sources.
type Key struct {
	Tenant text.Text
	ID     uuid.UUID
	Source SourceName // where one source is made of several; else empty
}

// Compare orders keys by id, then by tenant, then by source: the tie-break of every order.
func (k Key) Compare(o Key) int {
	return cmp.Or(bytes.Compare(k.ID[:], o.ID[:]), cmp.Compare(k.Tenant.Raw(), o.Tenant.Raw()), cmp.Compare(k.Source.Raw(), o.Source.Raw()))
}

// Summary is what the list needs of an experiment: everything but its config.
type Summary struct {
	Key
	Name         text.Text
	NumDay       int // AgentSociety's num_day: 0 and −1 mean nothing
	Status       Status
	Now          SimTime      // start of the last completed step (cur_day, cur_t)
	Plan         *plan.Plan   // the work by its config; nil where that is unknown. Shared: read only
	Models       *plan.Models // the language models by its config; nil where they are unknown. Shared
	InputTokens  int64
	OutputTokens int64      // −1 where a run of AgentSociety 2 counts only the input; see CountsOutput
	Created      time.Time  // UTC
	Updated      time.Time  // UTC; moves once a step
	Error        text.Lines // empty unless the reading asked for errors (see Budget)
	Dir          *RunDir    // what a run directory says in addition; nil for AgentSociety 1. Shared: read only
}

// Equal reports whether two states are alike. Times count to the microsecond, as they are stored;
// NaN equals NaN.
func (s *Summary) Equal(o *Summary) bool {
	if math.Float64bits(s.Now.T) != math.Float64bits(o.Now.T) || !s.Plan.Equal(o.Plan) || !s.Models.Equal(o.Models) || !s.Dir.Equal(o.Dir) || !sameTime(s.Created, o.Created) || !sameTime(s.Updated, o.Updated) {
		return false
	}
	a, b := *s, *o
	for _, x := range []*Summary{&a, &b} {
		x.Now.T, x.Plan, x.Models, x.Dir, x.Created, x.Updated = 0, nil, nil, nil, time.Time{}, time.Time{}
	}
	return a == b
}

// sameTime reports whether two times are of one microsecond.
func sameTime(a, b time.Time) bool {
	return a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond))
}

// Experiment is one experiment with its config and its error in full.
type Experiment struct {
	Summary
	Config text.Lines // YAML
}

// Counted reports whether the run counts its tokens: those of one that does not are unknown.
func (s *Summary) Counted() bool { return s.Dir == nil || !s.Dir.Uncounted }

// CountsOutput reports whether it counts its output tokens, which is not so of some that count those
// of the input.
func (s *Summary) CountsOutput() bool { return s.Counted() && (s.Dir == nil || s.OutputTokens >= 0) }

// Short reports whether a run of AgentSociety 2 ended as if all were done, with fewer steps than it
// had planned. AgentSociety 1's FINISHED never is.
func (s *Summary) Short() bool {
	return s.Status == Finished && s.Dir != nil && s.Dir.Done >= 0 && s.Plan != nil && s.Dir.Done < s.Plan.Steps()
}

// Tokens is the sum of input and output tokens; it stops at the largest int64 instead of
// turning negative.
func (s *Summary) Tokens() int64 {
	in, out := max(s.InputTokens, 0), max(s.OutputTokens, 0)
	if sum := in + out; sum >= 0 {
		return sum
	}
	return 1<<63 - 1
}

// Clock is the simulated time of an experiment: the start of its last step. One that has not
// made a step yet, whatever became of it, has none: it is not Valid.
func (s *Summary) Clock() SimTime {
	if d := s.Dir; d != nil && s.Status != NotStarted && d.Done > 0 {
		return s.Now // which may be midnight of day 0
	}
	if s.Status == NotStarted || s.Now == (SimTime{}) || (s.Plan != nil && s.Now.Valid() && s.Plan.Done(s.Now.Seconds()) == 0) {
		return SimTime{Day: -1}
	}
	return s.Now
}

// Reached is the simulated time that a run of AgentSociety 2 has reached, as its own files have it: the end of
// its last done step, one step later than its Clock. It is not Valid where that is unknown.
func (s *Summary) Reached() SimTime {
	if at, ok := s.Plan.Reached(s.dir().Done); ok {
		return SimTimeOf(at)
	}
	return SimTime{Day: -1}
}

// Progress is how far an experiment is, in steps of its plan.
type Progress struct {
	Step  int64   // steps done; −1 unknown
	Steps int64   // steps planned; −1 unknown
	Ratio float64 // 0…1; meaningless unless Known
	Known bool
}

// Progress is computed from the plan in closed form. FINISHED is 1 whatever the numbers
// say and NOT_STARTED is 0; otherwise an experiment without a clock or a plan has an unknown
// progress. num_day counts only where there is no plan. A run of AgentSociety 2 counts its steps
// itself, and what it has completed may be less than it planned.
func (s *Summary) Progress() Progress {
	p := s.planned()
	switch s.Status {
	case Finished:
		if s.Dir != nil {
			break
		}
		p.Ratio, p.Known = 1, true
		if p.Steps >= 0 {
			p.Step = p.Steps
		}
	case NotStarted:
		p.Ratio, p.Known = 0, true
		if p.Steps >= 0 {
			p.Step = 0
		}
	default:
	}
	return p
}

// planned is the progress by only the plan or num_day.
func (s *Summary) planned() Progress {
	p := Progress{Step: -1, Steps: -1}
	switch {
	case s.Dir != nil:
		return s.counted()
	case s.Plan != nil:
		p.Steps = s.Plan.Steps()
		if !s.Now.Valid() {
			return p
		}
		if p.Step = s.Plan.Done(s.Now.Seconds()); p.Steps > 0 {
			p.Ratio, p.Known = float64(p.Step)/float64(p.Steps), true
		}
	case s.NumDay > 0 && s.Now.Valid():
		p.Ratio, p.Known = min(s.Now.Seconds()/(float64(s.NumDay)*SecondsPerDay), 1), true
	}
	return p
}

// counted is the progress by the run's own count of steps, or, where it has none, by its clock.
func (s *Summary) counted() Progress {
	p := Progress{Step: s.Dir.Done, Steps: -1}
	if s.Plan == nil {
		return p
	}
	if p.Steps = s.Plan.Steps(); p.Step < 0 && s.Now.Valid() {
		p.Step = s.Plan.Done(s.Now.Seconds())
	}
	switch {
	case p.Step >= p.Steps && s.Status == Finished:
		p.Ratio, p.Known = 1, true
	case p.Step >= 0 && p.Steps > 0:
		p.Ratio, p.Known = min(float64(p.Step)/float64(p.Steps), 1), true
	}
	return p
}

// BeganAgain reports whether s, a newer state of the experiment that was before, is of another run
// under the same id: AgentSociety takes one that has ended back to NOT_STARTED, with the same
// created_at, and its time and tokens go back. A run of AgentSociety 2 that is resumed may have another
// start and count only the tokens of its last process: of it, only the time counts.
func (s *Summary) BeganAgain(before *Summary) bool {
	switch {
	case s.Dir == nil && !sameTime(s.Created, before.Created):
		return true
	case s.Status == NotStarted:
		return before.Status != NotStarted
	case before.Status == NotStarted:
		return false
	case s.Dir == nil && before.Status.Ended() && s.Status == Running:
		return s.Now.Compare(before.Now) < 0 || s.Tokens() < before.Tokens()
	}
	return s.Now.Compare(before.Now) < 0
}
