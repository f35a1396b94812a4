package cli

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"societop/model"

	"github.com/spf13/pflag"
)

// agentSet is a flag that chooses agents by their ids; without a value it is all of them.
type agentSet struct{ ranges []agentRange }

// agentRange is the ids from the first to the last.
type agentRange struct{ first, last int64 }

func (s *agentSet) add(flags *pflag.FlagSet) {
	flags.Var(s, "agent", "only these agents, such as 7 or 3,7,10-20; repeatable. The default is all agents, which\ncan take long on an endpoint, because it is asked for one agent at a time")
}

// agentIDs is one id, or a range of them.
var agentIDs = regexp.MustCompile(`^(-?[0-9]+)(?:(?:-|\.\.)(-?[0-9]+))?$`)

// Set adds "7", "3,7,10-20", or all.
func (s *agentSet) Set(text string) error {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == '，' }) {
		part = strings.ToLower(strings.ReplaceAll(part, " ", ""))
		if part == "all" {
			s.ranges = append(s.ranges, agentRange{-1 << 63, 1<<63 - 1})
			continue
		}
		parts := agentIDs.FindStringSubmatch(part)
		if parts == nil {
			return fmt.Errorf("is the id of an agent, such as 7, or several, such as 3,7,10-20, or all, not %q", text)
		}
		first, err := strconv.ParseInt(parts[1], 10, 64)
		last := first
		if parts[2] != "" && err == nil {
			last, err = strconv.ParseInt(parts[2], 10, 64)
		}
		switch {
		case err != nil:
			return fmt.Errorf("has ids of 64 bits, not %s", part)
		case last < first:
			return fmt.Errorf("has the lower id first: %s-%s, not %s", parts[2], parts[1], part)
		}
		s.ranges = append(s.ranges, agentRange{first, last})
	}
	if len(s.ranges) == 0 {
		return fmt.Errorf("is the id of an agent, such as 7, or several, such as 3,7,10-20, or all, not %q", text)
	}
	return nil
}

// String is the flag as it is written.
func (s *agentSet) String() string {
	var parts []string
	for _, r := range s.ranges {
		switch {
		case r.all():
			return "all"
		case r.first == r.last:
			parts = append(parts, strconv.FormatInt(r.first, 10))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", r.first, r.last))
		}
	}
	return strings.Join(parts, ",")
}

// Type is the name of the value in help texts.
func (s *agentSet) Type() string { return "ids" }

func (r agentRange) all() bool { return r.first == -1<<63 }

// some reports whether less than all agents are meant.
func (s *agentSet) some() bool {
	return len(s.ranges) > 0 && !slices.ContainsFunc(s.ranges, agentRange.all)
}

// has reports whether an agent is meant.
func (s *agentSet) has(id int64) bool {
	return !s.some() || slices.ContainsFunc(s.ranges, func(r agentRange) bool { return r.first <= id && id <= r.last })
}

// single is the ids that are given one by one, each once and in ascending order; ok is false
// where a range is given, too.
func (s *agentSet) single() (ids []int64, ok bool) {
	ok = s.some()
	for _, r := range s.ranges {
		if r.first != r.last {
			ok = false
		} else {
			ids = append(ids, r.first)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), ok
}

// choose gives the ids of the agents that are meant, and the names of agents. Where the ids
// are given the names are for people only, and what fails with them may be missing.
func (s *agentSet) choose(ctx context.Context, e *Env, society model.RunData, form format) (ids []int64, who names, err error) {
	given, listed := s.single()
	if listed && form.kind != asText {
		return given, nil, nil
	}
	profiles, err := society.Profiles(ctx)
	who = make(names, len(profiles))
	for _, p := range profiles {
		who[p.ID] = p.Name
		if s.has(p.ID) {
			ids = append(ids, p.ID)
		}
	}
	if listed && err != nil {
		return given, who, nil
	}
	if !s.some() || err != nil {
		return ids, who, err
	}
	for _, id := range given { // one that has no profile may have said something, nevertheless
		if _, known := who[id]; !known {
			e.tell(fmt.Sprintf("no agent %d is known", id))
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		e.tell("no agent is known of " + s.String())
	}
	return ids, who, nil
}

// bulk is what a source can tell of all agents at once, where that is asked for and it can.
func (s *agentSet) bulk(one subject) (model.AllAgentsReader, bool) {
	bulk, ok := one.society().(model.AllAgentsReader)
	return bulk, ok && !s.some()
}
