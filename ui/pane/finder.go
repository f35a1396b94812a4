package pane

import (
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/theme"
)

// finder is the search of a pane: what is looked for, and the line in which it is typed. What
// the pane does with it, leave out or mark, is the pane's.
type finder struct {
	theme  *theme.Theme
	keys   finderKeys
	input  textinput.Model
	typing bool
	query  string
	width  int // of the line
}

// finderKeys are the keys of a search.
type finderKeys struct{ search, end, clear, next, previous key.Binding }

// newFinder is a search for something that the help names.
func newFinder(t *theme.Theme, what string) finder {
	bind := func(keys, help, what string) key.Binding {
		return key.NewBinding(key.WithKeys(keys), key.WithHelp(help, what))
	}
	input := textinput.New()
	input.Prompt, input.CharLimit = "", 200
	input.SetVirtualCursor(false)
	return finder{theme: t, input: input, keys: finderKeys{
		search: bind("/", "/", "search "+what), end: bind("enter", "⏎", "end of the search's text"), clear: bind("esc", "Esc", "end the search"),
		next: bind("n", "n", "next hit"), previous: bind("N", "N", "previous hit"),
	}}
}

// resize takes the width of the line.
func (f *finder) resize(width int) {
	f.width = width
}

// begin lets another search be typed.
func (f *finder) begin() {
	f.reset()
	f.typing = true
	f.input.Focus() // its command only blinks
}

// reset ends the search.
func (f *finder) reset() {
	f.typing, f.query = false, ""
	f.input.SetValue("")
}

// takes tells whether a key is the search's: all of them while it is typed.
func (f *finder) takes(k tea.KeyPressMsg) bool {
	return f.typing || key.Matches(k, f.keys.search) || f.query != "" && key.Matches(k, f.keys.clear)
}

// update begins, edits or ends the search. found tells that something else is looked for now,
// handled that the message was the search's.
func (f *finder) update(msg tea.Msg) (found, handled bool) {
	k, ok := msg.(tea.KeyPressMsg)
	before := f.query
	switch {
	case !f.typing && (!ok || !f.takes(k)):
		return false, false
	case ok && key.Matches(k, f.keys.clear):
		f.reset()
	case !f.typing:
		f.begin()
	case ok && key.Matches(k, f.keys.end):
		f.typing = false
	default:
		f.input, _ = f.input.Update(msg)
		f.query = f.input.Value()
	}
	return f.query != before, true
}

// line is the search while it is typed, with something said at its right end.
func (f *finder) line(said string) string {
	text, _ := Typed(&f.input, f.room())
	return f.theme.Key.Render("/") + " " + text + f.theme.Faint.Render(cell.Right(said, f.width-len(prompt)-f.room()))
}

// prompt stands before what is typed.
const prompt = "/ "

// room is how many cells there are for what is typed: two thirds of the line.
func (f *finder) room() int { return max(f.width-len(prompt)-f.width/3, 1) }

// Typed is what is typed into an input in exactly w cells, and in which of them its cursor
// stands. The input's own View and Cursor count characters where they should count cells.
func Typed(input *textinput.Model, w int) (text string, x int) {
	value, at := []rune(input.Value()), input.Position()
	return cell.Typed(model.Clean(string(value[:at])).String(), model.Clean(string(value[at:])).String(), w)
}

// cursor is where the next character will stand on the line; ok tells that there is one.
func (f *finder) cursor() (x int, ok bool) {
	_, x = Typed(&f.input, f.room())
	return min(len(prompt)+x, max(f.width-1, 0)), f.typing
}

// matches tells whether a text holds what is looked for, in whatever case.
func (f *finder) matches(text string) bool {
	from, _ := find(text, f.query)
	return from >= 0
}

// mark is clean text in a style, with what is looked for marked in it.
func (f *finder) mark(text string, style lipgloss.Style) string {
	return mark(text, f.query, style, f.theme.Hit)
}

// mark is clean text in a style, with a part that occurs in it, in whatever case, in another.
func mark(text, part string, style, hit lipgloss.Style) string {
	var b strings.Builder
	for text != "" {
		from, to := find(text, part)
		if from < 0 {
			break
		}
		if from > 0 {
			b.WriteString(style.Render(text[:from]))
		}
		b.WriteString(hit.Render(text[from:to]))
		text = text[to:]
	}
	if text != "" {
		b.WriteString(style.Render(text))
	}
	return b.String()
}

// find is where a part first occurs in a text, in whatever case: its bytes from and to; −1
// where it does not. An empty part occurs nowhere.
func find(text, part string) (from, to int) {
	if part == "" {
		return -1, -1
	}
	first := fold([]rune(part)[0])
	for i, r := range text {
		if fold(r) != first {
			continue
		}
		if n := prefix(text[i:], part); n > 0 {
			return i, i + n
		}
	}
	return -1, -1
}

// prefix is how many bytes of a text are a part, in whatever case; 0 where it does not begin
// with it.
func prefix(text, part string) int {
	rest := []rune(part)
	for i, r := range text {
		if len(rest) == 0 {
			return i
		}
		if fold(r) != fold(rest[0]) {
			return 0
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return 0
	}
	return len(text)
}

// fold is a character without its case.
func fold(r rune) rune {
	if r < unicode.MaxASCII {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}
