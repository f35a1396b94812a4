package ui

import (
	"slices"
	"strings"

	"societop/ui/cell"
	"societop/ui/tabbar"
)

// tabs returns the bar of tabs as it is on the screen, in the detail's part of it, and the index of
// the pane of each tab.
func (d *detail) tabs(r rect) (all []tabbar.Tab, of []int) {
	var names, numbers []string
	of = d.tabbed()
	for _, i := range of {
		names, numbers = append(names, d.panes[i].Title()), append(numbers, d.signs[i])
	}
	w := r.w - 4
	if d.full {
		w = r.w
	}
	return tabbar.LayOut(names, numbers, slices.Index(of, d.active), w), of
}

// drawTabs returns the names of the panes, the one on the screen marked.
func (d *detail) drawTabs(r rect) string {
	var b strings.Builder
	x := 0
	all, of := d.tabs(r)
	for _, one := range all {
		style := d.theme.Tab
		if one.Pane >= 0 && of[one.Pane] == d.active {
			style = d.theme.TabActive
		}
		b.WriteString(cell.Space(one.X-x) + style.Render(one.Text))
		x = one.X + one.W
	}
	return b.String()
}

// tabAt returns the pane whose tab is in a column of the bar, −1 where there is none. A range of
// numbers leads to the nearest pane that it stands for.
func (d *detail) tabAt(x int, r rect) int {
	all, of := d.tabs(r)
	for i, one := range all {
		switch {
		case x < one.X || x >= one.X+one.W:
		case one.Pane >= 0:
			return of[one.Pane]
		case i == 0:
			return of[all[1].Pane-1]
		default:
			return of[all[i-1].Pane+1]
		}
	}
	return -1
}
