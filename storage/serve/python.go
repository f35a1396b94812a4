package serve

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The shapes of JSON that Python's json writes and Go's does not: numbers as Python prints
// them, NaN and infinities, members in order, texts as they are.
type (
	list   []any
	dict   []member
	member struct {
		key   string
		value any
	}
	raw string // JSON as it stands
)

// compact is a value as FastAPI serves it: without spaces, in UTF-8. Bytes of a text that are
// not UTF-8 stay as they are.
func compact(v any) string { return string(appendJSON(nil, v)) }

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case raw:
		return append(b, v...)
	case string:
		return appendText(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return append(b, number(v)...)
	case time.Time:
		return appendText(b, isoTime(v))
	case uuid.UUID:
		return appendText(b, v.String())
	case list:
		return appendList(b, v)
	case dict:
		return appendDict(b, v)
	}
	return appendText(b, fmt.Sprint(v))
}

func appendList(b []byte, l list) []byte {
	b = append(b, '[')
	for i, v := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, v)
	}
	return append(b, ']')
}

func appendDict(b []byte, d dict) []byte {
	b = append(b, '{')
	for i, m := range d {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, m.key), ':')
		b = appendJSON(b, m.value)
	}
	return append(b, '}')
}

// shortEscapes are the characters that have an escape of two characters.
const shortEscapes = "\"\"\\\\\nn\rr\tt\bb\ff"

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if at := strings.IndexByte(shortEscapes, c); at >= 0 && at%2 == 0 {
			b = append(b, '\\', shortEscapes[at+1])
		} else {
			b = fmt.Appendf(b, `\u%04x`, c)
		}
	}
	return append(append(b, s[start:]...), '"')
}

// number is a float as Python prints it.
func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	short := strconv.FormatFloat(f, 'e', -1, 64)
	if exp, _ := strconv.Atoi(short[strings.IndexByte(short, 'e')+1:]); exp < -4 || exp >= 16 {
		return short
	}
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(plain, ".") {
		plain += ".0"
	}
	return plain
}

// isoTime is a time as Python prints it: six digits of the second, or none.
func isoTime(t time.Time) string {
	t = t.UTC().Truncate(time.Microsecond)
	if t.Nanosecond() == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}
