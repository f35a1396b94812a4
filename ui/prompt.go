package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/find"
	"societop/ui/list"
	"societop/ui/pane/kit"
	"societop/ui/player"
	"societop/ui/theme"
)

// prompt is the line of the footer into which a filter or a moment is typed.
type prompt struct {
	filter list.Filter
	jump   jumpBar
	find   *find.Panel
}

func newPrompt(c find.Config) prompt { return prompt{filter: list.NewFilter(), find: find.New(c)} }

// typing reports whether the prompt has the keys.
func (p *prompt) typing() bool { return p.filter.Typing() || p.jump.typing || p.find.Typing() }

// easyHeight is the least height with room for a second line of help.
const easyHeight = 16

// helpLines returns how many lines of help are under the one that is typed, on a screen of h lines.
func (p *prompt) helpLines(h int) int {
	switch {
	case !p.filter.Typing():
		return 0
	case h < easyHeight:
		return 1
	}
	return 2
}

// line returns the line that has the keys. Count is shown next to a valid filter.
func (p *prompt) line(count string) (l typedLine, ok bool) {
	switch f, j := &p.filter, &p.jump; {
	case f.Typing() && !f.Wrong.Empty():
		return typedLine{"/", &f.Input, f.Wrong.String(), true}, true
	case f.Typing():
		return typedLine{"/", &f.Input, count, false}, true
	case j.typing && !j.wrong.Empty():
		return typedLine{"@", &j.input, j.wrong.String(), true}, true
	case j.typing:
		return typedLine{"@", &j.input, j.forms, false}, true
	}
	return typedLine{}, false
}

// typedLine is a line of the footer into which text is typed.
type typedLine struct {
	prompt string
	input  *textinput.Model
	said   string // at the end of the line
	wrong  bool   // said is an error
}

// typedLeft is how many cells are before what is typed.
const typedLeft = 3

// draw returns the line in w cells, and the column of its cursor.
func (l *typedLine) draw(t *theme.Theme, w int) (line string, x int) {
	style := t.Faint
	if l.wrong {
		style = t.Warning
	}
	side := " " + cell.Cut(l.said, max(w-typedLeft-1-max(cell.Width(l.input.Value())+2, w/3), w/3))
	text, x := kit.Typed(l.input, w-cell.Width(side)-typedLeft-1)
	return " " + t.Key.Render(l.prompt) + " " + text + style.Render(side) + " ", typedLeft + x
}

// jumpBar is the line in which a moment of the simulated time is typed.
type jumpBar struct {
	input  textinput.Model
	typing bool
	wrong  text.Text
	forms  string // in which a moment may be typed
}

// begin gives the keys to the line.
func (j *jumpBar) begin(c model.Calendar) {
	*j = jumpBar{input: list.NewInput(), typing: true, forms: c.Example() + ", 09:00 or a step"}
	j.input.Focus()
}

// key edits the moment, or moves the clock to it. It reports whether the clock has moved.
func (j *jumpBar) key(msg tea.KeyPressMsg, clock *player.Clock) (moved bool) {
	empty := strings.TrimSpace(j.input.Value()) == ""
	switch {
	case key.Matches(msg, kit.Escape), key.Matches(msg, kit.Enter) && empty:
		j.typing = false
	case key.Matches(msg, kit.Enter):
		if err := clock.JumpTo(j.input.Value()); err != nil {
			j.wrong = text.Clean(err.Error())
			return false
		}
		j.typing = false
		return true
	default:
		j.wrong = text.Text{}
		j.input, _ = j.input.Update(msg)
	}
	return false
}
