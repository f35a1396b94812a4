package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks s into lines of at most w cells, at spaces and after hyphens if there are any,
// else where a line is full. It drops the spaces at which it breaks. Lines of one cell become as
// wide as the widest character needs: two. Each line has its own styles: a style that continues
// in the next line is ended and begun again.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	wr := wrapper{s: s, w: max(w, 2)}
	var state byte
	for at := 0; at < len(s); {
		part, cells, size, next := ansi.DecodeSequence(s[at:], state, nil)
		wr.add(part, at, cells)
		state, at = next, at+size
	}
	wr.end()
	if len(wr.lines) > 1 && strings.Contains(s, "\x1b[") {
		wr.carryStyles()
	}
	return wr.lines
}

// carryStyles ends the styles of each line and begins those that continue in the next one. The
// text dropped between two lines may have styles, too.
func (wr *wrapper) carryStyles() {
	open, end := "", 0
	for i, line := range wr.lines {
		open = styleAfter(open, wr.s[end:wr.begins[i]])
		begun := open
		open, end = styleAfter(open, line), wr.begins[i]+len(line)
		if wr.lines[i] = begun + line; open != "" {
			wr.lines[i] += resetStyle
		}
	}
}

// resetStyle ends all styles.
const resetStyle = "\x1b[m"

// styleAfter returns the styles that are open after a text that begins with some open.
func styleAfter(open, text string) string {
	for {
		at := strings.Index(text, "\x1b[")
		if at < 0 {
			return open
		}
		text = text[at:]
		end := strings.IndexByte(text, 'm')
		if end < 0 {
			return open
		}
		switch sequence := text[:end+1]; sequence {
		case resetStyle, "\x1b[0m":
			open = ""
		default:
			open += sequence
		}
		text = text[end+1:]
	}
}

// wrapper wraps a text part by part: characters, and the style sequences between them.
type wrapper struct {
	s      string
	w      int
	lines  []string
	begins []int // the first byte of each line

	begin, cells int // of the line: its first byte, and its cells so far
	stop, next   int // where the line can be broken: its end, and the begin of the next one
	upto         int // the cells of the line before next
	word         bool
}

// add adds a part that takes so many cells at a byte of the text.
func (wr *wrapper) add(part string, at, cells int) {
	r, _ := utf8.DecodeRuneInString(part)
	switch {
	case r == '\n':
		wr.cut(at, at+1, wr.cells)
		wr.word = false
		return
	case cells == 0:
		return
	case unicode.IsSpace(r) && r != '\u00a0':
		if wr.word || wr.next <= wr.begin {
			wr.stop = at
		}
		wr.cells += cells
		wr.next, wr.upto, wr.word = at+len(part), wr.cells, false
		return
	}
	if wr.cells+cells > wr.w && wr.next > wr.begin {
		wr.cut(wr.stop, wr.next, wr.upto)
	}
	if wr.cells+cells > wr.w {
		wr.cut(at, at, wr.cells)
	}
	wr.cells += cells
	if r == '-' && wr.word {
		wr.stop, wr.next, wr.upto = at+1, at+1, wr.cells
	}
	wr.word = true
}

// cut ends the line at a byte and begins the next, which has the cells after so many. Spaces
// before a word that needs a whole line are not a line.
func (wr *wrapper) cut(end, next, upto int) {
	if end > wr.begin || wr.s[end] == '\n' {
		wr.lines, wr.begins = append(wr.lines, wr.s[wr.begin:end]), append(wr.begins, wr.begin)
	}
	wr.begin, wr.cells = next, wr.cells-upto
}

// end adds the last line. It drops spaces that do not fit and keeps the styles after them.
func (wr *wrapper) end() {
	last := wr.s[wr.begin:]
	if wr.cells > wr.w {
		last = wr.s[wr.begin:wr.stop] + wr.s[wr.next:]
	}
	wr.lines, wr.begins = append(wr.lines, last), append(wr.begins, wr.begin)
}
