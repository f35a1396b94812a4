package serve

import (
	"strings"

	"societop/model"
)

// masked is an experiment without the secrets of its config. They are looked for in the clean
// text; the lines that have none stay as the source had them.
func masked(e model.Experiment) model.Experiment {
	hidden, shown := model.MaskSecrets(e.Config), e.Config.String()
	if hidden.String() == shown {
		return e
	}
	if e.Config.Raw() == shown {
		e.Config = hidden
		return e
	}
	clean, safe := strings.Split(shown, "\n"), strings.Split(hidden.String(), "\n")
	raw := linesOf(e.Config.Raw())
	if len(raw) != len(clean) || len(raw) != len(safe) {
		e.Config = hidden
		return e
	}
	var b strings.Builder
	for i, line := range raw {
		if safe[i] != clean[i] {
			line.text = safe[i]
		}
		b.WriteString(line.text + line.end)
	}
	e.Config = model.CleanLines(b.String())
	return e
}

// line is a line of a text as it stands, and what ends it.
type line struct{ text, end string }

// linesOf is the lines of a raw text, as model.CleanLines tells them apart.
func linesOf(text string) (all []line) {
	for {
		at := strings.IndexAny(text, "\r\n")
		if at < 0 {
			return append(all, line{text: text})
		}
		next := at + 1
		if strings.HasPrefix(text[at:], "\r\n") {
			next++
		}
		all = append(all, line{text[:at], text[at:next]})
		text = text[next:]
	}
}
