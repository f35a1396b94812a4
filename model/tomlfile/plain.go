package tomlfile

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"societop/model/text"
)

// said is the beginning of what the decoder says of a syntax error, and the same in plain words.
type said struct{ begin, plain string }

// inPlainWords is what people get wrong most.
var inPlainWords = []said{
	{"expected a top-level item to end", "something follows the value; a text needs quotes"},
	{"expected '.' or '='", "a key needs \"=\" and a value"},
	{"strings cannot contain newlines", "a text is not closed by its quote"},
	{"unexpected EOF; expected '\"'", "a text is not closed by its quote"},
	{"unexpected EOF; expected \"'\"", "a text is not closed by its quote"},
	{"expected a comma (',') or array terminator", "a list needs commas between its values, and \"]\" at its end"},
	{"unexpected EOF; expected value", "the file ends before the value does"},
}

var (
	// twice matches what the decoder says of a key or a table that is there twice.
	twice = regexp.MustCompile(`^Key '(.*)' (has already been defined|was already created)`)
	// noValue matches what it says of what is no value.
	noValue = regexp.MustCompile(`^expected value but found "(.*)" instead$`)
	// valueless matches a line that has a key only.
	valueless = regexp.MustCompile(`^\s*([A-Za-z0-9_."-]+)\s*=\s*(#.*)?$`)
)

// plain returns a syntax error of a file in plain words.
func plain(err error, data []byte) error {
	var at *Error
	if !errors.As(err, &at) {
		return err
	}
	if lines := strings.Split(string(data), "\n"); at.Line > 0 && at.Line <= len(lines) {
		if key := valueless.FindStringSubmatch(strings.TrimRight(lines[at.Line-1], "\r")); key != nil && strings.Contains(at.Text, "expected value") {
			return &Error{at.Line, text.Clip(key[1], 80) + " has no value"}
		}
	}
	return &Error{at.Line, inPlain(at.Text)}
}

// inPlain is what the decoder says in plain words, or else as a part of a sentence.
func inPlain(s string) string {
	if of := twice.FindStringSubmatch(s); of != nil {
		return text.Clip(of[1], 80) + " is set twice"
	}
	if of := noValue.FindStringSubmatch(s); of != nil {
		return Quote(of[1]) + " is no value; a text needs quotes"
	}
	for _, one := range inPlainWords {
		if strings.HasPrefix(s, one.begin) {
			return one.plain
		}
	}
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + strings.TrimSuffix(s[n:], ".")
}
