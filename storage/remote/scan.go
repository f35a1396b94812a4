package remote

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"societop/model"
	"societop/storage/remote/link"
)

// scanner reads JSON from a stream, token by token. It is made for a list of experiments: it
// passes over the texts that nobody needs, which are nearly all of its bytes, at the speed at
// which memory is searched for a quote, and holds one experiment at a time.
//
// It checks the structure, so that what is cut or is no JSON is found; but it does not look
// into texts and numbers that it passes over. It takes Python's NaN and Infinity.
//
// Once it has failed it stays so: err says why, and all that it returns is empty.
type scanner struct {
	src  io.Reader
	buf  []byte // the window: what was read, from base on at the least
	pos  int    // of the next byte
	base int    // of the oldest byte that is needed
	most int    // bytes that the window may hold
	err  error

	brackets []byte // that are open while a value is passed over
	scratch  []byte // see passing
}

const (
	firstWindow = 64 << 10
	maxDepth    = 1000 // of brackets in a value that is passed over
)

func newScanner(src io.Reader, most int) *scanner {
	return &scanner{src: src, most: most, buf: make([]byte, 0, firstWindow)}
}

// fail notes the first failure.
func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = &link.Fault{Kind: model.ErrAnswer, Detail: fmt.Sprintf(format, args...)}
	}
}

// more reads more into the window. Places in it stay valid only as distances from base.
func (s *scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.base > 0 {
		n := copy(s.buf, s.buf[s.base:])
		s.buf, s.pos, s.base = s.buf[:n], s.pos-s.base, 0
	}
	if len(s.buf) == cap(s.buf) {
		if len(s.buf) >= s.most {
			s.err = link.ErrTooLong
			return false
		}
		grown := make([]byte, len(s.buf), min(2*cap(s.buf), s.most))
		copy(grown, s.buf)
		s.buf = grown
	}
	n, err := io.ReadAtLeast(s.src, s.buf[len(s.buf):cap(s.buf)], 1)
	s.buf = s.buf[:len(s.buf)+n]
	if n > 0 {
		return true // an error comes again
	}
	if s.err = err; errors.Is(err, io.EOF) {
		s.err = io.ErrUnexpectedEOF
	}
	return false
}

// hold marks the place from which on the window is kept.
func (s *scanner) hold() { s.base = s.pos }

// peek is the next byte that is no white space; 0 when there is none.
func (s *scanner) peek() byte {
	for {
		for s.pos < len(s.buf) {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\n', '\r':
				s.pos++
			default:
				return c
			}
		}
		if !s.more() {
			return 0
		}
	}
}

// take passes over one byte, which must come next.
func (s *scanner) take(c byte) bool {
	if got := s.peek(); got != c {
		s.fail("it is no JSON as AgentSociety writes it: %q stands where %q should", rune(got), rune(c))
		return false
	}
	s.pos++
	return true
}

// span is a part of the window, in distances from base.
type span struct{ from, to int }

// of is the bytes of a span. They are valid until the window moves.
func (s *scanner) of(p span) []byte { return s.buf[s.base+p.from : s.base+p.to] }

// str passes over a text and returns what stands between its quotes, escapes as they are.
func (s *scanner) str() span {
	if !s.take('"') {
		return span{}
	}
	for i := 0; ; i++ { // from pos on
		j := bytes.IndexByte(s.buf[s.pos+i:], '"')
		for j < 0 {
			i = len(s.buf) - s.pos
			if !s.more() {
				return span{}
			}
			j = bytes.IndexByte(s.buf[s.pos+i:], '"')
		}
		if i += j; !s.escaped(i) {
			p := span{s.pos - s.base, s.pos - s.base + i}
			s.pos += i + 1
			return p
		}
	}
}

// escaped reports whether an odd number of backslashes stands before the i-th byte from pos.
func (s *scanner) escaped(i int) bool {
	n := 0
	for n < i && s.buf[s.pos+i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// scalar passes over a number or a word.
func (s *scanner) scalar() span {
	s.peek()
	from := s.pos - s.base
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			if c := s.buf[s.pos]; c <= ' ' || c == ',' || c == ']' || c == '}' || c == ':' || c == '"' || c == '[' || c == '{' {
				return s.word(span{from, s.pos - s.base})
			}
		}
		if !s.more() {
			return span{}
		}
	}
}

// word makes sure that a scalar is not empty.
func (s *scanner) word(p span) span {
	if p.from == p.to && s.err == nil {
		s.fail("it is no JSON: a value is missing")
	}
	return p
}

// skip passes over one value of any kind. Brackets are counted, not followed: a bomb of them
// costs no stack.
func (s *scanner) skip() {
	s.brackets = s.brackets[:0]
	for s.err == nil {
		switch c := s.peek(); c {
		case '{', '[':
			s.pos++
			if s.brackets = append(s.brackets, c); len(s.brackets) > maxDepth {
				s.fail("it is nested too deeply")
			}
			continue
		case '}', ']':
			if n := len(s.brackets); n == 0 || s.brackets[n-1] != c-2 { // in ASCII, [ and ] are 2 apart, as { and } are
				s.fail("it is no JSON: a bracket is closed that was not open")
				return
			}
			s.pos++
			s.brackets = s.brackets[:len(s.brackets)-1]
		case ',', ':':
			if len(s.brackets) == 0 {
				s.fail("it is no JSON: a value is missing")
				return
			}
			s.pos++
			continue
		case '"':
			s.str()
		default:
			s.scalar()
		}
		if len(s.brackets) == 0 {
			return
		}
	}
}

// object reads an object: member is called with each name, and must pass over the value.
func (s *scanner) object(member func(name string)) {
	if !s.take('{') {
		return
	}
	if s.peek() == '}' {
		s.pos++
		return
	}
	for s.err == nil {
		name := s.text(s.str())
		if !s.take(':') {
			return
		}
		member(name)
		if s.peek() == '}' {
			s.pos++
			return
		}
		s.take(',')
	}
}

// list reads a list: entry is called at the begin of each, and must pass over it.
func (s *scanner) list(entry func()) {
	if !s.take('[') {
		return
	}
	if s.peek() == ']' {
		s.pos++
		return
	}
	for s.err == nil {
		entry()
		if s.peek() == ']' {
			s.pos++
			return
		}
		s.take(',')
	}
}

// end makes sure that nothing but white space is left.
func (s *scanner) end() {
	if s.err != nil {
		return
	}
	if s.peek(); !errors.Is(s.err, io.ErrUnexpectedEOF) {
		s.fail("something follows the data")
		return
	}
	s.err = nil
}

// optional passes over a text, or over null, which is empty.
func (s *scanner) optional() span {
	if s.peek() == '"' {
		return s.str()
	}
	if p := s.scalar(); s.err == nil && string(s.of(p)) != "null" {
		s.fail("a member that should be a text is none")
	}
	return span{}
}

// integer is a whole number, exact to the last digit; null is 0.
func (s *scanner) integer() int64 {
	p := s.scalar()
	if s.err != nil {
		return 0
	}
	word := string(s.of(p))
	if n, err := strconv.ParseInt(word, 10, 64); err == nil || word == "null" {
		return n
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil || math.IsNaN(f) || f < math.MinInt64 || f >= math.MaxInt64 {
		s.fail("a member that should be a whole number is none")
		return 0
	}
	return int64(f)
}

// number is a number, Python's NaN, Infinity and -Infinity among them; null is 0.
func (s *scanner) number() float64 {
	p := s.scalar()
	if s.err != nil {
		return 0
	}
	word := string(s.of(p))
	f, err := strconv.ParseFloat(word, 64)
	if err != nil && word != "null" && math.Abs(f) != math.Inf(1) {
		s.fail("a member that should be a number is none")
		return 0
	}
	return f
}

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

// escapes are the characters after a backslash, and what they mean.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// appendUnquoted appends a text with its escapes resolved. Unpaired surrogates
// become U+FFFD.
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

// unescape reads what follows a backslash, u and four hex digits, and the other half of a pair that
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
