package model

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model/text"
)

// RunData is what a source has of one experiment in addition to its summary, read piece by piece.
// All methods may be called from any goroutine and return soon after ctx is done. They fail
// with ErrNoExperiment, with ErrNotStarted before the first step, with ErrNoData where the
// source has lost the data or never had it, and with ErrNotOffered where it knows no such
// data at all. What is there but empty is an empty answer, not an error.
type RunData interface {
	// Timeline is the moments that have frames: ascending, each once.
	Timeline(ctx context.Context) ([]SimTime, error)
	// Steps is when each step was done, as far as the source knows: in any order, with steps
	// missing or twice where the source has them so. A source without frames may know of some steps.
	Steps(ctx context.Context) ([]StepTime, error)
	// Profiles is all agents, by ascending id.
	Profiles(ctx context.Context) ([]Profile, error)
	// Frame is what all agents do at one moment of the timeline, which must match exactly;
	// Latest is the last moment. Without such a frame it is empty.
	Frame(ctx context.Context, at SimTime) (Frame, error)
	// Prompt is what all agents are told of the world at a moment; Latest is the last one.
	Prompt(ctx context.Context, at SimTime) (Prompt, error)
	// Agent is one agent's own data. It reads nothing.
	Agent(id int64) Agent
	// Metrics is the measured series, by key.
	Metrics(ctx context.Context) ([]Metric, error)
	// Log is the end of the run's log.
	Log(ctx context.Context, b LogBudget) (Log, error)
}

// Agent is what a source has of one agent. An agent that does not exist has empty data.
type Agent interface {
	// History is the agent's status at each step, oldest first.
	History(ctx context.Context) ([]AgentStatus, error)
	// Talk is its thoughts, its talk with other agents and with the user, oldest first.
	Talk(ctx context.Context) ([]Message, error)
	// Answers is its answers to surveys, oldest first.
	Answers(ctx context.Context) ([]Answer, error)
}

// Latest stands for the newest moment of a timeline.
var Latest = SimTime{Day: -1}

// StepTime is the wall time at which a step of a run was done.
type StepTime struct {
	At   SimTime   // the start of the step in simulated time, as Summary.Now
	Wall time.Time // UTC
}

// Profile is who an agent is.
type Profile struct {
	ID      int64
	Name    text.Text
	Profile text.Value
}

// Frame is what all agents do at one moment.
type Frame struct {
	At     SimTime
	Agents []AgentStatus // by ascending id
}

// AgentStatus is what one agent does at one moment.
type AgentStatus struct {
	ID       int64
	At       SimTime
	Lng, Lat float64 // degrees; NaN where the agent has no place
	Parent   int64   // the place (area of interest, road) it is in; 0 none
	Action   text.Text
	Status   text.Value
	Created  time.Time // UTC
}

// Prompt is what all agents are told of the world at one moment.
type Prompt struct {
	At      SimTime
	Text    text.Lines
	Created time.Time // UTC; zero where there is no prompt
}

// MessageKind is what sort of words a message is, with AgentSociety's numbers.
type MessageKind int8

// The kinds of messages.
const (
	Thought  MessageKind = iota // an agent's to itself
	Talk                        // from one agent to another
	UserTalk                    // between the user and an agent
)

// String is "thought", "talk", "user", or "unknown".
func (k MessageKind) String() string {
	switch k {
	case Thought:
		return "thought"
	case Talk:
		return "talk"
	case UserTalk:
		return "user"
	}
	return "unknown"
}

// Message is something that was thought or said.
type Message struct {
	ID      int64 // of the agent it belongs to
	At      SimTime
	Kind    MessageKind
	Speaker text.Text  // of Talk the id of an agent; of UserTalk "user" for a question and empty for an answer
	Content text.Lines // as the source has it: text, or JSON with a member "content"; see Words
	Created time.Time  // UTC
}

// maxWraps is how often words are wrapped in JSON at most: once by the agent that says them, and
// once more with the agent that hears them.
const maxWraps = 4

// Words is what was said, without the JSON around it.
func (m *Message) Words() text.Lines {
	words := m.Content
	for range maxWraps {
		if !strings.HasPrefix(strings.TrimSpace(words.Raw()), "{") {
			break
		}
		inner, ok := text.ParseValue(words.Raw()).Member("content")
		if !ok {
			break
		}
		words = text.CleanLines(inner)
	}
	return words
}

// Answer is one agent's answer to one survey.
type Answer struct {
	ID      int64 // of the agent
	At      SimTime
	Survey  uuid.UUID
	Result  text.Lines // JSON, or free text where the agent answered in another form
	Pending bool       // not answered yet
	Trouble text.Text  // why there is no answer, or why it could not be understood; empty where all is well
	Created time.Time  // UTC
}

// TroubleBreak stands between the questions in an Answer's trouble, and nowhere else in it: each question
// that could not be understood has a part.
const TroubleBreak = "; "

// Survey is a questionnaire.
type Survey struct {
	ID               uuid.UUID
	Name             text.Text
	Data             text.Value // title, description and pages of elements
	Created, Updated time.Time
}

// Surveyor is a source that knows the questionnaires themselves. A RunData may be one, too: then its
// questionnaires are those of the run.
type Surveyor interface {
	// Surveys is all questionnaires.
	Surveys(ctx context.Context) ([]Survey, error)
}

// ReadSurveys returns the questionnaires of a run: its own, else those of its source. It fails with
// ErrNotOffered where neither knows any.
func ReadSurveys(ctx context.Context, src Source, k Key) ([]Survey, error) {
	if own, ok := src.RunData(k).(Surveyor); ok {
		if all, err := own.Surveys(ctx); !errors.Is(err, ErrNotOffered) {
			return all, err
		}
	}
	of, ok := Part(src, k.Source).(Surveyor)
	if !ok {
		return nil, ErrNotOffered
	}
	return of.Surveys(ctx)
}

// Metric is one measured series.
type Metric struct {
	Key    text.Text
	Points []Point // by ascending tick
}

// Point is one measurement.
type Point struct {
	Tick  int64 // simulated seconds since the start
	Value float64
}

// SortMetrics orders metrics by key and their points by tick.
func SortMetrics(all []Metric) {
	slices.SortFunc(all, func(a, b Metric) int { return strings.Compare(a.Key.Raw(), b.Key.Raw()) })
	for _, m := range all {
		slices.SortStableFunc(m.Points, func(a, b Point) int { return cmp.Compare(a.Tick, b.Tick) })
	}
}

// LogBudget bounds the part of a log that is kept; a zero field bounds nothing.
type LogBudget struct {
	Lines int
	Bytes int // of clean text
	// File is which of the run's logs, by its name of a LogFile; empty: the one that was written last.
	File text.Text
}

// LogFile is one of the logs of a run.
type LogFile struct {
	Name    text.Text // such as "output.log"
	Size    int64     // bytes
	Written time.Time // UTC
}

// LogsReader is a RunData of which Log can read several logs.
type LogsReader interface {
	// Logs lists them, the one that was written last first. It fails with ErrNotOffered where there
	// is only one, without a name.
	Logs(ctx context.Context) ([]LogFile, error)
}

// Note is a file that an agent of AgentSociety 2 keeps in its workspace: its memory, its tasks.
type Note struct {
	Name    text.Text // such as "MEMORY.md"
	Content text.Lines
	Written time.Time // UTC
}

// NotesReader is an Agent that keeps files. It fails with ErrNotOffered where it does not.
type NotesReader interface {
	// Notes is the files, by name; of long ones the end.
	Notes(ctx context.Context) ([]Note, error)
}

// Everyone is the id of no agent: what was said to or by the society as a whole.
const Everyone int64 = -1

// Log is the end of a run's log.
type Log struct {
	Lines   text.Lines
	Dropped int  // lines at its beginning that were dropped to hold the budget
	Tail    bool // the source has, or sends, no more than these lines; there may have been others before
}

// NoRunData is the RunData of a source that keeps nothing of the kind: each method fails
// with Err.
type NoRunData struct{ Err error }

var (
	_ RunData = NoRunData{}
	_ Agent   = NoRunData{}
)

// Timeline fails.
func (n NoRunData) Timeline(context.Context) ([]SimTime, error) { return nil, n.Err }

// Steps fails.
func (n NoRunData) Steps(context.Context) ([]StepTime, error) { return nil, n.Err }

// Profiles fails.
func (n NoRunData) Profiles(context.Context) ([]Profile, error) { return nil, n.Err }

// Frame fails.
func (n NoRunData) Frame(context.Context, SimTime) (Frame, error) { return Frame{}, n.Err }

// Prompt fails.
func (n NoRunData) Prompt(context.Context, SimTime) (Prompt, error) { return Prompt{}, n.Err }

// Agent is one of whom nothing is known.
func (n NoRunData) Agent(int64) Agent { return n }

// Metrics fails.
func (n NoRunData) Metrics(context.Context) ([]Metric, error) { return nil, n.Err }

// Log fails.
func (n NoRunData) Log(context.Context, LogBudget) (Log, error) { return Log{}, n.Err }

// History fails.
func (n NoRunData) History(context.Context) ([]AgentStatus, error) { return nil, n.Err }

// Talk fails.
func (n NoRunData) Talk(context.Context) ([]Message, error) { return nil, n.Err }

// Answers fails.
func (n NoRunData) Answers(context.Context) ([]Answer, error) { return nil, n.Err }

// AllAgentsReader is a RunData that can read what all agents said and answered at once. Lab files can;
// AgentSociety's API has no route for it.
type AllAgentsReader interface {
	// TalkUntil is the talk of all agents up to a moment, oldest first: the newest of it where a
	// limit above 0 allows no more. Latest sets no bound in time.
	TalkUntil(ctx context.Context, until SimTime, limit int) ([]Message, error)
	// AnswersUntil is the answers of all agents up to a moment, under the same conditions.
	AnswersUntil(ctx context.Context, until SimTime, limit int) ([]Answer, error)
}

// Distinct is rows without those that a source has a second time, in their order: AgentSociety
// writes some rows of talk and answers twice. A row is all that it says, when it was created
// included, so that who says the same words twice is heard twice. It may change the list.
func Distinct[T comparable](all []T) []T {
	if len(all) < 2 {
		return all
	}
	seen := make(map[T]struct{}, len(all))
	out := all[:0]
	for _, row := range all {
		if _, twice := seen[row]; !twice {
			seen[row] = struct{}{}
			out = append(out, row)
		}
	}
	return out
}
