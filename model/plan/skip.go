package plan

import "strings"

// skip passes over the value of a key at column col, of which value stands on the key's
// line, and moves to the line after it.
func (s *scanner) skip(col int, value string) {
	s.value(col, value)
	for s.more() && (s.col > col || (s.col == col && item(s.line))) {
		if plainWord(s.line) {
			s.words(s.col)
			s.plain(s.col)
		} else {
			s.node(s.col, s.line)
		}
	}
}

// plainWord reports whether a line is an entry of a list that is nothing but letters and
// digits, as most lines of a long config are: the agents that a survey goes to.
func plainWord(line string) bool {
	return strings.HasPrefix(line, "- ") && wordEnd(line, 2) == len(line) && len(line) > 2
}

// words passes over lines like the current one, in the same column, but for their last.
func (s *scanner) words(col int) {
	for pos := s.pos; ; s.pos = pos {
		begin := pos + col + len("- ")
		if begin > len(s.src) || s.src[begin-2:begin] != "- " || strings.TrimLeft(s.src[pos:begin-2], " ") != "" {
			return
		}
		end := wordEnd(s.src, begin)
		if end == begin || end == len(s.src) || s.src[end] != '\n' {
			return
		}
		pos = end + 1
	}
}

// wordEnd is where the letters and digits end that begin at a place.
func wordEnd(s string, i int) int {
	for i < len(s) && inWord[s[i]] {
		i++
	}
	return i
}

// inWord is the letters and digits.
var inWord = func() (in [256]bool) {
	for _, c := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
		in[c] = true
	}
	return in
}()

// item reports whether a line begins an entry of a list.
func item(line string) bool {
	return line == "-" || strings.HasPrefix(line, "- ")
}

// node passes over one line of nested content that begins at column col, and over the
// scalar that it may begin.
func (s *scanner) node(col int, text string) {
	for text == "-" || strings.HasPrefix(text, "- ") {
		rest := strings.TrimLeft(text[1:], " ")
		if rest == "" {
			s.next()
			return
		}
		if keyless(rest) {
			s.value(col, rest)
			return
		}
		col += len(text) - len(rest)
		text = rest
	}
	if text[0] == '\'' || text[0] == '"' {
		s.quoted(col, text, true)
		return
	}
	if strings.IndexByte("?[]{},%@`#&*!|>", text[0]) >= 0 {
		s.unreadable = true
		return
	}
	if _, value, ok := splitKey(text); ok {
		s.value(col, value)
		return
	}
	s.unreadable = true
}

// keyless reports whether the text of a list entry is a scalar, not "key: value".
func keyless(text string) bool {
	if item(text) || text[0] == '\'' || text[0] == '"' {
		return false
	}
	if strings.IndexByte("&*!|>[{", text[0]) >= 0 {
		return true
	}
	_, _, isKey := splitKey(text)
	return !isKey
}

// value passes over a value of which text follows a key or a dash at column col.
func (s *scanner) value(col int, text string) {
	text = withoutMarks(text)
	if text == "" || text == "{}" || text == "[]" {
		s.next()
		return
	}
	switch text[0] {
	case '*':
		s.next()
	case '\'', '"':
		s.quoted(col, text, false)
	case '|', '>':
		s.block(col, text)
	case '[', ']', '{', '}', ',', '%', '@', '`', '#':
		s.unreadable = true
	case '?', '-':
		if s.unreadable = s.unreadable || len(text) == 1 || text[1] == ' '; !s.unreadable {
			s.plain(col)
		}
	default:
		s.plain(col)
	}
}

// withoutMarks is a value without the anchors and tags that it begins with.
func withoutMarks(text string) string {
	for text != "" && (text[0] == '&' || text[0] == '!') {
		_, rest, _ := strings.Cut(text, " ")
		text = strings.TrimLeft(rest, " ")
	}
	return text
}

// plain passes over the further lines of a plain scalar: those indented deeper than col.
func (s *scanner) plain(col int) {
	s.next()
	for s.more() && s.col > col {
		s.next()
	}
}

// block passes over a literal or folded scalar.
func (s *scanner) block(col int, header string) {
	if strings.Trim(header[1:], "+-") != "" {
		s.unreadable = true
		return
	}
	for s.rawLine() {
		if s.line != "" && s.col <= col {
			if s.line[0] == '#' {
				s.next()
			}
			return
		}
	}
	s.line, s.col = "", -1
}

// quoted passes over a quoted scalar that begins in the current line with text, and, where
// it is a key, over the value after it.
func (s *scanner) quoted(col int, text string, mayBeKey bool) {
	mark := text[0]
	for rest := text[1:]; ; rest = s.line {
		end := closing(rest, mark)
		if end < 0 {
			if !s.rawLine() {
				s.unreadable = true
				return
			}
			continue
		}
		switch after := strings.TrimLeft(rest[end+1:], " "); {
		case after == "":
			s.next()
		case mayBeKey && (after == ":" || strings.HasPrefix(after, ": ")):
			s.value(col, strings.TrimLeft(after[1:], " "))
		default:
			s.unreadable = true
		}
		return
	}
}

// closing finds the mark that ends a quoted scalar in a line; −1 when it goes on.
func closing(line string, mark byte) int {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && mark == '"':
			i++
		case line[i] != mark:
		case mark == '\'' && i+1 < len(line) && line[i+1] == mark:
			i++
		default:
			return i
		}
	}
	return -1
}
