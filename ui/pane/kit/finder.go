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
	"societop/ui/input"
	"societop/ui/theme"
)

// Finder is the search of a pane: the query and the line in which it is typed. The pane decides
// whether it hides what does not match or marks what does.
type Finder struct {
	theme  *theme.Theme
	what   string // is searched
	Keys   finderKeys
	input  textinput.Model
	Typing bool
	Query  string
	width  int // of the line
}

// Searchable is the search of a pane that embeds it.
type Searchable struct{ Search Finder }

// Cursor returns where the next character of the query will be; ok reports whether the query is
// being typed.
func (s *Searchable) Cursor() (x, y int, ok bool) {
	f := &s.Search
	_, x = Typed(&f.input, f.room())
	return min(len(prompt)+x, max(f.width-1, 0)), 0, f.Typing
}

// finderKeys are the keys of a search. While its text is typed, Enter and Esc end it.
type finderKeys struct{ Search, Clear, Next, Previous key.Binding }

// NewSearch returns a search; what names what is searched, for the help.
func NewSearch(t *theme.Theme, what string) Searchable {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", 200
	input.SetVirtualCursor(false)
	s := Searchable{Finder{theme: t, what: what, input: input}}
	s.Search.Rebind(nil)
	return s
}

// Rebind gives the actions their keys.
func (f *Finder) Rebind(k *input.Keys) {
	f.Keys = finderKeys{
		Search: k.Bind("search", "/", "search "+f.what, "/"), Clear: k.Bind("back", "Esc", "end the search", "esc"),
		Next: k.Bind("next-hit", "n", "next hit", "n"), Previous: k.Bind("previous-hit", "N", "previous hit", "N"),
	}
}

// SetWidth sets the width of the line.
func (f *Finder) SetWidth(width int) {
	f.width = width
}

// begin starts a new search.
func (f *Finder) begin() {
	f.Reset()
	f.Typing = true
	f.input.Focus() // its command only blinks
}

// Reset ends the search.
func (f *Finder) Reset() {
	f.Typing, f.Query = false, ""
	f.input.SetValue("")
}

// Captures reports whether a key belongs to the search. All keys do while the query is typed.
func (f *Finder) Captures(k tea.KeyPressMsg) bool {
	return f.Typing || key.Matches(k, f.Keys.Search) || f.Query != "" && key.Matches(k, f.Keys.Clear)
}

// Update begins, edits or ends the search. found reports whether the query changed, handled
// whether the message belonged to the search.
func (f *Finder) Update(msg tea.Msg) (found, handled bool) {
	k, ok := msg.(tea.KeyPressMsg)
	before := f.Query
	switch {
	case !f.Typing && (!ok || !f.Captures(k)):
		return false, false
	case ok && f.Typing && k.Code == tea.KeyEscape, ok && !f.Typing && f.Query != "" && key.Matches(k, f.Keys.Clear):
		f.Reset()
	case !f.Typing:
		f.begin()
	case ok && k.Code == tea.KeyEnter:
		f.Typing = false
	default:
		f.input, _ = f.input.Update(msg)
		f.Query = f.input.Value()
	}
	return f.Query != before, true
}

// Line draws the search while it is typed, with a text at its right end.
func (f *Finder) Line(said string) string {
	text, _ := Typed(&f.input, f.room())
	return f.theme.Key.Render("/") + " " + text + f.theme.Faint.Render(cell.Right(said, f.width-len(prompt)-f.room()))
}

// prompt stands before what is typed.
const prompt = "/ "

// room returns the width of the query: two thirds of the line.
func (f *Finder) room() int { return max(f.width-len(prompt)-f.width/3, 1) }

// Typed draws an input in exactly w cells and returns the column of its cursor. The input's own
// View and Cursor count characters instead of cells.
func Typed(input *textinput.Model, w int) (s string, x int) {
	value, at := []rune(input.Value()), input.Position()
	return cell.Typed(text.Clean(string(value[:at])).String(), text.Clean(string(value[at:])).String(), w)
}

// Matches reports whether a text has the query, in any case.
func (f *Finder) Matches(text string) bool {
	from, _ := find(text, f.Query)
	return from >= 0
}

// Mark draws clean text in a style and marks the query in it.
func (f *Finder) Mark(text string, style lipgloss.Style) string {
	return mark(text, f.Query, style, f.theme.Hit)
}

// mark draws clean text in a style, and every occurrence of part, in any case, in another.
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

// find returns the bytes of the first occurrence of part in a text, in any case; −1 if there is
// none. An empty part occurs nowhere.
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

// prefix returns how many bytes at the beginning of a text match part, in any case; 0 if it does
// not begin with it.
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

// fold returns a character in lower case.
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

// Off returns why a key of the search does nothing, or "".
func (f *Finder) Off(b key.Binding) string {
	if f.Query == "" && !f.Typing && Is(b, f.Keys.Next, f.Keys.Previous, f.Keys.Clear) {
		return notSearched
	}
	return ""
}
