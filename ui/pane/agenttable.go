package pane

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"societop/model"
)

// agentTable is all agents of an experiment at one moment, and those of them that are shown,
// in an order. It is made anew when a moment, the search or the order changes, not at a key
// that moves.
type agentTable struct {
	profiles []model.Profile
	frame    model.Frame
	rows     []agentRow // by id
	order    []int32    // the rows that are shown
	sort     agentSort
	query    string
	selected int64
	chosen   bool

	who   []string // of each row, what the search finds of its profile; nil: not made
	does  []string // and of its status
	cache []sortKey
}

// agentRow is one agent: who it is and what it does, as far as that is known.
type agentRow struct {
	id      int64
	profile *model.Profile
	status  *model.AgentStatus
}

func (r *agentRow) name() string {
	if r.profile == nil || r.profile.Name.Empty() {
		return model.Unknown
	}
	return r.profile.Name.String()
}

func (r *agentRow) action() string {
	if r.status == nil || r.status.Action.Empty() {
		return model.Unknown
	}
	return r.status.Action.String()
}

// choose follows the selection that all panes share.
func (t *agentTable) choose(v model.View) { t.selected, t.chosen = v.Agent, v.Chosen }

// take goes over to other profiles or another frame; it tells whether there were any.
func (t *agentTable) take(profiles []model.Profile, frame model.Frame) bool {
	sameWho := same(profiles, t.profiles)
	if sameWho && frame.At == t.frame.At && same(frame.Agents, t.frame.Agents) {
		return false
	}
	before := len(t.rows)
	t.profiles, t.frame = profiles, frame
	t.rows = join(t.rows, profiles, frame.Agents)
	if t.does = nil; !sameWho || len(t.rows) != before {
		t.who, t.cache = nil, nil
	}
	t.arrange()
	return true
}

// same tells whether two slices are one.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// join puts profiles and statuses together, both of which are ordered by id, in the memory of
// rows that are not needed any more.
func join(rows []agentRow, p []model.Profile, s []model.AgentStatus) []agentRow {
	rows = rows[:0]
	for len(p) > 0 || len(s) > 0 {
		row := agentRow{}
		if len(p) > 0 && (len(s) == 0 || p[0].ID <= s[0].ID) {
			row.id, row.profile = p[0].ID, &p[0]
		}
		if len(s) > 0 && (len(p) == 0 || s[0].ID <= p[0].ID) {
			row.id, row.status = s[0].ID, &s[0]
		}
		if row.profile != nil {
			p = p[1:]
		}
		if row.status != nil {
			s = s[1:]
		}
		rows = append(rows, row)
	}
	return rows
}

// rowOf is the place of an agent in rows that are ordered by id.
func rowOf(rows []agentRow, id int64) (i int, ok bool) {
	return slices.BinarySearchFunc(rows, id, func(r agentRow, id int64) int { return cmp.Compare(r.id, id) })
}

// row is the i-th row that is shown.
func (t *agentTable) row(i int) *agentRow { return &t.rows[t.order[i]] }

// lastID is the greatest id.
func (t *agentTable) lastID() int64 {
	if len(t.rows) == 0 {
		return 0
	}
	return t.rows[len(t.rows)-1].id
}

// selectedRow is the selected agent.
func (t *agentTable) selectedRow() agentRow {
	i, ok := rowOf(t.rows, t.selected)
	if !ok {
		return agentRow{id: t.selected}
	}
	return t.rows[i]
}

// find is the row of the selected agent; where it is not shown, the row that it had.
func (t *agentTable) find(had int) int {
	for i := range t.order {
		if t.row(i).id == t.selected {
			return i
		}
	}
	return max(min(had, len(t.order)-1), 0)
}

// arrange finds what is shown, and orders it.
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

// matches tells whether every word occurs in a row.
func (t *agentTable) matches(i int, words []string) bool {
	for _, w := range words {
		if !strings.Contains(t.who[i], w) && !strings.Contains(t.does[i], w) {
			return false
		}
	}
	return true
}

// texts makes what the search looks at.
func (t *agentTable) texts() {
	if t.who == nil {
		t.who = make([]string, len(t.rows))
		for i, r := range t.rows {
			t.who[i] = fmt.Sprint(r.id)
			if p := r.profile; p != nil {
				t.who[i] = strings.ToLower(t.who[i] + "\n" + p.Name.String() + "\n" + words(p.Profile))
			}
		}
	}
	if t.does == nil {
		t.does = make([]string, len(t.rows))
		for i, r := range t.rows {
			if s := r.status; s != nil {
				t.does[i] = strings.ToLower(s.Action.String() + "\n" + words(s.Status))
			}
		}
	}
}

// words is what can be found of a value. It is for comparing, not for the screen: to clean
// the statuses of ten thousand agents at each moment would take too long.
func words(v model.Value) string {
	if raw := v.Raw(); !strings.Contains(raw, `\`) {
		return raw
	}
	return v.Text().String()
}

// sortKey is what agents can be ordered by.
type sortKey struct {
	from sortFrom
	name string // as it is shown
	key  string // of the object
}

// sortFrom is where the values of a sortKey come from.
type sortFrom int8

const (
	fromID sortFrom = iota
	fromName
	fromAction
	fromStatus  // a member of the status
	fromProfile // a member of the profile
)

// own tells whether the values have no column but that of the order.
func (k sortKey) own() bool { return k.from >= fromStatus }

// of is the value of an agent that is a member.
func (k sortKey) of(r *agentRow) model.Text {
	if v := k.member(r); v.Kind() != model.NullValue {
		return v.Text()
	}
	return model.Clean(model.Unknown)
}

func (k sortKey) member(r *agentRow) (v model.Value) {
	switch {
	case k.from == fromStatus && r.status != nil:
		v, _ = r.status.Status.Get(k.key)
	case k.from == fromProfile && r.profile != nil:
		v, _ = r.profile.Profile.Get(k.key)
	}
	return v
}

// agentSort is an order of agents.
type agentSort struct {
	key     sortKey
	reverse bool
}

// words is the order for people.
func (s agentSort) words() string {
	name := s.key.name
	if s.key.from == fromID {
		name = "id"
	}
	if s.reverse {
		return "by " + name + ", backwards"
	}
	return "by " + name
}

// rank is the place of one agent in an order: numbers, then texts, what is unknown last.
type rank struct {
	class  int
	number float64
	text   string
}

func rankOf(k sortKey, r *agentRow) rank {
	v := k.member(r)
	text := ""
	switch k.from {
	case fromName:
		text = r.name()
	case fromAction:
		text = r.action()
	default:
		if f, ok := v.Number(); ok {
			return rank{number: f}
		}
		if text = model.Unknown; v.Kind() != model.NullValue {
			text = words(v)
		}
	}
	if text == model.Unknown {
		return rank{class: 2}
	}
	return rank{class: 1, text: text}
}

// apply orders the rows that are shown; equal ones by id.
func (s agentSort) apply(t *agentTable) {
	if s.key.from == fromID {
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

// nextSort orders by the next column or key.
func (t *agentTable) nextSort() {
	keys := t.sortKeys()
	t.sort = agentSort{key: keys[(slices.Index(keys, t.sort.key)+1)%len(keys)]}
	t.arrange()
}

// looked is how many agents are asked for the keys they have, at the beginning and at the end,
// where institutions stand.
const looked = 50

// sortKeys is all that agents can be ordered by.
func (t *agentTable) sortKeys() []sortKey {
	if t.cache != nil {
		return t.cache
	}
	t.cache = []sortKey{{}, {from: fromName, name: "name"}, {from: fromAction, name: "action"}}
	some := t.rows
	if len(some) > 2*looked {
		some = slices.Concat(some[:looked], some[len(some)-looked:])
	}
	for _, r := range some {
		if r.status != nil {
			t.addKeys(fromStatus, r.status.Status)
		}
	}
	for _, r := range some {
		if r.profile != nil {
			t.addKeys(fromProfile, r.profile.Profile)
		}
	}
	return t.cache
}

// addKeys adds the keys of an object whose values can be ordered.
func (t *agentTable) addKeys(from sortFrom, v model.Value) {
	for _, m := range v.Members() {
		if kind := m.Value.Kind(); kind == model.ListValue || kind == model.ObjectValue || kind == model.NullValue {
			continue
		}
		if k := (sortKey{from, m.Key.String(), m.Key.Raw()}); !slices.Contains(t.cache, k) {
			t.cache = append(t.cache, k)
		}
	}
}
