package cli

import (
	"fmt"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/pflag"
)

// eventKinds are the events that watch reports, with their meanings.
var eventKinds = []struct{ name, meaning string }{
	{"new", "the experiment was added"},
	{"changed", "it moved or changed in another way"},
	{"gone", "it was removed"},
	{"finished", "it ended as planned"},
	{"failed", "it ended with an error"},
	{"stopped", "it was stopped"},
	{"stalled", "no step for much longer than its pace suggests"},
	{"quiet", "no step for longer than its pace suggests"},
	{"recovered", "it continues after being quiet or stalled"},
	{"source-lost", "the source has sent nothing new for a minute"},
	{"source-back", "the source answers again"},
}

// eventNames is the names of all events.
func eventNames() []string {
	names := make([]string, len(eventKinds))
	for i, kind := range eventKinds {
		names[i] = kind.name
	}
	return names
}

// eventSet is a flag that chooses events; without a value it is all of them.
type eventSet struct{ names []string }

func (s *eventSet) add(flags *pflag.FlagSet) {
	flags.Var(s, "events", "report only these events, such as finished,failed,stalled; repeatable")
}

// Set adds names with commas between them.
func (s *eventSet) Set(str string) error {
	known, before := eventNames(), len(s.names)
	for name := range strings.FieldsFuncSeq(str, func(r rune) bool { return r == ',' || r == '，' }) {
		name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-")
		if name == "error" { // the word for it elsewhere
			name = "failed"
		}
		if !slices.Contains(known, name) {
			return fmt.Errorf("has no event %q; %s", name, text.Meant(name, known))
		}
		s.names = append(s.names, name)
	}
	if len(s.names) == before {
		return fmt.Errorf("needs names of events: %s", strings.Join(known, ", "))
	}
	return nil
}

// String is the flag as it is written.
func (s *eventSet) String() string { return strings.Join(s.names, ",") }

// Type is the name of the value in help texts.
func (s *eventSet) Type() string { return "names" }

// has reports whether an event is to be printed.
func (s *eventSet) has(name string) bool { return len(s.names) == 0 || slices.Contains(s.names, name) }

// ends are the events that tell of a change to a status.
var ends = map[model.Status]string{model.Finished: "finished", model.Failed: "failed", model.Stopped: "stopped"}

// difference is the event for what became of an experiment that was like before: of several
// differences the one that says most.
func difference(before, now *model.Summary) event {
	if now.Status != before.Status {
		e := event{name: "changed", field: "status", from: before.Status.String(), to: now.Status.String()}
		if name, ended := ends[now.Status]; ended {
			e.name = name
		}
		return e
	}
	e := event{name: "changed"}
	set := func(field, from, to string) {
		if e.field == "" && from != to {
			e.field, e.from, e.to = field, from, to
		}
	}
	if a, b := before.Progress(), now.Progress(); a.Step >= 0 && b.Step >= 0 {
		set("step", fmt.Sprint(a.Step), fmt.Sprint(b.Step))
	}
	set("time", before.Clock().Short(), now.Clock().Short())
	set("name", before.Name.String(), now.Name.String())
	set("tokens", fmt.Sprint(before.Tokens()), fmt.Sprint(now.Tokens()))
	set("error", lastLine(before.Error), lastLine(now.Error))
	set("updated_at", fmt.Sprint(stamp(before.Updated)), fmt.Sprint(stamp(now.Updated)))
	return e
}

// eventHelp is the table of events.
func eventHelp() string {
	var b strings.Builder
	b.WriteString("Events:\n")
	for _, kind := range eventKinds {
		fmt.Fprintf(&b, "  %-12s %s\n", kind.name, kind.meaning)
	}
	return b.String()
}
