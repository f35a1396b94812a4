package input

import (
	"regexp"
	"unicode/utf8"
)

// The control characters that sequences are made of.
const (
	bel = 0x07
	esc = 0x1b
	sub = 0x1a // stands for a character that may not be there
	c1  = 0x9c // the end of a string, in one byte
)

// verdict is what is known of a sequence from its first bytes.
type verdict int

const (
	whole  verdict = iota // they begin with a character or a sequence
	part                  // they are the beginning of one
	broken                // they begin with what will never become one
)

// maxSequence is the length in bytes up to which sequences are returned. Answers have a few
// dozen.
const maxSequence = 1024

// next finds the first character or sequence of b, which is not empty: its length, and whether
// it is complete. An incomplete one is all of b.
func next(b []byte) (n int, v verdict) {
	switch {
	case b[0] == esc:
		return escape(b)
	case b[0] < utf8.RuneSelf:
		return 1, whole
	case !utf8.FullRune(b):
		return len(b), part
	default:
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			return 1, broken
		}
		return size, whole
	}
}

// escape is next for what begins with ESC.
func escape(b []byte) (int, verdict) {
	if len(b) == 1 {
		return 1, part
	}
	switch b[1] {
	case '[':
		return control(b)
	case 'O':
		return shift3(b)
	case ']':
		return command(b)
	case 'P', '_':
		return device(b)
	case '^', 'X': // strings that no terminal answers with
		return 2, broken
	case esc: // the key Esc, and another sequence
		return 1, whole
	}
	n, v := next(b[1:]) // a key with Alt
	return n + 1, v
}

// control is escape for a control sequence: parameters, intermediates, and a final character.
func control(b []byte) (int, verdict) {
	const intro = 2
	if len(b) > intro {
		switch b[intro] {
		case '[': // a function key of the Linux console
			return exactly(b, 4)
		case 'M': // the mouse, as it was first reported
			return exactly(b, 6)
		}
	}
	for i := intro; i < len(b); i++ {
		switch c := b[i]; {
		case c >= 0x40 && c <= 0x7e:
			return i + 1, whole
		case c < 0x20 || c > 0x3f:
			return i, broken
		}
	}
	if shifted.Match(b) {
		return len(b), whole
	}
	return len(b), part
}

// shifted is a key with Shift of rxvt, which ends unlike any other sequence.
var shifted = regexp.MustCompile(`^\x1b\[[0-9]+\$$`)

// exactly is a sequence of a fixed length.
func exactly(b []byte, n int) (int, verdict) {
	if len(b) < n {
		return len(b), part
	}
	return n, whole
}

// shift3 is escape for a key of the application keypad, with digits for its modifiers.
func shift3(b []byte) (int, verdict) {
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= '0' && c <= '9':
		case c > ' ' && c < 0x7f:
			return i + 1, whole
		default:
			return i, broken
		}
	}
	return len(b), part
}

// command is escape for an operating system command: a number and a text.
func command(b []byte) (int, verdict) {
	const intro = 2
	number, i := 0, intro
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		number = min(number*10+int(b[i]-'0'), maxSequence)
	}
	switch {
	case i == len(b):
		return len(b), part
	case i == intro || b[i] != ';':
		return i, broken
	case number == 4 || number == 5 || number >= 10 && number <= 19:
		return text(b, i, colour)
	}
	return text(b, i, printable)
}

// device is escape for a device control or application string.
func device(b []byte) (int, verdict) {
	const intro = 2
	if len(b) == intro {
		return len(b), part
	}
	switch c := b[intro]; {
	case b[1] == '_' && c == 'G':
	case b[1] == 'P' && (c >= '0' && c <= '9' || c == '>' || c == '!' || c == '$' || c == '+' || c == '|'):
	default:
		return intro, broken
	}
	return text(b, intro, printable)
}

// text finds the end of a string that begins before from and has only allowed characters.
func text(b []byte, from int, allowed func(byte) bool) (int, verdict) {
	for i := from; i < len(b); i++ {
		switch c := b[i]; {
		case c == bel || c == c1 && !allowed(c):
			return i + 1, whole
		case c == esc && i+1 == len(b):
			return len(b), part
		case c == esc && b[i+1] == '\\':
			return i + 2, whole
		case !allowed(c):
			return i, broken
		}
	}
	return len(b), part
}

// colour reports whether a character may be part of a terminal's answer about a colour. Keys
// that are typed into the answer seldom are.
func colour(c byte) bool {
	switch c {
	case 'r', 'g', 'b', 'a', ':', '/', ';', '#', '?':
		return true
	}
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// printable reports whether a character may be part of a text.
func printable(c byte) bool { return c >= ' ' && c != 0x7f }
