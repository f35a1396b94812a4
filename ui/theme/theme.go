// Package theme turns colour tokens into the styles and signs that the screen is drawn with.
// No other package names a colour or a glyph of a status.
//
// There are three themes: dark, light and mono, which uses only bold, faint and reverse.
// A state never differs by colour only: each status has a glyph and a word.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"societop/model"
)

// Theme is how things look. Set changes it in place, so that its users always draw with the
// newest; Revision increases with each change.
type Theme struct {
	Styles
	Signs
	Revision int

	name    Name
	profile colorprofile.Profile
	own     []Own
}

// Styles are the styles of the parts of the screen.
type Styles struct {
	TextStyles
	FrameStyles
	RowStyles
	ValueStyles
	ChartStyles
	status [7]lipgloss.Style
	flat   bool // the selected row has one colour
}

// TextStyles are the styles of words.
type TextStyles struct {
	Text, Faint, Strong, Title, Label, Key lipgloss.Style
	Warning, Failure                       lipgloss.Style
}

// FrameStyles are the styles of what surrounds list and panes.
type FrameStyles struct {
	Border, BorderFocus   lipgloss.Style
	Tab, TabActive        lipgloss.Style
	Header, Alarm, Footer lipgloss.Style
}

// RowStyles are the styles of rows and of parts of them.
type RowStyles struct {
	Selected, Resting lipgloss.Style // the row under the cursor, with and without the focus
	Hit, HitNow       lipgloss.Style // matches of a search, and the current one
}

// ValueStyles are the styles of a config: names of values, and values.
type ValueStyles struct{ Field, String, Number lipgloss.Style }

// ChartStyles are the styles of charts.
type ChartStyles struct {
	Chart                     lipgloss.Style     // a line
	BarLive, BarPast, BarRest lipgloss.Style     // of running experiments, of others, and what is left
	Classes                   [][]lipgloss.Style // points of a class: of one, and of more and more in one place
	Heat                      [][]lipgloss.Style // points by a number, from low to high
	Other                     lipgloss.Style     // points of no class
}

// Signs are the characters that stand for things.
type Signs struct {
	ASCII                          bool
	Cursor, Now, Done, Dot, Scroll string
	Folded, Unfolded               string // before what can be folded
	RowSigns
	FrameSigns
	ChartSigns
	status [7]string
}

// RowSigns are the signs of rows: marked by hand, changed, in need of attention, with warnings, chosen or
// not.
type RowSigns struct{ Mark, News, Attention, Warned, On, Off string }

// FrameSigns are the lines and corners of frames.
type FrameSigns struct {
	TopLeft, TopRight, BottomLeft, BottomRight string
	Horizontal, Vertical                       string
}

// ChartSigns are the signs of charts: of a value that has no room, and of the night on the axis.
type ChartSigns struct{ Over, Night string }

// Name is one of the themes' names on the command line.
type Name = string

// The themes.
const (
	Auto  Name = "auto" // dark or light by the terminal's background; dark until it answers
	Light Name = "light"
	Dark  Name = "dark"
	Mono  Name = "mono"
)

// New returns a theme; ascii selects signs in ASCII only. It is for a terminal with 24-bit
// colours until SetProfile says otherwise.
func New(name Name, ascii bool) *Theme {
	t := &Theme{Signs: unicodeSigns, profile: colorprofile.TrueColor}
	if ascii {
		t.Signs = asciiSigns
	}
	t.Set(name)
	return t
}

// Set selects the colours of a theme.
func (t *Theme) Set(name Name) {
	t.name = name
	t.colour()
}

// SetProfile selects the colours that a terminal can show.
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
	t.Styles = coloured(paletteOf(t.name, t.profile).painted(t.own, t.name))
}

// Row returns a style for the row under the cursor, with or without the focus. If the colours of
// texts can't be read on its ground, they all have one colour there.
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

// Status returns the style of a status.
func (s *Styles) Status(of model.Status) lipgloss.Style { return s.status[slot(of)] }

// Glyph returns the sign of a status, one cell wide.
func (s *Signs) Glyph(of model.Status) string { return s.status[slot(of)] }

// slot returns the index of a status in the tables; unknown ones share the last.
func slot(s model.Status) int {
	if !s.Known() {
		return len(model.Statuses)
	}
	return int(s)
}

// Bar returns the style of the done part of a bar, which is bright for running experiments.
func (s *Styles) Bar(of model.Status) lipgloss.Style {
	if of == model.Running {
		return s.BarLive
	}
	return s.BarPast
}

// Word returns the name of a status on the screen.
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
		TextStyles: TextStyles{
			Text: fg(p.text), Faint: fg(p.faint), Strong: fg(p.title).Bold(true), Title: fg(p.title).Bold(true),
			Label: fg(p.faint), Key: fg(p.key).Bold(true), Warning: fg(p.warning), Failure: fg(p.failed),
		},
		FrameStyles: FrameStyles{
			Border: fg(p.border), BorderFocus: fg(p.focus), Tab: fg(p.faint), TabActive: fg(p.selectedText).Background(p.selected).Bold(true),
			Header: fg(p.headerText).Background(p.header), Alarm: fg(p.alarm).Background(p.header).Bold(true), Footer: fg(p.faint),
		},
		RowStyles: RowStyles{
			Selected: fg(p.selectedText).Background(p.selected), Resting: plain.Background(p.resting),
			Hit: fg(p.hitText).Background(p.hit), HitNow: fg(p.hitNowText).Background(p.hitNow).Bold(true),
		},
		ValueStyles: ValueStyles{Field: fg(p.key), String: fg(p.str), Number: fg(p.number)},
		ChartStyles: ChartStyles{BarLive: fg(p.bar).Background(p.rest), BarPast: fg(p.past).Background(p.rest), BarRest: plain.Background(p.rest), Chart: fg(p.bar), Other: fg(p.other)},
		flat:        p.flat,
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
	s.status = [7]lipgloss.Style{fg(p.waiting), fg(p.running), fg(p.finished), fg(p.failed), fg(p.stopped), fg(p.failed), fg(p.warning)}
	return s
}

// shades returns the colours of a class for more and more points in one place.
func shades(c, dense color.Color) (out []lipgloss.Style) {
	if dense == nil {
		return []lipgloss.Style{lipgloss.NewStyle().Foreground(c)}
	}
	for _, shade := range lipgloss.Blend1D(denser, c, dense)[:4] {
		out = append(out, lipgloss.NewStyle().Foreground(shade))
	}
	return out
}

// denser is the number of steps from the colour of a class to that of many; only the first are
// used, so that the class keeps its colour.
const denser = 6

// mono returns styles that distinguish seven classes and eight levels of heat without colours.
func mono() Styles {
	plain := lipgloss.NewStyle()
	bold, faint, reverse := plain.Bold(true), plain.Faint(true), plain.Reverse(true)
	s := Styles{
		TextStyles:  TextStyles{Text: plain, Faint: faint, Strong: bold, Title: bold, Label: faint, Key: bold, Warning: bold, Failure: bold},
		FrameStyles: FrameStyles{Border: faint, BorderFocus: bold, Tab: faint, TabActive: reverse, Header: reverse, Alarm: reverse.Bold(true), Footer: faint},
		RowStyles:   RowStyles{Selected: reverse, Resting: plain.Underline(true), Hit: reverse, HitNow: reverse.Bold(true).Underline(true)},
		ValueStyles: ValueStyles{Field: bold, String: plain, Number: plain},
		ChartStyles: ChartStyles{
			BarLive: plain, BarPast: faint, BarRest: plain, Chart: plain,
			Other: faint, Classes: single(plain, reverse, bold, plain.Underline(true), reverse.Bold(true), bold.Underline(true), reverse.Underline(true)), Heat: single(faint, faint.Underline(true), plain, plain.Underline(true), bold, bold.Underline(true), reverse, reverse.Bold(true)),
		},
	}
	s.status = [7]lipgloss.Style{faint, bold, plain, bold, plain, bold, bold}
	return s
}

// single returns classes with one shade.
func single(styles ...lipgloss.Style) (out [][]lipgloss.Style) {
	for _, s := range styles {
		out = append(out, []lipgloss.Style{s})
	}
	return out
}

var unicodeSigns = Signs{
	FrameSigns: FrameSigns{TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯", Horizontal: "─", Vertical: "│"},
	Cursor:     "▌", Now: "▶", Done: "✔", Dot: "·", Scroll: "▐", RowSigns: RowSigns{Mark: "◆", News: "•", Attention: "▲", Warned: "△", On: "■", Off: "□"}, Folded: "▸",
	Unfolded: "▾", ChartSigns: ChartSigns{Over: "▲", Night: "━"}, status: [7]string{"○", "●", "✔", "✖", "■", "◌", "?"},
}

var asciiSigns = Signs{
	FrameSigns: FrameSigns{TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+", Horizontal: "-", Vertical: "|"},
	ASCII:      true, Cursor: ">", Now: ">", Done: "+", Dot: "-", Scroll: "#", RowSigns: RowSigns{Mark: "+", News: "!", Attention: "!", Warned: "^", On: "#", Off: "."},
	Folded: "+", Unfolded: "-", ChartSigns: ChartSigns{Over: "^", Night: "="}, status: [7]string{"o", "*", "+", "x", "=", "%", "?"},
}
