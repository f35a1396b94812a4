package cli

import (
	"fmt"

	"societop/model"
	"societop/model/text"
	"societop/ui/human"
)

// naive is how a simulated date and time is written, which has no zone.
const naive = "2006-01-02T15:04:05"

// dirFields are what a run directory of AgentSociety 2 says in addition. A run of AgentSociety 1
// has no warnings; all else of it is unknown.
func (v view) dirFields() []field {
	d := v.Dir
	if d == nil {
		d = &model.RunDir{Agents: -1}
	}
	date, dated := v.Calendar().Date(v.Reached())
	return []field{
		{"experiment_id", known(!d.Label.Empty(), d.Label)},
		{"path", known(!d.Path.Empty(), d.Path)},
		{"warnings", d.Warnings},
		{"phase", known(!d.Phase.Kind.Empty(), phase(d.Phase))},
		{"alive", known(!d.Alive.Empty(), d.Alive)},
		{"agents", known(d.Agents >= 0, d.Agents)},
		{"simulation_time", known(dated, date.Format(naive))},
	}
}

// phase is an entry of steps.yaml with its place among them.
type phase model.Phase

// String is the phase for people.
func (p phase) String() string { return human.Phase(model.Phase(p)) }

// fields are the phase as JSON has it.
func (p phase) fields() []field {
	return []field{
		{"kind", known(!p.Kind.Empty(), p.Kind)},
		{"index", p.Index},
		{"count", known(p.Count > 0, p.Count)},
	}
}

// counted is a number of tokens, which is unknown of a run that does not count them.
func (v view) counted(n int64) string { return orUnknown(v.Counted(), human.Tokens(n)) }

// clock is the simulated time, with a date if the run has one.
func (v view) clock() string { return v.Calendar().Short(v.Clock()) }

// warned is the warnings on one line.
func warned(all []text.Text) string { return (&model.RunDir{Warnings: all}).Warned() }

// dirFacts are what a run directory says of an experiment, for people.
func (v view) dirFacts() (facts [][2]string) {
	d := v.Dir
	if d == nil {
		return nil
	}
	add := func(is bool, name, value string) {
		if is {
			facts = append(facts, [2]string{name, value})
		}
	}
	add(!d.Path.Empty(), "path", d.Path.String())
	add(!d.Label.Empty(), "label", d.Label.String())
	add(d.Agents >= 0, "agents", human.Count(d.Agents))
	add(!d.Phase.Kind.Empty(), "phase", human.Phase(d.Phase))
	known := "alive"
	if v.Status == model.Lost {
		known = "lost"
	}
	add(!d.Alive.Empty(), known, d.Alive.String())
	for _, w := range d.Warnings {
		add(true, "warning", w.String())
	}
	return facts
}

// simulated is the simulated time in full, with the day since the start if it is a date.
func (v view) simulated() string {
	at, c := v.Clock(), v.Calendar()
	if _, ok := c.Date(at); !ok {
		return at.String()
	}
	return fmt.Sprintf("%s (day %d)", c.Long(at), at.Day)
}

// counts reports whether the value of a field is known, as far as that depends on the tokens.
func (v view) counts(name string) bool {
	switch name {
	case "input_tokens":
		return v.Counted()
	case "output_tokens":
		return v.CountsOutput()
	}
	return true
}

// outputTokens is how many were used, in a few characters.
func (v view) outputTokens() string { return orUnknown(v.CountsOutput(), human.Tokens(v.OutputTokens)) }
