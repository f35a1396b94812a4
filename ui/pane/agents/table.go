package agents

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/kit"
)

// agentTable is all agents of an experiment at a moment, and which of them are shown in which
// order. It changes with the moment, the search and the order, not with the selection.
type agentTable struct {
	profiles []model.Profile
	frame    model.Frame
	rows     []kit.AgentRow // by id
	order    []int32        // the rows that are shown
	sort     agentSort
	query    string
	selected int64
	chosen   bool

	who   []string // of each row, what the search finds of its profile; nil: not made
	does  []string // and of its status
	cache []kit.AgentField

	members memberColumns
}

// choose sets the selection that all panes share.
func (t *agentTable) choose(v pane.View) { t.selected, t.chosen = v.Agent, v.Chosen }

// take sets the profiles and the frame, and reports whether either is new.
func (t *agentTable) take(profiles []model.Profile, frame model.Frame) bool {
	sameWho := kit.Same(profiles, t.profiles)
	if sameWho && frame.At == t.frame.At && kit.Same(frame.Agents, t.frame.Agents) {
		return false
	}
	before := len(t.rows)
	t.profiles, t.frame = profiles, frame
	t.rows = kit.JoinAgents(t.rows, profiles, frame.Agents)
	if t.does = nil; !sameWho || len(t.rows) != before {
		t.who, t.cache, t.members = nil, nil, memberColumns{}
	}
	t.members.take(t.rows)
	t.arrange()
	return true
}

// row returns the i-th row that is shown.
func (t *agentTable) row(i int) *kit.AgentRow { return &t.rows[t.order[i]] }

// lastID returns the greatest id.
func (t *agentTable) lastID() int64 {
	if len(t.rows) == 0 {
		return 0
	}
	return t.rows[len(t.rows)-1].ID
}

// selectedRow returns the selected agent.
func (t *agentTable) selectedRow() kit.AgentRow {
	i, ok := kit.FindAgent(t.rows, t.selected)
	if !ok {
		return kit.AgentRow{ID: t.selected}
	}
	return t.rows[i]
}

// find returns the row of the selected agent, or the row that it had if it is not shown.
func (t *agentTable) find(had int) int {
	for i := range t.order {
		if t.row(i).ID == t.selected {
			return i
		}
	}
	return max(min(had, len(t.order)-1), 0)
}

// arrange finds and sorts the agents that are shown.
func (t *agentTable) arrange() {
	t.order = t.order[:0]
	words := strings.Fields(strings.ToLower(t.query))
	if len(words) > 0 {
		t.texts()
	}
	for i := range t.rows {
		if t.matches(i, words) {
			t.order = append(t.order, int32(i))
		}
	}
	t.sort.apply(t)
}

// matches reports whether every word occurs in a row.
func (t *agentTable) matches(i int, words []string) bool {
	for _, w := range words {
		if !strings.Contains(t.who[i], w) && !strings.Contains(t.does[i], w) {
			return false
		}
	}
	return true
}

// texts makes the texts that are searched.
func (t *agentTable) texts() {
	if t.who == nil {
		t.who = make([]string, len(t.rows))
		for i, r := range t.rows {
			t.who[i] = fmt.Sprint(r.ID)
			if p := r.Profile; p != nil {
				t.who[i] = strings.ToLower(t.who[i] + "\n" + p.Name.String() + "\n" + words(p.Profile))
			}
		}
	}
	if t.does == nil {
		t.does = make([]string, len(t.rows))
		for i, r := range t.rows {
			if s := r.Status; s != nil {
				t.does[i] = strings.ToLower(s.Action.String() + "\n" + words(s.Status))
			}
		}
	}
}

// words returns a value as text for comparisons, not for the screen: to clean
// the statuses of ten thousand agents at each moment would take too long.
func words(v text.Value) string {
	if raw := v.Raw(); !strings.Contains(raw, `\`) {
		return raw
	}
	return v.Text().String()
}

// agentSort is an order of agents.
type agentSort struct {
	key     kit.AgentField
	reverse bool
}

// words returns the order for the head.
func (s agentSort) words() string {
	name := s.key.Name
	if s.key.From == kit.FromID {
		name = "id"
	}
	if s.reverse {
		return "by " + name + ", backwards"
	}
	return "by " + name
}

// title returns the name of the column of a member.
func (s agentSort) title() string {
	return cmp.Or(text.Clean(s.key.Inner).String(), s.key.Name)
}

// rank is the place of an agent in an order: numbers, then texts, then unknown values.
type rank struct {
	class  int
	number float64
	text   string
}

// rankOf returns the rank of an agent.
func rankOf(k kit.AgentField, r *kit.AgentRow) rank {
	v := k.Value(r)
	s := ""
	switch k.From {
	case kit.FromName:
		s = r.Name()
	case kit.FromAction:
		s = r.Action()
	default:
		if f, ok := v.Number(); ok {
			return rank{number: f}
		}
		if s = model.Unknown; v.Kind() != text.NullValue {
			s = words(v)
		}
	}
	if s == model.Unknown {
		return rank{class: 2}
	}
	return rank{class: 1, text: s}
}

// apply sorts the rows that are shown, equal ones by id.
func (s agentSort) apply(t *agentTable) {
	if s.key.From == kit.FromID {
		if s.reverse {
			slices.Reverse(t.order)
		}
		return
	}
	ranks := make([]rank, len(t.rows))
	for _, i := range t.order {
		ranks[i] = rankOf(s.key, &t.rows[i])
	}
	slices.SortStableFunc(t.order, func(a, b int32) int {
		x, y := &ranks[a], &ranks[b]
		c := cmp.Or(cmp.Compare(x.number, y.number), strings.Compare(x.text, y.text))
		if s.reverse {
			c = -c
		}
		return cmp.Or(cmp.Compare(x.class, y.class), c)
	})
}

// nextSort sorts by the next column or member.
func (t *agentTable) nextSort() {
	keys := t.sortKeys()
	t.sort = agentSort{key: keys[(slices.Index(keys, t.sort.key)+1)%len(keys)]}
	t.arrange()
}

// sortKeys returns all fields by which agents can be sorted.
func (t *agentTable) sortKeys() []kit.AgentField {
	if t.cache != nil {
		return t.cache
	}
	t.cache = []kit.AgentField{{}, {From: kit.FromName, Name: "name"}, {From: kit.FromAction, Name: "action"}}
	some := sample(t.rows)
	for _, r := range some {
		if r.Status != nil {
			t.addKeys(kit.FromStatus, r.Status.Status)
		}
	}
	for _, r := range some {
		if r.Profile != nil {
			t.addKeys(kit.FromProfile, r.Profile.Profile)
		}
	}
	return t.cache
}

// sample returns the rows that are searched for the fields they have.
func sample(rows []kit.AgentRow) []kit.AgentRow {
	if len(rows) > 2*kit.SampleSize {
		return slices.Concat(rows[:kit.SampleSize], rows[len(rows)-kit.SampleSize:])
	}
	return rows
}

// addKeys adds the members of an object whose values can be sorted.
func (t *agentTable) addKeys(from kit.FieldSource, v text.Value) {
	for _, one := range kit.AgentValues(from, v) {
		if kind := one.Value.Kind(); kind == text.ListValue || kind == text.ObjectValue || kind == text.NullValue {
			continue
		}
		if !slices.Contains(t.cache, one.AgentField) {
			t.cache = append(t.cache, one.AgentField)
		}
	}
}
