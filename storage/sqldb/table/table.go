package table

import (
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"

	"societop/model"
)

// Kind is a sort of what is read.
type Kind int

// The kinds. What an experiment has comes in their order: profiles tell whether a frame is
// whole.
const (
	Experiments Kind = iota
	Surveys
	Profiles
	Frames
	Talk
	Answers
	Prompts
	Metrics
	Artifacts // artifacts.json, as one cell
	Kinds
)

// Format is what a cell of a column has to hold.
type Format int

// The formats.
const (
	AnyText Format = iota
	JSONText
	WholeNumber
	DayNumber
	TimeNumber
	Identity
	OptionalInteger
	OptionalNumber
	WallTime
)

// Must reports whether a row is worth nothing without such a cell.
func (f Format) Must() bool { return f >= WholeNumber && f <= Identity }

// Column is a column of a table.
type Column struct {
	Name   string
	Format Format
	From   string // the column of the database, or the SQL constant, that gives it where that is another
}

// Table is a table of AgentSociety: of one experiment, but for that of the questionnaires.
type Table struct {
	Name    string // after the experiment's id in the database, before ".csv" in an export
	Kind    Kind
	Columns []Column // in the order of the cells of a row
	Pending bool     // only rows that are not processed count

	day, t int // the columns that say when, −1: none
}

// Experiment is the table of all experiments, whose columns are those of model.Fields.
var Experiment = &Table{Name: "as_experiment", Kind: Experiments, day: -1, t: -1, Columns: func() (all []Column) {
	for _, f := range model.Fields {
		all = append(all, Column{Name: f.Name})
	}
	return all
}()}

// OfRun is the tables of an experiment. Of AgentSociety an export has no pending ones, of ours it has.
var OfRun = []*Table{
	{Name: "agent_profile", Kind: Profiles, day: -1, t: -1, Columns: []Column{
		{"id", WholeNumber, ""}, {"name", AnyText, ""}, {"profile", JSONText, ""},
	}},
	{Name: "agent_status", Kind: Frames, day: 1, t: 2, Columns: []Column{
		{"id", WholeNumber, ""},
		{"day", DayNumber, ""},
		{"t", TimeNumber, ""},
		{"lng", OptionalNumber, ""},
		{"lat", OptionalNumber, ""},
		{"parent_id", OptionalInteger, ""},
		{"action", AnyText, ""},
		{"status", JSONText, ""},
		{"created_at", WallTime, ""},
	}},
	{Name: "agent_dialog", Kind: Talk, day: 1, t: 2, Columns: []Column{
		{"id", WholeNumber, ""},
		{"day", DayNumber, ""},
		{"t", TimeNumber, ""},
		{"type", OptionalInteger, ""},
		{"speaker", AnyText, ""},
		{"content", AnyText, ""},
		{"created_at", WallTime, ""},
	}},
	{Name: "pending_dialog", Kind: Talk, day: 1, t: 2, Pending: true, Columns: []Column{
		{"id", WholeNumber, "agent_id"},
		{"day", DayNumber, ""},
		{"t", TimeNumber, ""},
		{"type", OptionalInteger, "2"},
		{"speaker", AnyText, "'user'"},
		{"content", AnyText, ""},
		{"created_at", WallTime, ""},
	}},
	{Name: "agent_survey", Kind: Answers, day: 1, t: 2, Columns: []Column{
		{"id", WholeNumber, ""},
		{"day", DayNumber, ""},
		{"t", TimeNumber, ""},
		{"survey_id", Identity, ""},
		{"result", JSONText, ""},
		{"created_at", WallTime, ""},
	}},
	{Name: "pending_survey", Kind: Answers, day: 1, t: 2, Pending: true, Columns: []Column{
		{"id", WholeNumber, "agent_id"},
		{"day", DayNumber, ""},
		{"t", TimeNumber, ""},
		{"survey_id", Identity, ""},
		{"result", JSONText, "NULL"},
		{"created_at", WallTime, ""},
	}},
	{Name: "global_prompt", Kind: Prompts, day: 0, t: 1, Columns: []Column{
		{"day", DayNumber, ""}, {"t", TimeNumber, ""}, {"prompt", AnyText, ""}, {"created_at", WallTime, ""},
	}},
	{Name: "metric", Kind: Metrics, day: -1, t: 3, Columns: []Column{
		{"id", OptionalInteger, ""}, {"key", AnyText, ""}, {"value", OptionalNumber, ""}, {"step", WholeNumber, ""}, {"created_at", WallTime, ""},
	}},
}

// Results is a table of an experiment that is not read.
const Results = "task_result"

// Questionnaires is the table of the questionnaires of all experiments.
var Questionnaires = &Table{Name: "as_survey", Kind: Surveys, day: -1, t: -1, Columns: []Column{
	{"id", Identity, ""}, {"name", AnyText, ""}, {"data", JSONText, ""}, {"created_at", WallTime, ""}, {"updated_at", WallTime, ""},
}}

// Cell is the value of a column as text; OK is false for none.
type Cell struct {
	Text string
	OK   bool
}

// Moment is when a row was written, by its own columns.
func (t *Table) Moment(cells []Cell) (at model.SimTime) {
	if t.day >= 0 {
		day, _ := ParseInteger(cells[t.day].Text)
		at.Day = model.Int(day)
	}
	if t.t >= 0 {
		at.T, _ = strconv.ParseFloat(cells[t.t].Text, 64)
	}
	return at
}

// Checker looks whether rows can be used.
type Checker struct {
	wall string // the last that was a time: most neighbouring rows have the same
}

// Row tells why a row can't be used, which is mostly empty, and which of its cells count as
// unknown: one part of a sentence each.
func (c *Checker) Row(t *Table, cells []Cell) (broken string, wrong []string) {
	for i, col := range t.Columns {
		switch {
		case c.fits(col.Format, cells[i]):
		case col.Format.Must():
			return fmt.Sprintf("its %s is %q", col.Name, Clipped(cells[i].Text)), nil
		default:
			wrong = append(wrong, fmt.Sprintf("%s is %q and counts as unknown", col.Name, Clipped(cells[i].Text)))
		}
	}
	return "", wrong
}

// fits reports whether a cell holds what it has to.
func (c *Checker) fits(f Format, v Cell) (ok bool) {
	if !v.OK && !f.Must() {
		return true
	}
	switch f {
	case WholeNumber, OptionalInteger:
		_, ok = ParseInteger(v.Text)
	case DayNumber:
		n, whole := ParseInteger(v.Text)
		ok = whole && n >= 0
	case TimeNumber, OptionalNumber:
		_, ok = finite(v.Text)
	case Identity:
		_, err := ParseID(v.Text)
		ok = err == nil
	case WallTime:
		if v.Text == c.wall {
			return true
		}
		if _, ok = ParseTime(v.Text); ok {
			c.wall = v.Text
		}
	default:
		ok = true
	}
	return ok
}

// finite reads a number that is one.
func finite(s string) (f float64, ok bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

// ParseID reads a UUID: with dashes, as 32 digits, or as its 16 bytes.
func ParseID(s string) (uuid.UUID, error) {
	if len(s) == len(uuid.UUID{}) {
		return uuid.FromBytes([]byte(s))
	}
	return uuid.Parse(s)
}
