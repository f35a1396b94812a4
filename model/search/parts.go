package search

import (
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
)

// Part is a kind of data that can be searched; several are added with |.
type Part uint8

// The parts, in the order in which they are searched.
const (
	Config Part = 1 << iota
	Log
	Prompt
	Talk
	Answers

	Everything = Config | Log | Prompt | Talk | Answers
	// Cheap is what a server is asked for once an experiment, and not once an agent.
	Cheap = Config | Log | Prompt
)

// parts are the names of parts, in the order in which they are searched.
var parts = []struct {
	part Part
	name string
}{{Config, "config"}, {Log, "log"}, {Prompt, "prompt"}, {Talk, "talk"}, {Answers, "answers"}}

// Names returns the names of all parts.
func Names() (all []string) {
	for _, p := range parts {
		all = append(all, p.name)
	}
	return all
}

// String is the names of the parts with commas between them.
func (p Part) String() string {
	var all []string
	for _, one := range parts {
		if p&one.part != 0 {
			all = append(all, one.name)
		}
	}
	return strings.Join(all, ",")
}

// ParseParts reads names of parts with commas between them.
func ParseParts(s string) (p Part, err error) {
	for name := range strings.SplitSeq(s, ",") {
		found := Part(0)
		for _, one := range parts {
			if strings.EqualFold(strings.TrimSpace(name), one.name) {
				found = one.part
			}
		}
		if found == 0 {
			return 0, model.Usagef("%q can't be searched; %s", text.Clean(name).String(), text.Meant(name, Names()))
		}
		p |= found
	}
	return p, nil
}

// DefaultParts returns what is searched of a source if nothing is said: everything of a file, and of
// a server what is cheap.
func DefaultParts(src model.Source) Part {
	all := []model.Source{src}
	if joined, ok := src.(model.Joined); ok && len(joined.Names()) > 0 {
		all = all[:0]
		for _, name := range joined.Names() {
			all = append(all, model.Part(src, name))
		}
	}
	if slices.ContainsFunc(all, func(s model.Source) bool { return !s.Info().Local }) {
		return Cheap
	}
	return Everything
}
