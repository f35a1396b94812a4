package price

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"societop/model/text"
)

// MaxFile is the most bytes of a file with prices.
const MaxFile = 64 << 10

// keys are those of a price.
var keys = []string{"input", "output", "cached_input", "currency"}

// Parse reads prices from TOML: a table [prices."model name"] for each model or glob, with the
// numbers input and output, a million tokens each, and perhaps the number cached_input and the
// text currency. An error is one sentence without the file's name, and begins with the line where
// there is one: "line 3: input is negative".
func Parse(data []byte) (*Table, error) {
	if err := bounded(data); err != nil {
		return nil, err
	}
	var file map[string]toml.Primitive
	md, err := toml.Decode(strings.TrimPrefix(string(data), "\ufeff"), &file)
	if err != nil {
		return nil, explain(err)
	}
	p := parser{md: &md, prices: map[string]Price{}}
	for _, name := range ordered(file) {
		if name != "prices" {
			return nil, p.refuse(file[name], "unknown key %s; prices stand in tables such as [prices.\"gpt-4o\"]", quote(name))
		}
		if err := p.models(file[name]); err != nil {
			return nil, err
		}
	}
	if len(p.prices) == 0 {
		return nil, errors.New(`there are no prices in it; they stand in tables such as [prices."gpt-4o"]`)
	}
	return newTable(p.prices), nil
}

// What a file may have: the decoder takes minutes for one that is nested deeper.
const (
	maxLine   = 1000
	maxInline = 1000 // tables in braces
)

// bounded refuses a file that is none of prices by its size.
func bounded(data []byte) error {
	if len(data) > MaxFile {
		return fmt.Errorf("it is larger than %d KiB, so it is no file of prices", MaxFile>>10)
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(line) > maxLine {
			return fmt.Errorf("line %d: longer than %d bytes", i+1, maxLine)
		}
	}
	if bytes.Count(data, []byte("{")) > maxInline {
		return fmt.Errorf("it has more than %d tables in braces", maxInline)
	}
	return nil
}

// parser makes prices of a decoded file.
type parser struct {
	md     *toml.MetaData
	prices map[string]Price // by the folded name
}

// models reads the tables of prices.
func (p *parser) models(section toml.Primitive) error {
	var tables map[string]toml.Primitive
	if p.md.PrimitiveDecode(section, &tables) != nil || tables == nil {
		return p.refuse(section, "prices is not a table; write [prices.\"gpt-4o\"]")
	}
	for _, name := range ordered(tables) {
		var values map[string]toml.Primitive
		if p.md.PrimitiveDecode(tables[name], &values) != nil || values == nil {
			return p.refuse(tables[name], "the price of %s is not a table; write [prices.%s] and the keys below it", quote(name), quote(name))
		}
		price, err := p.price(name, tables[name], values)
		if err != nil {
			return err
		}
		folded := fold(name)
		if _, twice := p.prices[folded]; twice {
			return p.refuse(tables[name], "%s has two prices; upper and lower case are one", quote(name))
		}
		p.prices[folded] = price
	}
	return nil
}

// price reads the table of one model.
func (p *parser) price(name string, table toml.Primitive, values map[string]toml.Primitive) (price Price, err error) {
	if fold(name) == "" {
		return price, p.refuse(table, "a price has no model name")
	}
	for _, key := range ordered(values) {
		v := values[key]
		switch key {
		case "input":
			price.Input, err = p.amount(key, v)
		case "output":
			price.Output, err = p.amount(key, v)
		case "cached_input":
			price.CachedInput, err = p.amount(key, v)
		case "currency":
			price.Currency, err = p.currency(v)
		default:
			err = p.unknown(name, key, v)
		}
		if err != nil {
			return price, err
		}
	}
	for _, key := range keys[:2] {
		if _, given := values[key]; !given {
			return price, p.refuse(table, "the price of %s has no %s", quote(name), key)
		}
	}
	if _, given := values["cached_input"]; !given {
		price.CachedInput = price.Input
	}
	return price, nil
}

// unknown is the error for a key that no price has.
func (p *parser) unknown(name, key string, v toml.Primitive) error {
	var nested map[string]toml.Primitive
	if p.md.PrimitiveDecode(v, &nested) == nil && nested != nil {
		return p.refuse(v, "a model name with dots needs quotes: [prices.%s]", quote(name+"."+key))
	}
	return p.refuse(v, "a price has no %s; %s", quote(key), text.Meant(key, keys))
}

// maxPrice bounds prices, so that sums stay numbers.
const maxPrice = 1e12

// amount reads a number that is not negative.
func (p *parser) amount(key string, v toml.Primitive) (float64, error) {
	var f float64
	var raw any
	if err := p.md.PrimitiveDecode(v, &raw); err != nil {
		return 0, explain(err)
	}
	switch n := raw.(type) {
	case int64:
		f = float64(n)
	case float64:
		f = n
	case string:
		return 0, p.refuse(v, "%s is a text; write the number without quotes", key)
	default:
		return 0, p.refuse(v, "%s is not a number", key)
	}
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0, p.refuse(v, "%s is not a finite number", key)
	case f < 0:
		return 0, p.refuse(v, "%s is negative", key)
	case f > maxPrice:
		return 0, p.refuse(v, "%s is more than any price", key)
	}
	return f + 0, nil // −0 is 0
}

// maxCurrency is the most bytes of a currency.
const maxCurrency = 16

// currency reads the name of one.
func (p *parser) currency(v toml.Primitive) (text.Text, error) {
	var raw any
	if err := p.md.PrimitiveDecode(v, &raw); err != nil {
		return text.Text{}, explain(err)
	}
	s, ok := raw.(string)
	s = strings.TrimSpace(s)
	switch {
	case !ok:
		return text.Text{}, p.refuse(v, "currency is not a text; write it in quotes")
	case len(s) > maxCurrency:
		return text.Text{}, p.refuse(v, "currency is longer than %d bytes; write a code such as \"CNY\"", maxCurrency)
	case len(s) == 3 && strings.Trim(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		s = strings.ToUpper(s)
	}
	return text.Clean(text.Clean(s).String()), nil
}

// refusal is a value that takes none; decoding into it fails at the place of what is decoded.
type refusal struct{ error }

// UnmarshalTOML fails.
func (r refusal) UnmarshalTOML(any) error { return r.error }

// refuse is an error of a value of the file, with its line.
func (p *parser) refuse(v toml.Primitive, format string, args ...any) error {
	return explain(p.md.PrimitiveDecode(v, &refusal{fmt.Errorf(format, args...)}))
}

// explain makes one sentence of an error of the decoder, without its own name of the place.
func explain(err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return errors.New(text.Clean(strings.TrimPrefix(err.Error(), "toml: ")).String())
	}
	said := text.Clean(at.Message).String()
	line := at.Position.Line
	if strings.Contains(said, "to end table name") {
		said = `the name of the table is not closed by "]"`
		if strings.Contains(at.Message, `got '\n'`) {
			line-- // where it begins
		}
	}
	if line < 1 {
		return errors.New(said)
	}
	return fmt.Errorf("line %d: %s", line, said)
}

// ordered is the keys of a table in an order that does not change.
func ordered(m map[string]toml.Primitive) []string { return slices.Sorted(maps.Keys(m)) }

// quote is a name of the file in quotes, short and clean.
func quote(name string) string { return strconv.Quote(text.Clip(text.Clean(name).String(), 80)) }
