package wire

import (
	"encoding/base64"
	"errors"
	"math"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"societop/model/text"
)

// Raw is a text as a source has it.
type Raw string

// MarshalJSONTo writes a text, or a list of one text in base64 where it is not UTF-8.
func (r Raw) MarshalJSONTo(e *jsontext.Encoder) error {
	if utf8.ValidString(string(r)) {
		return e.WriteToken(jsontext.String(string(r)))
	}
	return json.MarshalEncode(e, []string{base64.StdEncoding.EncodeToString([]byte(r))})
}

// UnmarshalJSONFrom reads what MarshalJSONTo has written.
func (r *Raw) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		t, err := d.ReadToken()
		*r = Raw(t.String())
		return err
	}
	var packed [1]string
	if err := json.UnmarshalDecode(d, &packed); err != nil {
		return err
	}
	b, err := base64.StdEncoding.DecodeString(packed[0])
	*r = Raw(b)
	return err
}

func (r Raw) text() text.Text   { return text.Clean(string(r)) }
func (r Raw) lines() text.Lines { return text.CleanLines(string(r)) }

func newText(t text.Text) Raw { return Raw(t.Raw()) }

func texts[L ~[]Raw](all L) []text.Text { return Map[[]text.Text](all, Raw.text) }

// Stamp is a wall time: microseconds since 1970. The zero time is left out.
type Stamp struct{ time.Time }

// The times that are believed.
var (
	earliest = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// MarshalJSONTo writes a number.
func (s Stamp) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteToken(jsontext.Int(s.UnixMicro()))
}

// UnmarshalJSONFrom reads a number. It fails on one that is no time.
func (s *Stamp) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var n int64
	if err := json.UnmarshalDecode(d, &n); err != nil {
		return err
	}
	at, err := believed(n)
	s.Time = at
	return err
}

// believed is the time of a number; 0 is none.
func believed(micros int64) (time.Time, error) {
	at := time.UnixMicro(micros).UTC()
	if at.Before(earliest) || at.After(latest) {
		return time.Time{}, errors.New("a time is out of range")
	}
	return at, nil
}

// Float is a number that may be none.
type Float float64

// IsZero reports whether it is left out: −0 is not.
func (f Float) IsZero() bool { return math.Float64bits(float64(f)) == 0 }

// MarshalJSONTo writes a number, or a text for what is not finite.
func (f Float) MarshalJSONTo(e *jsontext.Encoder) error {
	switch v := float64(f); {
	case math.IsNaN(v):
		return e.WriteToken(jsontext.String("NaN"))
	case math.IsInf(v, 1):
		return e.WriteToken(jsontext.String("+"))
	case math.IsInf(v, -1):
		return e.WriteToken(jsontext.String("-"))
	}
	return e.WriteToken(jsontext.Float(float64(f)))
}

// UnmarshalJSONFrom reads what MarshalJSONTo has written.
func (f *Float) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '"' {
		return json.UnmarshalDecode(d, (*float64)(f))
	}
	t, err := d.ReadToken()
	switch t.String() {
	case "NaN":
		*f = Float(math.NaN())
	case "+":
		*f = Float(math.Inf(1))
	case "-":
		*f = Float(math.Inf(-1))
	default:
		err = errors.Join(err, errors.New("a number is a text"))
	}
	return err
}

// List is a list that is not longer than MaxList when it is read.
type List[T any] []T

// MaxList is how many entries a list may have.
const MaxList = 4_000_000

var errLong = errors.New("it has too many entries")

// UnmarshalJSONFrom reads a list, entry by entry.
func (l *List[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	all, err := readList[T](d, MaxList)
	*l = all
	return err
}

// few is a list that is not longer than maxFew when it is read.
type few[T any] []T

// maxFew is how many entries a short list may have.
const maxFew = 10_000

// UnmarshalJSONFrom reads a list, entry by entry.
func (l *few[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	all, err := readList[T](d, maxFew)
	*l = all
	return err
}

// readList reads a list of at most so many entries.
func readList[T any](d *jsontext.Decoder, most int) (all []T, err error) {
	err = eachOf(d, most, func(one T) error {
		all = append(all, one)
		return nil
	})
	return all, err
}

// eachOf calls fn for each entry of a list of at most so many.
func eachOf[T any](d *jsontext.Decoder, most int, fn func(T) error) error {
	if d.PeekKind() == 'n' {
		_, err := d.ReadToken()
		return err
	}
	if d.PeekKind() != '[' {
		return errors.New("it is no list")
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for n := 0; d.PeekKind() != ']'; n++ {
		if n == most {
			return errLong
		}
		var one T
		if err := json.UnmarshalDecode(d, &one); err != nil {
			return err
		}
		if err := fn(one); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}
