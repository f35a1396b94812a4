package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

// format is how a command prints its data.
type format int8

const (
	plain format = iota
	asJSON
	asCSV
)

// formatFlags are the flags that choose a format.
type formatFlags struct{ json, csv, plain bool }

func (f *formatFlags) add(flags *pflag.FlagSet, csv bool) {
	flags.BoolVar(&f.json, "json", false, "print JSON")
	if csv {
		flags.BoolVar(&f.csv, "csv", false, "print CSV with a head line")
	}
	flags.BoolVar(&f.plain, "plain", false, "print text for people (the default)")
}

// format is the one that was chosen.
func (f *formatFlags) format() (format, error) {
	switch {
	case f.json && f.csv, f.json && f.plain, f.csv && f.plain:
		return plain, usagef("--json, --csv and --plain exclude one another")
	case f.json:
		return asJSON, nil
	case f.csv:
		return asCSV, nil
	}
	return plain, nil
}

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

// encode returns the object; it is valid until the next call.
func (o *jsonObject) encode(fields []field) ([]byte, error) {
	o.buf.Reset()
	for i, f := range fields {
		o.buf.WriteByte("{,"[min(i, 1)])
		o.buf.WriteString(strconv.Quote(f.name) + ":")
		if err := o.value(f.value); err != nil {
			return nil, err
		}
	}
	o.buf.WriteByte('}')
	return o.buf.Bytes(), nil
}

// value writes one value. Only texts need the encoder, which takes longer than all the rest.
func (o *jsonObject) value(v any) error {
	switch v := v.(type) {
	case nil:
		o.buf.WriteString("null")
	case string:
		if err := o.enc.Encode(v); err != nil {
			return err
		}
		o.buf.Truncate(o.buf.Len() - 1) // the encoder's line end
	default:
		o.buf.WriteString(number(v))
	}
	return nil
}

// print prints experiments in a format; now is when they were read, in the zone of the reader.
func print(w io.Writer, form format, rows iter.Seq[view], now time.Time) error {
	switch form {
	case asJSON:
		return printJSON(w, rows)
	case asCSV:
		return printCSV(w, rows)
	default:
		return printTable(w, rows, now)
	}
}

// printObject prints one object on a line.
func printObject(w io.Writer, fields []field) error {
	object, err := newJSONObject().encode(fields)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", object)
	return err
}

// printJSON prints an array of experiments, one a line.
func printJSON(w io.Writer, rows iter.Seq[view]) error {
	o := newJSONObject()
	lead := "[\n"
	for v := range rows {
		object, err := o.encode(v.fields())
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

// printCSV prints a head line and one record an experiment.
func printCSV(w io.Writer, rows iter.Seq[view]) error {
	out := csv.NewWriter(w)
	var record []string
	for _, f := range (view{}).fields() {
		record = append(record, f.name)
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for v := range rows {
		record = record[:0]
		for _, f := range v.fields() {
			record = append(record, cell(f.value))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formula holds the characters that begin a formula in a spreadsheet.
const formula = "=+-@\t\r\n＝＋－＠"

// cell writes a value for a spreadsheet, which would run a text that begins as a formula
// does. A number is no formula, whatever its sign.
func cell(v any) string {
	s, ok := v.(string)
	if !ok {
		return number(v)
	}
	if first, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune(formula, first) {
		return "'" + s
	}
	return s
}

// number writes a number or a bool; nothing for an unknown value.
func number(v any) string {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
