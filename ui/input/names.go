package input

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// keySigns maps the signs that people read to the names of keys.
var keySigns = map[string]string{
	"⏎": "enter", "Esc": "esc", "Tab": "tab", "⇧Tab": "shift+tab", "↑": "up", "↓": "down", "←": "left", "→": "right", "⇧←": "shift+left", "⇧→": "shift+right", "PgUp": "pgup", "PgDn": "pgdown",
}

// Named returns the name of the key with a sign.
func Named(sign string) string {
	if name, ok := keySigns[sign]; ok {
		return name
	}
	if letter, ok := strings.CutPrefix(sign, "^"); ok && letter != "" {
		return "ctrl+" + letter
	}
	return sign
}

// Press returns the message of a key with a name.
func Press(name string) tea.KeyPressMsg {
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
