package tabbar

import (
	"strings"
	"testing"

	"societop/ui/cell"
)

// elevenPanes is more panes than there are today, two of them without a number.
var elevenPanes = strings.Fields("1:Overview 2:Agents 3:Map 4:Talk 5:Surveys 6:Metrics 7:Config 8:Log 9:Activity 0:Health :Tables")

func splitPanes(panes []string) (names, numbers []string) {
	for _, p := range panes {
		number, name, _ := strings.Cut(p, ":")
		names, numbers = append(names, name), append(numbers, number)
	}
	return names, numbers
}

// drawBar is a bar of tabs as text, the selected one in brackets.
func drawBar(panes []string, active, w int) string {
	names, numbers := splitPanes(panes)
	var b strings.Builder
	for _, t := range LayOut(names, numbers, active, w) {
		b.WriteString(cell.Space(t.X - cell.Width(b.String())))
		if text := t.Text; t.Pane == active {
			b.WriteString("[" + text[1:len(text)-1] + "]")
		} else {
			b.WriteString(text)
		}
	}
	return b.String()
}

func TestLayOut(t *testing.T) {
	for _, tc := range []struct {
		panes, active, w int
		want             string
	}{
		{8, 0, 100, "[1 Overview]  2 Agents   3 Map   4 Talk   5 Surveys   6 Metrics   7 Config   8 Log "},
		{8, 2, 76, " 1 Overview  2 Agents [3 Map] 4 Talk  5 Surveys  6 Metrics  7 Config  8 Log "},
		{8, 0, 67, "[1 Overview] 2 Agents  3 Map  4 Talk  5 Surveys  6 Metrics  7–8 ›"},
		{8, 4, 47, "‹ 1–4 [5 Surveys] 6 Metrics  7 Config  8 Log "},
		{8, 0, 36, "[1 Overview] 2 Agents  3 Map  4–8 ›"},
		{8, 3, 38, "‹ 1–2  3 Map [4 Talk] 5 Surveys  6–8 ›"},
		{8, 7, 36, "‹ 1–5  6 Metrics  7 Config [8 Log]"},
		{11, 9, 50, "‹ 1–7  8 Log  9 Activity [0 Health] Tables "},
		{11, 0, 76, "[1 Overview] 2 Agents  3 Map  4 Talk  5 Surveys  6 Metrics  7 Config  8–0 ›"},
		{8, 5, 12, "[6 Metrics ]"},
		{8, 5, 8, "[6 Met…]"},
	} {
		if got := drawBar(elevenPanes[:tc.panes], tc.active, tc.w); got != tc.want {
			t.Errorf("%d panes, %d selected, in %d cells:\n got %q\nwant %q", tc.panes, tc.active, tc.w, got, tc.want)
		}
	}
}

// TestLayOutAtEveryWidth: whatever the width, the bar fits, names the selected pane, cuts no
// name and leaves out no number; and a wider one never shows fewer names.
func TestLayOutAtEveryWidth(t *testing.T) {
	for n := 1; n <= len(elevenPanes); n++ {
		names, numbers := splitPanes(elevenPanes[:n])
		for active := range n {
			most := 0
			for w := 36; w <= 200; w++ {
				all := LayOut(names, numbers, active, w)
				if endOf(all) > w {
					t.Fatalf("%d panes, %d selected, in %d cells: takes %d", n, active, w, endOf(all))
				}
				seen, named := false, 0
				for _, one := range all {
					if one.Pane >= 0 {
						named++
					}
					if one.Pane >= 0 && !strings.Contains(one.Text, numbers[one.Pane]) {
						t.Fatalf("%d panes, %d selected, in %d cells: %q has no number", n, active, w, one.Text)
					}
					seen = seen || one.Pane == active
					if one.Pane >= 0 && !strings.Contains(one.Text, names[one.Pane]) {
						t.Fatalf("%d panes, %d selected, in %d cells: %q is cut", n, active, w, one.Text)
					}
				}
				if named < most {
					t.Fatalf("%d panes, %d selected: %d names in %d cells, %d in fewer", n, active, named, w, most)
				}
				most = named
				if !seen {
					t.Fatalf("%d panes in %d cells: the selected one, %d, has no tab", n, w, active)
				}
			}
		}
	}
}
