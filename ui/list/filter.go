package list

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/theme"
)

// Filter is the line in which a filter is typed.
type Filter struct {
	Input  textinput.Model
	Wrong  text.Text // what is wrong with it
	typing bool
	before string // the filter before the typing began
	aside  string // the filter before Toggle

	offered model.Completion // for the text before the cursor
	choice  int              // the one that Tab has inserted; −1: none
}

const (
	// MaxFilter is how many characters a filter may have.
	MaxFilter = 500
	// wideHelp is the least width with room for the whole filter language.
	wideHelp = 110
)

// NewFilter returns an empty line.
func NewFilter() Filter { return Filter{Input: NewInput(), choice: -1} }

// NewInput returns a line to type into.
func NewInput() textinput.Model {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = MaxFilter
	input.SetVirtualCursor(false)
	return input
}

// Typing reports whether the filter has the keys.
func (f *Filter) Typing() bool { return f.typing }

// Begin gives the keys to the filter, which starts with the present one.
func (f *Filter) Begin(set string, lab *model.Lab) {
	f.before, f.typing = set, true
	f.Input.SetValue(set)
	f.Input.CursorEnd()
	f.Input.Focus() // its command only blinks, and nothing here moves by itself
	f.offer(lab)
}

// Cancel ends the typing, and returns the previous filter.
func (f *Filter) Cancel() string {
	f.typing = false
	f.Clear()
	return f.before
}

// Keep ends the typing and keeps the filter, unless something is wrong with it. It reports whether
// it did.
func (f *Filter) Keep() bool {
	f.typing = !f.Wrong.Empty()
	return !f.typing
}

// Toggle returns the filter that shows only some experiments, or, if that is the present one, the one
// before it.
func (f *Filter) Toggle(only, present string) string {
	if present == only {
		return f.aside
	}
	f.aside = present
	return only
}

// Clear forgets the text.
func (f *Filter) Clear() {
	f.Input.SetValue("")
	f.Wrong = text.Text{}
}

// Update edits the text.
func (f *Filter) Update(msg tea.Msg, lab *model.Lab) {
	f.Input, _ = f.Input.Update(msg)
	f.offer(lab)
}

// offer finds the completions of what is typed.
func (f *Filter) offer(lab *model.Lab) {
	f.offered, f.choice = model.CompleteFilter(f.Input.Value(), f.Input.Position(), lab), -1
}

// Complete inserts the next completion, or the previous one.
func (f *Filter) Complete(by int) {
	n := len(f.offered.Choices)
	if n == 0 {
		return
	}
	if f.choice < 0 && by < 0 {
		f.choice = n
	}
	f.choice = (f.choice + by + n) % n
	text, cursor := f.offered.Apply(f.offered.Choices[f.choice])
	f.Input.SetValue(text)
	f.Input.SetCursor(cursor)
}

// Help returns the lines under the filter, in w cells: the completions, and the filter language. The
// orders are those of a lab.
func (f *Filter) Help(t *theme.Theme, w int, lab *model.Lab) []string {
	return []string{cell.Fit(f.offers(t, w), w), cell.Fit(filterHelp(t, w, lab), w)}
}

// offers returns the completions that Tab inserts, as many as fit, with the present one marked.
func (f *Filter) offers(t *theme.Theme, w int) string {
	out := " " + t.Key.Render("Tab")
	all := f.offered.Choices
	switch {
	case len(all) == 0 && !f.Wrong.Empty():
		return " " + t.Faint.Render("correct the filter, or press Esc for the previous one")
	case len(all) == 0:
		return " " + t.Faint.Render("Enter keeps the filter, Esc drops it")
	}
	if len(all) == 1 && all[0].Meaning != "" {
		return out + " " + t.Text.Render(all[0].Text) + "  " + t.Faint.Render(all[0].Meaning)
	}
	from := f.firstOffer(w)
	used := 4
	for i := from; i < len(all); i++ {
		n := 1 + cell.Width(all[i].Text)
		if used+n > w-2 {
			return out + t.Faint.Render(" "+cell.Ellipsis)
		}
		style := t.Faint
		if i == f.choice {
			style = t.Selected
		}
		out += " " + style.Render(all[i].Text)
		used += n
	}
	return out
}

// firstOffer returns the first completion that is shown, so that the present one fits.
func (f *Filter) firstOffer(w int) int {
	all, from := f.offered.Choices, 0
	used := 4
	for i := 0; i <= f.choice && i < len(all); i++ {
		for used += 1 + cell.Width(all[i].Text); used > w-2 && from < i; from++ {
			used -= 1 + cell.Width(all[from].Text)
		}
	}
	return from
}

// filterHelp returns the rest of the filter language, and the orders that s goes through.
func filterHelp(t *theme.Theme, w int, lab *model.Lab) string {
	var sorts []string
	for _, k := range model.SortKeys() {
		if offers(lab, k) {
			sorts = append(sorts, k.String())
		}
	}
	parts := [][2]string{{"-x", "not"}, {"a|b", "or"}, {"s", "by " + strings.Join(sorts, " ")}}
	if w >= wideHelp {
		parts = [][2]string{{"-x", "not"}, {"a b", "and"}, {"a|b", "or"}, {`"two words"`, ""}, {"s", "sorts by " + strings.Join(sorts, " ")}}
	}
	out := " "
	for _, one := range parts {
		part := t.Key.Render(one[0])
		if one[1] != "" {
			part += " " + t.Faint.Render(one[1])
		}
		out += part + "  "
	}
	return cell.Cut(out, w)
}
