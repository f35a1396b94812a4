package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model/text"
)

// jumpBar is the line in which a moment of the simulated time is typed.
type jumpBar struct {
	input  textinput.Model
	typing bool
	wrong  text.Text
}

// jumpForms is what can be typed there.
const jumpForms = "d1 09:00, 09:00 or a step"

// beginJump lets a moment be typed.
func (a *App) beginJump() tea.Cmd {
	a.jump = jumpBar{input: newInput(), typing: true}
	a.jump.input.Focus()
	return nil
}

// onJumpKey edits the moment, and goes to it.
func (a *App) onJumpKey(msg tea.KeyPressMsg) tea.Cmd {
	j := &a.jump
	switch {
	case key.Matches(msg, a.keys.Back), key.Matches(msg, a.keys.Open) && strings.TrimSpace(j.input.Value()) == "":
		j.typing = false
	case key.Matches(msg, a.keys.Open):
		return a.jumpTo(j.input.Value())
	default:
		j.wrong = text.Text{}
		j.input, _ = j.input.Update(msg)
	}
	return nil
}

// jumpTo goes to a moment as it was typed; what is wrong with it is said.
func (a *App) jumpTo(typed string) tea.Cmd {
	if err := a.detail.clock.JumpTo(typed); err != nil {
		a.jump.wrong = text.Clean(err.Error())
		return nil
	}
	a.jump.typing = false
	return a.timeMoved()
}
