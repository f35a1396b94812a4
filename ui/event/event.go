package event

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/ui/human"
)

// The names of events that this package makes.
const (
	New        = "new"
	Changed    = "changed"
	Gone       = "gone"
	Finished   = "finished"
	Failed     = "failed"
	Stopped    = "stopped"
	Lost       = "lost"
	Short      = "short"
	Stalled    = "stalled"
	Quiet      = "quiet"
	Recovered  = "recovered"
	SourceLost = "source-lost"
	SourceBack = "source-back"
)

// Kinds are the events that there are, with their meanings.
var Kinds = []struct{ Name, Meaning string }{
	{New, "the experiment was added"},
	{Changed, "it moved or changed in another way"},
	{Gone, "it was removed"},
	{Finished, "it ended as planned"},
	{Failed, "it ended with an error"},
	{Stopped, "it was stopped"},
	{Lost, "its process is gone or silent (AgentSociety 2)"},
	{Short, "it ended with fewer steps than planned (AgentSociety 2)"},
	{Stalled, "no step for much longer than its pace suggests"},
	{Quiet, "no step for longer than its pace suggests"},
	{Recovered, "it continues after being quiet, stalled or lost"},
	{SourceLost, "the source has sent nothing new for a minute"},
	{SourceBack, "the source answers again"},
}

// Event is one thing that happened to an experiment, or to a source.
type Event struct {
	Name     string // one of Kinds
	Field    string // what is different now; empty where the name says it
	From, To string // how it was and is; empty where there is no such thing
	ID       string // that of the same event in every process
	Run      model.Summary
	Why      string // of a source: why it is lost, in a few words

	Source model.SourceName // of several: which it is about
}

// OfSource reports whether the event is that of the source itself.
func (e *Event) OfSource() bool { return e.Name == SourceLost || e.Name == SourceBack }

// Text is what is different, for people: "running → finished", "step 120 → 240".
func (e *Event) Text() string {
	var parts []string
	if e.Field != "" && e.Field != "status" {
		parts = append(parts, e.Field)
	}
	if e.From != "" {
		parts = append(parts, e.From)
	}
	if e.From != "" && e.To != "" {
		parts = append(parts, "→")
	}
	return strings.Join(append(parts, e.To), " ")
}

// identify gives an event its id. It follows from what came of the experiment and when, not from
// how it was before, so that it does not depend on which states a process has seen.
func (e *Event) identify(source string, since time.Time) {
	s := &e.Run
	moment, what := s.Updated, e.Field+"\x00"+e.To
	switch e.Name {
	case New:
		moment, what = s.Created, ""
	case SourceLost, SourceBack:
		moment = since
	case Changed, Gone, Finished, Failed, Stopped, Lost, Short:
	default: // of silence: since when
		what = ""
	}
	parts := []string{source, e.Name, what, s.Tenant.Raw(), s.ID.String(), fmt.Sprint(moment.UnixMicro())}
	e.ID = uuid.NewSHA1(uuid.NameSpaceURL, []byte("societop:event:"+strings.Join(parts, "\x00"))).String()
}

// ends are the events that tell of a change to a status.
var ends = map[model.Status]string{model.Finished: Finished, model.Failed: Failed, model.Stopped: Stopped, model.Lost: Lost}

// turned is the name of the event for an experiment with another status.
func turned(before, now *model.Summary) string {
	name, ended := ends[now.Status]
	switch {
	case now.Short():
		return Short
	case ended:
		return name
	case before.Status == model.Lost && now.Status == model.Running:
		return Recovered
	}
	return Changed
}

// difference is the event for what became of an experiment that was like before: of several
// differences the one that says most.
func difference(before, now *model.Summary) Event {
	if now.Status != before.Status || now.Short() && !before.Short() {
		return Event{Name: turned(before, now), Field: "status", From: before.Status.String(), To: now.Status.String()}
	}
	e := Event{Name: Changed}
	set := func(field, from, to string) {
		if e.Field == "" && from != to {
			e.Field, e.From, e.To = field, from, to
		}
	}
	if a, b := before.Progress(), now.Progress(); a.Step >= 0 && b.Step >= 0 {
		set("step", fmt.Sprint(a.Step), fmt.Sprint(b.Step))
	}
	set("time", before.Calendar().Short(before.Clock()), now.Calendar().Short(now.Clock()))
	set("name", before.Name.String(), now.Name.String())
	if before.Counted() && now.Counted() {
		set("tokens", fmt.Sprint(before.Tokens()), fmt.Sprint(now.Tokens()))
	}
	set("error", LastLine(before), LastLine(now))
	if a, b := before.Dir, now.Dir; a != nil && b != nil {
		set("phase", human.Phase(a.Phase), human.Phase(b.Phase))
		set("warnings", a.Warned(), b.Warned())
	}
	set("updated_at", stamp(before.Updated), stamp(now.Updated))
	return e
}

// LastLine is the last line of an experiment's error.
func LastLine(s *model.Summary) string {
	lines := s.Error.Split()
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1].String()
}

// stamp is a wall time as JSON has it, to the microsecond, which is all that sources keep.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano) }
