package config

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/model/plan"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

func configView(yaml string) (v pane.View) {
	v.Experiment.Config = plan.MaskSecrets(text.CleanLines(yaml))
	v.Tell(pane.NeedWhole, true, text.Text{})
	return v
}

// shownConfig returns the pane Config of some cells.
func shownConfig(yaml string, w, h int) *config {
	c := New(theme.New(theme.Dark, false)).(*config)
	c.Resize(w, h)
	c.Show(configView(yaml))
	return c
}

const smallConfig = `agents:
  citizens:
  - agent_class: citizen
    number: 200
exp:
  name: 'x'
  workflow:
  - days: 2.0
    type: run
  - description: a long text that goes on and on
      and on
    type: survey
llm:
- api_key: sk-abcdefghijklmnop
  model: m # the best
`

func TestAConfigOpensWithTwoLevels(t *testing.T) {
	c := shownConfig(smallConfig, 40, 14)
	const opening = `15 lines · 1 secret masked
▌▾ agents:
   ▸ citizens: … 1 entry
 ▾ exp:
     name: 'x'
   ▸ workflow: … 2 entries
 ▾ llm:
 ▸ - api_key: •••••••• … 1 more line`
	if got := panetest.Text(c); got != opening {
		t.Errorf("opens as\n%s", got)
	}
	panetest.Press(c, "jjjj\n")
	if got := panetest.Text(c); !strings.Contains(got, "▌  ▾ workflow:\n   ▸ - days: 2.0 … 1 more line\n   ▸ - description: a long text that\n       goes on and on … 2 more lines\n ▾ llm:") {
		t.Errorf("opened it is\n%s", got)
	}
	panetest.Press(c, "h")
	panetest.Press(c, "h")
	if got := panetest.Text(c); !strings.Contains(got, "▌▾ exp:") || !strings.Contains(got, "▸ workflow") {
		t.Errorf("after h h it is\n%s", got)
	}
	panetest.Press(c, "eG")
	if got := panetest.Text(c); !strings.Contains(got, "▌    model: m # the best") {
		t.Errorf("unfolded it ends\n%s", got)
	}
	panetest.Press(c, "Eg")
	if got := panetest.Text(c); got != opening {
		t.Errorf("folded again it is\n%s", got)
	}
}

func TestCursorAndFoldsStay(t *testing.T) {
	c := shownConfig(smallConfig, 40, 8)
	panetest.Press(c, "jjjj\njj")
	line, view := c.Place.Line, panetest.Text(c)
	for range 3 {
		c.Show(configView(smallConfig)) // read again
	}
	if got := panetest.Text(c); got != view {
		t.Errorf("it became\n%s", got)
	}
	for _, size := range [][2]int{{12, 3}, {0, 0}, {80, 40}, {3, 2}, {40, 8}} {
		c.Resize(size[0], size[1])
		if c.Place.Line != line {
			t.Errorf("the cursor is on line %d at %v", c.Place.Line, size)
		}
		if row := c.RowOf(c.Place); size[1] > 1 && (row < c.Top || row >= c.Top+c.Height) {
			t.Errorf("the cursor is out of view at %v", size)
		}
	}
	if got := panetest.Text(c); got != view {
		t.Errorf("after the sizes it is\n%s", got)
	}
	other := configView(smallConfig)
	other.Experiment.Key.ID[0] = 9
	c.Show(other)
	if c.Place.Line != 0 || !c.folded[6] {
		t.Error("another experiment's config is unfolded")
	}
}

func TestAConfigIsSearched(t *testing.T) {
	c := shownConfig(smallConfig, 40, 20)
	panetest.Press(c, "jj/t")
	panetest.Press(c, "ype") // of only t, a block nearer by was unfolded
	if got := panetest.Text(c); !strings.Contains(got, "/ type") || !strings.Contains(got, "1 of 2") || !strings.Contains(got, "▌      type: run") || !strings.Contains(got, "▸ citizens") {
		t.Errorf("typed it is\n%s", got)
	}
	if x, y, ok := c.Cursor(); x != 6 || y != 0 || !ok {
		t.Error("the cursor is not behind the text")
	}
	panetest.Press(c, "\nn")
	if got := panetest.Text(c); !strings.Contains(got, "2 of 2 · type") || !strings.Contains(got, "▌      type: survey") {
		t.Errorf("next is\n%s", got)
	}
	if !strings.Contains(c.View(), c.Theme.HitNow.Render("type")) || !strings.Contains(c.View(), c.Theme.Hit.Render("type")) {
		t.Error("the hits are not marked")
	}
	panetest.Press(c, "n")
	if c.Place.Line != 8 {
		t.Error("behind the last hit the first does not come again")
	}
	panetest.Press(c, "gN")
	if got := panetest.Text(c); !strings.Contains(got, "2 of 2 · type") {
		t.Errorf("before the first hit comes\n%s", got)
	}
	c.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if got := panetest.Text(c); !strings.Contains(got, "15 lines") || strings.Contains(c.View(), c.Theme.Hit.Render("type")) {
		t.Errorf("after Esc it is\n%s", got)
	}
	panetest.Press(c, "/nowhere\n")
	if got := panetest.Text(c); !strings.Contains(got, "no hit · nowhere") || !c.CapturesKey(tea.KeyPressMsg{Code: 'n', Text: "n"}) {
		t.Errorf("of nothing it says\n%s", got)
	}
}

func TestHitsInOneLongLine(t *testing.T) {
	c := shownConfig(`{"a": "`+strings.Repeat("天气 x needle ", 300)+`"}`, 50, 10)
	panetest.Press(c, "/needle\n")
	for i := range 40 {
		if row := c.RowOf(c.Place); row < c.Top || row >= c.Top+c.Height {
			t.Fatalf("hit %d is in row %d, and %d is the first in view", i, row, c.Top)
		}
		if !strings.Contains(c.View(), c.Theme.HitNow.Render("n")[:10]) {
			t.Fatalf("hit %d is not in view", i)
		}
		panetest.Press(c, "n")
	}
	if got := panetest.Text(c); !strings.Contains(got, "41 of 300") {
		t.Errorf("after 40 it is\n%s", got)
	}
}

func TestColoursOfAConfig(t *testing.T) {
	th := theme.New(theme.Dark, false)
	p := yamlPainter{theme: th}
	for line, want := range map[string]string{
		"  - key: 12 # n":              "faint:  - |field:key|faint::|text: |number:12|text: |faint:# n",
		"a: !!python/object:x 'it''s'": "field:a|faint::|text: |faint:!!python/object:x|text: |string:'it''s'",
		`{"a": true, b: [x, -1.5]}`:    `faint:{|field:"a"|faint::|text: |number:true|faint:,|text: |field:b|faint::|text: |faint:[|string:x|faint:,|text: |number:-1.5|faint:]|faint:}`,
		"api_key: " + plan.Mask:        "field:api_key|faint::|text: |warning:" + plan.Mask,
		"text: |-":                     "field:text|faint::|text: |faint:|-",
		"time: 2026-11-23 14:40":       "field:time|faint::|text: |string:2026-11-23 14:40",
		"- http://x/#y":                "faint:- |string:http://x/#y",
	} {
		p = yamlPainter{theme: th, parted: split(line)}
		p.line()
		var got []string
		from := 0
		for _, tint := range p.tints {
			if tint.To > from {
				got = append(got, styleName(th, tint.Style.Render("x"))+":"+line[from:tint.To])
			}
			from = tint.To
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is %s", line, strings.Join(got, "|"))
		}
	}
}

// styleName names a style of a theme by what it makes of an x.
func styleName(t *theme.Theme, x string) string {
	for name, style := range map[string]string{
		"faint": t.Faint.Render("x"), "field": t.Field.Render("x"), "text": t.Text.Render("x"),
		"number": t.Number.Render("x"), "string": t.String.Render("x"), "warning": t.Warning.Render("x"),
	} {
		if style == x {
			return name
		}
	}
	return "?"
}

// oddConfigs are configs that are hard to draw.
func oddConfigs() map[string]string {
	return map[string]string{
		"empty": "\n", "small": smallConfig, "one line": `{"exp": {"workflow": [` + strings.Repeat(`{"type": "run", "名字": 1}, `, 400) + `]}}`,
		"deep": strings.Repeat(" ", 500) + "a: 界\n", "tabs": "\ta:\n\t\t- 界界界\n\x1b[31m", "wide": "a: " + strings.Repeat("界", 300) + "\n  " + strings.Repeat("界", 300),
		"nested": func() (s string) {
			for i := range 60 {
				s += strings.Repeat(" ", i) + "k" + fmt.Sprint(i) + ":\n"
			}
			return s
		}(),
	}
}

func TestConfigsOfAnySizeFillTheirCells(t *testing.T) {
	for name, yaml := range oddConfigs() {
		for _, keys := range []string{"", "eG", "/1", "/界\nnn", "ekkkhhl"} {
			c := shownConfig(yaml, 40, 10)
			panetest.Press(c, keys)
			for w := range 45 {
				for h := range 6 {
					c.Resize(w, h)
					rows := strings.Split(c.View(), "\n")
					if len(rows) != max(h, 1) {
						t.Fatalf("%s, %q: %d rows of %d", name, keys, len(rows), h)
					}
					for _, r := range rows {
						if h > 0 && cell.Width(r) != w {
							t.Fatalf("%s, %q: %d cells of %d: %q", name, keys, cell.Width(r), w, r)
						}
					}
				}
			}
		}
	}
}

func TestLineOfAMegabyte(t *testing.T) {
	c := shownConfig("a: "+strings.Repeat("界x ", 200_000)+"\nb: needle\n", 80, 24)
	panetest.Press(c, "/needle\n")
	if got := panetest.Text(c); !strings.Contains(got, "▌  b: needle") {
		t.Errorf("found\n%s", got)
	}
	panetest.Press(c, "k")
	if c.Place.Line != 0 || c.Place.Part == 0 {
		t.Errorf("the cursor is at %+v", c.Place)
	}
}

// BenchmarkConfigLine is a line of a megabyte with 200,000 hits.
func BenchmarkConfigLine(b *testing.B) {
	c := shownConfig("a: "+strings.Repeat("界x ", 200_000)+"\nb: needle\n", 80, 40)
	panetest.Press(c, "/界\nN")
	b.Run("view", func(b *testing.B) {
		for b.Loop() {
			c.View()
		}
	})
	b.Run("move", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			panetest.Press(c, "jk"[i%2:i%2+1])
		}
	})
}

// BenchmarkConfig is a config of 10,000 lines: shown, shown again, unfolded and folded,
// searched, drawn.
func BenchmarkConfig(b *testing.B) {
	var all strings.Builder
	for i := range 500 {
		fmt.Fprintf(&all, "block%d:\n", i)
		for j := range 19 {
			fmt.Fprintf(&all, "%s- key%d: some value 第%d层 that is rather long and goes on until it has to be wrapped %d\n", strings.Repeat(" ", j), j, i, j)
		}
	}
	v := configView(all.String())
	c := shownConfig(all.String(), 80, 40)
	for name, do := range map[string]func(){
		"show":  func() { c.source = text.Lines{}; c.Show(v) },
		"again": func() { c.Show(v) },
		"fold":  func() { panetest.Press(c, "eE") },
		"first": func() { c.parts = nil; panetest.Press(c, "eE") },
		"find":  func() { c.Search.Query = "key18"; c.find() },
		"view":  func() { c.View() },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
		})
	}
}

// FuzzConfig presses keys on texts of any kind in panes of any size: every cell is filled, and
// the cursor is on a line that is shown.
func FuzzConfig(f *testing.F) {
	for _, yaml := range oddConfigs() {
		f.Add(yaml, "jj\nle/a\nnNhE", uint8(30), uint8(6))
	}
	f.Fuzz(func(t *testing.T, yaml, keys string, w, h uint8) {
		c := shownConfig(yaml, int(w), int(h))
		for _, k := range keys[:min(len(keys), 30)] {
			panetest.Press(c, string(k))
			rows := strings.Split(c.View(), "\n")
			if len(rows) != max(int(h), 1) {
				t.Fatalf("%d rows of %d", len(rows), h)
			}
			for _, r := range rows {
				if cell.Width(r) != int(w) && h > 0 {
					t.Fatalf("%d cells of %d: %q", cell.Width(r), w, r)
				}
			}
			if len(c.Texts) > 0 && c.note == "" && c.PositionAt(c.RowOf(c.Place)) != c.Place {
				t.Fatalf("the cursor is at %+v, which is drawn as %+v", c.Place, c.PositionAt(c.RowOf(c.Place)))
			}
			if row := c.RowOf(c.Place); h > 1 && (row < c.Top || row >= c.Top+c.Height) {
				t.Fatal("the cursor is out of view")
			}
		}
	})
}
