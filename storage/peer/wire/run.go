package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// Data is an answer that holds one thing.
type Data[T any] struct {
	Data T `json:"data"`
}

// Step is model.StepTime, with the names that former versions read.
type Step struct {
	Day     int64     `json:"day"`
	T       Float     `json:"t"`
	Created time.Time `json:"created_at"`
}

// NewStep encodes a step.
func NewStep(s model.StepTime) Step {
	return Step{int64(s.At.Day), Float(s.At.T), s.Wall.UTC().Truncate(time.Microsecond)}
}

// Model decodes it.
func (s Step) Model() model.StepTime {
	return model.StepTime{At: moment(s.Day, s.T), Wall: s.Created.UTC()}
}

// Moment is model.SimTime.
type Moment struct {
	Day int64 `json:"d,omitzero"`
	T   Float `json:"t,omitzero"`
}

// NewMoment encodes a moment.
func NewMoment(at model.SimTime) Moment { return Moment{int64(at.Day), Float(at.T)} }

// Model decodes it.
func (m Moment) Model() model.SimTime { return moment(m.Day, m.T) }

func moment(day int64, t Float) model.SimTime {
	return model.SimTime{Day: model.Int(day), T: float64(t)}
}

// Profile is model.Profile.
type Profile struct {
	ID      int64 `json:"i"`
	Name    Raw   `json:"n,omitzero"`
	Profile Raw   `json:"p,omitzero"`
}

// NewProfile encodes a profile.
func NewProfile(p model.Profile) Profile { return Profile{p.ID, Raw(p.Name.Raw()), value(p.Profile)} }

// Model decodes it.
func (p Profile) Model() model.Profile {
	return model.Profile{ID: p.ID, Name: p.Name.text(), Profile: p.Profile.value()}
}

// value is a value as it was parsed; nothing is nothing.
func value(v text.Value) Raw {
	if v == (text.Value{}) {
		return ""
	}
	return Raw(v.Source())
}

func (r Raw) value() text.Value { return text.ParseValue(string(r)) }

// Frame is model.Frame.
type Frame struct {
	Moment
	Agents List[Status] `json:"agents,omitzero"`
}

// Status is model.AgentStatus.
type Status struct {
	ID int64 `json:"i"`
	Moment
	Place   *[2]Float `json:"x,omitzero"` // longitude and latitude; nil: none
	Parent  int64     `json:"p,omitzero"`
	Action  Raw       `json:"a,omitzero"`
	Status  Raw       `json:"s,omitzero"`
	Created Stamp     `json:"c,omitzero"`
}

// NewFrame encodes a frame.
func NewFrame(f model.Frame) Frame {
	return Frame{NewMoment(f.At), Map[List[Status]](f.Agents, NewStatus)}
}

// Model decodes it.
func (f Frame) Model() model.Frame {
	return model.Frame{At: f.Moment.Model(), Agents: Map[[]model.AgentStatus](f.Agents, Status.Model)}
}

// NewStatus encodes a status.
func NewStatus(a model.AgentStatus) Status {
	s := Status{
		ID: a.ID, Moment: NewMoment(a.At), Parent: a.Parent,
		Action: Raw(a.Action.Raw()), Status: value(a.Status), Created: Stamp{a.Created},
	}
	if !math.IsNaN(a.Lng) || !math.IsNaN(a.Lat) {
		s.Place = &[2]Float{Float(a.Lng), Float(a.Lat)}
	}
	return s
}

// Model decodes it.
func (s Status) Model() model.AgentStatus {
	a := model.AgentStatus{
		ID: s.ID, At: s.Moment.Model(), Lng: math.NaN(), Lat: math.NaN(), Parent: s.Parent,
		Action: s.Action.text(), Status: s.Status.value(), Created: s.Created.Time,
	}
	if s.Place != nil {
		a.Lng, a.Lat = float64(s.Place[0]), float64(s.Place[1])
	}
	return a
}

// Prompt is model.Prompt.
type Prompt struct {
	Moment
	Text    Raw   `json:"s,omitzero"`
	Created Stamp `json:"c,omitzero"`
}

// NewPrompt encodes a prompt.
func NewPrompt(p model.Prompt) Prompt {
	return Prompt{NewMoment(p.At), Raw(p.Text.Raw()), Stamp{p.Created}}
}

// Model decodes it.
func (p Prompt) Model() model.Prompt {
	return model.Prompt{At: p.Moment.Model(), Text: p.Text.lines(), Created: p.Created.Time}
}

// Message is model.Message.
type Message struct {
	ID int64 `json:"i"`
	Moment
	Kind    int8  `json:"k,omitzero"`
	Speaker Raw   `json:"w,omitzero"`
	Content Raw   `json:"s,omitzero"`
	Created Stamp `json:"c,omitzero"`
}

// NewMessage encodes a message.
func NewMessage(m model.Message) Message {
	return Message{m.ID, NewMoment(m.At), int8(m.Kind), Raw(m.Speaker.Raw()), Raw(m.Content.Raw()), Stamp{m.Created}}
}

// Model decodes it.
func (m Message) Model() model.Message {
	return model.Message{
		ID: m.ID, At: m.Moment.Model(), Kind: model.MessageKind(m.Kind), Speaker: m.Speaker.text(),
		Content: m.Content.lines(), Created: m.Created.Time,
	}
}

// Answer is model.Answer.
type Answer struct {
	ID int64 `json:"i"`
	Moment
	Survey  uuid.UUID `json:"v"`
	Result  Raw       `json:"s,omitzero"`
	Pending bool      `json:"w,omitzero"`
	Trouble Raw       `json:"e,omitzero"`
	Created Stamp     `json:"c,omitzero"`
}

// NewAnswer encodes an answer.
func NewAnswer(a model.Answer) Answer {
	return Answer{a.ID, NewMoment(a.At), a.Survey, Raw(a.Result.Raw()), a.Pending, newText(a.Trouble), Stamp{a.Created}}
}

// Model decodes it.
func (a Answer) Model() model.Answer {
	return model.Answer{
		ID: a.ID, At: a.Moment.Model(), Survey: a.Survey, Result: a.Result.lines(), Pending: a.Pending, Trouble: a.Trouble.text(), Created: a.Created.Time,
	}
}

// Survey is model.Survey.
type Survey struct {
	ID      uuid.UUID `json:"i"`
	Name    Raw       `json:"n,omitzero"`
	Data    Raw       `json:"s,omitzero"`
	Created Stamp     `json:"c,omitzero"`
	Updated Stamp     `json:"u,omitzero"`
}

// NewSurvey encodes a questionnaire.
func NewSurvey(s model.Survey) Survey {
	return Survey{s.ID, Raw(s.Name.Raw()), value(s.Data), Stamp{s.Created}, Stamp{s.Updated}}
}

// Model decodes it.
func (s Survey) Model() model.Survey {
	return model.Survey{ID: s.ID, Name: s.Name.text(), Data: s.Data.value(), Created: s.Created.Time, Updated: s.Updated.Time}
}

// Metric is model.Metric.
type Metric struct {
	Key    Raw         `json:"k"`
	Ticks  List[int64] `json:"t"`
	Values List[Float] `json:"v"`
}

// NewMetric encodes a series.
func NewMetric(m model.Metric) Metric {
	out := Metric{Key: Raw(m.Key.Raw())}
	for _, p := range m.Points {
		out.Ticks, out.Values = append(out.Ticks, p.Tick), append(out.Values, Float(p.Value))
	}
	return out
}

// Model decodes it. A tick without a value is left out.
func (m Metric) Model() model.Metric {
	out := model.Metric{Key: m.Key.text()}
	for i := range min(len(m.Ticks), len(m.Values)) {
		out.Points = append(out.Points, model.Point{Tick: m.Ticks[i], Value: float64(m.Values[i])})
	}
	return out
}

// Log is model.Log.
type Log struct {
	Text    Raw   `json:"s,omitzero"`
	Dropped int64 `json:"dropped,omitzero"`
	Tail    bool  `json:"tail,omitzero"`
	File    Raw   `json:"file,omitzero"` // which of the run's logs was asked for; empty: none by name
}

// NewLog encodes a log.
func NewLog(l model.Log) Log {
	return Log{Text: Raw(l.Lines.Raw()), Dropped: int64(l.Dropped), Tail: l.Tail}
}

// Model decodes it.
func (l Log) Model() model.Log {
	out := model.TailLog(string(l.Text)+"\n", model.LogBudget{})
	out.Dropped, out.Tail = model.Int(max(l.Dropped, 0)), l.Tail
	return out
}

// LogFile is model.LogFile.
type LogFile struct {
	Name    Raw   `json:"n"`
	Size    int64 `json:"b,omitzero"`
	Written Stamp `json:"u,omitzero"`
}

// NewLogFile encodes it.
func NewLogFile(f model.LogFile) LogFile { return LogFile{newText(f.Name), f.Size, Stamp{f.Written}} }

// Model decodes it.
func (f LogFile) Model() model.LogFile {
	return model.LogFile{Name: f.Name.text(), Size: max(f.Size, 0), Written: f.Written.Time}
}

// Note is model.Note.
type Note struct {
	Name    Raw   `json:"n"`
	Content Raw   `json:"s,omitzero"`
	Written Stamp `json:"u,omitzero"`
}

// NewNote encodes it.
func NewNote(n model.Note) Note { return Note{newText(n.Name), Raw(n.Content.Raw()), Stamp{n.Written}} }

// Model decodes it.
func (n Note) Model() model.Note {
	return model.Note{Name: n.Name.text(), Content: n.Content.lines(), Written: n.Written.Time}
}

// Same is the answer in place of one that its client has already.
type Same struct {
	Same string `json:"same"` // its sum
}

// Sum is what an answer is known by.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:10])
}

// Hello says what a server is. It is the same in all versions of the protocol.
type Hello struct {
	Societop string    `json:"societop"` // its version
	Versions List[int] `json:"versions"` // of the protocol that it speaks
	Kind     Raw       `json:"kind"`     // of its source, as in model.Info
	Warning  Raw       `json:"warning,omitzero"`
	Spare    bool      `json:"spare,omitzero"` // its source wants to know what is looked at, and how often
}

// Version is the version of the protocol here.
const Version = 1

// The paths of the protocol. That of Greeting is the same in all versions.
const (
	Greeting = "api/societop"
	Routes   = "api/societop/v1/"
)

// Map is the rows that a function makes of others; none of none.
func Map[L ~[]B, A, B any](all []A, fn func(A) B) L {
	if all == nil {
		return nil
	}
	out := make(L, len(all))
	for i, v := range all {
		out[i] = fn(v)
	}
	return out
}
