package cli

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"societop/model/text"

	"github.com/spf13/pflag"
)

// format is how a command prints its data.
type format struct {
	kind  formatKind
	bom   bool // CSV begins with a mark of its encoding
	width int  // of the terminal to which a text goes; 0: nothing is cut
}

// formatKind is a kind of output.
type formatKind int8

const (
	asText formatKind = iota
	asJSON
	asCSV
)

// plain is text for people in which nothing is cut.
var plain = format{}

// formatFlags are the flags that choose a format.
type formatFlags struct{ json, csv, bom, plain bool }

func (f *formatFlags) add(flags *pflag.FlagSet, csv bool) {
	flags.BoolVar(&f.json, "json", false, "print JSON")
	if csv {
		flags.BoolVar(&f.csv, "csv", false, "print CSV with a header line")
		flags.BoolVar(&f.bom, "bom", false, "start the CSV with a byte order mark, for spreadsheets that need one")
	}
	flags.BoolVar(&f.plain, "plain", false, "print text without cutting anything (the default if the output is not a terminal)")
}

// format is the one that was chosen.
func (f *formatFlags) format(e *Env) (format, error) {
	switch {
	case f.json && f.csv, f.json && f.plain, f.csv && f.plain:
		return format{}, usagef("--json, --csv and --plain exclude one another")
	case f.bom && !f.csv:
		return format{}, usagef("--bom needs --csv")
	case f.json:
		return format{kind: asJSON}, nil
	case f.csv:
		return format{kind: asCSV, bom: f.bom}, nil
	case f.plain:
		return plain, nil
	}
	return format{width: e.columns()}, nil
}

// printCSV prints a head line with the names of fields, and one record a row.
func printCSV(w io.Writer, bom bool, head []field, rows iter.Seq[[]field]) error {
	if bom {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	var record []string
	for _, f := range head {
		record = append(record, csvCell(text.Clean(f.name)))
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for fields := range rows {
		record = record[:0]
		for _, f := range fields {
			record = append(record, csvCell(f.value))
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

// csvCell writes a value for a spreadsheet, which would run a text that begins as a formula
// does. A number is no formula, whatever its sign.
func csvCell(v any) string {
	s, ok := "", true
	switch v := v.(type) {
	case string:
		s = v
	case text.Text:
		s = v.String()
	case text.Lines:
		s = v.String()
	case []text.Text:
		s = warned(v)
	case phase:
		s = v.String()
	case text.Value:
		s, ok = words(v)
	default:
		return number(v)
	}
	if !ok {
		return s
	}
	if first, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune(formula, first) {
		return "'" + s
	}
	return s
}

// words is a value as a spreadsheet has it: a text as it is, all else as JSON. text tells
// whether it could be taken for a formula.
func words(v text.Value) (s string, str bool) {
	switch v.Kind() {
	case text.NullValue:
		return "", false
	case text.TextValue:
		return v.Lines().String(), true
	case text.NumberValue, text.BoolValue:
		return string(v.JSON()), false
	default:
		return string(v.JSON()), true
	}
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
