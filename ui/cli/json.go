package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"societop/model"
	"societop/model/text"
)

// jsonObject writes fields as an object, in order, on one line.
type jsonObject struct {
	buf bytes.Buffer
	enc *json.Encoder
}

func newJSONObject() *jsonObject {
	o := &jsonObject{}
	o.enc = json.NewEncoder(&o.buf)
	o.enc.SetEscapeHTML(false)
	return o
}

// encode returns the object; it is valid until the next call. Texts in it are the source's own,
// and harmless: what a terminal would obey, or draw over what stands around it, is escaped.
func (o *jsonObject) encode(fields []field) ([]byte, error) {
	o.buf.Reset()
	if err := o.object(fields); err != nil {
		return nil, err
	}
	return escaped(o.buf.Bytes()), nil
}

// object writes fields as an object.
func (o *jsonObject) object(fields []field) error {
	o.buf.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			o.buf.WriteByte(',')
		}
		if err := o.name(f.name); err != nil {
			return err
		}
		if err := o.value(f.value); err != nil {
			return err
		}
	}
	o.buf.WriteByte('}')
	return nil
}

// name writes the name of a member. That of a column may be any text; all others are plain words.
func (o *jsonObject) name(s string) error {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= utf8.RuneSelf || r == '"' || r == '\\' }) {
		if err := o.value(s); err != nil {
			return err
		}
		o.buf.WriteByte(':')
		return nil
	}
	o.buf.WriteString(`"` + s + `":`)
	return nil
}

// objects writes an array of objects.
func (o *jsonObject) objects(all [][]field) error {
	o.buf.WriteByte('[')
	for i, fields := range all {
		if i > 0 {
			o.buf.WriteByte(',')
		}
		if err := o.object(fields); err != nil {
			return err
		}
	}
	o.buf.WriteByte(']')
	return nil
}

// numbers writes an array of numbers.
func (o *jsonObject) numbers(all []int64) {
	o.buf.WriteByte('[')
	for i, n := range all {
		if i > 0 {
			o.buf.WriteByte(',')
		}
		o.buf.WriteString(strconv.FormatInt(n, 10))
	}
	o.buf.WriteByte(']')
}

// texts writes an array of texts.
func (o *jsonObject) texts(all []text.Text) error {
	raw := make([]string, len(all))
	for i, t := range all {
		raw[i] = t.Raw()
	}
	return o.value(raw)
}

// value writes one value. Only texts need the encoder, which takes longer than all the rest.
func (o *jsonObject) value(v any) error {
	switch v := v.(type) {
	case nil:
		o.buf.WriteString("null")
	case string, []string:
		if err := o.enc.Encode(v); err != nil {
			return err
		}
		o.buf.Truncate(o.buf.Len() - 1) // the encoder's line end
	case text.Text:
		return o.value(v.Raw())
	case text.Lines:
		return o.value(v.Raw())
	case []text.Text:
		return o.texts(v)
	case phase:
		return o.object(v.fields())
	case *verdict:
		return o.object(v.fields())
	case [][]field:
		return o.objects(v)
	case []int64:
		o.numbers(v)
	case text.Value:
		o.buf.Write(v.RawJSON())
	default:
		o.buf.WriteString(number(v))
	}
	return nil
}

// escaped is JSON with each character escaped that is none of its own text: controls, signs of
// direction, separators, what has no width, and what only private fonts have. All JSON but its
// texts is ASCII, so each of them stands in a text.
func escaped(b []byte) []byte {
	var out []byte
	for at := 0; at < len(b); {
		r, size := rune(b[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[at:])
		}
		switch {
		case r >= 0x7F && unicode.IsOneOf(unprinted, r):
			if out == nil {
				out = append(make([]byte, 0, len(b)+64), b[:at]...)
			}
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		case out != nil:
			out = append(out, b[at:at+size]...)
		}
		at += size
	}
	if out == nil {
		return b
	}
	return out
}

// unprinted are the characters that escaped escapes.
var unprinted = []*unicode.RangeTable{unicode.C, unicode.Zl, unicode.Zp, unicode.Me, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point}

// printObject prints one object on a line.
func printObject(w io.Writer, fields []field) error {
	object, err := newJSONObject().encode(fields)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", object)
	return err
}

// printJSON prints an array of objects, one a line.
func printJSON(w io.Writer, rows iter.Seq[[]field]) error {
	o := newJSONObject()
	lead := "[\n"
	for fields := range rows {
		object, err := o.encode(fields)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, lead+string(object)); err != nil {
			return err
		}
		lead = ",\n"
	}
	_, err := io.WriteString(w, map[string]string{"[\n": "[]\n", ",\n": "\n]\n"}[lead])
	return err
}

// rowJSON is an experiment as list --json prints it.
func rowJSON(s model.Summary, estimate model.Estimate, cost model.Cost) string {
	object, err := newJSONObject().encode(view{s, s.Progress(), estimate, cost}.fieldsOf())
	if err != nil { // of texts and numbers nothing can fail
		return ""
	}
	return string(object)
}
