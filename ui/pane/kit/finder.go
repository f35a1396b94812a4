package kit

import (
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/theme"
)

// finder is the search of a pane: what is looked for, and the line in which it is typed. What
// the pane does with it, leave out or mark, is the pane's.
type Finder struct {
	theme  *theme.Theme
	Keys   finderKeys
	input  textinput.Model
	Typing bool
	Query  string
	width  int // of the line
}

// finderKeys are the keys of a search.
type finderKeys struct{ Search, end, Clear, Next, Previous key.Binding }

// newFinder is a search for something that the help names.
func NewFinder(t *theme.Theme, what string) Finder {
	bind := func(keys, help, what string) key.Binding {
		return key.NewBinding(key.WithKeys(keys), key.WithHelp(help, what))
	}
	input := textinput.New()
	input.Prompt, input.CharLimit = "", 200
	input.SetVirtualCursor(false)
	return Finder{theme: t, input: input, Keys: finderKeys{
		Search: bind("/", "/", "search "+what), end: bind("enter", "⏎", "end of the search's text"), Clear: bind("esc", "Esc", "end the search"),
		Next: bind("n", "n", "next hit"), Previous: bind("N", "N", "previous hit"),
	}}
}

// resize takes the width of the line.
func (f *Finder) SetWidth(width int) {
	f.width = width
}

// begin lets another search be typed.
func (f *Finder) begin() {
	f.Reset()
	f.Typing = true
	f.input.Focus() // its command only blinks
}

// reset ends the search.
func (f *Finder) Reset() {
	f.Typing, f.Query = false, ""
	f.input.SetValue("")
}

// takes reports whether a key is the search's: all of them while it is typed.
func (f *Finder) Captures(k tea.KeyPressMsg) bool {
	return f.Typing || key.Matches(k, f.Keys.Search) || f.Query != "" && key.Matches(k, f.Keys.Clear)
}

// update begins, edits or ends the search. found reports that something else is looked for now,
// handled that the message was the search's.
func (f *Finder) Update(msg tea.Msg) (found, handled bool) {
	k, ok := msg.(tea.KeyPressMsg)
	before := f.Query
	switch {
	case !f.Typing && (!ok || !f.Captures(k)):
		return false, false
	case ok && key.Matches(k, f.Keys.Clear):
		f.Reset()
	case !f.Typing:
		f.begin()
	case ok && key.Matches(k, f.Keys.end):
		f.Typing = false
	default:
		f.input, _ = f.input.Update(msg)
		f.Query = f.input.Value()
	}
	return f.Query != before, true
}

// line is the search while it is typed, with something said at its right end.
func (f *Finder) Line(said string) string {
	text, _ := Typed(&f.input, f.room())
	return f.theme.Key.Render("/") + " " + text + f.theme.Faint.Render(cell.Right(said, f.width-len(prompt)-f.room()))
}

// prompt stands before what is typed.
const prompt = "/ "

// room returns how many cells there are for what is typed: two thirds of the line.
func (f *Finder) room() int { return max(f.width-len(prompt)-f.width/3, 1) }

// Typed is what is typed into an input in exactly w cells, and in which of them its cursor
// stands. The input's own View and Cursor count characters where they should count cells.
func Typed(input *textinput.Model, w int) (s string, x int) {
	value, at := []rune(input.Value()), input.Position()
	return cell.Typed(text.Clean(string(value[:at])).String(), text.Clean(string(value[at:])).String(), w)
}

// cursor is where the next character will stand on the line; ok reports that there is one.
func (f *Finder) Cursor() (x int, ok bool) {
	_, x = Typed(&f.input, f.room())
	return min(len(prompt)+x, max(f.width-1, 0)), f.Typing
}

// matches reports whether a text holds what is looked for, in whatever case.
func (f *Finder) Matches(text string) bool {
	from, _ := find(text, f.Query)
	return from >= 0
}

// mark is clean text in a style, with what is looked for marked in it.
func (f *Finder) Mark(text string, style lipgloss.Style) string {
	return mark(text, f.Query, style, f.theme.Hit)
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

// prefix returns how many bytes of a text are a part, in whatever case; 0 where it does not begin
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

// fold returns a character without its case.
func fold(r rune) rune {
	if r < unicode.MaxASCII {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

// notSearched is why keys of the search do nothing.
const notSearched = "nothing is searched"

// off is why a key of the search does nothing.
func (f *Finder) Off(b key.Binding) string {
	if f.Query == "" && !f.Typing && Is(b, f.Keys.Next, f.Keys.Previous, f.Keys.Clear) {
		return notSearched
	}
	return ""
}
