package agentmap

import (
	"slices"

	"societop/model/text"
	"societop/ui/chart"
	"societop/ui/pane/kit"
)

// mapColours is how agents are coloured: by what they do, by a member of their profile with few
// values, or by a number of their status as heat.
type mapColours struct {
	wanted  kit.AgentField   // is kept for other experiments, which may not have it
	choices []kit.AgentField // of this experiment
	kinds   kinds
	groups  []int32 // the kind of each profile; nil: not made
	heat    chart.Heat
	scaled  bool // heat is known
	tight   bool // it was asked to fit, instead of being from 0 to 1
}

// byAction is the colouring that is always available.
var byAction = kit.AgentField{From: kit.FromAction, Name: "action"}

// forget resets the colouring for another experiment.
func (c *mapColours) forget() {
	c.choices = nil
	c.restart()
}

// restart resets what is known of the present colouring.
func (c *mapColours) restart() {
	c.kinds, c.groups, c.scaled, c.tight = kinds{}, nil, false, false
}

// rescale fits the scale of heat to the agents.
func (c *mapColours) rescale() { c.scaled, c.tight = false, true }

// take sets the agents from which the colourings are found.
func (c *mapColours) take(rows []kit.AgentRow) { c.groups, c.choices = nil, colourings(rows) }

// by returns the colouring in use.
func (c *mapColours) by() kit.AgentField {
	if slices.Contains(c.choices, c.wanted) {
		return c.wanted
	}
	return byAction
}

// turn selects the next colouring, or the previous one.
func (c *mapColours) turn(rows []kit.AgentRow, by int) {
	now := c.by()
	c.choices = colourings(rows)
	n := len(c.choices)
	c.wanted = c.choices[(max(slices.Index(c.choices, now), 0)+by+n)%n]
	c.restart()
}

// colour sets the class of each point. room is how many classes can be told apart, levels the
// number of levels of heat.
func (c *mapColours) colour(points []chart.Point, rows []kit.AgentRow, room, levels int) {
	switch by := c.by(); by.From {
	case kit.FromAction:
		c.byKind(points, rows, room, func(r *kit.AgentRow) text.Text { return r.Status.Action })
	case kit.FromWords:
		c.byKind(points, rows, room, func(r *kit.AgentRow) text.Text { return by.Value(r).Text() })
	case kit.FromProfile:
		c.byGroup(points, rows, room, by)
	default:
		c.byHeat(points, rows, levels, by)
	}
}

// byKind colours by what agents do, or another text of their status. Agents without a place do not count.
func (c *mapColours) byKind(points []chart.Point, rows []kit.AgentRow, room int, of func(*kit.AgentRow) text.Text) {
	k := &c.kinds
	k.begin()
	for i := range rows {
		points[i].Class = int(noText)
		if points[i].Known() {
			points[i].Class = int(k.count(of(&rows[i])))
		}
	}
	k.settle(room)
	for i := range points {
		points[i].Class = k.class(int32(points[i].Class))
	}
}

// byGroup colours by a member of the profiles.
func (c *mapColours) byGroup(points []chart.Point, rows []kit.AgentRow, room int, by kit.AgentField) {
	if c.groups == nil {
		c.groups = c.kinds.ofMembers(rows, by)
	}
	c.kinds.settle(room)
	next := 0
	for i := range rows {
		if points[i].Class = -1; rows[i].Profile != nil {
			points[i].Class = c.kinds.class(c.groups[next])
			next++
		}
	}
}

// byHeat colours by a number of the status.
func (c *mapColours) byHeat(points []chart.Point, rows []kit.AgentRow, levels int, by kit.AgentField) {
	if !c.scaled {
		c.heat, c.scaled = scaleOf(rows, by, c.tight), true
	}
	for i := range rows {
		points[i].Class = -1
		if f, ok := by.Value(&rows[i]).Number(); ok {
			points[i].Class = c.heat.Level(f, levels)
		}
	}
}

// scaleOf returns the scale of a number of agents: from 0 to 1 if all values are in between and
// tight is false; else without the lowest and the highest 2 %, so that outliers do not compress
// the rest.
func scaleOf(rows []kit.AgentRow, by kit.AgentField, tight bool) chart.Heat {
	var all []float64
	for i := range rows {
		if f, ok := by.Value(&rows[i]).Number(); ok {
			all = append(all, f)
		}
	}
	out := chart.Heat{Name: by.Name, Low: 0, High: 1}
	if slices.Sort(all); len(all) == 0 || !tight && all[0] >= 0 && all[len(all)-1] <= 1 {
		return out
	}
	cut := len(all) / 50
	if out.Low, out.High = all[cut], all[len(all)-1-cut]; out.Low == out.High {
		out.Low, out.High = all[0], all[len(all)-1]
	}
	return out
}

// maxGroups is the largest number of values of a member by which agents are coloured.
const maxGroups = 16

// colourings returns all fields by which agents can be coloured.
func colourings(rows []kit.AgentRow) []kit.AgentField {
	out := []kit.AgentField{byAction}
	if len(rows) > 2*kit.SampleSize {
		rows = slices.Concat(rows[:kit.SampleSize], rows[len(rows)-kit.SampleSize:])
	}
	groups, tables := counts{values: map[kit.AgentField]map[string]int{}}, counts{values: map[kit.AgentField]map[string]int{}}
	var numbers []kit.AgentField
	for _, r := range rows {
		if r.Profile != nil {
			groups.add(kit.FromProfile, r.Profile.Profile)
		}
		if r.Status == nil || !kit.PlaceOf(r.Status).Known() {
			continue
		}
		numbers = addNumbers(numbers, r.Status.Status)
		if kit.Tabular(r.Status.Status) {
			tables.add(kit.FromWords, r.Status.Status)
		}
	}
	return slices.Concat(out, tables.few(1), groups.few(2), numbers)
}

// counts is how often members have which words.
type counts struct {
	fields []kit.AgentField
	values map[kit.AgentField]map[string]int
}

// few returns the members with few different values: at most one for so many agents.
func (c *counts) few(share int) (out []kit.AgentField) {
	for _, k := range c.fields {
		all := 0
		for _, n := range c.values[k] {
			all += n
		}
		if n := len(c.values[k]); n <= maxGroups && share*n <= all {
			out = append(out, k)
		}
	}
	return out
}

// add counts the members of a profile, or of the tables of a status, that are words.
func (c *counts) add(from kit.FieldSource, v text.Value) {
	for _, m := range kit.AgentValues(from, v) {
		kind := m.Value.Kind()
		if kind != text.TextValue && kind != text.BoolValue || (from == kit.FromProfile) != (m.Inner == "") {
			continue
		}
		if c.values[m.AgentField] == nil {
			c.values[m.AgentField] = map[string]int{}
			c.fields = append(c.fields, m.AgentField)
		}
		c.values[m.AgentField][m.Value.Raw()]++
	}
}

// addNumbers adds the members of a status that are numbers, and no ids of anything.
func addNumbers(to []kit.AgentField, v text.Value) []kit.AgentField {
	for _, m := range kit.AgentValues(kit.FromStatus, v) {
		if m.Value.Kind() == text.NumberValue && !m.IsID() && !slices.Contains(to, m.AgentField) {
			to = append(to, m.AgentField)
		}
	}
	return to
}
