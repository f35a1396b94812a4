package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// palette is the colours of a theme by their use. A nil colour is the terminal's own.
type palette struct {
	text, faint, title, key color.Color
	frameColours
	rowColours
	statusColours
	hitColours
	str, number     color.Color // values of a config
	bar, past, rest color.Color
	dotColours
}

// frameColours are the colours of borders and of the header.
type frameColours struct{ border, focus, header, headerText, alarm color.Color }

// rowColours are the colours of the row under the cursor, with and without the focus.
type rowColours struct {
	selected, selectedText, resting color.Color
	flat                            bool // the row has one colour: others can't be read on its ground
}

// statusColours are the colours of statuses.
type statusColours struct{ running, finished, failed, stopped, waiting, warning color.Color }

// hitColours are the colours of matches of a search.
type hitColours struct{ hit, hitNow, hitText, hitNowText color.Color }

// dotColours are the colours of points on a map.
type dotColours struct {
	classes []color.Color
	other   color.Color   // of no class
	heat    []color.Color // from low to high
	dense   color.Color   // what a class becomes where there are many; nil: it stays
}

// paletteOf returns the colours of a theme for a terminal's number of colours.
func paletteOf(name Name, profile colorprofile.Profile) palette {
	light := name == Light
	switch {
	case profile <= colorprofile.ANSI && light:
		return light16()
	case profile <= colorprofile.ANSI:
		return dark16()
	case profile == colorprofile.ANSI256 && light:
		return light256()
	case profile == colorprofile.ANSI256:
		return dark256()
	case light:
		return lightTrue()
	}
	return darkTrue()
}

// darkTrue returns the dark theme in 24-bit colours.
func darkTrue() palette {
	c := lipgloss.Color
	return palette{
		frameColours:  frameColours{border: c("#6c6c7c"), focus: c("#5fafd7"), header: c("#24405a"), headerText: c("#ffffff"), alarm: c("#ffaf00")},
		rowColours:    rowColours{selected: c("#1c3a57"), selectedText: c("#ffffff"), resting: c("#303040")},
		statusColours: statusColours{running: c("#5fd7af"), finished: c("#8fb78f"), failed: c("#ff8787"), stopped: c("#d7af5f"), waiting: c("#afafbb"), warning: c("#ffaf00")},
		hitColours:    hitColours{hit: c("#d7af5f"), hitNow: c("#ffff5f"), hitText: c("#000000"), hitNowText: c("#000000")},
		dotColours: dotColours{
			classes: colours("#4ea8f0", "#e69f00", "#22b573", "#e574c3", "#d8d24a", "#45d0d0", "#b060c0"), other: c("#8a8a98"),
			heat: colours("#5f7fe0", "#2f8fe0", "#1fb5c0", "#45c47a", "#a5cc3f", "#efc02f", "#f58a2a", "#f04a3a"), dense: c("#ffffff"),
		},
		faint: c("#a8a8b0"), title: c("#d7d7e0"), bar: c("#5fafd7"), past: c("#5f87af"), rest: c("#2a2a34"), key: c("#87d7ff"),
		str: c("#afd7af"), number: c("#d7afff"),
	}
}

// dark256 returns darkTrue in the 240 colours that all terminals of 256 share. Only the tints of
// large areas differ, for which the nearest colour would be navy.
func dark256() palette {
	c, p := lipgloss.Color, darkTrue()
	p.faint, p.border, p.title, p.waiting, p.finished, p.other = c("248"), c("242"), c("253"), c("249"), c("108"), c("245")
	p.selected, p.selectedText, p.resting, p.rest, p.header, p.flat = c("24"), c("231"), c("236"), c("236"), c("238"), true
	return p
}

// lightTrue returns the light theme in 24-bit colours.
func lightTrue() palette {
	c := lipgloss.Color
	return palette{
		frameColours:  frameColours{border: c("#8c8c98"), focus: c("#005f9f"), header: c("#d2e4f2"), headerText: c("#000000"), alarm: c("#8c4600")},
		rowColours:    rowColours{selected: c("#d4e6f6"), selectedText: c("#000000"), resting: c("#e4e4ea")},
		statusColours: statusColours{running: c("#006b50"), finished: c("#38653a"), failed: c("#b4001c"), stopped: c("#7a5200"), waiting: c("#5c5c68"), warning: c("#8c4600")},
		hitColours:    hitColours{hit: c("#ffd75f"), hitNow: c("#ff9f40"), hitText: c("#000000"), hitNowText: c("#000000")},
		dotColours: dotColours{
			classes: colours("#2060d0", "#b86400", "#008055", "#9c3f9c", "#7d7600", "#007f8a", "#a02020"), other: c("#6a6a76"),
			heat: colours("#2f45b5", "#1f70bf", "#0a8a90", "#2f8a45", "#7a8410", "#a87800", "#c05a0a", "#b8161a"), dense: c("#000000"),
		},
		faint: c("#5c5c68"), title: c("#202028"), bar: c("#0073b3"), past: c("#6f8ba6"), rest: c("#e4e4ea"), key: c("#00568f"),
		str: c("#38653a"), number: c("#7a3fa0"),
	}
}

// light256 returns lightTrue in the colours that all terminals of 256 share.
func light256() palette {
	c, p := lipgloss.Color, lightTrue()
	p.faint, p.border, p.focus, p.title, p.waiting, p.other = c("240"), c("245"), c("25"), c("235"), c("240"), c("242")
	p.running, p.finished, p.failed, p.stopped, p.warning = c("23"), c("22"), c("124"), c("58"), c("88")
	p.key, p.str, p.number, p.bar, p.past = c("24"), c("22"), c("54"), c("25"), c("67")
	p.selected, p.selectedText, p.resting, p.rest, p.header, p.alarm, p.flat = c("24"), c("231"), c("254"), c("254"), c("153"), c("88"), true
	return p
}

// dark16 returns the dark theme in the sixteen colours that each terminal chooses, using only
// those that are readable on black. Blue is not, and bright black is black on terminals of
// eight.
func dark16() palette {
	c := lipgloss.Color
	return palette{
		frameColours:  frameColours{focus: c("14"), header: c("4"), headerText: c("15"), alarm: c("11")},
		rowColours:    rowColours{selected: c("14"), selectedText: c("0"), flat: true},
		statusColours: statusColours{running: c("14"), finished: c("10"), failed: c("9"), stopped: c("11"), warning: c("11")},
		hitColours:    hitColours{hit: c("11"), hitNow: c("15"), hitText: c("0"), hitNowText: c("0")},
		dotColours:    dotColours{classes: colours("12", "11", "10", "13", "14", "9", "6"), other: c("7"), heat: colours("12", "6", "14", "2", "10", "11", "13", "9")},
		title:         c("15"), bar: c("14"), past: c("6"), key: c("14"), str: c("10"), number: c("13"),
	}
}

// light16 returns the light theme in the sixteen colours that each terminal chooses, using only
// those that are readable on white. Green, yellow and cyan are not.
func light16() palette {
	c := lipgloss.Color
	return palette{
		frameColours:  frameColours{focus: c("4"), header: c("4"), headerText: c("15"), alarm: c("11")},
		rowColours:    rowColours{selected: c("4"), selectedText: c("15"), flat: true},
		statusColours: statusColours{running: c("4"), failed: c("1"), stopped: c("5"), warning: c("5")},
		hitColours:    hitColours{hit: c("11"), hitNow: c("5"), hitText: c("0"), hitNowText: c("15")},
		dotColours:    dotColours{classes: colours("4", "1", "5", "12", "9", "13", "0"), other: c("8"), heat: colours("8", "12", "4", "13", "5", "9", "1", "0")},
		title:         c("0"), bar: c("4"), past: c("8"), key: c("4"), str: c("5"), number: c("1"),
	}
}

// colours returns colours by their codes.
func colours(codes ...string) []color.Color {
	out := make([]color.Color, len(codes))
	for i, code := range codes {
		out[i] = lipgloss.Color(code)
	}
	return out
}
