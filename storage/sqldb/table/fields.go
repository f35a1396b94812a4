package table

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
)

// Fields are one experiment as a file has it: values as text, by the names of
// AgentSociety's columns. What is absent or null is not in it.
type Fields map[string]string

// Cells are the fields in the order of model.Fields; FieldsOf is the inverse.
func (f Fields) Cells() []Cell {
	cells := make([]Cell, len(model.Fields))
	for i := range model.Fields {
		cells[i].Text, cells[i].OK = f[model.Fields[i].Name]
	}
	return cells
}

// FieldsOf is the fields in cells, which are in the order of model.Fields.
func FieldsOf(cells []Cell) Fields {
	f := make(Fields, len(cells))
	for i, c := range cells {
		if c.OK {
			f[model.Fields[i].Name] = c.Text
		}
	}
	return f
}

// Experiment makes the domain's experiment of what a file has. Only an id is a must; any
// other value that can't be used is unknown, or the default that AgentSociety has, and is
// named in wrong.
func (f Fields) Experiment() (e model.Experiment, wrong []string, err error) {
	if e.ID, err = ParseID(f["id"]); err != nil {
		return e, nil, err
	}
	r := reader{Fields: f}
	for i := range model.Fields {
		name := model.Fields[i].Name
		switch p := model.Fields[i].In(&e).(type) {
		case *text.Text:
			*p = text.Clean(f[name])
		case *text.Lines:
			*p = text.CleanLines(f[name])
		case *model.Status:
			*p = r.status()
		case *int:
			if name == "cur_day" {
				e.Now = r.clock()
			} else {
				*p = model.Int(r.integer(name, 0))
			}
		case *int64:
			*p = r.integer(name, 0)
		case *time.Time:
			*p = r.time(name)
		}
	}
	switch created, updated := r.known("created_at"), r.known("updated_at"); {
	case !created:
		e.Created = e.Updated
	case !updated:
		e.Updated = e.Created
	}
	return e, r.wrong, nil
}

// reader takes values out of fields and notes those that can't be used.
type reader struct {
	Fields
	wrong []string // one part of a sentence each
}

// note adds that a field can't be used, and what it counts as.
func (r *reader) note(field, instead string) {
	r.wrong = append(r.wrong, fmt.Sprintf("%s is %q and counts as %s", field, Clipped(r.Fields[field]), instead))
}

// integer is a field that should be a whole number.
func (r *reader) integer(field string, def int64) int64 {
	s, ok := r.Fields[field]
	if !ok {
		return def
	}
	n, ok := ParseInteger(s)
	if !ok {
		r.note(field, strconv.FormatInt(def, 10))
		return def
	}
	return n
}

// status is AgentSociety's number, or one that no version of it knows.
func (r *reader) status() model.Status {
	n := r.integer("status", -1)
	status := model.StatusOf(n)
	if int64(status) != n {
		r.note("status", "-1")
	}
	return status
}

// clock is the simulated time; what can't be one is the time of an experiment without a
// clock.
func (r *reader) clock() model.SimTime {
	unknown := model.SimTime{Day: -1, T: -1}
	s, ok := r.Fields["cur_t"]
	if !ok {
		return unknown
	}
	day := r.integer("cur_day", -1)
	t, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		r.note("cur_t", "unknown")
		return unknown
	case math.IsInf(t, 0), math.IsNaN(t):
		r.note("cur_t", "unknown") // as it is: no moment
	}
	return model.SimTime{Day: model.Int(day), T: t}
}

// known reports whether a field is a wall time.
func (r *reader) known(field string) bool {
	_, ok := ParseTime(r.Fields[field])
	return ok
}

// time is a wall time; the zero time where there is none.
func (r *reader) time(field string) time.Time {
	s, ok := r.Fields[field]
	if !ok {
		return time.Time{}
	}
	t, ok := ParseTime(s)
	if !ok {
		r.note(field, "unknown")
	}
	return t
}

// ParseInteger reads a whole number, which may be written as a float.
func ParseInteger(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || f < -1<<63 || f >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

// offsets are the ways in which a time may end. Fractions of a second need no layout.
var offsets = []string{"", "Z07:00", "Z07", "Z0700"}

// ParseTime reads a time of day and date as Python, SQLite and YAML write them. A time
// without an offset is UTC.
func ParseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	const date = len(time.DateOnly)
	if len(s) > date && (s[date] == 'T' || s[date] == 't') {
		s = s[:date] + " " + s[date+1:]
	}
	if i := strings.LastIndexByte(s, ' '); i > date {
		s = s[:i] + s[i+1:]
	}
	for _, o := range offsets {
		if t, err := time.Parse(time.DateTime+o, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// Clipped is the beginning of a value, as much as a sentence has room for.
func Clipped(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
