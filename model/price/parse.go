package price

import (
	"errors"
	"math"
	"strings"

	"societop/model/text"
	"societop/model/tomlfile"
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
	file, err := tomlfile.Parse(data, MaxFile, "file of prices")
	if err != nil {
		return nil, err
	}
	for _, name := range tomlfile.Ordered(file.Root) {
		if name != "prices" {
			return nil, file.Refuse(file.Root[name], "unknown key %s; prices stand in tables such as [prices.\"gpt-4o\"]", tomlfile.Quote(name))
		}
	}
	prices, wrong := newTable(nil), []error(nil)
	if section, given := file.Root["prices"]; given {
		prices, wrong = Section(file, section)
	}
	switch {
	case len(wrong) > 0:
		return nil, wrong[0]
	case prices.Empty():
		return nil, errors.New(`there are no prices in it; they stand in tables such as [prices."gpt-4o"]`)
	}
	return prices, nil
}

// Section reads the table of prices of a file. What is wrong with the price of a model is an error
// as Parse has it; the other prices count.
func Section(file *tomlfile.File, section tomlfile.Value) (prices *Table, wrong []error) {
	p := parser{File: file, prices: map[string]Price{}}
	p.models(section)
	return newTable(p.prices), p.wrong
}

// parser makes prices of a decoded file.
type parser struct {
	*tomlfile.File
	prices map[string]Price // by the folded name
	wrong  []error
}

// models reads the tables of prices.
func (p *parser) models(section tomlfile.Value) {
	tables, ok := p.Table(section)
	if !ok {
		p.wrong = append(p.wrong, p.Refuse(section, "prices is not a table; write [prices.\"gpt-4o\"]"))
		return
	}
	for _, name := range tomlfile.Ordered(tables) {
		if err := p.model(name, tables[name]); err != nil {
			p.wrong = append(p.wrong, err)
		}
	}
}

// model reads the table of one model.
func (p *parser) model(name string, v tomlfile.Value) error {
	values, ok := p.Table(v)
	if !ok {
		return p.Refuse(v, "the price of %s is not a table; write [prices.%s] and the keys below it", tomlfile.Quote(name), tomlfile.Quote(name))
	}
	price, err := p.price(name, v, values)
	if err != nil {
		return err
	}
	folded := fold(name)
	if _, twice := p.prices[folded]; twice {
		return p.Refuse(v, "%s has two prices; upper and lower case are one", tomlfile.Quote(name))
	}
	p.prices[folded] = price
	return nil
}

// price reads the values of one model.
func (p *parser) price(name string, table tomlfile.Value, values tomlfile.Table) (price Price, err error) {
	if fold(name) == "" {
		return price, p.Refuse(table, "a price has no model name")
	}
	for _, key := range tomlfile.Ordered(values) {
		v := values[key]
		switch key {
		case "input":
			price.Input, err = p.amount(keyOf(name, key), v)
		case "output":
			price.Output, err = p.amount(keyOf(name, key), v)
		case "cached_input":
			price.CachedInput, err = p.amount(keyOf(name, key), v)
		case "currency":
			price.Currency, err = p.currency(keyOf(name, key), v)
		default:
			err = p.unknown(name, key, v)
		}
		if err != nil {
			return price, err
		}
	}
	for _, key := range keys[:2] {
		if _, given := values[key]; !given {
			return price, p.Refuse(table, "the price of %s has no %s", tomlfile.Quote(name), key)
		}
	}
	if _, given := values["cached_input"]; !given {
		price.CachedInput = price.Input
	}
	return price, nil
}

// unknown is the error for a key that no price has.
func (p *parser) unknown(name, key string, v tomlfile.Value) error {
	if _, nested := p.Table(v); nested {
		return p.Refuse(v, "a model name with dots needs quotes: [prices.%s]", tomlfile.Quote(name+"."+key))
	}
	return p.Refuse(v, "[prices.%s] has no key %s; %s", tomlfile.Quote(name), tomlfile.Quote(key), text.Meant(key, keys))
}

// maxPrice bounds prices, so that sums stay numbers.
const maxPrice = 1e12

// keyOf is what a file calls a key of a model.
func keyOf(model, key string) string { return "prices." + tomlfile.Quote(model) + "." + key }

// amount reads a number that is not negative.
func (p *parser) amount(key string, v tomlfile.Value) (float64, error) {
	var f float64
	raw, err := p.Raw(v)
	if err != nil {
		return 0, err
	}
	switch n := raw.(type) {
	case int64:
		f = float64(n)
	case float64:
		f = n
	case string:
		return 0, p.Refuse(v, "%s is a text; write the number without quotes", key)
	default:
		return 0, p.Refuse(v, "%s is not a number", key)
	}
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0, p.Refuse(v, "%s is not a finite number", key)
	case f < 0:
		return 0, p.Refuse(v, "%s is negative", key)
	case f > maxPrice:
		return 0, p.Refuse(v, "%s is more than any price", key)
	}
	return f + 0, nil // −0 is 0
}

// maxCurrency is the most bytes of a currency.
const maxCurrency = 16

// currency reads the name of one.
func (p *parser) currency(key string, v tomlfile.Value) (text.Text, error) {
	raw, err := p.Raw(v)
	if err != nil {
		return text.Text{}, err
	}
	s, ok := raw.(string)
	s = strings.TrimSpace(s)
	switch {
	case !ok:
		return text.Text{}, p.Refuse(v, "%s is not a text; write it in quotes", key)
	case len(s) > maxCurrency:
		return text.Text{}, p.Refuse(v, "%s is longer than %d bytes; write a code such as \"CNY\"", key, maxCurrency)
	case len(s) == 3 && strings.Trim(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		s = strings.ToUpper(s)
	}
	return text.Clean(text.Clean(s).String()), nil
}
