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
		"backspace": tea.KeyBackspace, "insert": tea.KeyInsert, "delete": tea.KeyDelete, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3,
		"f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6, "f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f11": tea.KeyF11, "f12": tea.KeyF12,
	}
	var msg tea.KeyPressMsg
	for _, held := range []struct {
		name string
		mod  tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if rest, ok := strings.CutPrefix(name, held.name); ok && rest != "" {
			name, msg.Mod = rest, msg.Mod|held.mod
		}
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
