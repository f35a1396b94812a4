package config

import (
	"strings"

	"societop/model/text"
)

// outlined is the place of a line in the outline of a config.
type outlined struct {
	parent  int  // the line that holds it; −1: none
	depth   int  // how many lines hold it, one in the other
	end     int  // one after the last line that it holds
	entries int  // how many lines it holds itself, comments and closing brackets aside
	text    bool // it goes on a string that began above
}

// holds reports whether a line contains others.
func (o *outlined) holds(line int) bool { return o.end > line+1 }

// outlineOf finds which lines contain others. It uses only their indentation, so that it works
// for invalid YAML, too. The dashes of a list may be in the column of its key. The lines of a
// string belong to the line where it begins, whatever they look like.
func outlineOf(lines []text.Text) []outlined {
	out := make([]outlined, len(lines))
	ranks := ranksOf(lines, out)
	open := make([]int, 0, 16) // the lines that hold the present one
	for i, rank := range ranks {
		for len(open) > 0 && ranks[open[len(open)-1]] >= rank {
			out[open[len(open)-1]].end = i
			open = open[:len(open)-1]
		}
		out[i].parent, out[i].depth = -1, len(open)
		if len(open) > 0 {
			out[i].parent = open[len(open)-1]
			if first := strings.TrimLeft(lines[i].String(), " "); first != "" && !strings.ContainsRune("#}]", rune(first[0])) {
				out[out[i].parent].entries++
			}
		}
		open = append(open, i)
	}
	for _, line := range open {
		out[line].end = len(lines)
	}
	return out
}

// ranksOf returns the depth of each line: a line contains the lines of higher rank that follow
// it. Dashes and closing brackets count half a column more than a key; empty lines and comments
// have the rank of the next line.
func ranksOf(lines []text.Text, out []outlined) []int {
	ranks := make([]int, len(lines))
	const follows = -1
	base := -1 // the column of what a string belongs to; −1: no string
	for i := range lines {
		s := split(lines[i].String())
		switch {
		case s.empty():
			ranks[i] = follows
		case base >= 0 && s.indent > base:
			ranks[i], out[i].text = 2*base+2, true
		case s.text[s.indent] == '#':
			ranks[i] = follows
		default:
			if ranks[i] = 2 * s.indent; s.body > s.indent || strings.ContainsRune("}]", rune(s.text[s.indent])) {
				ranks[i]++
			}
			base = s.stringBase()
		}
	}
	next := 0
	for i := len(ranks) - 1; i >= 0; i-- {
		if ranks[i] == follows {
			ranks[i] = next
		}
		next = ranks[i]
	}
	return ranks
}

// parted is a line of YAML and the bytes at which its parts begin.
type parted struct {
	text   string
	indent int // of what is no space
	body   int // after the dashes
	colon  int // after the key; −1: there is none
}

// maxKey is the longest key that YAML allows.
const maxKey = 1024

// split finds the parts of a line.
func split(text string) parted {
	s := parted{text: text, colon: -1}
	s.indent = len(text) - len(strings.TrimLeft(text, " "))
	for s.body = s.indent; ; {
		switch rest := text[s.body:]; {
		case rest == "-":
			s.body++
			return s
		case strings.HasPrefix(rest, "- "):
			s.body += len(rest) - len(strings.TrimLeft(rest[1:], " "))
		default:
			if n := keyLength(rest); n > 0 {
				s.colon = s.body + n
			}
			return s
		}
	}
}

// keyLength returns the length of the key at the beginning of a text; 0 if there is none.
func keyLength(text string) int {
	text = text[:min(len(text), maxKey)]
	if text == "" || strings.IndexByte("#{[]}|>", text[0]) >= 0 {
		return 0
	}
	if text[0] == '"' || text[0] == '\'' {
		if n := quotedLength(text); n < len(text) && text[n] == ':' {
			return n
		}
		return 0
	}
	if n := strings.Index(text, ": "); n >= 0 {
		return n
	}
	if strings.HasSuffix(text, ":") {
		return len(text) - 1
	}
	return 0
}

// quotedLength returns the length of the quoted beginning of a text.
func quotedLength(text string) int {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

func (s *parted) empty() bool { return s.indent == len(s.text) }

// value returns the first byte of the value.
func (s *parted) value() int {
	if s.colon >= 0 {
		return s.colon + 1
	}
	return s.body
}

// stringBase returns the column beyond which the following lines belong to the string that
// begins in this line; −1 if none begins.
func (s *parted) stringBase() int {
	base := s.body
	if s.colon < 0 {
		if base = strings.LastIndexByte(s.text[:s.body], '-'); base < 0 {
			return -1 // neither a key nor an entry of a list
		}
	}
	value := strings.TrimLeft(s.text[s.value():], " ")
	for value != "" && (value[0] == '!' || value[0] == '&') {
		_, value, _ = strings.Cut(value, " ")
		value = strings.TrimLeft(value, " ")
	}
	if value == "" || strings.IndexByte("#{[*", value[0]) >= 0 {
		return -1
	}
	return base
}

// shownLines returns the lines that are not folded.
func shownLines(all []outlined, folded []bool) []int {
	out := make([]int, 0, len(all))
	for i := 0; i < len(all); {
		out = append(out, i)
		if folded[i] {
			i = all[i].end
		} else {
			i++
		}
	}
	return out
}

// unfolded is how many levels of a config are unfolded at first.
const unfolded = 2

// openingFolds returns which lines are folded at first: those below the first levels. The
// bracket around JSON is not a level.
func openingFolds(lines []text.Text, all []outlined) []bool {
	levels := unfolded
	if len(lines) > 0 && strings.IndexByte("{[", (lines[0].String() + " ")[0]) >= 0 {
		levels++
	}
	folded := make([]bool, len(all))
	for i := range all {
		folded[i] = all[i].holds(i) && all[i].depth >= levels-1
	}
	return folded
}
