package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// hostileLine holds what a terminal must never get to see.
const hostileLine = "[ERROR] \x1b[2J\x1b]0;owned\x07\x1b]52;c;cm0=\x07 \u202etxt.exe\u202c \x9b31m\x00\r\b e\u0301\u0301\u0301\u0301 👩‍👩‍👧‍👦🏳️‍🌈 \xff\tเกี่ยว"

// logLimit is how much of a log is kept.
var logLimit = model.LogBudget{Lines: 5000, Bytes: 1 << 20}

// onLog shows the log of the first experiment of a lab.
func onLog(t *testing.T, src *fakeSource, w, h int, test func(*stage)) {
	t.Helper()
	play(t, src, w, h, nil, func(s *stage) {
		s.press("Log", "enter")
		s.rest()
		test(s)
	})
}

// body is the rows of the log on the screen.
func body(s *stage) []string { return strings.Split(s.screen(), "\n")[5:] }

func TestTheLogFollowsUntilTheReaderLeavesTheEnd(t *testing.T) {
	src := withLog(lines(1, 100))
	onLog(t, src, 120, 30, func(s *stage) {
		s.shows("following · 100 lines", "line 100 of 1")
		src.withLog(func(l *fakeLog) { l.text += lines(101, 103) })
		s.pass(8 * time.Second)
		s.shows("following · 103 lines", "line 103 of 1")
		s.press("j", "pgdown")
		s.shows("following")
		s.press("k")
		s.shows("G follows", "line 102 of 1")
		s.hides("line 103 of 1", "following")
		before := body(s)
		src.withLog(func(l *fakeLog) { l.text += lines(104, 150) })
		s.pass(8 * time.Second)
		s.shows("G follows · 150 lines")
		if after := body(s); !sameText(before, after) {
			t.Errorf("the lines moved:\n%s\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		s.press("G")
		s.shows("following · 150 lines", "line 150 of 1")
		src.withLog(func(l *fakeLog) { l.text += lines(151, 151) })
		s.pass(8 * time.Second)
		s.shows("line 151 of 1")
		s.press("g", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown")
		s.shows("G follows", "line 151 of 1")
		s.press("[", "[")
		s.rest()
		s.press("]", "]")
		s.rest()
		s.shows("G follows")
		s.press("tab", "j")
		s.rest()
		s.shows("following · 151 lines", "line 151 of 2")
	})
}

// sameText compares rows without their last columns, where the place in the whole is marked.
func sameText(a, b []string) bool {
	strip := func(rows []string) string {
		return strings.NewReplacer("▐", "", "│", "", " ", "").Replace(strings.Join(rows[:len(rows)-2], "\n"))
	}
	return strip(a) == strip(b)
}

func TestLinesThatAreDroppedDoNotMoveWhatIsRead(t *testing.T) {
	src := withLog(lines(1, logLimit.Lines))
	onLog(t, src, 80, 24, func(s *stage) {
		s.press("k", "k", "k")
		before := body(s)
		src.withLog(func(l *fakeLog) { l.text += lines(5001, 9000) })
		s.pass(8 * time.Second)
		if after := body(s); !sameText(before, after) {
			t.Errorf("the lines moved:\n%s\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		s.press("g")
		s.shows("… 4,000 earlier lines dropped", "line 4001 of 1")
		src.withLog(func(l *fakeLog) { l.text, l.tail = lines(20001, 20010), true })
		s.pass(8 * time.Second)
		s.shows("… the source sends the last lines only", "line 20001 of 1")
	})
}

func TestALogOfHostileLinesKeepsItsPlace(t *testing.T) {
	for name, text := range map[string]string{
		"escapes":  strings.Repeat(hostileLine+"\n", 40),
		"bidi":     strings.Repeat("\u202e\u2066\u200f", 5000) + "\n",
		"10 MB":    "begin\n" + strings.Repeat("界x", 10<<20/4) + "\nend",
		"10 MB ^[": strings.Repeat("\x1b[31m\x1b[999A", 10<<20/11),
		"empty":    strings.Repeat("\n", 10_000),
	} {
		src := withLog(text)
		for _, size := range [][2]int{{120, 24}, {80, 20}, {40, 10}} {
			onLog(t, src, size[0], size[1], func(s *stage) {
				s.shows("following")
				for _, k := range []string{"k", "g", "pgdown", "f", "G", "k", "f", "ctrl+u"} {
					s.press(k)
					for _, r := range s.app.View().Content {
						if r < ' ' && r != '\n' && r != '\x1b' || r == '\u202e' || r == '\u2066' {
							t.Fatalf("%s: %q is on the screen", name, r)
						}
					}
					if strings.Contains(s.app.View().Content, "\x1b[2J") || strings.Contains(s.app.View().Content, "\x1b]") {
						t.Fatalf("%s: an escape is on the screen", name)
					}
				}
			})
		}
	}
}

func TestLevelsAreColoured(t *testing.T) {
	src := withLog("[INFO] a\n[ERROR] b\n[WARNING] c\n[DEBUG] d\n2026-11-23 CRITICAL e\n")
	onLog(t, src, 120, 24, func(s *stage) {
		frame := s.app.View().Content
		for style, word := range map[string]string{
			s.app.theme.Failure.Render("[ERROR] b"):                                            "error",
			s.app.theme.Faint.Render("2026-11-23 ") + s.app.theme.Failure.Render("CRITICAL e"): "critical",
			s.app.theme.Warning.Render("[WARNING] c"):                                          "warning",
			s.app.theme.Faint.Render("[DEBUG] d"):                                              "debug",
		} {
			if !strings.Contains(frame, style) {
				t.Errorf("the style of %s is missing", word)
			}
		}
		s.shows("[INFO] a")
	})
}

func TestALogIsSearchedOnTheScreen(t *testing.T) {
	src := withLog(lines(1, 300))
	onLog(t, src, 120, 30, func(s *stage) {
		s.press("/", "e", "space", "2", "0")
		s.shows("/ e 20", "11 of 11", "line 209 of 1")
		s.send(tea.PasteMsg{Content: "\x1b[2J9\n"})
		s.press("enter", "esc", "G", "/", "l", "i", "n", "e", "space", "2", "0", "enter", "N", "N")
		s.shows("9 of 11 · line 20", "line 207 of 1", "n N hits")
		before := body(s)
		src.withLog(func(l *fakeLog) { l.text += lines(301, 350) })
		s.pass(8 * time.Second)
		if after := body(s); !sameText(before, after) {
			t.Errorf("the lines moved:\n%s\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		s.press("w")
		s.shows("9 of 11 · line 20", "line 207 of 1")
		s.press("v", "v")
		s.shows("no hit · line 20 · warnings and errors · 0 of 350", "None is of this level")
		s.press("v", "v")
		s.shows("line 207 of 1")
		s.press("esc", "G")
		s.shows("following · 350 lines", "line 350 of 1")
	})
}

// BenchmarkLogTick is a megabyte of log of which a tick brings a hundred new lines, against
// the same of which none is known.
func BenchmarkLogTick(b *testing.B) {
	var all []string
	for n := range 6000 {
		all = append(all, fmt.Sprintf("2026-11-23T14:25:58+00:00 [INFO] simulationengine.py:%d: %s", n, strings.Repeat("第層 says something long ", 5)))
	}
	for _, name := range []string{"tick", "anew"} {
		b.Run(name, func(b *testing.B) {
			app, err := New(b.Context(), Options{Source: &fakeSource{all: testLab()}, Zone: time.UTC, Now: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			app.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
			p := app.detail.panes[slices.Index(titles(), "Log")]
			v := pane.View{}
			n := 0
			for b.Loop() {
				n++
				if name == "anew" {
					p.Resize(60+n%2, 30)
				}
				at := n * 100 % 1000
				v.Log = model.TailLog(strings.Join(all[at:at+5000], "\n"), logLimit)
				v.Tell(pane.NeedLog, true, text.Text{})
				p.Show(v)
			}
		})
	}
}
