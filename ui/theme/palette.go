package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// palette is the colours of a theme by what they are for. A nil colour is the terminal's
// own.
type palette struct {
	text, faint, border, focus, title color.Color
	selected, selectedText, resting   color.Color // the row under the cursor, with and without the focus
	running, finished, failed         color.Color
	stopped, waiting, warning         color.Color
	bar, past, rest                   color.Color
	header, headerText                color.Color
	key                               color.Color
	hit, hitNow, hitText              color.Color // what a search has found
	str, number                       color.Color // values of a config
	classes                           []color.Color
	heat                              []color.Color // from low to high
	dense                             color.Color   // what a class becomes where many are
}

// Colours are chosen to be told apart in 16 colours, too: the terminal's palette steps in
// where it knows no more.
var (
	dark = palette{
		text: nil, faint: lipgloss.Color("#8a8a98"), border: lipgloss.Color("#4e4e5f"), focus: lipgloss.Color("#5fafd7"), title: lipgloss.Color("#d7d7e0"),
		selected: lipgloss.Color("#1f4d70"), selectedText: lipgloss.Color("#ffffff"), resting: lipgloss.Color("#303040"),
		running: lipgloss.Color("#5fd7af"), finished: lipgloss.Color("#87af87"), failed: lipgloss.Color("#ff5f5f"),
		stopped: lipgloss.Color("#d7af5f"), waiting: lipgloss.Color("#9a9aaa"), warning: lipgloss.Color("#ffaf00"),
		bar: lipgloss.Color("#5fafd7"), past: lipgloss.Color("#4a5a6a"), rest: lipgloss.Color("#2a2a34"), header: lipgloss.Color("#24405a"), headerText: lipgloss.Color("#ffffff"),
		key: lipgloss.Color("#87d7ff"), hit: lipgloss.Color("#d7af5f"), hitNow: lipgloss.Color("#ffff5f"), hitText: lipgloss.Color("#000000"),
		str: lipgloss.Color("#afd7af"), number: lipgloss.Color("#d7afff"),
		classes: colours("#4ea8f0", "#e69f00", "#22b573", "#e574c3", "#d8d24a", "#45d0d0", "#b060c0"),
		heat:    colours("#3f5fd0", "#2f8fe0", "#1fb5c0", "#45c47a", "#a5cc3f", "#efc02f", "#f58a2a", "#f04a3a"),
		dense:   lipgloss.Color("#ffffff"),
	}
	light = palette{
		text: nil, faint: lipgloss.Color("#6a6a76"), border: lipgloss.Color("#b0b0bc"), focus: lipgloss.Color("#005f9f"), title: lipgloss.Color("#202028"),
		selected: lipgloss.Color("#c5def2"), selectedText: lipgloss.Color("#000000"), resting: lipgloss.Color("#e4e4ea"),
		running: lipgloss.Color("#00785a"), finished: lipgloss.Color("#3f6f3f"), failed: lipgloss.Color("#c00020"),
		stopped: lipgloss.Color("#8a5a00"), waiting: lipgloss.Color("#70707c"), warning: lipgloss.Color("#a05000"),
		bar: lipgloss.Color("#0073b3"), past: lipgloss.Color("#a4b4c4"), rest: lipgloss.Color("#e4e4ea"), header: lipgloss.Color("#d2e4f2"), headerText: lipgloss.Color("#000000"),
		key: lipgloss.Color("#005f9f"), hit: lipgloss.Color("#ffd75f"), hitNow: lipgloss.Color("#ff9f40"), hitText: lipgloss.Color("#000000"),
		str: lipgloss.Color("#3f6f3f"), number: lipgloss.Color("#7a3fa0"),
		classes: colours("#2060d0", "#c46a00", "#008055", "#9c3f9c", "#7d7600", "#007f8a", "#a02020"),
		heat:    colours("#2f45b5", "#1f70bf", "#0a8a90", "#2f8a45", "#7a8410", "#a87800", "#c05a0a", "#b8161a"),
		dense:   lipgloss.Color("#000000"),
	}
)

// colours is colours by their codes.
func colours(codes ...string) []color.Color {
	out := make([]color.Color, len(codes))
	for i, code := range codes {
		out[i] = lipgloss.Color(code)
	}
	return out
}
