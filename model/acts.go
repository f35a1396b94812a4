package model

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"societop/model/text"
)

// ActivityByTalk derives who acted in which step from what was said, for runs of which nothing else is
// known: an agent that thought, said or answered something acted. The steps are the moments of the
// timeline; cut says that older messages are missing.
func ActivityByTalk(moments []SimTime, profiles []Profile, said []Message, done []StepTime, cut bool) Activity {
	a := Activity{From: text.Clean("talk"), Steps: len(moments), Whole: len(moments), Walls: wallsOf(moments, done)}
	if cut {
		a.From = text.Clean("talk, the newest " + strconv.Itoa(len(said)) + " messages")
	}
	rows := make(map[int64][]Deed, len(profiles))
	names := make(map[int64]text.Text, len(profiles))
	for i := range profiles {
		rows[profiles[i].ID], names[profiles[i].ID] = make([]Deed, len(moments)), profiles[i].Name
	}
	counts := make(map[MessageKind][]int)
	seen := make(map[Message]bool, len(said))
	for i := range said {
		m := said[i]
		agent, ok := m.actor()
		step, found := slices.BinarySearchFunc(moments, m.At, SimTime.Compare)
		if !found {
			step-- // within the step before
		}
		m.ID, m.Created = agent, time.Time{} // who hears it has a row of it, too
		if !ok || step < 0 || seen[m] {
			continue
		}
		seen[m] = true
		if rows[agent] == nil {
			rows[agent] = make([]Deed, len(moments))
		}
		rows[agent][step] = Acted
		if counts[m.Kind] == nil {
			counts[m.Kind] = make([]int, len(moments))
		}
		counts[m.Kind][step]++
	}
	for id, deeds := range rows {
		a.Agents = append(a.Agents, AgentActivity{ID: id, Name: names[id], Deeds: deeds})
	}
	slices.SortFunc(a.Agents, func(a, b AgentActivity) int { return cmp.Compare(a.ID, b.ID) })
	for kind, n := range counts {
		a.Events = append(a.Events, EventCount{Kind: text.Clean(kind.String()), Counts: n})
	}
	slices.SortFunc(a.Events, func(a, b EventCount) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Kind.Raw(), b.Kind.Raw()))
	})
	return a
}

// Total is how many events there were.
func (e *EventCount) Total() (n int) {
	for _, one := range e.Counts {
		n += one
	}
	return n
}

// actor returns the agent that thought, said or answered a message; ok is false for the user.
func (m *Message) actor() (id int64, ok bool) {
	switch {
	case m.Kind == UserTalk:
		return m.ID, m.Speaker.Empty() && m.ID != Everyone
	case m.Kind == Talk && !m.Speaker.Empty():
		id, err := strconv.ParseInt(m.Speaker.Raw(), 10, 64)
		return id, err == nil
	}
	return m.ID, true
}

// wallsOf returns when each moment's step was done; nil if that is known of none.
func wallsOf(moments []SimTime, done []StepTime) (walls []time.Time) {
	for _, s := range done {
		step, found := slices.BinarySearchFunc(moments, s.At, SimTime.Compare)
		if !found || s.Wall.IsZero() {
			continue
		}
		if walls == nil {
			walls = make([]time.Time, len(moments))
		}
		walls[step] = s.Wall
	}
	return walls
}
