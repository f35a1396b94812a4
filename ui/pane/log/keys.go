package log

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"societop/ui/input"
	"societop/ui/pane/kit"
)

// Rebind gives the actions their keys.
func (l *log) Rebind(k *input.Keys) {
	l.Document.Rebind(k)
	l.keys = logKeys{
		wrap: k.Bind("wrap", "w", "wrap long lines, or not", "w"), left: k.Bind("left", "h ←", "to the left, unwrapped", "h", "left"),
		right: k.Bind("right", "l →", "to the right", "l", "right"), level: k.Bind("level", "v", "least level that is shown", "v"),
		file: k.Bind("log-file", "i", "next of several logs", "i"),
	}
}

// Off returns why a key does nothing at present, or "".
func (l *log) Off(b key.Binding) string {
	switch {
	case kit.Is(b, l.keys.file) && len(l.all) < 2:
		return "the run has no other log"
	case kit.Is(b, l.keys.file):
		return ""
	case l.note != "":
		return l.note
	case kit.Is(b, l.keys.left, l.keys.right) && !l.oneRow:
		return "long lines are wrapped; " + l.keys.wrap.Help().Key + " cuts them"
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
