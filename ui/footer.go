package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/ui/cell"
	"societop/ui/theme"
)

// placedHint is a hint with its position in the footer.
type placedHint struct {
	hint
	name string // of its key, as it is drawn
	x    int    // of its first cell
}

// end returns the first cell after the hint.
func (p placedHint) end() int { return p.x + cell.Width(p.name) + 1 + cell.Width(p.word) }

// layOutHints returns as many hints as fit into w cells. The last two, help and quit, always do.
func layOutHints(t *theme.Theme, hints []hint, w int) (shown []placedHint) {
	const gap = 2
	size := func(p placedHint) int { return p.end() + gap }
	all := make([]placedHint, len(hints))
	for i, h := range hints {
		all[i] = placedHint{hint: h, name: t.KeyName(h.key.Help().Key)}
	}
	first, last := all[:len(all)-2], all[len(all)-2:]
	room := w - size(last[0]) - size(last[1])
	for _, p := range first {
		if n := size(p); p.key.Enabled() && n <= room {
			shown = append(shown, p)
			room -= n
		}
	}
	shown = append(shown, last...)
	x := 0
	for i := range shown {
		n := size(shown[i])
		shown[i].x = x
		x += n
	}
	return shown
}

// drawHints returns as many hints as fit, in a line.
func drawHints(t *theme.Theme, hints []hint, w int) string {
	var b strings.Builder
	for _, p := range layOutHints(t, hints, w) {
		b.WriteString(t.Key.Render(p.name) + " " + t.Footer.Render(p.word) + "  ")
	}
	return b.String()
}

// keyAt returns the name of the key of the hint at a cell: of several keys the one at that cell, else
// the first. It is empty if there is no hint.
func keyAt(t *theme.Theme, hints []hint, w, x int) string {
	for _, p := range layOutHints(t, hints, w) {
		if x < p.x || x >= p.end() {
			continue
		}
		at := p.x
		for sign := range strings.FieldsSeq(p.key.Help().Key) {
			to := at + cell.Width(t.KeyName(sign))
			if x >= at && x < to && len(strings.Fields(p.key.Help().Key)) > 1 {
				return keyNamed(sign)
			}
			at = to + 1
		}
		return p.key.Keys()[0]
	}
	return ""
}

// keySigns maps the signs in hints to the names of keys.
var keySigns = map[string]string{
	"⏎": "enter", "Esc": "esc", "Tab": "tab", "⇧Tab": "shift+tab", "↑": "up", "↓": "down", "←": "left", "→": "right", "⇧←": "shift+left", "⇧→": "shift+right", "PgUp": "pgup", "PgDn": "pgdown",
}

// keyNamed returns the name of the key with a sign.
func keyNamed(sign string) string {
	if name, ok := keySigns[sign]; ok {
		return name
	}
	if letter, ok := strings.CutPrefix(sign, "^"); ok && letter != "" {
		return "ctrl+" + letter
	}
	return sign
}

// keyPress returns the message of a key with a name.
func keyPress(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	}
	var msg tea.KeyPressMsg
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		name, msg.Mod = rest, tea.ModCtrl
	} else if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		name, msg.Mod = rest, tea.ModShift
	}
	switch code, special := codes[name]; {
	case special:
		msg.Code = code
	case name == "space":
		msg.Code, msg.Text = tea.KeySpace, " "
	default:
		msg.Code = []rune(name + " ")[0]
		if msg.Mod == 0 {
			msg.Text = name
		}
	}
	return msg
}
