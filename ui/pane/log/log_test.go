package log

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// shownLog returns the pane Log of 60×12 cells with a text, at its end.
func shownLog(text string) *log {
	l := New(theme.New(theme.Dark, false)).(*log)
	l.Resize(60, 12)
	l.Show(viewOf(text))
	return l
}

func viewOf(s string) (v pane.View) {
	v.Log = model.TailLog(s, model.LogBudget{Lines: 500})
	v.Tell(pane.NeedLog, true, text.Text{})
	return v
}

// numbered returns lines of which each takes several rows.
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
	before := l.PositionAt(l.Top)
	first := l.Texts[before.Line]
	for _, text := range []string{numbered(1, 420), numbered(101, 500), numbered(301, 800), numbered(301, 800)} {
		l.Show(viewOf(text))
		now := l.PositionAt(l.Top)
		if now.Line < 0 || l.Texts[now.Line] != first || now.Part != before.Part {
			t.Fatalf("%q, part %d, became %+v", first, before.Part, now)
		}
	}
	for _, w := range []int{40, 0, 61, 200, 1, 2, 60} {
		l.Resize(w, 12)
		if now := l.PositionAt(l.Top); now.Line < 0 || l.Texts[now.Line] != first {
			t.Fatalf("%q became %+v at a width of %d", first, now, w)
		}
	}
	l.Show(viewOf(numbered(2000, 2400)))
	if now := l.PositionAt(l.Top); now.Line > 0 {
		t.Errorf("%+v of a log that shares nothing with the older one", now)
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

// engineLog returns lines as the engine writes them: of every ten, one warning and one error with a
// traceback of two lines.
func engineLog(from, to int) string {
	var b strings.Builder
	for n := from; n <= to; n++ {
		level, more := "INFO", ""
		switch n % 10 {
		case 3:
			level = "WARNING"
		case 6:
			level, more = "ERROR", "Traceback (most recent call last):\n  File \"a.py\", step\n"
		case 8:
			level = "DEBUG"
		}
		fmt.Fprintf(&b, "2026-11-23T14:25:59.615840+00:00 [%s] engine.py:599: step %d 第%d步 and more than fits into one row\n%s", level, n, n, more)
	}
	return b.String()
}

// inView reports whether the current hit of a log is in view.
func inView(l *log) bool {
	row := l.RowOf(l.placeOf(l.Hits[l.Current]))
	return row >= l.Top && row < l.Top+l.Height
}

func TestALogIsSearched(t *testing.T) {
	l := shownLog(engineLog(1, 200))
	panetest.Press(l, "/ERROR")
	if got := panetest.Text(l); l.follow || !strings.Contains(got, "/ ERROR") || !strings.Contains(got, "20 of 20") || !inView(l) {
		t.Fatalf("from the end it found\n%s", got)
	}
	panetest.Press(l, "\nNN")
	if got := panetest.Text(l); !strings.HasPrefix(got, "18 of 20 · ERROR · 240 lines") || !strings.Contains(got, "step 176") || !inView(l) {
		t.Errorf("two before it is\n%s", got)
	}
	if !strings.Contains(l.View(), l.Theme.HitNow.Render("ERROR")) {
		t.Error("the hit is not marked")
	}
	view := strings.SplitN(panetest.Text(l), "\n", 2)[1]
	l.Show(viewOf(engineLog(1, 220)))
	l.Show(viewOf(engineLog(21, 230)))
	if got := panetest.Text(l); !strings.HasPrefix(got, "16 of 21 · ERROR") || !strings.HasSuffix(got, view) {
		t.Errorf("with new lines it is\n%s", got)
	}
	panetest.Press(l, "n")
	if got := panetest.Text(l); !strings.HasPrefix(got, "17 of 21 · ERROR") || !inView(l) {
		t.Errorf("the next is\n%s", got)
	}
	panetest.Press(l, "gn")
	if l.Current != 0 || !inView(l) {
		t.Errorf("from the top the next is hit %d", l.Current)
	}
	panetest.Press(l, "N")
	if l.Current != 20 || !inView(l) {
		t.Errorf("before the first is hit %d", l.Current)
	}
	l.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if got := panetest.Text(l); !strings.HasPrefix(got, "G follows · ") || len(l.Hits) != 0 || strings.Contains(l.View(), l.Theme.Hit.Render("ERROR")) {
		t.Errorf("after Esc it is\n%s", got)
	}
}

func TestHitsAreThoseOfASearchAnew(t *testing.T) {
	l := shownLog(engineLog(1, 50))
	panetest.Press(l, "/step\nvv")
	for n := 60; n < 400; n += 37 {
		l.Show(viewOf(engineLog(n/3, n)))
		found := append([]kit.Hit{}, l.Hits...)
		l.FindIn(l.Shown)
		if fmt.Sprint(found) != fmt.Sprint(l.Hits) {
			t.Fatalf("hits %v, want %v", found, l.Hits)
		}
	}
}

func TestLevels(t *testing.T) {
	l := shownLog(engineLog(1, 200))
	panetest.Press(l, "/step 97\n")
	view := panetest.Text(l)
	for _, want := range []string{"info and above · 220 of 240 lines", "warnings and errors · 80 of 240 lines", "errors · 60 of 240 lines"} {
		panetest.Press(l, "v")
		if got := panetest.Text(l); !strings.Contains(got, want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
		l.Show(viewOf(engineLog(1, 200)))
	}
	if got := panetest.Text(l); !strings.Contains(got, " ERROR ") || !strings.Contains(got, "Traceback") || strings.Contains(got, " WARN ") {
		t.Errorf("errors are\n%s", got)
	}
	panetest.Press(l, "v")
	if got := panetest.Text(l); !sameRows(got, view) {
		t.Errorf("it was\n%s\nand is\n%s", view, got)
	}
	l = shownLog("2026-11-23 14:00:00 [INFO] a\n")
	panetest.Press(l, "vv")
	if got := panetest.Text(l); got != "following · warnings and errors · 0 of 1 line\nNone is of this level; v shows more." {
		t.Errorf("nothing is\n%s", got)
	}
	l.Show(viewOf("2026-11-23 14:00:00 [INFO] a\n2026-11-23 14:00:00 [ERROR] b\n"))
	if got := panetest.Text(l); !strings.Contains(got, "14:00:00 ERROR b") {
		t.Errorf("a new error is\n%s", got)
	}
}

func TestWhatALineWithoutALevelBelongsTo(t *testing.T) {
	lines := text.CleanLines("x\n2026-11-23T14:00:00 [WARNING] a\nTraceback (most recent call last):\n  b\n2026-11-23T14:00:00 [INFO] c\nd\nTraceback (most recent call last):\n  e\nE: f\n2026-11-23T14:00:00 [DEBUG] g\n").Split()
	want := []level{infoLevel, warningLevel, warningLevel, warningLevel, infoLevel, infoLevel, errorLevel, errorLevel, errorLevel, debugLevel}
	for known := range want { // as if the first had been read before
		if got := levelsOf(want[:known], lines); !slices.Equal(got, want) {
			t.Errorf("with %d known the levels are %v", known, got)
		}
	}
}

// sameRows compares all rows but the head.
func sameRows(a, b string) bool {
	_, a, _ = strings.Cut(a, "\n")
	_, b, _ = strings.Cut(b, "\n")
	return a == b
}

func TestWhichLevelALineNames(t *testing.T) {
	for line, want := range map[string]level{
		"2026-11-23T14:25:58+00:00 [DEBUG] x":             debugLevel,
		"2026-11-23 14:25:58,615 [INFO] an [ERROR] in":    infoLevel,
		"2026-11-23 14:25:58,615 CRITICAL: x":             errorLevel,
		"2026-11-23T14:25:58 something":                   infoLevel,
		"WARNING: x":                                      warningLevel,
		"WARNINGS are many":                               noLevel,
		"Traceback (most recent call last):":              errorLevel,
		"  File \"x\", line 3":                            noLevel,
		"RuntimeError: ERROR":                             errorLevel,
		"":                                                noLevel,
		"2026-11-23":                                      infoLevel,
		strings.Repeat("x", 58) + "[ERROR]":               noLevel,
		"[ERROR] \u754c":                                  errorLevel,
		"2026-11-23T14:25:58.615840+00:00 [FATAL] llm.py": errorLevel,
	} {
		if got := readLine(line).of; got != want {
			t.Errorf("%q is of level %d, want %d", line, got, want)
		}
	}
}

func TestLinesThatAreNotWrapped(t *testing.T) {
	l := shownLog(engineLog(1, 200))
	for range 30 {
		panetest.Press(l, "k")
	}
	first := l.PositionAt(l.Top)
	panetest.Press(l, "wl")
	if got := panetest.Text(l); !strings.HasPrefix(got, "G follows · column 30 · 240 lines") || !strings.Contains(got, "more than fits into one row") {
		t.Errorf("to the right it is\n%s", got)
	}
	if now := l.PositionAt(l.Top); now.Line != first.Line {
		t.Errorf("line %d became %d", first.Line, now.Line)
	}
	panetest.Press(l, "lllll")
	if l.left != 29 {
		t.Errorf("it goes %d to the right, where nothing is", l.left)
	}
	panetest.Press(l, "/14:25\n")
	if l.left != 0 {
		t.Error("a hit at the left is out of view")
	}
	l = shownLog(strings.Repeat("界", 200))
	panetest.Press(l, "w")
	for range 3 {
		panetest.Press(l, "l")
	}
	l.left = 3 // in the middle of a character
	if got := strings.Split(panetest.Text(l), "\n")[1]; !strings.HasPrefix(got, " 界") || !strings.HasSuffix(got, "…") {
		t.Errorf("a wide character cut in two is %q", got)
	}
}

// FuzzLog presses keys on logs of any kind in panes of any size: every cell is filled, and
// following shows the end.
func FuzzLog(f *testing.F) {
	f.Add("[ERROR] 界\n\nTraceback\n", "/e\nnNwlvvh", uint8(20), uint8(5))
	f.Add(engineLog(1, 20), "vvvkk/step\nNw", uint8(40), uint8(9))
	f.Fuzz(func(t *testing.T, text, keys string, w, h uint8) {
		l := New(theme.New(theme.Mono, false)).(*log)
		l.Resize(int(w), int(h))
		l.Show(viewOf(text))
		for i, k := range keys[:min(len(keys), 30)] {
			panetest.Press(l, string(k))
			if i%5 == 4 {
				l.Show(viewOf(text[min(len(text), i):] + "\nmore 更多"))
			}
			rows := strings.Split(l.View(), "\n")
			if len(rows) != max(int(h), 1) {
				t.Fatalf("%d rows of %d", len(rows), h)
			}
			for _, r := range rows {
				if cell.Width(r) != int(w) && h > 0 {
					t.Fatalf("%d cells of %d: %q", cell.Width(r), w, r)
				}
			}
			if l.follow && l.Top != l.Last() {
				t.Fatal("the end is followed and not shown")
			}
		}
	})
}

// BenchmarkLogSearch is 5,000 lines of which a tick brings twenty new ones, while a search
// is active, with a level and without.
func BenchmarkLogSearch(b *testing.B) {
	var all []string
	for n := range 20_000 {
		all = append(all, fmt.Sprintf("2026-11-23T14:25:58+00:00 [INFO] simulationengine.py:%d: %s", n, strings.Repeat("第層 says something long ", 5)))
	}
	var views []pane.View
	for at := range 200 {
		views = append(views, pane.View{})
		views[at].Log = model.TailLog(strings.Join(all[at*20:at*20+5000], "\n"), model.LogBudget{Lines: 5000})
		views[at].Tell(pane.NeedLog, true, text.Text{})
	}
	for _, keys := range []string{"", "/some\n", "/some\nv", "/some\nw"} {
		b.Run(fmt.Sprintf("%q", keys), func(b *testing.B) {
			l := shownLog("")
			l.Resize(120, 40)
			l.Show(views[0])
			panetest.Press(l, keys)
			for i := 0; b.Loop(); i++ {
				l.Show(views[i%len(views)])
			}
		})
	}
}

// TestALogIsReadAtEightyColumns: a short time, a narrow level and then the message; what goes on
// a line stands under its message, and the day is said once.
func TestALogIsReadAtEightyColumns(t *testing.T) {
	l := New(theme.New(theme.Mono, false)).(*log)
	l.Resize(76, 12)
	v := viewOf(`2026-11-23T23:59:58.615840+00:00 [WARNING] llm.py:120: 429 Too Many Requests, the prompt is tried again in a while, retry 1 of 10
2026-11-24T00:00:02.615840+00:00 [ERROR] simulationengine.py:1500: the step failed
Traceback (most recent call last):
2026-11-24 08:00:03,615 INFO done 完成
plain words
`)
	v.Zone = time.FixedZone("CST", 8*3600)
	l.Show(v)
	want := `following · 5 lines · 2026-11-24
07:59:58 WARN  llm.py:120: 429 Too Many Requests, the prompt is tried
               again in a while, retry 1 of 10
08:00:02 ERROR simulationengine.py:1500: the step failed
               Traceback (most recent call last):
08:00:03 INFO  done 完成
               plain words`
	if got := panetest.Text(l); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	v.Zone = time.UTC
	l = New(theme.New(theme.Mono, false)).(*log)
	l.Resize(76, 12)
	l.Show(v)
	if got := panetest.Text(l); !strings.HasPrefix(got, "following · 5 lines · 2026-11-23 – 2026-11-24\n23:59:58 WARN") {
		t.Errorf("over midnight it is\n%s", got)
	}
	if !strings.Contains(kit.Print(l), "2026-11-23T23:59:58.615840+00:00 [WARNING] llm.py") {
		t.Error("the pager has not the lines as they were written")
	}
}

func TestALogGetsAColumnWithItsFirstWorker(t *testing.T) {
	driver := "[2026-09-24 00:00:23] INFO    Running 6 steps with tick=900\n"
	l := shownLog(driver)
	if got := l.Texts[0].String(); got != "00:00:23 INFO  Running 6 steps with tick=900" {
		t.Errorf("without workers: %q", got)
	}
	l.Show(viewOf(driver + "(step_agent_batch pid=48230) [2026-09-24 00:00:41] WARNING 面包\n"))
	want := []string{
		"00:00:23 INFO                    Running 6 steps with tick=900",
		"00:00:41 WARN  step_agent… 48230 面包",
	}
	for i, w := range want {
		if got := l.Texts[i].String(); got != w {
			t.Errorf("line %d: %q, want %q", i, got, w)
		}
	}
	if l.known[1].level != warningLevel || l.known[0].day != "2026-09-24" {
		t.Errorf("%+v", l.known)
	}
	l.Show(viewOf("(2 of 3) is no worker\n" + driver))
	if got := l.Texts[1].String(); got != "00:00:23 INFO  Running 6 steps with tick=900" || l.workers {
		t.Errorf("without workers again: %q", got)
	}
}
