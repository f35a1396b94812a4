package ui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
)

// filterBar is the line in which a filter is typed.
type filterBar struct {
	input  textinput.Model
	typing bool
	before string // the filter before the typing began
	wrong  text.Text

	offered model.Completion // for what stands before the cursor
	choice  int              // which of them Tab has put in; −1: none
}

// maxFilter is how many characters a filter may have.
const maxFilter = 500

func newFilterBar() filterBar {
	return filterBar{input: newInput(), choice: -1}
}

// offer finds how what is typed can go on.
func (f *filterBar) offer(lab *model.Lab) {
	f.offered, f.choice = model.CompleteFilter(f.input.Value(), f.input.Position(), lab), -1
}

// complete puts the next of what is offered in, or the one before it.
func (f *filterBar) complete(by int) {
	n := len(f.offered.Choices)
	if n == 0 {
		return
	}
	if f.choice < 0 && by < 0 {
		f.choice = n
	}
	f.choice = (f.choice + by + n) % n
	text, cursor := f.offered.Apply(f.offered.Choices[f.choice])
	f.input.SetValue(text)
	f.input.SetCursor(cursor)
}

// newInput is a line to type into.
func newInput() textinput.Model {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = maxFilter
	input.SetVirtualCursor(false)
	return input
}

// clear forgets the text.
func (f *filterBar) clear() {
	f.input.SetValue("")
	f.wrong = text.Text{}
}

// beginFilter gives the keys to the filter.
func (a *App) beginFilter() tea.Cmd {
	a.detail.full, a.detail.focus, a.detail.open = false, false, false
	f := &a.filter
	f.before, f.typing = a.list.selection.Query().String(), true
	f.input.SetValue(f.before)
	f.input.CursorEnd()
	f.input.Focus() // its command only blinks, and nothing here moves by itself
	f.offer(a.lab)
	return a.relayout()
}

// onFilterKey edits the filter. The list follows every key.
func (a *App) onFilterKey(msg tea.KeyPressMsg) tea.Cmd {
	f := &a.filter
	switch {
	case key.Matches(msg, a.keys.Back):
		f.typing = false
		f.clear()
		return tea.Batch(a.setFilter(f.before), a.relayout())
	case key.Matches(msg, a.keys.Open):
		f.typing = false
		f.wrong = text.Text{}
		return a.relayout()
	case key.Matches(msg, a.keys.Switch, a.keys.SwitchBack):
		by := +1
		if key.Matches(msg, a.keys.SwitchBack) {
			by = -1
		}
		f.complete(by)
		return a.setFilter(f.input.Value())
	}
	f.input, _ = f.input.Update(msg)
	f.offer(a.lab)
	return a.setFilter(f.input.Value())
}

// onPaste puts text into the filter, as one clean line; elsewhere it means nothing.
func (a *App) onPaste(msg tea.PasteMsg) tea.Cmd {
	msg.Content = text.Clean(msg.Content).String()
	if _, ok := a.typist(); ok && a.overlay.kind == noOverlay {
		a.touch()
		return a.paneKey(msg)
	}
	switch {
	case a.jump.typing:
		a.touch()
		a.jump.input, _ = a.jump.input.Update(msg)
		return nil
	case !a.filter.typing:
		return nil
	}
	a.touch()
	a.filter.input, _ = a.filter.input.Update(msg)
	a.filter.offer(a.lab)
	return a.setFilter(a.filter.input.Value())
}

// setFilter filters the list by a text. A wrong one keeps the list and is said.
func (a *App) setFilter(s string) tea.Cmd {
	q, err := model.ParseQuery(s)
	if err != nil {
		a.filter.wrong = text.Clean(err.Error())
		return nil
	}
	a.filter.wrong = text.Text{}
	cmd := a.reselect(q, a.list.selection.Sort())
	if q.NeedsErrors() && !a.withErrors {
		a.withErrors, a.cursor = true, model.Cursor{}
		cmd = tea.Batch(cmd, a.restart())
	}
	return cmd
}

// reselect begins another filter or order; the list that is shown stays until it is made.
func (a *App) reselect(q model.Query, s model.Sort) tea.Cmd {
	if a.list.next != nil {
		a.list.next.Close()
	}
	a.list.next = a.lab.Select(q, s, a.now)
	return a.onWork(workMsg{a.list.next})
}

// onWork goes on with the selection that is being made, and shows it when it is done. One
// that was given up meanwhile is dropped.
func (a *App) onWork(msg workMsg) tea.Cmd {
	if msg.selection != a.list.next {
		return nil
	}
	if !msg.selection.Work(workRows) {
		return work(msg.selection)
	}
	a.touch()
	a.list.selection.Close()
	a.list.selection, a.list.next = msg.selection, nil
	a.list.place()
	a.fitList()
	return a.settle()
}

// nextSort orders the list by the next key.
func (a *App) nextSort() tea.Cmd {
	keys := model.SortKeys()
	at := int(a.list.selection.Sort().Key)
	return a.reselect(a.list.selection.Query(), model.Sort{Key: keys[(at+1)%len(keys)]})
}

// reverseSort turns the order round.
func (a *App) reverseSort() tea.Cmd {
	s := a.list.selection.Sort()
	s.Reverse = !s.Reverse
	return a.reselect(a.list.selection.Query(), s)
}
