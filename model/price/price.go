package price

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"societop/model/plan"
	"societop/model/text"
)

// Price is what a million tokens of a model cost.
type Price struct {
	Input, Output float64
	CachedInput   float64   // of input that the provider had in its cache; Input where not given
	Currency      text.Text // "CNY", "$"; may be empty. Codes of three letters are in capitals
}

// Table is the prices of models. It is immutable and may be shared. A nil Table has no price.
type Table struct {
	exact map[string]Price // by the name in lower case
	globs []glob           // the first that matches counts
}

// Each calls use with every model, or pattern of models, that has a price: in lower case, in order.
func (t *Table) Each(use func(model string, p Price)) {
	if t == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(t.exact)) {
		use(name, t.exact[name])
	}
	for i := range t.globs {
		use(t.globs[i].pattern, t.globs[i].price)
	}
}

// Empty reports whether the table has no price.
func (t *Table) Empty() bool { return t == nil || len(t.exact)+len(t.globs) == 0 }

// glob is the price of all models whose names match.
type glob struct {
	pattern string
	match   *regexp.Regexp
	letters int // of the pattern that are no wildcard
	price   Price
}

// newTable makes one of prices by names and globs in lower case.
func newTable(prices map[string]Price) *Table {
	t := &Table{exact: map[string]Price{}}
	for name, p := range prices {
		if strings.ContainsAny(name, "*?") {
			t.globs = append(t.globs, newGlob(name, p))
		} else {
			t.exact[name] = p
		}
	}
	slices.SortFunc(t.globs, func(a, b glob) int {
		return cmp.Or(cmp.Compare(b.letters, a.letters), cmp.Compare(len(b.pattern), len(a.pattern)), cmp.Compare(a.pattern, b.pattern))
	})
	return t
}

func newGlob(pattern string, p Price) glob {
	expr := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	letters := utf8.RuneCountInString(pattern) - strings.Count(pattern, "*") - strings.Count(pattern, "?")
	return glob{pattern, regexp.MustCompile(`(?s)^` + expr + `$`), letters, p}
}

// fold is the name of a model as tables compare it.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Of returns the price of a model. Upper and lower case are one. An exact name counts before a
// glob, in which "*" stands for any characters and "?" for one, and a longer glob before a shorter.
func (t *Table) Of(model string) (p Price, ok bool) {
	if t == nil {
		return Price{}, false
	}
	name := fold(model)
	if p, ok = t.exact[name]; ok {
		return p, true
	}
	for i := range t.globs {
		if t.globs[i].match.MatchString(name) {
			return t.globs[i].price, true
		}
	}
	return Price{}, false
}

// Rate is what the tokens of an experiment cost, from the cheapest of its models to the dearest.
type Rate struct {
	input, output [2]float64 // a token, at least and at most
	currency      text.Text
	why           string // there is none
}

// Rate returns that of an experiment with these models.
func (t *Table) Rate(models *plan.Models) Rate {
	var r Rate
	if models == nil {
		return Rate{why: "its models are unknown"}
	}
	for i, m := range models.All() {
		p, ok := t.Of(m.Name.Raw())
		switch {
		case !ok:
			return Rate{why: "no price of " + strconv.Quote(m.Name.String())}
		case i == 0:
			r.input, r.output, r.currency = [2]float64{p.Input, p.Input}, [2]float64{p.Output, p.Output}, p.Currency
		case p.Currency != r.currency:
			return Rate{why: "prices in several currencies"}
		default:
			r.input = [2]float64{min(r.input[0], p.Input), max(r.input[1], p.Input)}
			r.output = [2]float64{min(r.output[0], p.Output), max(r.output[1], p.Output)}
		}
	}
	for i := range r.input {
		r.input[i], r.output[i] = r.input[i]/million, r.output[i]/million
	}
	return r
}

const million = 1e6

// Why is why nothing is known of the cost, in a few words with clean text; "" where it is known.
func (r Rate) Why() string { return r.why }

// Of is the cost of so many tokens; unknown where one of the numbers is negative.
func (r Rate) Of(input, output int64) Sum {
	if r.why != "" || input < 0 || output < 0 {
		return Sum{}
	}
	low := float64(input)*r.input[0] + float64(output)*r.output[0]
	high := float64(input)*r.input[1] + float64(output)*r.output[1]
	return sum(low, middle(low, high), high, r.currency)
}

// Sum is an amount of money. The zero value is unknown.
type Sum struct {
	Known     bool
	Low, High float64   // the amount lies in between; not below 0
	Likely    float64   // the amount; NaN where only the range is known
	Currency  text.Text // may be empty
}

// sum makes one; of what is no number, or too large for one, nothing is known.
func sum(low, likely, high float64, currency text.Text) Sum {
	if !(low >= 0) || !(high >= low) || math.IsInf(high, 0) {
		return Sum{}
	}
	return Sum{true, low, high, likely, currency}
}

// middle is the amount of a range of no width; else it is unknown.
func middle(low, high float64) float64 {
	if low == high {
		return low
	}
	return math.NaN()
}

// Times is so many times the sum, from low to high and likely in between. It is unknown where
// one of them is.
func (s Sum) Times(low, likely, high float64) Sum {
	if !s.Known || math.IsNaN(likely) {
		return Sum{}
	}
	return sum(s.Low*low, s.Likely*likely, s.High*high, s.Currency)
}

// Plus is the sum of two amounts of one currency.
func (s Sum) Plus(o Sum) Sum {
	if !s.Known || !o.Known || s.Currency != o.Currency {
		return Sum{}
	}
	return sum(s.Low+o.Low, s.Likely+o.Likely, s.High+o.High, s.Currency)
}
