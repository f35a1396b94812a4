// Package tabbar lays out the tabs of panes in a line.
package tabbar

import (
	"strconv"
	"strings"

	"societop/ui/cell"
)

// Tab is a pane on the bar, and the cells that it takes there.
type Tab struct {
	Pane int // its index; −1: several panes that have no room for their names
	X, W int
	Text string
}

// LayOut lays the names of panes out in w cells, with their numbers, which are keys. Less room leaves out
// first the air between them, then names: it keeps the one on the screen and as many whole names around it
// as fit, never fewer in more cells; of the others it gives the numbers, as "‹ 1–3" and "6–8 ›". No name is cut, except the only
// one that is left.
func LayOut(names, numbers []string, active, w int) []Tab {
	for _, air := range []int{1, 0} {
		if all := layOut(names, numbers, 0, len(names), air); endOf(all) <= w {
			return all
		}
	}
	for shown := len(names) - 1; shown > 0; shown-- { // the one on the screen in their middle, if that can be
		for off := range 2 * len(names) {
			from := active - (shown-1)/2 + (off+1)/2*(1-off%2*2)
			if from < 0 || from > active || from+shown <= active || from+shown > len(names) {
				continue
			}
			if all := layOut(names, numbers, from, from+shown, 0); endOf(all) <= w {
				return all
			}
		}
	}
	return []Tab{{Pane: active, W: w, Text: cell.Fit(" "+cell.Cut(nameOf(names, numbers, active), w-2), w)}}
}

// layOut places the panes from one up to before another by name, the others by numbers. Air
// is the cells between two tabs, in addition to those of their edges.
func layOut(names, numbers []string, from, to, air int) (all []Tab) {
	x := 0
	add := func(pane int, text string) {
		w := cell.Width(text)
		all = append(all, Tab{pane, x, w, text})
		x += w + air
	}
	if from > 0 {
		add(-1, "‹ "+rangeOf(numbers[:from])+" ")
	}
	for i := from; i < to; i++ {
		add(i, " "+nameOf(names, numbers, i)+" ")
	}
	if to < len(names) {
		add(-1, " "+rangeOf(numbers[to:])+" ›")
	}
	return all
}

// nameOf returns a pane's number and its name; a pane without a number has the name only.
func nameOf(names, numbers []string, i int) string {
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
func endOf(all []Tab) int {
	if len(all) == 0 {
		return 0
	}
	last := all[len(all)-1]
	return last.X + last.W
}
