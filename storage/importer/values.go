package importer

import (
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/kept"
)

// columnsOf are how many cells a row of each kind has.
var columnsOf = func() (n [kinds]int) {
	for _, t := range append(tables, surveys) {
		n[t.kind] = len(t.columns)
	}
	return n
}()

// decodeRows makes values of rows, one each.
func decodeRows[T any](rows []byte, k kind, value func(*values) T) (all []T) {
	v := &values{}
	eachRow(rows, columnsOf[k], func(cells []cell) {
		v.cells = cells
		all = append(all, value(v))
	})
	return all
}

// values makes domain data of the cells of a row, one after the other. What was found to be
// no number or time is unknown.
type values struct {
	cells   []cell
	wall    string // the last time that was read
	created time.Time
}

func (v *values) next() cell {
	c := v.cells[0]
	v.cells = v.cells[1:]
	return c
}

func (v *values) text() string { return v.next().text }

func (v *values) integer() int64 {
	n, _ := parseInteger(v.text())
	return n
}

// number is NaN where it is unknown.
func (v *values) number() float64 {
	f, ok := finite(v.text())
	if !ok {
		return math.NaN()
	}
	return f
}

func (v *values) id() uuid.UUID {
	id, _ := parseID(v.text())
	return id
}

func (v *values) time() time.Time {
	if s := v.text(); s != v.wall {
		v.wall = s
		v.created, _ = parseTime(s)
	}
	return v.created
}

// value is a cell that was decoded once: what looks like a JSON text or null is a text with quotes, or
// that word.
func (v *values) value() text.Value {
	s := v.text()
	if begin := strings.TrimSpace(s); strings.HasPrefix(begin, `"`) || begin == "null" {
		return text.ValueOf(s)
	}
	return text.ParseValue(s)
}

func (v *values) at() model.SimTime { return model.SimTime{Day: model.Int(v.integer()), T: v.number()} }

func (v *values) profile() model.Profile {
	return model.Profile{ID: v.integer(), Name: text.Clean(v.text()), Profile: v.value()}
}

func (v *values) status() model.AgentStatus {
	a := model.AgentStatus{
		ID: v.integer(), At: v.at(), Lng: v.number(), Lat: v.number(), Parent: v.integer(),
		Action: text.Clean(v.text()), Status: v.value(), Created: v.time(),
	}
	if math.IsNaN(a.Lng) || math.IsNaN(a.Lat) {
		a.Lng, a.Lat = math.NaN(), math.NaN()
	}
	return a
}

func (v *values) message() model.Message {
	return model.Message{
		ID: v.integer(), At: v.at(), Kind: v.kind(), Speaker: text.Clean(v.text()),
		Content: text.CleanLines(v.text()), Created: v.time(),
	}
}

// kind is AgentSociety's number, or one that no version of it knows.
func (v *values) kind() model.MessageKind {
	n := v.integer()
	if n < math.MinInt8 || n > math.MaxInt8 {
		return -1
	}
	return model.MessageKind(n)
}

func (v *values) answer() model.Answer {
	a := model.Answer{ID: v.integer(), At: v.at(), Survey: v.id()}
	result := v.next()
	a.Result, a.Pending = text.CleanLines(result.text), !result.ok
	a.Created = v.time()
	return a
}

func (v *values) prompt() model.Prompt {
	return model.Prompt{At: v.at(), Text: text.CleanLines(v.text()), Created: v.time()}
}

// measured is a point of a series.
type measured struct {
	key string
	model.Point
	row     kept.MetricRow // it as the file has it
	created time.Time
}

func (v *values) point() measured {
	c := v.cells
	m := measured{row: kept.MetricRow{ID: c[0].text, Key: c[1].text, Value: c[2].text, Step: c[3].text, Created: c[4].text}}
	v.next()
	m.key, m.Value, m.Tick, m.created = v.text(), v.number(), v.integer(), v.time()
	return m
}

func (v *values) survey() model.Survey {
	return model.Survey{ID: v.id(), Name: text.Clean(v.text()), Data: v.value(), Created: v.time(), Updated: v.time()}
}
