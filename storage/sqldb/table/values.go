package table

import (
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// Width is how many cells a row of each kind has.
var Width = func() (n [Kinds]int) {
	for _, t := range append(OfRun, Questionnaires) {
		n[t.Kind] = len(t.Columns)
	}
	return n
}()

// Values makes domain data of the cells of a row. What was found to be no number or time is
// unknown. The zero Values is ready to use, for row after row.
type Values struct {
	cells   []Cell // that are left
	wall    string // the last time that was read
	created time.Time
}

// Of begins with another row.
func (v *Values) Of(cells []Cell) *Values {
	v.cells = cells
	return v
}

func (v *Values) next() Cell {
	c := v.cells[0]
	v.cells = v.cells[1:]
	return c
}

func (v *Values) text() string { return v.next().Text }

func (v *Values) integer() int64 {
	n, _ := ParseInteger(v.text())
	return n
}

// number is NaN where it is unknown.
func (v *Values) number() float64 {
	f, ok := finite(v.text())
	if !ok {
		return math.NaN()
	}
	return f
}

func (v *Values) id() uuid.UUID {
	id, _ := ParseID(v.text())
	return id
}

func (v *Values) time() time.Time {
	if s := v.text(); s != v.wall {
		v.wall = s
		v.created, _ = ParseTime(s)
	}
	return v.created
}

// value is a cell that was decoded once: what looks like a JSON text or null is a text with quotes, or
// that word.
func (v *Values) value() text.Value {
	c := v.next()
	s := c.Text
	if c.OK && s == "" {
		return text.ValueOf("")
	}
	if begin := strings.TrimSpace(s); strings.HasPrefix(begin, `"`) || begin == "null" {
		return text.ValueOf(s)
	}
	return text.ParseValue(s)
}

func (v *Values) at() model.SimTime { return model.SimTime{Day: model.Int(v.integer()), T: v.number()} }

// Profile is a row of its table.
func (v *Values) Profile() model.Profile {
	return model.Profile{ID: v.integer(), Name: text.Clean(v.text()), Profile: v.value()}
}

// Status is a row of its table.
func (v *Values) Status() model.AgentStatus {
	a := model.AgentStatus{
		ID: v.integer(), At: v.at(), Lng: v.number(), Lat: v.number(), Parent: v.integer(),
		Action: text.Clean(v.text()), Status: v.value(), Created: v.time(),
	}
	if math.IsNaN(a.Lng) || math.IsNaN(a.Lat) {
		a.Lng, a.Lat = math.NaN(), math.NaN()
	}
	return a
}

// Message is a row of its table.
func (v *Values) Message() model.Message {
	return model.Message{
		ID: v.integer(), At: v.at(), Kind: v.kind(), Speaker: text.Clean(v.text()),
		Content: text.CleanLines(v.text()), Created: v.time(),
	}
}

// kind is AgentSociety's number, or one that no version of it knows.
func (v *Values) kind() model.MessageKind {
	n := v.integer()
	if n < math.MinInt8 || n > math.MaxInt8 {
		return -1
	}
	return model.MessageKind(n)
}

// Answer is a row of its table.
func (v *Values) Answer() model.Answer {
	a := model.Answer{ID: v.integer(), At: v.at(), Survey: v.id()}
	result := v.next()
	a.Result, a.Pending = text.CleanLines(result.Text), !result.OK
	a.Created = v.time()
	return a
}

// Prompt is a row of its table.
func (v *Values) Prompt() model.Prompt {
	return model.Prompt{At: v.at(), Text: text.CleanLines(v.text()), Created: v.time()}
}

// Measurement is a point of a series.
type Measurement struct {
	Key string
	model.Point
	Created time.Time
}

// Measurement is a row of its table, without the number of the row.
func (v *Values) Measurement() (m Measurement) {
	v.next()
	m.Key, m.Value, m.Tick, m.Created = v.text(), v.number(), v.integer(), v.time()
	return m
}

// Survey is a row of its table.
func (v *Values) Survey() model.Survey {
	return model.Survey{ID: v.id(), Name: text.Clean(v.text()), Data: v.value(), Created: v.time(), Updated: v.time()}
}
