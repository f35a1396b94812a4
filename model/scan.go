package model

import "strings"

// scanWorkflow reads the workflow out of a config in the block style that AgentSociety
// writes, in one pass and without building a tree. Its ok is false for anything else:
// flow collections, aliases, tags or quotes where the plan looks, tabs, several documents.
// What it does understand it reads as the YAML library does (FuzzPlan).
func scanWorkflow(config string) (w workflow, ok bool) {
	if exotic(config) {
		return workflow{}, false
	}
	s := &scanner{src: config}
	s.next()
	seen := false
	for s.more() {
		key, value, good := s.key(0)
		if !good {
			return workflow{}, false
		}
		if key != "exp" {
			s.skip(0, value)
			continue
		}
		if seen || value != "" {
			return workflow{}, false
		}
		seen = true
		s.next()
		s.exp(&w)
	}
	return w, !s.odd
}

// exotic tells whether a config has characters that only the library should judge.
func exotic(config string) bool {
	for _, c := range []string{"\r", "\t", "\u0085", "\u2028", "\u2029", "\ufeff", "\n---", "\n...", "\n%", "\x00"} {
		if strings.Contains(config, c) {
			return true
		}
	}
	for _, c := range []string{"---", "...", "%"} {
		if strings.HasPrefix(config, c) {
			return true
		}
	}
	return false
}

// scanner walks over the structural lines of a YAML text: those that are neither blank nor
// comments nor inside a scalar.
type scanner struct {
	src  string
	pos  int    // where the next line begins
	line string // the current line without its indent and trailing spaces; "" at the end
	col  int    // its indent
	odd  bool   // something that only the library should judge: the result is void
}

// more tells whether there is a current line to be read.
func (s *scanner) more() bool { return !s.odd && s.line != "" }

// next moves to the next structural line.
func (s *scanner) next() {
	for s.rawLine() {
		if s.line != "" && s.line[0] != '#' {
			return
		}
	}
	s.line, s.col = "", -1
}

// rawLine moves to the next line of any kind; it is false at the end.
func (s *scanner) rawLine() bool {
	if s.pos >= len(s.src) {
		return false
	}
	rest := s.src[s.pos:]
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
		s.pos = len(s.src)
	} else {
		s.pos += end + 1
	}
	col := 0
	for col < end && rest[col] == ' ' {
		col++
	}
	s.line, s.col = strings.TrimRight(rest[col:end], " "), col
	return true
}

// key splits the current line into a plain key that must stand at column col, and what
// follows it on the line.
func (s *scanner) key(col int) (key, value string, ok bool) {
	if s.col != col || strings.IndexByte("-?:,[]{}#&*!|>'\"%@`", s.line[0]) >= 0 {
		s.odd = true
		return "", "", false
	}
	key, value, ok = splitKey(s.line)
	s.odd = s.odd || !ok
	return key, value, ok
}

// splitKey splits "key: value" or "key:".
func splitKey(line string) (key, value string, ok bool) {
	for from := 0; ; {
		i := strings.IndexByte(line[from:], ':')
		if i < 0 {
			return "", "", false
		}
		i += from
		if i+1 == len(line) {
			return strings.TrimRight(line[:i], " "), "", !strings.Contains(line[:i], " #")
		}
		if line[i+1] == ' ' {
			return strings.TrimRight(line[:i], " "), strings.TrimLeft(line[i+2:], " "), !strings.Contains(line[:i], " #")
		}
		from = i + 1
	}
}

// skip passes over the value of a key at column col, of which value stands on the key's
// line, and moves to the line after it.
func (s *scanner) skip(col int, value string) {
	s.value(col, value)
	for s.more() && (s.col > col || (s.col == col && item(s.line))) {
		s.node(s.col, s.line)
	}
}

// item tells whether a line begins an entry of a list.
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
		s.odd = true
		return
	}
	if _, value, ok := splitKey(text); ok {
		s.value(col, value)
		return
	}
	s.odd = true
}

// keyless tells whether the text of a list entry is a scalar, not "key: value".
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

// value passes over a value of which text stands behind a key or a dash at column col.
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
		s.odd = true
	case '?', '-':
		if s.odd = s.odd || len(text) == 1 || text[1] == ' '; !s.odd {
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
		s.odd = true
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
// it is a key, over the value behind it.
func (s *scanner) quoted(col int, text string, mayBeKey bool) {
	mark := text[0]
	for rest := text[1:]; ; rest = s.line {
		end := closing(rest, mark)
		if end < 0 {
			if !s.rawLine() {
				s.odd = true
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
			s.odd = true
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

// exp reads the mapping under "exp".
func (s *scanner) exp(w *workflow) {
	if !s.more() || s.col == 0 {
		return
	}
	col := s.col
	seen := map[string]bool{}
	for s.more() && s.col >= col {
		key, value, ok := s.key(col)
		if !ok || seen[key] {
			s.odd = true
			return
		}
		seen[key] = true
		s.member(col, key, value, w)
	}
}

// member reads one key of the mapping under "exp", whose keys stand at column col.
func (s *scanner) member(col int, key, value string, w *workflow) {
	switch key + ":" + value {
	case "environment:":
		s.next()
		s.environment(col, w)
	case "workflow:":
		s.next()
		s.workflow(col, w)
	case "workflow:[]":
		w.known = true
		s.skip(col, value)
	case "environment:{}":
		s.skip(col, value)
	default:
		s.odd = s.odd || key == "workflow" || key == "environment"
		s.skip(col, value)
	}
}

// environment reads the mapping under "environment", which stands at column parent.
func (s *scanner) environment(parent int, w *workflow) {
	col := s.col
	if col <= parent {
		s.odd = s.odd || (col == parent && item(s.line))
		return
	}
	for s.more() && s.col > parent {
		key, value, ok := s.key(col)
		if !ok {
			return
		}
		if key == "start_tick" {
			w.start = parseNumber(s.scalar(col, value))
		} else {
			s.skip(col, value)
		}
	}
}

// workflow reads the list under "workflow", which stands at column parent.
func (s *scanner) workflow(parent int, w *workflow) {
	col := s.col
	if !s.more() || col < parent || !item(s.line) {
		s.odd = s.odd || col > parent
		return
	}
	w.known = true
	for s.more() && s.col == col && item(s.line) {
		if len(s.line) < 3 || s.line[2] == ' ' {
			s.odd = true
			return
		}
		s.line, s.col = s.line[2:], col+2
		w.entries = append(w.entries, s.entry(col+2))
	}
	s.odd = s.odd || s.col > parent
}

// entry reads one entry of the workflow, whose keys stand at column col.
func (s *scanner) entry(col int) (e rawEntry) {
	for s.more() && s.col >= col {
		key, value, ok := s.key(col)
		if !ok {
			return e
		}
		switch key {
		case "type":
			e.typ = s.scalar(col, value)
		case "days":
			e.days = parseNumber(s.scalar(col, value))
		case "steps":
			e.steps = parseNumber(s.scalar(col, value))
		case "ticks_per_step":
			e.ticks = parseNumber(s.scalar(col, value))
		case "send_time":
			n := parseNumber(s.scalar(col, value))
			e.sends = n.set || n.wild
		default:
			s.skip(col, value)
		}
	}
	return e
}

// scalar takes a plain scalar that stands whole on its line, and moves on.
func (s *scanner) scalar(col int, value string) string {
	if value != "" && strings.IndexByte("?:,[]{}#&*!|>'\"%@`", value[0]) >= 0 {
		s.odd = true
	}
	if strings.Contains(value, " #") || strings.Contains(value, ": ") || strings.HasSuffix(value, ":") || item(value) {
		s.odd = true
	}
	s.next()
	if s.more() && (s.col > col || (s.col == col && item(s.line))) {
		s.odd = true
	}
	return value
}
