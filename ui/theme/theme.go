// Package theme turns colour tokens into the styles and signs that the screen is drawn with.
// No other package names a colour or a glyph of a status.
//
// There are three themes: dark, light and mono, which uses bold, faint and reverse alone.
// State is never colour alone: each status has a glyph and a word.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"societop/model"
)

// Theme is how things look. Set changes it in place, so whoever holds it draws with the
// newest; Revision tells that it changed.
type Theme struct {
	Styles
	Signs
	Revision int

	name    Name
	profile colorprofile.Profile
}

// Styles are the styles of the parts of the screen.
type Styles struct {
	Text, Faint, Strong, Title, Label lipgloss.Style
	Border, BorderFocus               lipgloss.Style
	Tab, TabActive                    lipgloss.Style
	Header, Alarm, Footer, Key        lipgloss.Style
	Selected, Resting                 lipgloss.Style // the row under the cursor, with and without the focus
	BarLive, BarPast, BarRest         lipgloss.Style // of running experiments, of others, and what is left
	Warning, Failure                  lipgloss.Style
	Hit, HitNow                       lipgloss.Style     // what a search has found, and the one that was gone to
	Field, String, Number             lipgloss.Style     // of a config: the name of a value, and values
	Chart                             lipgloss.Style     // a line of a chart
	Classes                           [][]lipgloss.Style // of things of a class: of one, and of more and more in one place
	Heat                              [][]lipgloss.Style // of things by a number, from low to high
	Other                             lipgloss.Style     // of things of no class
	status                            [6]lipgloss.Style
	flat                              bool // the selected row has one colour
}

// Signs are the characters that stand for things.
type Signs struct {
	ASCII                             bool
	Cursor, Now, Done, Dot, Scroll    string
	Mark, News, On, Off               string // marked by hand; changed; chosen, or not
	TopLeft, TopRight, BottomLeft     string
	BottomRight, Horizontal, Vertical string
	Folded, Unfolded                  string // before what can be folded
	status                            [6]string
}

// Name is one of the themes' names on the command line.
type Name = string

// The themes.
const (
	Auto  Name = "auto" // dark or light by the terminal's background; dark until it answers
	Light Name = "light"
	Dark  Name = "dark"
	Mono  Name = "mono"
)

// New returns a theme; ascii asks for signs in ASCII alone. It is for a terminal of 24-bit
// colours until SetProfile says otherwise.
func New(name Name, ascii bool) *Theme {
	t := &Theme{Signs: unicodeSigns, profile: colorprofile.TrueColor}
	if ascii {
		t.Signs = asciiSigns
	}
	t.Set(name)
	return t
}

// Set changes the colours to those of a theme.
func (t *Theme) Set(name Name) {
	t.name = name
	t.colour()
}

// SetProfile changes the colours to those that a terminal can show.
func (t *Theme) SetProfile(profile colorprofile.Profile) {
	t.profile = profile
	t.colour()
}

// colour makes the styles.
func (t *Theme) colour() {
	t.Revision++
	if t.name == Mono {
		t.Styles = mono()
		return
	}
	t.Styles = coloured(paletteOf(t.name, t.profile))
}

// Row is a style as it is in the row under the cursor, which the focus is on or not. Where the
// colours of texts can't be read on the ground of that row, they are all of one colour there.
func (s *Styles) Row(style lipgloss.Style, focus bool) lipgloss.Style {
	ground := s.Resting
	if focus {
		ground = s.Selected
	}
	if focus && s.flat {
		return ground.Bold(style.GetBold())
	}
	return style.Inherit(ground)
}

// Status is the style of a status.
func (s *Styles) Status(of model.Status) lipgloss.Style { return s.status[slot(of)] }

// Glyph is the sign of a status, one cell wide.
func (s *Signs) Glyph(of model.Status) string { return s.status[slot(of)] }

// slot is the place of a status in the tables; unknown ones share the last.
func slot(s model.Status) int {
	if !s.Known() {
		return 5
	}
	return int(s)
}

// Bar is the style of the done part of a bar: bright for what is under way.
func (s *Styles) Bar(of model.Status) lipgloss.Style {
	if of == model.Running {
		return s.BarLive
	}
	return s.BarPast
}

// Word is a status as people read it.
func Word(of model.Status) string {
	if of == model.NotStarted {
		return "not started"
	}
	return of.String()
}

func coloured(p palette) Styles {
	plain := lipgloss.NewStyle()
	fg := plain.Foreground
	s := Styles{
		Text: fg(p.text), Faint: fg(p.faint), Strong: fg(p.title).Bold(true), Title: fg(p.title).Bold(true), Label: fg(p.faint),
		Border: fg(p.border), BorderFocus: fg(p.focus),
		Tab: fg(p.faint), TabActive: fg(p.selectedText).Background(p.selected).Bold(true),
		Header: fg(p.headerText).Background(p.header), Alarm: fg(p.alarm).Background(p.header).Bold(true), Footer: fg(p.faint), Key: fg(p.key).Bold(true),
		Selected: fg(p.selectedText).Background(p.selected), Resting: plain.Background(p.resting),
		BarLive: fg(p.bar).Background(p.rest), BarPast: fg(p.past).Background(p.rest), BarRest: plain.Background(p.rest),
		Warning: fg(p.warning), Failure: fg(p.failed), Chart: fg(p.bar),
		Hit: fg(p.hitText).Background(p.hit), HitNow: fg(p.hitNowText).Background(p.hitNow).Bold(true),
		Field: fg(p.key), String: fg(p.str), Number: fg(p.number),
		Other: fg(p.other), flat: p.flat,
	}
	if p.resting == nil {
		s.Resting = plain.Underline(true)
	}
	for _, c := range p.classes {
		s.Classes = append(s.Classes, shades(c, p.dense))
	}
	for _, c := range p.heat {
		s.Heat = append(s.Heat, []lipgloss.Style{fg(c)})
	}
	s.status = [6]lipgloss.Style{fg(p.waiting), fg(p.running), fg(p.finished), fg(p.failed), fg(p.stopped), fg(p.warning)}
	return s
}

// shades is a colour of a class, and what it becomes where many of the class are.
func shades(c, dense color.Color) (out []lipgloss.Style) {
	if dense == nil {
		return []lipgloss.Style{lipgloss.NewStyle().Foreground(c)}
	}
	for _, shade := range lipgloss.Blend1D(denser, c, dense)[:4] {
		out = append(out, lipgloss.NewStyle().Foreground(shade))
	}
	return out
}

// denser is in how many steps a class would become the colour of many: it stays its own.
const denser = 6

// mono tells up to seven classes, and eight levels of heat, apart without a colour.
func mono() Styles {
	plain := lipgloss.NewStyle()
	bold, faint, reverse := plain.Bold(true), plain.Faint(true), plain.Reverse(true)
	s := Styles{
		Text: plain, Faint: faint, Strong: bold, Title: bold, Label: faint,
		Border: faint, BorderFocus: bold,
		Tab: faint, TabActive: reverse,
		Header: reverse, Alarm: reverse.Bold(true), Footer: faint, Key: bold,
		Selected: reverse, Resting: plain.Underline(true),
		BarLive: plain, BarPast: faint, BarRest: plain,
		Warning: bold, Failure: bold, Chart: plain,
		Hit: reverse, HitNow: reverse.Bold(true).Underline(true),
		Field: bold, String: plain, Number: plain,
		Other:   faint,
		Classes: single(plain, reverse, bold, plain.Underline(true), reverse.Bold(true), bold.Underline(true), reverse.Underline(true)),
		Heat:    single(faint, faint.Underline(true), plain, plain.Underline(true), bold, bold.Underline(true), reverse, reverse.Bold(true)),
	}
	s.status = [6]lipgloss.Style{faint, bold, plain, bold, plain, bold}
	return s
}

// single is classes that look the same wherever they are.
func single(styles ...lipgloss.Style) (out [][]lipgloss.Style) {
	for _, s := range styles {
		out = append(out, []lipgloss.Style{s})
	}
	return out
}

var unicodeSigns = Signs{
	Cursor: "▌", Now: "▶", Done: "✔", Dot: "·", Scroll: "▐", Mark: "◆", News: "•", On: "■", Off: "□",
	TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯", Horizontal: "─", Vertical: "│", Folded: "▸", Unfolded: "▾",
	status: [6]string{"○", "●", "✔", "✖", "■", "?"},
}

var asciiSigns = Signs{
	ASCII:  true,
	Cursor: ">", Now: ">", Done: "+", Dot: "-", Scroll: "#", Mark: "+", News: "!", On: "#", Off: ".",
	TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+", Horizontal: "-", Vertical: "|", Folded: "+", Unfolded: "-",
	status: [6]string{"o", "*", "+", "x", "=", "?"},
}
