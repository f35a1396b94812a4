package agents

import (
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane/kit"
)

// memberColumns are the columns of statuses that consist of the rows of several tables: one for each of
// their columns. They only get more and wider, so that nothing jumps from moment to moment.
type memberColumns struct {
	all    []memberColumn
	action int // the width of the widest action, 0 while nobody acts
}

// memberColumn is a column for a member of a status.
type memberColumn struct {
	kit.AgentField
	title  string
	width  int
	number bool // most likely: then it is aligned to the right
}

// Bounds of the widths of columns.
const (
	minMember, maxMember = 4, 16
	maxActions           = 12
)

// take finds the columns of some agents.
func (m *memberColumns) take(rows []kit.AgentRow) {
	for _, r := range sample(rows) {
		if r.Status == nil || !kit.Tabular(r.Status.Status) {
			continue
		}
		if !r.Status.Action.Empty() {
			m.action = min(max(m.action, cell.Width(r.Action()), len("ACTION")), maxActions)
		}
		for _, one := range kit.AgentValues(kit.FromStatus, r.Status.Status) {
			if one.Inner == "" {
				continue
			}
			i := slices.IndexFunc(m.all, func(c memberColumn) bool { return c.AgentField == one.AgentField })
			if i < 0 {
				i = m.add(one.AgentField)
			}
			m.all[i].number = m.all[i].number || one.Value.Kind() == text.NumberValue
			m.all[i].width = min(max(m.all[i].width, cell.Width(valueText(one.Value))), maxMember)
		}
	}
	m.name()
}

// add adds a column and returns its place: those of ids, which say little, come last.
func (m *memberColumns) add(k kit.AgentField) int {
	c, at := memberColumn{AgentField: k, width: minMember}, len(m.all)
	if !isID(k) {
		if i := slices.IndexFunc(m.all, func(c memberColumn) bool { return isID(c.AgentField) }); i >= 0 {
			at = i
		}
	}
	m.all = slices.Insert(m.all, at, c)
	return at
}

// isID reports whether a field is a number of something.
func isID(k kit.AgentField) bool { return strings.HasSuffix(k.Inner, "_id") }

// name gives the columns their titles: without the table where one table only has such a column.
func (m *memberColumns) name() {
	count := map[string]int{}
	for _, c := range m.all {
		count[c.Inner]++
	}
	for i := range m.all {
		c := &m.all[i]
		c.title = text.Clean(c.Inner).String()
		if count[c.Inner] > 1 {
			c.title = c.Name
		}
		c.title = strings.ToUpper(c.title)
		c.width = min(max(c.width, cell.Width(c.title)), maxMember)
	}
}

// fitting returns the columns that fit into a width, without the one that is shown anyway.
func (m *memberColumns) fitting(w int, shown kit.AgentField) (out []memberColumn) {
	for _, c := range m.all {
		if c.AgentField == shown {
			continue
		}
		if w -= c.width + 1; w < 0 {
			break
		}
		out = append(out, c)
	}
	return out
}

// valueText returns a value of a cell.
func valueText(v text.Value) string {
	if f, ok := v.Number(); ok {
		return human.Number(f)
	}
	if v.Kind() == text.NullValue {
		return model.Unknown
	}
	return v.Text().String()
}

// fit aligns a title or a value.
func (c *memberColumn) fit(s string) string {
	if c.number {
		return cell.Right(s, c.width)
	}
	return cell.Fit(s, c.width)
}
