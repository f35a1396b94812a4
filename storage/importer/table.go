package importer

import (
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"

	"societop/model"
)

// kind is a sort of what is read.
type kind int

// The kinds. What an experiment has comes in their order: profiles tell whether a frame is
// whole.
const (
	experimentKind kind = iota
	surveyKind
	profileKind
	frameKind
	talkKind
	answerKind
	promptKind
	metricKind
	artifactsKind // artifacts.json, as one cell
	kinds
)

// format is what a cell of a column has to hold.
type format int

const (
	anyText format = iota
	jsonText
	wholeNumber
	dayNumber
	timeNumber
	identity
	optionalInteger
	optionalNumber
	wallTime
)

// must reports whether a row is worth nothing without such a cell.
func (f format) must() bool { return f >= wholeNumber && f <= identity }

// column is a column of a table, and the column of the database or the SQL constant that
// gives it where that is another.
type column struct {
	name   string
	format format
	from   string
}

// table is a table of AgentSociety: of one experiment, but for that of the questionnaires.
type table struct {
	name     string // after the experiment's id in the database, before ".csv" in an export
	kind     kind
	columns  []column // in the order of the cells of a row
	day, t   int      // the columns that say when, −1: none
	unsolved bool     // only rows that are not processed count
}

// tables are those of an experiment. Of AgentSociety an export has no pending ones, of ours it has.
var tables = []*table{
	{name: "agent_profile", kind: profileKind, day: -1, t: -1, columns: []column{
		{"id", wholeNumber, ""}, {"name", anyText, ""}, {"profile", jsonText, ""},
	}},
	{name: "agent_status", kind: frameKind, day: 1, t: 2, columns: []column{
		{"id", wholeNumber, ""},
		{"day", dayNumber, ""},
		{"t", timeNumber, ""},
		{"lng", optionalNumber, ""},
		{"lat", optionalNumber, ""},
		{"parent_id", optionalInteger, ""},
		{"action", anyText, ""},
		{"status", jsonText, ""},
		{"created_at", wallTime, ""},
	}},
	{name: "agent_dialog", kind: talkKind, day: 1, t: 2, columns: []column{
		{"id", wholeNumber, ""},
		{"day", dayNumber, ""},
		{"t", timeNumber, ""},
		{"type", optionalInteger, ""},
		{"speaker", anyText, ""},
		{"content", anyText, ""},
		{"created_at", wallTime, ""},
	}},
	{name: "pending_dialog", kind: talkKind, day: 1, t: 2, unsolved: true, columns: []column{
		{"id", wholeNumber, "agent_id"},
		{"day", dayNumber, ""},
		{"t", timeNumber, ""},
		{"type", optionalInteger, "2"},
		{"speaker", anyText, "'user'"},
		{"content", anyText, ""},
		{"created_at", wallTime, ""},
	}},
	{name: "agent_survey", kind: answerKind, day: 1, t: 2, columns: []column{
		{"id", wholeNumber, ""},
		{"day", dayNumber, ""},
		{"t", timeNumber, ""},
		{"survey_id", identity, ""},
		{"result", jsonText, ""},
		{"created_at", wallTime, ""},
	}},
	{name: "pending_survey", kind: answerKind, day: 1, t: 2, unsolved: true, columns: []column{
		{"id", wholeNumber, "agent_id"},
		{"day", dayNumber, ""},
		{"t", timeNumber, ""},
		{"survey_id", identity, ""},
		{"result", jsonText, "NULL"},
		{"created_at", wallTime, ""},
	}},
	{name: "global_prompt", kind: promptKind, day: 0, t: 1, columns: []column{
		{"day", dayNumber, ""}, {"t", timeNumber, ""}, {"prompt", anyText, ""}, {"created_at", wallTime, ""},
	}},
	{name: "metric", kind: metricKind, day: -1, t: 3, columns: []column{
		{"id", optionalInteger, ""}, {"key", anyText, ""}, {"value", optionalNumber, ""}, {"step", wholeNumber, ""}, {"created_at", wallTime, ""},
	}},
}

// results is a table of an experiment that is not taken.
const results = "task_result"

// surveys is the table of the questionnaires of all experiments.
var surveys = &table{name: "as_survey", kind: surveyKind, day: -1, t: -1, columns: []column{
	{"id", identity, ""}, {"name", anyText, ""}, {"data", jsonText, ""}, {"created_at", wallTime, ""}, {"updated_at", wallTime, ""},
}}

// cell is the value of a column as text; ok is false for none.
type cell struct {
	text string
	ok   bool
}

// moment is when a row was written, by its own columns.
func (t *table) moment(cells []cell) (at model.SimTime) {
	if t.day >= 0 {
		day, _ := parseInteger(cells[t.day].text)
		at.Day = model.Int(day)
	}
	if t.t >= 0 {
		at.T, _ = strconv.ParseFloat(cells[t.t].text, 64)
	}
	return at
}

// checker looks whether rows can be used.
type checker struct {
	wall string // the last that was a time: most neighbouring rows have the same
}

// row tells why a row can't be used, which is mostly empty, and which of its cells count as
// unknown: one part of a sentence each.
func (c *checker) row(t *table, cells []cell) (broken string, wrong []string) {
	for i, col := range t.columns {
		switch {
		case c.fits(col.format, cells[i]):
		case col.format.must():
			return fmt.Sprintf("its %s is %q", col.name, clipped(cells[i].text)), nil
		default:
			wrong = append(wrong, fmt.Sprintf("%s is %q and counts as unknown", col.name, clipped(cells[i].text)))
		}
	}
	return "", wrong
}

// fits reports whether a cell holds what it has to.
func (c *checker) fits(f format, v cell) (ok bool) {
	if !v.ok && !f.must() {
		return true
	}
	switch f {
	case wholeNumber, optionalInteger:
		_, ok = parseInteger(v.text)
	case dayNumber:
		n, whole := parseInteger(v.text)
		ok = whole && n >= 0
	case timeNumber, optionalNumber:
		_, ok = finite(v.text)
	case identity:
		_, err := parseID(v.text)
		ok = err == nil
	case wallTime:
		if v.text == c.wall {
			return true
		}
		if _, ok = parseTime(v.text); ok {
			c.wall = v.text
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

// parseID reads a UUID: with dashes, as 32 digits, or as its 16 bytes.
func parseID(s string) (uuid.UUID, error) {
	if len(s) == len(uuid.UUID{}) {
		return uuid.FromBytes([]byte(s))
	}
	return uuid.Parse(s)
}
