package serve

import (
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"societop/storage/pyjson"
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
		return pyjson.AppendText(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return append(b, pyjson.Number(v)...)
	case time.Time:
		return pyjson.AppendText(b, isoTime(v))
	case uuid.UUID:
		return pyjson.AppendText(b, v.String())
	case list:
		return appendList(b, v)
	case dict:
		return appendDict(b, v)
	}
	return pyjson.AppendText(b, fmt.Sprint(v))
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
		b = append(pyjson.AppendText(b, m.key), ':')
		b = appendJSON(b, m.value)
	}
	return append(b, '}')
}

// isoTime is a time as Python prints it: six digits of the second, or none.
func isoTime(t time.Time) string {
	t = t.UTC().Truncate(time.Microsecond)
	if t.Nanosecond() == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}
