package activity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// draw returns the lines of the pane.
func (a *activity) draw() []string {
	a.pens.mix(a.theme)
	var lines []string
	if a.heads > 1 || a.trouble != "" {
		lines = append(lines, a.head())
	}
	if a.heads > 1 || a.trouble == "" {
		lines = append(lines, a.underCursor())
	}
	lines = append(lines, a.axis())
	for row := a.top; row < min(a.top+a.seen, a.rows); row++ {
		lines = append(lines, a.drawRow(row))
	}
	lines = append(lines, a.totals())
	for i := range a.kindLines {
		lines = append(lines, a.drawKind(&a.kinds[i]))
	}
	return lines
}

// head returns what there is, where it is from, and what the signs mean, as far as there is room.
func (a *activity) head() string {
	t := a.theme
	out := t.Faint.Render(human.CountOf(len(a.Agents), "agent") + a.signs().dot() + human.CountOf(a.Steps, "step"))
	if a.trouble != "" {
		return out + t.Faint.Render(a.signs().dot()) + t.Warning.Render(a.trouble)
	}
	var legend []string
	for _, d := range []model.Deed{model.Acted, model.FailedToAct, model.Absent} {
		sign, style := a.signs().of(d)
		if a.grouped() && d == model.Acted {
			signs := a.signs().shares()
			sign = signs[0] + "…" + signs[len(signs)-1]
		}
		word := []string{"absent", "acted", "failed"}[d]
		if a.grouped() && d == model.Acted {
			word = "up to " + human.Percent(a.most(&a.frame)) + " acted"
		}
		legend = append(legend, style.Render(sign)+" "+t.Faint.Render(word))
	}
	if next := out + t.Faint.Render(a.signs().dot()) + strings.Join(legend, "  "); cell.Width(next) <= a.width {
		out = next
	}
	out += t.Faint.Render(a.signs().dot() + "from " + a.From.String())
	if note := t.Faint.Render(a.signs().dot() + "events/h of wall time"); a.rated() && cell.Width(out+note) <= a.width {
		out += note
	}
	return out
}

// rated reports whether a row says how many events of its kind come in an hour.
func (a *activity) rated() bool {
	return a.edge >= totalWide && slices.ContainsFunc(a.kinds[:a.kindLines], func(k kind) bool { return k.hourly >= 0 })
}

// underCursor says what the cursor is on.
func (a *activity) underCursor() string {
	t := a.theme
	row, column := a.agent/a.perRow, a.step/a.perColumn
	who, when := a.rowLabel(row), a.stepLabel(column)
	if a.perRow > 1 {
		who = "agents " + who
	}
	out := t.Key.Render(who) + t.Faint.Render(a.signs().dot()+when+a.signs().dot())
	if a.grouped() {
		g := a.group(row, column)
		return out + fmt.Sprintf("%s of %s acted, %s failed", human.Count(g.acted), human.Count(g.of), human.Count(g.failed))
	}
	one := &a.Agents[row]
	switch {
	case a.step < len(one.Deeds) && one.Deeds[a.step] == model.Acted:
		out += "acted"
	case a.step < len(one.Deeds) && one.Deeds[a.step] == model.FailedToAct:
		out += t.Failure.Render("failed")
	case a.step >= a.Whole:
		out += t.Faint.Render("nothing yet")
	default:
		out += t.Faint.Render("absent")
	}
	if !one.Why.Empty() {
		out += t.Faint.Render(a.signs().dot()+"last failure: ") + one.Why.String()
	}
	return out
}

// stepLabel returns the steps of a column, counted from 1 as the time bar does, and when the first of
// them begins.
func (a *activity) stepLabel(column int) string {
	first, last := column*a.perColumn, min((column+1)*a.perColumn, a.Steps)-1
	out := "step " + strconv.Itoa(first+1)
	if last > first {
		out = "steps " + strconv.Itoa(first+1) + "–" + strconv.Itoa(last+1)
	}
	return out + a.clock.start(first)
}

// axisGap is how many cells of the axis have one number.
const axisGap = 10

// axis returns the numbers of steps above the cells: that of the first, and the last one of each tenth
// column.
func (a *activity) axis() string {
	var b strings.Builder
	shown := min(a.cells, a.columns-a.left)
	for i := 0; i < shown; {
		column := a.left + i
		next := i + axisGap - 1 - column%axisGap // the tenth column from here on
		number := ""
		switch {
		case next == i:
			number, next = strconv.Itoa(min((column+1)*a.perColumn, a.Steps)), i+axisGap
		case column == 0:
			number = "1"
		}
		room := min(next, a.cells) - i
		if len(number) >= room {
			number = ""
		}
		b.WriteString(cell.Fit(number, room))
		i = next
	}
	label := "AGENT"
	if a.perRow > 1 {
		label = "AGENTS"
	}
	return a.theme.Faint.Render(" " + cell.Fit(label, a.label) + " " + cell.Fit(b.String(), a.cells) + cell.Right("ACTED", a.edge))
}

// drawRow returns the row of an agent or a group.
func (a *activity) drawRow(row int) string {
	t, here := a.theme, row == a.agent/a.perRow
	mark, name := " ", t.Text
	if here {
		mark, name = t.Key.Render(t.Cursor), t.Selected
	}
	r := strokes{pens: &a.pens}
	for column := a.left; column < min(a.left+a.cells, a.columns); column++ {
		sign, i := a.cellOf(row, column)
		r.add(sign, i, a.place(column, here))
	}
	return mark + name.Render(cell.Fit(a.rowLabel(row), a.label)) + " " + r.fit(a.cells) + a.rowTotal(row)
}

// cellOf returns the sign of a cell and its ink.
func (a *activity) cellOf(row, column int) (sign string, i ink) {
	if !a.grouped() {
		deed := model.Absent
		if deeds := a.Agents[row].Deeds; column < len(deeds) {
			deed = deeds[column]
		}
		if deed == model.Absent && column >= a.Whole {
			return " ", blank
		}
		sign, _ = a.signs().of(deed)
		return sign, ink(deed)
	}
	switch g := a.group(row, column); {
	case g.of == 0:
		return " ", blank
	case g.acted > 0:
		return a.signs().share(float64(g.acted) / float64(g.of) / a.groups.most), acted
	case g.failed > 0:
		sign, _ = a.signs().of(model.FailedToAct)
		return sign, failed
	}
	sign, _ = a.signs().of(model.Absent)
	return sign, absent
}

// rowTotal returns how often an agent acted and failed; of a group the share.
func (a *activity) rowTotal(row int) string {
	t := a.theme
	sum, agents := a.sumRow(row, &a.frame)
	acted := count(sum.acted)
	if a.perRow > 1 {
		acted = human.Percent(float64(sum.acted) / float64(max(agents*a.Whole, sum.acted, 1)))
	}
	if a.edge < totalWide {
		return cell.Right(acted, a.edge)
	}
	failed := ""
	if sum.failed > 0 {
		failed = " " + t.Failure.Render(t.Glyph(model.Failed)+count(sum.failed))
	}
	return cell.Right(acted+failed, a.edge)
}

// totals returns the share of agents that acted in each step.
func (a *activity) totals() string {
	t := a.theme
	r := strokes{pens: &a.pens}
	for column := a.left; column < min(a.left+a.cells, a.columns); column++ {
		sign, i := " ", blank
		switch sum, of := a.sumColumn(column, &a.frame); {
		case sum.acted > 0:
			sign, i = a.signs().share(float64(sum.acted)/float64(of)/a.most(&a.frame)), total
		case of > 0:
			sign, _ = a.signs().of(model.Absent)
			i = absent
		}
		r.add(sign, i, a.place(column, false))
	}
	all := 0
	for _, s := range a.byStep {
		all += s.acted
	}
	ratio := float64(all) / float64(max(len(a.Agents)*a.Whole, all, 1))
	return " " + t.Strong.Render(cell.Fit("acted", a.label)) + " " + r.fit(a.cells) + t.Strong.Render(cell.Right(human.Percent(ratio), a.edge))
}

// drawKind returns the events of a kind in each step, their number and how many come in an hour.
func (a *activity) drawKind(k *kind) string {
	t := a.theme
	var b strings.Builder
	most := 0
	sums := make([]int, 0, a.cells)
	for column := a.left; column < min(a.left+a.cells, a.columns); column++ {
		n := 0
		for step := column * a.perColumn; step < min((column+1)*a.perColumn, len(k.counts)); step++ {
			n += k.counts[step]
		}
		sums, most = append(sums, n), max(most, n)
	}
	for _, n := range sums {
		if n == 0 {
			b.WriteString(" ")
			continue
		}
		b.WriteString(a.signs().share(float64(n) / float64(most)))
	}
	total := count(k.total)
	if a.edge >= totalWide && k.hourly >= 0 {
		total = perHour(k.hourly) + "/h " + cell.Right(total, 5)
	}
	return " " + t.Faint.Render(cell.Fit(k.name, a.label)) + " " + t.Chart.Render(cell.Fit(b.String(), a.cells)) + t.Faint.Render(cell.Right(total, a.edge))
}

// perHour writes a rate in few digits.
func perHour(f float64) string {
	if f >= 10 {
		return count(int(min(f, 1e15) + 0.5))
	}
	return human.Number(float64(int64(f*10+0.5)) / 10)
}
