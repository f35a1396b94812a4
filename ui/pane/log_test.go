package pane

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// shownLog is the pane Log of 60×12 cells with a text, at its end.
func shownLog(text string) *log {
	l := NewLog(theme.New(theme.Dark, false)).(*log)
	l.Resize(60, 12)
	l.Show(viewOf(text))
	return l
}

func viewOf(text string) (v model.View) {
	v.Log = model.TailLog(text, model.LogBudget{Lines: 500})
	v.Tell(model.NeedLog, true, model.Text{})
	return v
}

// numbered is lines of which each takes several rows.
func numbered(from, to int) string {
	var b strings.Builder
	for n := from; n <= to; n++ {
		fmt.Fprintf(&b, "line %d %s\n", n, strings.Repeat("第0层 of many words ", 12))
	}
	return b.String()
}

func TestTheFirstLineInViewStays(t *testing.T) {
	l := shownLog(numbered(1, 400))
	for range 200 {
		l.Update(tea.KeyPressMsg{Code: 'k', Text: "k"})
	}
	line, part := l.at(l.top)
	first := l.lines[line]
	for _, text := range []string{numbered(1, 420), numbered(101, 500), numbered(301, 800), numbered(301, 800)} {
		l.Show(viewOf(text))
		now, nowPart := l.at(l.top)
		if now < 0 || l.lines[now] != first || nowPart != part {
			t.Fatalf("%q, part %d, became line %d, part %d", first, part, now, nowPart)
		}
	}
	for _, w := range []int{40, 0, 61, 200, 1, 2, 60} {
		l.Resize(w, 12)
		if now, _ := l.at(l.top); now < 0 || l.lines[now] != first {
			t.Fatalf("%q became line %d at a width of %d", first, now, w)
		}
	}
	l.Show(viewOf(numbered(2000, 2400)))
	if line, _ := l.at(l.top); line != -1 && line != 0 {
		t.Errorf("line %d of a log that shares nothing with the older one", line)
	}
}

func TestALogOfAnySizeFillsItsCells(t *testing.T) {
	for _, text := range []string{"", "\n", "x", numbered(1, 3), numbered(1, 600), strings.Repeat("界", 1000)} {
		l := shownLog(text)
		for w := range 30 {
			for h := range 6 {
				l.Resize(w, h+1)
				rows := strings.Split(l.View(), "\n")
				if len(rows) != h+1 {
					t.Fatalf("%d rows of %d", len(rows), h+1)
				}
				for _, r := range rows {
					if cell.Width(r) != w {
						t.Fatalf("%d cells of %d: %q", cell.Width(r), w, r)
					}
				}
			}
		}
	}
}

func TestWhatCameBeforeALog(t *testing.T) {
	for _, tc := range []struct {
		log  model.Log
		want string
	}{
		{model.Log{}, ""},
		{model.Log{Dropped: 1}, "… 1 earlier line dropped"},
		{model.Log{Dropped: 4000}, "… 4,000 earlier lines dropped"},
		{model.Log{Tail: true}, "… the source sends the last lines only"},
		{model.Log{Dropped: 2, Tail: true}, "… 2 earlier lines dropped; the source sends the last lines only"},
	} {
		if got := earlier(tc.log); got != tc.want {
			t.Errorf("%+v says %q", tc.log, got)
		}
	}
}
