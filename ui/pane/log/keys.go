package log

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/pane/kit"
)

// Off returns why a key does nothing at present, or "".
func (l *log) Off(b key.Binding) string {
	switch {
	case l.note != "":
		return l.note
	case kit.Is(b, l.keys.left, l.keys.right) && !l.oneRow:
		return "long lines are wrapped; w cuts them"
	}
	return l.Search.Off(b)
}

// Print returns the whole log that is kept, of every level.
func (l *log) Print() string {
	if l.note != "" {
		return l.note
	}
	return strings.Join(append(l.before[:len(l.before):len(l.before)], l.log.Lines.String()), "\n")
}
