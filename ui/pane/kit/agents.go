package kit

import (
	"cmp"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/chart"
)

// Until returns the items up to a moment; all are ordered by time, and of returns the time of one.
func Until[T any](all []T, at model.SimTime, of func(*T) model.SimTime) []T {
	n := len(all)
	for n > 0 && at.Valid() && of(&all[n-1]).Compare(at) > 0 {
		n--
	}
	return all[:n]
}

// IndividualRun is the note of panes about agents for a run without a society.
const IndividualRun = "This is an individual run: its agents do tasks of their own and share no simulated clock; there is no society to show."

// AgentRow is an agent: who it is and what it does. Either may be unknown and then is nil.
type AgentRow struct {
	ID      int64
	Profile *model.Profile
	Status  *model.AgentStatus
}

// Name returns the name of the agent, or model.Unknown.
func (r *AgentRow) Name() string {
	if r.Profile == nil || r.Profile.Name.Empty() {
		return model.Unknown
	}
	return r.Profile.Name.String()
}

// Action returns what the agent does, or model.Unknown.
func (r *AgentRow) Action() string {
	if r.Status == nil || r.Status.Action.Empty() {
		return model.Unknown
	}
	return r.Status.Action.String()
}

// Same reports whether two slices share their memory, so that their contents need no comparison.
func Same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// JoinAgents merges profiles and statuses, both ordered by id, into one row an agent. It reuses
// the memory of rows.
func JoinAgents(rows []AgentRow, p []model.Profile, s []model.AgentStatus) []AgentRow {
	rows = rows[:0]
	for len(p) > 0 || len(s) > 0 {
		row := AgentRow{}
		if len(p) > 0 && (len(s) == 0 || p[0].ID <= s[0].ID) {
			row.ID, row.Profile = p[0].ID, &p[0]
		}
		if len(s) > 0 && (len(p) == 0 || s[0].ID <= p[0].ID) {
			row.ID, row.Status = s[0].ID, &s[0]
		}
		if row.Profile != nil {
			p = p[1:]
		}
		if row.Status != nil {
			s = s[1:]
		}
		rows = append(rows, row)
	}
	return rows
}

// FindAgent returns the index of an agent in rows that are ordered by id.
func FindAgent(rows []AgentRow, id int64) (i int, ok bool) {
	return slices.BinarySearchFunc(rows, id, func(r AgentRow, id int64) int { return cmp.Compare(r.ID, id) })
}

// AgentField is a property of agents by which they can be ordered or coloured.
type AgentField struct {
	From  FieldSource
	Name  string // on the screen
	Key   string // of the member of the profile or status
	Inner string // of the member within that one; empty: that one itself
}

// FieldSource is where the values of an AgentField come from.
type FieldSource int8

// The sources of fields.
const (
	FromID FieldSource = iota
	FromName
	FromAction
	FromStatus  // a member of the status
	FromWords   // a member of the status that is text
	FromProfile // a member of the profile
)

// IsMember reports whether the field is a member of the status or the profile, which has no column
// of its own in the table.
func (k AgentField) IsMember() bool { return k.From >= FromStatus }

// IsID reports whether the field is a member of a row that holds the id of something: a number that
// counts nothing.
func (k AgentField) IsID() bool { return strings.HasSuffix(k.Inner, "_id") }

// Text returns the value of an agent as text, or model.Unknown.
func (k AgentField) Text(r *AgentRow) text.Text {
	if v := k.Value(r); v.Kind() != text.NullValue {
		return v.Text()
	}
	return text.Clean(model.Unknown)
}

// Value returns the value of an agent for a field that is a member.
func (k AgentField) Value(r *AgentRow) (v text.Value) {
	switch {
	case (k.From == FromStatus || k.From == FromWords) && r.Status != nil:
		v = k.In(r.Status.Status)
	case k.From == FromProfile && r.Profile != nil:
		v = k.In(r.Profile.Profile)
	}
	return v
}

// In returns the value of the field in a status or a profile.
func (k AgentField) In(of text.Value) text.Value {
	v, _ := of.Get(k.Key)
	if k.Inner != "" {
		v, _ = v.Get(k.Inner)
	}
	return v
}

// AgentValue is a value of a status or a profile, and which it is.
type AgentValue struct {
	AgentField
	Value text.Value
}

// AgentValues returns the members of a status or a profile, those of objects in it one by one:
// "mobility.status". What is in objects in these is not taken apart.
func AgentValues(from FieldSource, of text.Value) (all []AgentValue) {
	for _, m := range of.Members() {
		k := AgentField{From: from, Name: m.Key.String(), Key: m.Key.Raw()}
		inner := m.Value.Members()
		if len(inner) == 0 {
			all = append(all, AgentValue{k, m.Value})
		}
		for _, in := range inner {
			if in.Key.Empty() {
				continue
			}
			k.Name, k.Inner = m.Key.String()+"."+in.Key.String(), in.Key.Raw()
			all = append(all, AgentValue{k, in.Value})
		}
	}
	return all
}

// Tabular reports whether a status consists of the rows of several tables: an object of objects, as in
// AgentSociety 2.
func Tabular(status text.Value) bool {
	members := status.Members()
	for _, m := range members {
		if m.Value.Kind() != text.ObjectValue {
			return false
		}
	}
	return len(members) > 0
}

// SampleSize is how many agents at each end of the rows are searched for the fields they have.
// Institutions come last.
const SampleSize = 50

// PlaceOf returns the position of an agent.
func PlaceOf(s *model.AgentStatus) chart.Place { return chart.Place{Lng: s.Lng, Lat: s.Lat} }
