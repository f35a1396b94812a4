package text

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// jsonOfPython makes JSON of what Python writes for a value: JSON with NaN and Infinity in it, as
// its json module does, or the text of a dict or a list, as print does. What is no number becomes
// null. ok is false where it is neither.
func jsonOfPython(raw string) (out string, ok bool) {
	switch raw[0] {
	case '{', '[':
	default: // a text outside of these is a text, save that of no number
		if word, n := pythonWord(raw); n == len(raw) && word == "null" {
			return word, raw != "None"
		}
		return "", false
	}
	b := make([]byte, 0, len(raw)+len(raw)/8)
	for i := 0; i < len(raw); {
		n := 1
		switch c := raw[i]; {
		case c == '"' || c == '\'':
			if b, n = appendPythonText(b, raw[i:]); n == 0 {
				return "", false
			}
		case strings.IndexByte("{}[]:, \t\r\n", c) >= 0:
			b = append(b, c)
		case c == '(': // a tuple
			b = append(b, '[')
		case c == ')': // a tuple of one has a comma before it
			b = append(bytes.TrimSuffix(bytes.TrimRight(b, " "), []byte(",")), ']')
		default:
			var word string
			word, n = pythonWord(raw[i:])
			b = append(b, word...)
		}
		i += n
	}
	return string(b), json.Valid(b)
}

// pythonWords are Python's words that JSON has not, and how it has them.
var pythonWords = map[string]string{
	"NaN": "null", "nan": "null", "Infinity": "null", "inf": "null", "-Infinity": "null", "-inf": "null", "-NaN": "null", "-nan": "null",
	"None": "null", "True": "true", "False": "false",
}

// pythonWord is the number or the word at the beginning of a text, as JSON has it, and how many
// bytes of the text it took.
func pythonWord(raw string) (word string, n int) {
	n = strings.IndexAny(raw, "{}[]():, \t\r\n\"'")
	if n < 0 {
		n = len(raw)
	}
	word = raw[:max(n, 1)]
	if json, ok := pythonWords[word]; ok {
		return json, n
	}
	return word, len(word)
}

// pythonEscapes are the escapes of Python that JSON has otherwise.
var pythonEscapes = map[byte]string{'\'': "'", 'a': `\u0007`, 'v': `\u000b`, '0': `\u0000`}

// appendPythonText appends the text in quotes of either kind at the beginning of raw, as JSON has
// it, and tells how many bytes of raw it took; 0: it has no end, or an escape that is none.
func appendPythonText(b []byte, raw string) (_ []byte, n int) {
	quote := raw[0]
	b = append(b, '"')
	for i := 1; i < len(raw); i++ {
		switch c := raw[i]; c {
		case quote:
			return append(b, '"'), i + 1
		case '"':
			b = append(b, `\"`...)
		case '\\':
			if b, n = appendPythonEscape(b, raw[i+1:]); n == 0 {
				return b, 0
			}
			i += n
		default:
			b = append(b, c)
		}
	}
	return b, 0
}

// appendPythonEscape appends what stands after a backslash, and tells how many bytes that took.
func appendPythonEscape(b []byte, raw string) (_ []byte, n int) {
	if raw == "" {
		return b, 0
	}
	if escape, ok := pythonEscapes[raw[0]]; ok {
		return append(b, escape...), 1
	}
	digits := map[byte]int{'x': 2, 'U': 8}[raw[0]]
	if digits == 0 { // as JSON has it, or none, which is found later
		return append(b, '\\', raw[0]), 1
	}
	if len(raw) <= digits {
		return b, 0
	}
	var r rune
	for _, c := range []byte(raw[1 : 1+digits]) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 {
			return b, 0
		}
		r = r<<4 | rune(d)
	}
	if r < ' ' || r == '"' || r == '\\' || !utf8.ValidRune(r) {
		quoted, _ := json.Marshal(string(r)) // a string always has a form
		return append(b, quoted[1:len(quoted)-1]...), 1 + digits
	}
	return utf8.AppendRune(b, r), 1 + digits
}
