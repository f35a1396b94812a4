package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// Value is a JSON value of a source of which the shape is not known beforehand: an agent's
// profile or status, an answer. It holds the JSON as the source had it; everything that it
// hands out except Raw is clean. The zero Value is null.
type Value struct {
	raw    string
	source string // what it was parsed of, where that is not raw
}

// ValueKind is the shape of a Value.
type ValueKind int8

// The shapes of a value.
const (
	NullValue ValueKind = iota
	TextValue
	NumberValue
	BoolValue
	ListValue
	ObjectValue
)

// ParseValue makes a value of JSON, or of what Python writes for one: there what is no number is
// null. What is neither becomes the text that it is. AgentSociety encodes profiles, statuses and
// answers twice: an object or a list in a text is taken for itself.
func ParseValue(raw string) Value {
	v := parseOnce(raw)
	if v.Kind() != TextValue {
		return v
	}
	words := v.words()
	inner := strings.TrimSpace(words)
	if inner == "" || inner[0] != '{' && inner[0] != '[' {
		return v
	}
	if once := parseOnce(words); once.Kind() != TextValue {
		return once
	}
	return v
}

// parseOnce is ParseValue of what is encoded once.
func parseOnce(words string) Value {
	raw := strings.TrimSpace(words)
	switch {
	case words == "" || raw == "null":
		return Value{}
	case raw == "":
		return ValueOf(words)
	}
	if !json.Valid([]byte(raw)) {
		python, ok := jsonOfPython(raw)
		switch {
		case !ok:
			return ValueOf(words)
		case python == "null":
			return Value{}
		}
		raw = python
	}
	if raw == words {
		return Value{raw: raw}
	}
	return Value{raw, words}
}

// ValueOf makes a value of a text.
func ValueOf(text string) Value {
	b, _ := json.Marshal(text) // a string always has a form
	return Value{raw: string(b)}
}

// JSONValue makes a value of JSON that is known to be valid and stands without space around it. A text
// stays a text, whatever is in it.
func JSONValue(raw string) Value {
	if raw == "null" {
		return Value{}
	}
	return Value{raw: raw}
}

// Raw is the JSON as the source had it, "null" for nothing. It is for stores, never for a
// terminal.
func (v Value) Raw() string {
	if v.raw == "" {
		return "null"
	}
	return v.raw
}

// Source is what the value was parsed of, which ParseValue makes the same value of: the JSON of Raw, or
// what Python wrote.
func (v Value) Source() string {
	if v.source != "" {
		return v.source
	}
	return v.Raw()
}

// Kind is the shape.
func (v Value) Kind() ValueKind {
	if v.raw == "" {
		return NullValue
	}
	switch v.raw[0] {
	case '"':
		return TextValue
	case '{':
		return ObjectValue
	case '[':
		return ListValue
	case 't', 'f':
		return BoolValue
	case 'n':
		return NullValue
	}
	return NumberValue
}

// Text is the value for people, on one line: a text as it is, all else as JSON.
func (v Value) Text() Text {
	if v.Kind() == TextValue {
		return Clean(v.words())
	}
	if v.Kind() == NullValue {
		return Text{}
	}
	return Clean(string(v.JSON()))
}

// Lines is the value for people on lines of its own: objects with a member a line.
func (v Value) Lines() Lines {
	switch v.Kind() {
	case TextValue:
		return CleanLines(v.words())
	case ObjectValue:
		var b strings.Builder
		for _, m := range v.Members() {
			b.WriteString(m.Key.String() + ": " + m.Value.Text().String() + "\n")
		}
		return CleanLines(b.String())
	default:
		return CleanLines(v.Text().String())
	}
}

// Number is the number that the value is.
func (v Value) Number() (f float64, ok bool) {
	if v.Kind() != NumberValue {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.raw, 64)
	return f, err == nil
}

// Integer is the whole number that the value is; ids in quotes are numbers, too.
func (v Value) Integer() (n int64, ok bool) {
	if k := v.Kind(); k != NumberValue && k != TextValue {
		return 0, false
	}
	s := strings.TrimSpace(v.Plain())
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if n = int64(f); err != nil || float64(n) != f || f >= 1<<63 || f < -1<<63 {
		return 0, false
	}
	return n, true
}

// words is the string of a text.
func (v Value) words() (s string) {
	if !strings.Contains(v.raw, `\`) && utf8.ValidString(v.raw) {
		return v.raw[1 : len(v.raw)-1]
	}
	_ = json.Unmarshal([]byte(v.raw), &s) // valid by construction
	return s
}

// ValueMember is one member of an object.
type ValueMember struct {
	Key   Text
	Value Value
}

// Members is the members of an object, in the source's order; none of any other value.
func (v Value) Members() (out []ValueMember) {
	if v.Kind() == ObjectValue {
		gjson.Parse(v.raw).ForEach(func(key, value gjson.Result) bool {
			out = append(out, ValueMember{Clean(Value{raw: key.Raw}.words()), Value{raw: value.Raw}})
			return true
		})
	}
	return out
}

// Items is the values of a list, in their order; none of any other value.
func (v Value) Items() (out []Value) {
	if v.Kind() == ListValue {
		gjson.Parse(v.raw).ForEach(func(_, value gjson.Result) bool {
			out = append(out, Value{raw: value.Raw})
			return true
		})
	}
	return out
}

// Get is one member of an object, found without reading those after it: fit to be asked of
// thousands of agents at each moment. ok is false of any other value, and where there is no
// such member.
func (v Value) Get(key string) (member Value, ok bool) {
	if v.Kind() != ObjectValue {
		return Value{}, false
	}
	if key != "" {
		if found := gjson.Get(v.raw, gjson.Escape(key)); found.Exists() {
			return Value{raw: found.Raw}, true
		}
		if !strings.Contains(v.raw, `\`) && utf8.ValidString(v.raw) {
			return Value{}, false
		}
	}
	// The empty name is no path, and names in escapes or of broken characters are read as
	// Members reads them.
	gjson.Parse(v.raw).ForEach(func(name, value gjson.Result) bool {
		if ok = (Value{raw: name.Raw}).words() == key; ok {
			member = Value{raw: value.Raw}
		}
		return !ok
	})
	return member, ok
}

// Member is the raw text of an object's member that is a text.
func (v Value) Member(key string) (raw string, ok bool) {
	for _, m := range v.Members() {
		if m.Key.Raw() == key && m.Value.Kind() == TextValue {
			return m.Value.words(), true
		}
	}
	return "", false
}

// JSON is the value as compact JSON with every text in it cleaned, fit for a terminal.
func (v Value) JSON() []byte {
	return v.copied(func(text string) string { return CleanLines(text).String() })
}

// RawJSON is the value as compact JSON with every text in it as the source had it, save what is
// no text at all: U+FFFD stands for a lone surrogate and for a byte of no character.
func (v Value) RawJSON() []byte { return v.copied(func(text string) string { return text }) }

// copied is the value as compact JSON with its texts as words makes them.
func (v Value) copied(words func(string) string) []byte {
	var out bytes.Buffer
	c := copier{dec: json.NewDecoder(strings.NewReader(v.Raw())), out: &out, words: words}
	c.dec.UseNumber()
	if err := c.value(); err != nil && !errors.Is(err, io.EOF) {
		return []byte("null")
	}
	return out.Bytes()
}

// copier copies JSON token by token, with its texts as words makes them.
type copier struct {
	dec   *json.Decoder
	out   *bytes.Buffer
	words func(string) string
}

// value copies one value of any depth, without recursion: a bomb of brackets costs no stack.
func (c *copier) value() error {
	var open []frame
	for {
		tok, err := c.dec.Token()
		if err != nil {
			return err
		}
		if d, ok := tok.(json.Delim); ok && (d == ']' || d == '}') {
			open = open[:len(open)-1]
			c.out.WriteByte(byte(d))
		} else {
			if n := len(open); n > 0 {
				c.out.WriteString(open[n-1].next())
			}
			if ok {
				open = append(open, frame{object: d == '{'})
			}
			c.token(tok)
		}
		if len(open) == 0 {
			return nil
		}
	}
}

// frame is a list or an object that is being copied.
type frame struct {
	object bool
	n      int // tokens so far
}

// next is what stands before the next token.
func (f *frame) next() string {
	n := f.n
	f.n++
	switch {
	case n == 0:
		return ""
	case f.object && n%2 == 1:
		return ":"
	}
	return ","
}

// token writes one token that opens or is a value.
func (c *copier) token(tok json.Token) {
	switch t := tok.(type) {
	case json.Delim:
		c.out.WriteByte(byte(t))
	case json.Number:
		c.out.WriteString(t.String())
	case string:
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(c.words(t))      // into memory
		c.out.Truncate(c.out.Len() - 1) // the encoder's line end
	case bool:
		c.out.WriteString(strconv.FormatBool(t))
	default:
		c.out.WriteString("null")
	}
}

// Localised is a member that is a text, or that has a text for each of several languages, of
// which the default is taken.
func (v Value) Localised(key string) Text {
	m, _ := v.Get(key)
	if m.Kind() != ObjectValue {
		return m.Text()
	}
	if words, ok := m.Get("default"); ok {
		return words.Text()
	}
	for _, one := range m.Members() {
		return one.Value.Text()
	}
	return Text{}
}

// Plain is a text without its quotes, and anything else as it is.
func (v Value) Plain() string {
	if v.Kind() == TextValue {
		return v.words()
	}
	return v.Raw()
}
