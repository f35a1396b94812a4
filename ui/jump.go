package ui

import (
	"errors"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model"
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
func (a *App) jumpTo(text string) tea.Cmd {
	if err := a.detail.clock.JumpTo(text); err != nil {
		a.jump.wrong = usage(err)
		return nil
	}
	a.jump.typing = false
	return a.timeMoved()
}

// usage is what is wrong with something that was typed.
func usage(err error) text.Text {
	s := text.Clean(err.Error()).String()
	if errors.Is(err, model.ErrUsage) {
		s = strings.TrimPrefix(s, model.ErrUsage.Error()+": ")
	}
	return text.Clean(s)
}
