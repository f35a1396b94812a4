package text

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Get is one member of an object, found without reading those behind it: fit to be asked of
// thousands of agents at each moment. ok is false of any other value, and where there is no
// such member.
func (v Value) Get(key string) (member Value, ok bool) {
	if v.Kind() != ObjectValue {
		return Value{}, false
	}
	s := jsonText(v.raw)
	for at := s.space(1); at < len(s) && s[at] == '"'; {
		end := s.end(at)
		from := s.space(s.space(end) + 1) // behind the colon
		to := s.end(from)
		if to > len(s) {
			break
		}
		if s.names(at, end, key) {
			return Value{string(s[from:to])}, true
		}
		if at = s.space(to); at < len(s) && s[at] == ',' {
			at = s.space(at + 1)
		}
	}
	return Value{}, false
}

// each calls do for every value of an object or a list; key is its name in quotes, empty in a
// list.
func (s jsonText) each(do func(key, value string)) {
	for at := s.space(1); at < len(s) && s[at] != '}' && s[at] != ']'; {
		key := ""
		if s[0] == '{' {
			end := s.end(at)
			if end > len(s) {
				return
			}
			key, at = string(s[at:end]), s.space(s.space(end)+1) // behind the colon
		}
		to := s.end(at)
		if to > len(s) || to <= at {
			return
		}
		do(key, string(s[at:to]))
		if at = s.space(to); at < len(s) && s[at] == ',' {
			at = s.space(at + 1)
		}
	}
}

// jsonText is valid JSON. Its methods stay within it, whatever it is.
type jsonText string

// space is the first place from i on that is no white space.
func (s jsonText) space(i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// end is the place behind the value that begins at i.
func (s jsonText) end(i int) int {
	if i >= len(s) {
		return len(s) + 1
	}
	switch s[i] {
	case '"':
		return s.quoteEnd(i)
	case '{', '[':
		return s.nestEnd(i)
	}
	if n := strings.IndexAny(string(s[i:]), ",}] \n\t\r"); n >= 0 {
		return i + n
	}
	return len(s)
}

// quoteEnd is the place behind the text that begins at i.
func (s jsonText) quoteEnd(i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s) + 1
}

// nestEnd is the place behind the object or the list that begins at i.
func (s jsonText) nestEnd(i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = s.quoteEnd(i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s) + 1
}

// names tells whether the text in its quotes is a key.
func (s jsonText) names(from, to int, key string) bool {
	quoted := string(s[from:to])
	if !strings.Contains(quoted, `\`) && utf8.ValidString(quoted) {
		return quoted[1:len(quoted)-1] == key
	}
	var name string
	return json.Unmarshal([]byte(quoted), &name) == nil && name == key
}
