package remote

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// text is the text of a span between quotes, its escapes resolved.
func (s *scanner) text(p span) string {
	if s.err != nil {
		return ""
	}
	raw := s.of(p)
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	out, ok := appendUnquoted(nil, raw)
	if !ok {
		s.fail("it is no JSON: a text has a wrong escape in it")
	}
	return string(out)
}

// passing is the text of a span for a reader that keeps nothing of it. It is valid until the
// next call: a long list would else make a garbage of hundreds of megabytes.
func (s *scanner) passing(p span) string {
	var ok bool
	if s.scratch, ok = appendUnquoted(s.scratch[:0], s.of(p)); !ok {
		s.fail("it is no JSON: a text has a wrong escape in it")
	}
	return unsafe.String(unsafe.SliceData(s.scratch), len(s.scratch))
}

// escapes are what stands behind a backslash, and what is meant.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// appendUnquoted appends a text with its escapes resolved. Halves of characters that stand
// alone become U+FFFD.
func appendUnquoted(out, raw []byte) ([]byte, bool) {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return append(out, raw...), true
		}
		out = append(out, raw[:i]...)
		if raw = raw[i+1:]; len(raw) == 0 {
			return out, false
		}
		if c := escapes[raw[0]]; c != 0 {
			out, raw = append(out, c), raw[1:]
			continue
		}
		r, n := unescape(raw)
		if n == 0 {
			return out, false
		}
		out, raw = utf8.AppendRune(out, r), raw[n:]
	}
}

// unescape reads what stands behind a backslash, u and four hex digits, and the other half of a pair that
// may follow. n is how many bytes it took; 0: it is none.
func unescape(raw []byte) (r rune, n int) {
	if r, n = hex4(raw); n == 0 || !utf16.IsSurrogate(r) {
		return r, n
	}
	if len(raw) > n && raw[n] == '\\' {
		if low, m := hex4(raw[n+1:]); m > 0 {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, n + 1 + m
			}
		}
	}
	return utf8.RuneError, n
}

// hex4 reads u and four hex digits.
func hex4(raw []byte) (r rune, n int) {
	if len(raw) < 5 || raw[0] != 'u' {
		return 0, 0
	}
	for _, c := range raw[1:5] {
		r <<= 4
		switch {
		case c >= '0' && c <= '9':
			r |= rune(c - '0')
		case c >= 'a' && c <= 'f':
			r |= rune(c-'a') + 10
		case c >= 'A' && c <= 'F':
			r |= rune(c-'A') + 10
		default:
			return 0, 0
		}
	}
	return r, 5
}
