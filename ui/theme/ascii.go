package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// plain maps characters of the screen to ASCII, cell for cell.
var plain = map[rune]byte{'–': '-', '—': '-', '…': '~', '·': '-', '•': '*', '±': '~', '’': '\'', '‘': '\'', '“': '"', '”': '"', '×': 'x', '‹': '<', '›': '>'}

// ToASCII returns a frame with every character that is not ASCII replaced, cell for cell. A
// terminal without UTF-8 would show "?".
func ToASCII(frame string) string {
	var b strings.Builder
	b.Grow(len(frame))
	for _, r := range frame {
		switch c, known := plain[r]; {
		case r < 0x80:
			b.WriteByte(byte(r))
		case known:
			b.WriteByte(c)
		default:
			b.WriteString(strings.Repeat("?", ansi.StringWidth(string(r))))
		}
	}
	return b.String()
}

// keyNames are the names of keys that are drawn with signs.
var keyNames = strings.NewReplacer("⏎", "Enter", "↓", "Down", "↑", "Up", "⇧", "Shift-", "↔", "<->", "←", "Left", "→", "Right")

// KeyName returns the name of a key with the characters that can be drawn.
func (s *Signs) KeyName(name string) string {
	if !s.ASCII {
		return name
	}
	return keyNames.Replace(name)
}
