package ui

import (
	"slices"
	"strconv"
	"strings"

	"societop/ui/cell"
)

// tab is a pane on the bar of tabs, and the cells that it takes there.
type tab struct {
	pane int // its index; −1: several panes that have no room for their names
	x, w int
	text string
}

// tabBar lays the names of panes out in w cells, with their numbers, which are keys. Less room leaves out
// first the air between them, then names: it keeps the one on the screen and as many whole names around it
// as fit, never fewer in more cells; of the others it gives the numbers, as "‹ 1–3" and "6–8 ›". No name is cut, except the only
// one that is left.
func tabBar(names, numbers []string, active, w int) []tab {
	for _, air := range []int{1, 0} {
		if all := layOutTabs(names, numbers, 0, len(names), air); endOf(all) <= w {
			return all
		}
	}
	for shown := len(names) - 1; shown > 0; shown-- { // the one on the screen in their middle, if that can be
		for off := range 2 * len(names) {
			from := active - (shown-1)/2 + (off+1)/2*(1-off%2*2)
			if from < 0 || from > active || from+shown <= active || from+shown > len(names) {
				continue
			}
			if all := layOutTabs(names, numbers, from, from+shown, 0); endOf(all) <= w {
				return all
			}
		}
	}
	return []tab{{pane: active, w: w, text: cell.Fit(" "+cell.Cut(tabText(names, numbers, active), w-2), w)}}
}

// layOutTabs places the panes from one up to before another by name, the others by numbers. Air
// is the cells between two tabs, in addition to those of their edges.
func layOutTabs(names, numbers []string, from, to, air int) (all []tab) {
	x := 0
	add := func(pane int, text string) {
		w := cell.Width(text)
		all = append(all, tab{pane, x, w, text})
		x += w + air
	}
	if from > 0 {
		add(-1, "‹ "+rangeOf(numbers[:from])+" ")
	}
	for i := from; i < to; i++ {
		add(i, " "+tabText(names, numbers, i)+" ")
	}
	if to < len(names) {
		add(-1, " "+rangeOf(numbers[to:])+" ›")
	}
	return all
}

// tabText returns a pane's number and its name; a pane without a number has the name only.
func tabText(names, numbers []string, i int) string {
	return strings.TrimLeft(numbers[i]+" "+names[i], " ")
}

// rangeOf returns some numbers in short: "1", "1–3"; "4…8" if those between them are others.
func rangeOf(numbers []string) string {
	first, last, sign := numbers[0], "", "–"
	for i, n := range numbers[1:] {
		if n == "" {
			continue
		}
		last = n
		was, err := strconv.Atoi(numbers[i])
		if is, err2 := strconv.Atoi(n); err != nil || err2 != nil || is != (was+1)%10 {
			sign = "…"
		}
	}
	if last == "" {
		return first
	}
	return first + sign + last
}

// endOf returns how many cells tabs take.
func endOf(all []tab) int {
	if len(all) == 0 {
		return 0
	}
	last := all[len(all)-1]
	return last.x + last.w
}

// tabs returns the bar of tabs as it is on the screen, in the detail's part of it, and the index of
// the pane of each tab.
func (d *detail) tabs(r rect) (all []tab, of []int) {
	var names, numbers []string
	of = d.tabbed()
	for _, i := range of {
		names, numbers = append(names, d.panes[i].Title()), append(numbers, d.signs[i])
	}
	w := r.w - 4
	if d.full {
		w = r.w
	}
	return tabBar(names, numbers, slices.Index(of, d.active), w), of
}

// drawTabs returns the names of the panes, the one on the screen marked.
func (d *detail) drawTabs(r rect) string {
	var b strings.Builder
	x := 0
	all, of := d.tabs(r)
	for _, one := range all {
		style := d.theme.Tab
		if one.pane >= 0 && of[one.pane] == d.active {
			style = d.theme.TabActive
		}
		b.WriteString(cell.Space(one.x-x) + style.Render(one.text))
		x = one.x + one.w
	}
	return b.String()
}

// tabAt returns the pane whose tab is in a column of the bar, −1 where there is none. A range of
// numbers leads to the nearest pane that it stands for.
func (d *detail) tabAt(x int, r rect) int {
	all, of := d.tabs(r)
	for i, one := range all {
		switch {
		case x < one.x || x >= one.x+one.w:
		case one.pane >= 0:
			return of[one.pane]
		case i == 0:
			return of[all[1].pane-1]
		default:
			return of[all[i-1].pane+1]
		}
	}
	return -1
}
