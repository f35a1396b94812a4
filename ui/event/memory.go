package event

import (
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// Run is what has to be remembered of an experiment to tell later what became of it.
type Run struct {
	ID      uuid.UUID    `json:"id"`
	Source  string       `json:"source,omitempty"` // of several
	Tenant  string       `json:"tenant,omitempty"`
	Name    string       `json:"name,omitempty"`
	NumDay  int          `json:"days,omitempty"`
	Status  model.Status `json:"status"`
	Day     int64        `json:"day,omitempty"`
	T       int64        `json:"t,omitempty"` // microseconds of the day: a number that is none has no JSON
	In      int64        `json:"in,omitempty"`
	Out     int64        `json:"out,omitempty"`
	Created int64        `json:"created,omitempty"` // microseconds
	Updated int64        `json:"updated,omitempty"`
	Done    int64        `json:"done,omitempty"` // of a run directory: its steps
	Fits    bool         `json:"fits,omitempty"` // passes the filter
	Mood    Mood         `json:"mood,omitempty"`
}

// Memory is what an engine has to know of a former one.
type Memory struct {
	Runs map[model.Key]Run
	Seen time.Time // when the source was read last
	Away Absences  // of the source, or of each of several
}

// Absences are the absences of sources by their names; that of an only source is empty.
type Absences map[string]Absence

// Absence is how long a source has been away.
type Absence struct {
	Since time.Time `json:"since,omitzero"` // zero while it is there
	Why   string    `json:"why,omitempty"`
	Told  bool      `json:"told,omitempty"` // an event has said so, or it was so from the start
}

// Mood is how a running experiment is judged by its silence.
type Mood int8

// The moods, from good to bad.
const (
	Steady Mood = iota
	IsQuiet
	IsStalled
)

// moodNames are the names of moods, which are those of events.
var moodNames = [...]string{"running", Quiet, Stalled}

// name is the name of a mood, also of one that was read from a damaged file.
func (m Mood) name() string { return moodNames[max(0, min(int(m), len(moodNames)-1))] }

// Key is the experiment's.
func (r *Run) Key() model.Key {
	return model.Key{Tenant: text.Clean(r.Tenant), ID: r.ID, Source: model.NewSourceName(r.Source)}
}

// runOf remembers an experiment.
func runOf(s *model.Summary, fits bool, mood Mood) Run {
	r := Run{
		ID: s.ID, Source: s.Source.Raw(), Tenant: s.Tenant.Raw(), Name: s.Name.Raw(), NumDay: s.NumDay, Status: s.Status, Day: int64(s.Now.Day),
		In: s.InputTokens, Out: s.OutputTokens, Created: s.Created.UnixMicro(), Updated: s.Updated.UnixMicro(), Fits: fits, Mood: mood,
	}
	if s.Dir != nil {
		r.Done = s.Dir.Done
	}
	if t := s.Now.T * 1e6; t > -1e15 && t < 1e15 {
		r.T = int64(t + 0.5)
	}
	return r
}

// summary is the experiment as it was. now fills in what is not remembered; it may be nil.
func (r *Run) summary(now *model.Summary) model.Summary {
	s := model.Summary{
		Key: r.Key(), Name: text.Clean(r.Name), NumDay: r.NumDay, Status: r.Status, Now: model.SimTime{Day: int(r.Day), T: float64(r.T) / 1e6},
		InputTokens: r.In, OutputTokens: r.Out, Created: time.UnixMicro(r.Created).UTC(), Updated: time.UnixMicro(r.Updated).UTC(),
	}
	if now != nil {
		s.Plan, s.Models = now.Plan, now.Models
		if now.Dir != nil {
			dir := *now.Dir
			dir.Done, s.Dir = r.Done, &dir
		}
		if s.Status == now.Status {
			s.Error = now.Error
		}
	}
	return s
}
