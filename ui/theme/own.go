package theme

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Own is a colour that the user has given to a part of the screen.
type Own struct {
	Theme Name   // dark or light; empty: both
	Token string // one of Tokens
	Value string // "#rrggbb", or a number from 0 to 255
	Line  int    // where it is given
}

// token is a part of the screen that may have another colour.
type token struct {
	name   string
	of     func(p *palette) *color.Color
	ground func(p *palette) color.Color // it is read on; nil: it is no text
}

// terminal is the ground of the terminal.
func terminal(*palette) color.Color { return nil }

// tokens is every part of the screen that may have another colour. A new one is one line here.
var tokens = []token{
	{"text", func(p *palette) *color.Color { return &p.text }, terminal},
	{"faint", func(p *palette) *color.Color { return &p.faint }, terminal},
	{"title", func(p *palette) *color.Color { return &p.title }, terminal},
	{"key", func(p *palette) *color.Color { return &p.key }, terminal},
	{"border", func(p *palette) *color.Color { return &p.border }, nil},
	{"focus", func(p *palette) *color.Color { return &p.focus }, nil},
	{"header", func(p *palette) *color.Color { return &p.header }, nil},
	{"header-text", func(p *palette) *color.Color { return &p.headerText }, func(p *palette) color.Color { return p.header }},
	{"alarm", func(p *palette) *color.Color { return &p.alarm }, func(p *palette) color.Color { return p.header }},
	{"selected", func(p *palette) *color.Color { return &p.selected }, nil},
	{"selected-text", func(p *palette) *color.Color { return &p.selectedText }, func(p *palette) color.Color { return p.selected }},
	{"resting", func(p *palette) *color.Color { return &p.resting }, nil},
	{"running", func(p *palette) *color.Color { return &p.running }, terminal},
	{"finished", func(p *palette) *color.Color { return &p.finished }, terminal},
	{"failed", func(p *palette) *color.Color { return &p.failed }, terminal},
	{"stopped", func(p *palette) *color.Color { return &p.stopped }, terminal},
	{"waiting", func(p *palette) *color.Color { return &p.waiting }, terminal},
	{"warning", func(p *palette) *color.Color { return &p.warning }, terminal},
	{"hit", func(p *palette) *color.Color { return &p.hit }, nil},
	{"hit-text", func(p *palette) *color.Color { return &p.hitText }, func(p *palette) color.Color { return p.hit }},
	{"hit-now", func(p *palette) *color.Color { return &p.hitNow }, nil},
	{"hit-now-text", func(p *palette) *color.Color { return &p.hitNowText }, func(p *palette) color.Color { return p.hitNow }},
	{"string", func(p *palette) *color.Color { return &p.str }, terminal},
	{"number", func(p *palette) *color.Color { return &p.number }, terminal},
	{"bar", func(p *palette) *color.Color { return &p.bar }, nil},
	{"bar-past", func(p *palette) *color.Color { return &p.past }, nil},
	{"bar-rest", func(p *palette) *color.Color { return &p.rest }, nil},
	{"point", func(p *palette) *color.Color { return &p.other }, nil},
}

// Tokens returns the names of the parts of the screen that may have another colour.
func Tokens() (names []string) {
	for _, t := range tokens {
		names = append(names, t.name)
	}
	return names
}

// SetOwn replaces the user's colours.
func (t *Theme) SetOwn(own []Own) {
	t.own = own
	t.colour()
}

// painted returns a palette with the user's colours for a theme.
func (p palette) painted(own []Own, name Name) palette {
	if name != Light {
		name = Dark
	}
	for _, general := range []bool{true, false} { // those of one theme count more
		for _, o := range own {
			for _, t := range tokens {
				if t.name == o.Token && (general && o.Theme == "" || !general && o.Theme == name) {
					*t.of(&p) = lipgloss.Color(o.Value)
				}
			}
		}
	}
	return p
}

// leastContrast is what the Web Content Accessibility Guidelines ask of text.
const leastContrast = 4.5

// grounds are those of terminals that most resemble one another; what is readable on these is
// readable on others of the theme.
var grounds = map[Name]color.Color{Dark: lipgloss.Color("#1e1e1e"), Light: lipgloss.Color("#ffffff")}

// Hard is a colour that makes text hard to read.
type Hard struct {
	By   Own
	Said string // what follows its name
}

// HardToRead returns the colours of the user's that make text hard to read. Of the first sixteen
// colours nobody knows how a terminal shows them.
func HardToRead(own []Own) (all []Hard) {
	for _, name := range []Name{Dark, Light} {
		usual := paletteOf(name, colorprofile.TrueColor)
		p := usual.painted(own, name)
		for _, t := range tokens {
			if t.ground == nil {
				continue
			}
			ground, before := t.ground(&p), t.ground(&usual)
			changed := *t.of(&p) != *t.of(&usual) || ground != before
			if ground == nil {
				ground = grounds[name]
			}
			c := *t.of(&p)
			if !changed || c == nil || chosen(c) || chosen(ground) {
				continue
			}
			if got := contrast(c, ground); got < leastContrast {
				what, by := "is", given(own, name, t.name)
				if by == nil { // its ground has another colour
					what, by = "makes "+t.name, given(own, name, groundOf(t.name))
				}
				all = append(all, Hard{*by, fmt.Sprintf("%s hard to read in the %s theme: its contrast is %.1f, and 4.5 is the least for text", what, name, got)})
			}
		}
	}
	return all
}

// given returns the colour that the user has given to a part of the screen in a theme; nil: none.
func given(own []Own, name Name, token string) (by *Own) {
	for i := range own {
		if o := &own[i]; o.Token == token && (o.Theme == name || o.Theme == "" && (by == nil || by.Theme == "")) {
			by = o
		}
	}
	return by
}

// groundOf returns the part of the screen on which another is read.
func groundOf(token string) string {
	if token == "alarm" {
		return "header"
	}
	return strings.TrimSuffix(token, "-text")
}

// chosen reports whether a colour is one that each terminal chooses.
func chosen(c color.Color) bool {
	_, basic := c.(ansi.BasicColor)
	return basic
}

// luminance returns that of the Web Content Accessibility Guidelines.
func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		x := float64(v) / 0xFFFF
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// contrast returns from 1, the same, to 21, black and white.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
