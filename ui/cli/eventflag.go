package cli

import (
	"fmt"
	"slices"
	"strings"

	"societop/model/text"
	"societop/ui/event"

	"github.com/spf13/pflag"
)

// eventNames is the names of all events.
func eventNames() []string {
	names := make([]string, len(event.Kinds))
	for i, kind := range event.Kinds {
		names[i] = kind.Name
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

// eventHelp is the table of events.
func eventHelp() string {
	var b strings.Builder
	b.WriteString("Events:\n")
	for _, kind := range event.Kinds {
		fmt.Fprintf(&b, "  %-12s %s\n", kind.Name, kind.Meaning)
	}
	return b.String()
}
