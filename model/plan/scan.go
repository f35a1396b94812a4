package plan

import "strings"

// scan reads a config in the block style that AgentSociety writes, in one pass and without
// building a tree. Its ok is false for anything else: flow collections, aliases, tags or
// unusual quotes where Read looks, tabs, several documents. What it does understand it reads
// as the YAML library does (FuzzPlan).
func scan(config string) (c content, ok bool) {
	if exotic(config) {
		return content{}, false
	}
	s := &scanner{src: config}
	s.next()
	seen := map[string]bool{}
	for s.more() {
		key, value, good := s.key(0)
		if !good {
			return content{}, false
		}
		if key != "exp" && key != "llm" {
			s.skip(0, value)
			continue
		}
		if seen[key] {
			return content{}, false
		}
		seen[key] = true
		switch {
		case key == "llm":
			s.llm(value, &c)
		case value != "":
			return content{}, false
		default:
			s.next()
			s.exp(&c)
		}
	}
	return c, !s.unreadable
}

// exotic reports whether a config has characters that only the library should judge. Lines
// that begin with one of its marks are found as they are read.
func exotic(config string) bool {
	for _, c := range []string{"\r", "\t", "\x00", "\u0085", "\u2028", "\u2029", "\ufeff"} {
		if strings.Contains(config, c) {
			return true
		}
	}
	return false
}

// marks reports whether a line that is not indented is a mark of the document: its begin, its
// end, or a directive.
func marks(line string) bool {
	return line[0] == '%' || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...")
}

// scanner walks over the structural lines of a YAML text: those that are neither blank nor
// comments nor inside a scalar.
type scanner struct {
	src        string
	pos        int    // where the next line begins
	line       string // the current line without its indent and trailing spaces; "" at the end
	col        int    // its indent
	unreadable bool   // something that only the library should judge: the result is void
}

// more reports whether there is a current line to be read.
func (s *scanner) more() bool { return !s.unreadable && s.line != "" }

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
	for end > col && rest[end-1] == ' ' {
		end--
	}
	s.line, s.col = rest[col:end], col
	s.unreadable = s.unreadable || (col == 0 && end > 0 && marks(s.line))
	return true
}

// key splits the current line into a plain key that must stand at column col, and what
// follows it on the line.
func (s *scanner) key(col int) (key, value string, ok bool) {
	if s.col != col || strings.IndexByte("-?:,[]{}#&*!|>'\"%@`", s.line[0]) >= 0 {
		s.unreadable = true
		return "", "", false
	}
	key, value, ok = splitKey(s.line)
	s.unreadable = s.unreadable || !ok
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

// exp reads the mapping under "exp".
func (s *scanner) exp(c *content) {
	if !s.more() || s.col == 0 {
		return
	}
	col := s.col
	seen := map[string]bool{}
	for s.more() && s.col >= col {
		key, value, ok := s.key(col)
		if !ok || seen[key] {
			s.unreadable = true
			return
		}
		seen[key] = true
		s.member(col, key, value, c)
	}
}

// member reads one key of the mapping under "exp", whose keys stand at column col.
func (s *scanner) member(col int, key, value string, c *content) {
	switch key + ":" + value {
	case "environment:":
		s.next()
		s.environment(col, c)
	case "workflow:":
		s.next()
		s.workflow(col, c)
	case "workflow:[]":
		c.known = true
		s.skip(col, value)
	case "environment:{}":
		s.skip(col, value)
	default:
		s.unreadable = s.unreadable || key == "workflow" || key == "environment"
		s.skip(col, value)
	}
}

// environment reads the mapping under "environment", which stands at column parent.
func (s *scanner) environment(parent int, c *content) {
	col := s.col
	if col <= parent {
		s.unreadable = s.unreadable || (col == parent && item(s.line))
		return
	}
	for s.more() && s.col > parent {
		key, value, ok := s.key(col)
		if !ok {
			return
		}
		if key == "start_tick" {
			c.start = parseNumber(s.scalar(col, value))
		} else {
			s.skip(col, value)
		}
	}
}

// workflow reads the list under "workflow", which stands at column parent.
func (s *scanner) workflow(parent int, c *content) {
	col := s.col
	if !s.more() || col < parent || !item(s.line) {
		s.unreadable = s.unreadable || col > parent
		return
	}
	c.known = true
	for s.item(col) {
		c.entries = append(c.entries, s.entry(col+2))
	}
	s.unreadable = s.unreadable || s.col > parent
}

// item moves into the entry of a list that begins in the current line at column col; it is
// false where none does.
func (s *scanner) item(col int) bool {
	if !s.more() || s.col != col || !item(s.line) {
		return false
	}
	if len(s.line) < 3 || s.line[2] == ' ' {
		s.unreadable = true
		return false
	}
	s.line, s.col = s.line[2:], col+2
	return true
}

// llm reads the list under "llm", of which value stands on the key's line.
func (s *scanner) llm(value string, c *content) {
	if value == "[]" {
		s.skip(0, value)
		return
	}
	s.unreadable = s.unreadable || value != ""
	s.next()
	for col := s.col; s.item(col); {
		c.llm = append(c.llm, s.model(col+2))
	}
	s.unreadable = s.unreadable || s.col > 0
}

// model reads one entry of the list under "llm", whose keys stand at column col.
func (s *scanner) model(col int) (m rawModel) {
	for s.more() && s.col >= col {
		key, value, ok := s.key(col)
		if !ok {
			return m
		}
		switch key {
		case "model":
			m.name = s.name(col, value)
		case "provider":
			m.provider = s.name(col, value)
		default:
			s.skip(col, value)
		}
	}
	return m
}

// name takes a scalar that names something and stands whole on its line, plain or in quotes
// without an escape, and moves on. It is "" for a null.
func (s *scanner) name(col int, value string) string {
	if n := len(value) - 1; n > 0 && (value[0] == '\'' || value[0] == '"') && value[n] == value[0] && !strings.ContainsAny(value[1:n], `'"\`) {
		s.scalar(col, "")
		return value[1:n]
	}
	value = s.scalar(col, value)
	if n := parseNumber(value); !n.set && !n.invalid {
		return ""
	}
	return value
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
			e.sends = n.set || n.invalid
		default:
			s.skip(col, value)
		}
	}
	return e
}

// scalar takes a plain scalar that stands whole on its line, and moves on.
func (s *scanner) scalar(col int, value string) string {
	if value != "" && strings.IndexByte("?:,[]{}#&*!|>'\"%@`", value[0]) >= 0 {
		s.unreadable = true
	}
	if strings.Contains(value, " #") || strings.Contains(value, ": ") || strings.HasSuffix(value, ":") || item(value) {
		s.unreadable = true
	}
	s.next()
	if s.more() && (s.col > col || (s.col == col && item(s.line))) {
		s.unreadable = true
	}
	return value
}
