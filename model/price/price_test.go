package price

import (
	"math"
	"strings"
	"testing"

	"societop/model/plan"
	"societop/model/text"
)

const example = `# prices of a million tokens
[prices."qwen2.5-14b-instruct"]
input = 1
output = 3
cached_input = 0.4
currency = "CNY"

[prices."Qwen/*"]
input = 0.5
output = 0.5
currency = "cny"

[prices."*"]
input = 2
output = 8.5
currency = "$"

[prices."gpt-4?-mini"]
input = 0
output = 0

[prices.glm]
input = 1e-3
output = 2
currency = "CNY"
`

func table(t *testing.T, file string) *Table {
	t.Helper()
	prices, err := Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return prices
}

func models(names ...string) *plan.Models {
	var list []plan.Model
	for _, n := range names {
		list = append(list, plan.Model{Name: text.Clean(n)})
	}
	return plan.NewModels(list)
}

func TestThePriceOfAModel(t *testing.T) {
	prices := table(t, example)
	for model, want := range map[string]Price{
		"qwen2.5-14b-instruct":  {1, 3, 0.4, text.Clean("CNY")},
		"QWEN2.5-14B-Instruct ": {1, 3, 0.4, text.Clean("CNY")},
		"Qwen/Qwen2.5-7B":       {0.5, 0.5, 0.5, text.Clean("CNY")},
		"qwen/":                 {0.5, 0.5, 0.5, text.Clean("CNY")},
		"gpt-4o-mini":           {0, 0, 0, text.Text{}},
		"gpt-4.1-mini":          {2, 8.5, 2, text.Clean("$")},
		"glm":                   {0.001, 2, 0.001, text.Clean("CNY")},
		"glm-4":                 {2, 8.5, 2, text.Clean("$")},
		"line\nbreak":           {2, 8.5, 2, text.Clean("$")},
	} {
		if p, ok := prices.Of(model); !ok || p != want {
			t.Errorf("%q: %+v, %v, want %+v", model, p, ok, want)
		}
	}
	if _, ok := (*Table)(nil).Of("glm"); ok {
		t.Error("no table has a price")
	}
	if _, ok := table(t, strings.Replace(example, `"*"`, `"x*"`, 1)).Of("glm-4"); ok {
		t.Error("a model without a price has one")
	}
}

func TestALongerGlobCountsBeforeAShorter(t *testing.T) {
	one := func(name string, input string) string {
		return "[prices.\"" + name + "\"]\noutput = 0\ninput = " + input + "\n"
	}
	prices := table(t, one("q*", "1")+one("qwen*", "2")+one("*-7b", "3")+one("qwen*7b", "4")+one("qwen-7b", "5")+one("????????????*", "6"))
	for model, want := range map[string]float64{"q": 1, "qwen": 2, "x-7b": 3, "qwen3-7b": 4, "qwen-7b": 5, "a.b(c)-7b": 3, "[abcdefghijk]": 6} {
		if p, _ := prices.Of(model); p.Input != want {
			t.Errorf("%q: input %v, want %v", model, p.Input, want)
		}
	}
}

func TestTheCostOfTokens(t *testing.T) {
	prices := table(t, strings.Replace(example, `"*"`, `"dollar*"`, 1))
	nan := math.NaN()
	for name, tc := range map[string]struct {
		models            *plan.Models
		in, out           int64
		low, likely, high float64 // high < 0: unknown
		why               string
	}{
		"one model":              {models("qwen2.5-14b-instruct"), 2e6, 1e6, 5, 5, 5, ""},
		"several of one price":   {models("Qwen/a", "Qwen/b"), 2e6, 1e6, 1.5, 1.5, 1.5, ""},
		"from cheap to dear":     {models("qwen2.5-14b-instruct", "Qwen/b"), 2e6, 1e6, 1.5, nan, 5, ""},
		"cheap in, dear out":     {models("glm", "Qwen/b"), 2e6, 1e6, 0.502, nan, 3, ""},
		"nothing used":           {models("qwen2.5-14b-instruct", "glm"), 0, 0, 0, 0, 0, ""},
		"for nothing":            {models("gpt-4o-mini"), 2e6, 1e6, 0, 0, 0, ""},
		"unknown input":          {models("glm"), -1, 5, 0, 0, -1, ""},
		"unknown output":         {models("glm"), 5, -1, 0, 0, -1, ""},
		"no price":               {models("unheard-of"), 5, 5, 0, 0, -1, `no price of "unheard-of"`},
		"no price of one":        {models("glm", "a\x1b[31m"), 5, 5, 0, 0, -1, "no price of \"a\uFFFD[31m\""},
		"several currencies":     {models("glm", "dollar"), 5, 5, 0, 0, -1, "prices in several currencies"},
		"unknown models":         {nil, 5, 5, 0, 0, -1, "its models are unknown"},
		"more tokens than exist": {models("qwen2.5-14b-instruct"), math.MaxInt64, math.MaxInt64, 3.68934881474191e13, 3.68934881474191e13, 3.68934881474191e13, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := prices.Rate(tc.models)
			s := r.Of(tc.in, tc.out)
			if r.Why() != tc.why {
				t.Errorf("why %q, want %q", r.Why(), tc.why)
			}
			if s.Known != (tc.high >= 0) {
				t.Fatalf("known: %v", s.Known)
			}
			if s.Known && (!near(s.Low, tc.low) || !near(s.High, tc.high) || !near(s.Likely, tc.likely)) {
				t.Errorf("cost %+v, want %v, %v, %v", s, tc.low, tc.likely, tc.high)
			}
		})
	}
}

func near(a, b float64) bool {
	return (math.IsNaN(a) && math.IsNaN(b)) || math.Abs(a-b) <= 1e-9*max(math.Abs(b), 1)
}

func TestSums(t *testing.T) {
	one, two := sum(1, 1, 1, text.Clean("CNY")), sum(2, math.NaN(), 3, text.Clean("CNY"))
	if s := one.Plus(two); !s.Known || s.Low != 3 || s.High != 4 || !math.IsNaN(s.Likely) {
		t.Errorf("1 + 2…3 = %+v", s)
	}
	if one.Plus(Sum{}).Known || one.Plus(sum(1, 1, 1, text.Clean("$"))).Known {
		t.Error("an unknown amount, or one of another currency, was added")
	}
	if s := one.Times(2, 3, 4); s.Low != 2 || s.Likely != 3 || s.High != 4 {
		t.Errorf("times 2, 3, 4: %+v", s)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), -1} {
		if s := one.Times(bad, bad, bad); s.Known {
			t.Errorf("times %v is %+v", bad, s)
		}
	}
	if s := sum(math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, text.Text{}); s.Plus(s).Known {
		t.Error("an overflow is known")
	}
}

func TestBadPrices(t *testing.T) {
	const whole = "[prices.\"a\"]\ninput = 1\noutput = 2\n"
	for name, tc := range map[string]struct{ file, want string }{
		"negative":          {"[prices.\"a\"]\noutput = 2\ninput = -0.5\n", "line 3: prices.\"a\".input is negative"},
		"NaN":               {"[prices.\"a\"]\ninput = nan\noutput = 2\n", "line 2: prices.\"a\".input is not a finite number"},
		"infinite":          {whole + "cached_input = +inf\n", "line 4: prices.\"a\".cached_input is not a finite number"},
		"too much":          {"[prices.\"a\"]\ninput = 1e300\noutput = 2\n", "line 2: prices.\"a\".input is more than any price"},
		"text":              {"[prices.\"a\"]\ninput = 1\noutput = \"2\"\n", "line 3: prices.\"a\".output is a text; write the number without quotes"},
		"list":              {"[prices.\"a\"]\ninput = [1]\noutput = 2\n", "line 2: prices.\"a\".input is not a number"},
		"date":              {"[prices.\"a\"]\ninput = 2026-01-01\noutput = 2\n", "line 2: prices.\"a\".input is not a number"},
		"unknown key":       {whole + "outputs = 3\n", "line 4: [prices.\"a\"] has no key \"outputs\"; did you mean \"output\"?"},
		"no output":         {"\n[prices.\"a\"]\ninput = 1\n", "line 2: the price of \"a\" has no output"},
		"no input":          {"[prices.\"a\"]\noutput = 1\n", "line 1: the price of \"a\" has no input"},
		"currency a number": {whole + "currency = 5\n", "line 4: prices.\"a\".currency is not a text; write it in quotes"},
		"currency too long": {whole + "currency = \"" + strings.Repeat("x", 17) + "\"\n", "line 4: prices.\"a\".currency is longer than 16 bytes; write a code such as \"CNY\""},
		"another section":   {whole + "[colours]\nred = 1\n", "line 4: unknown key \"colours\"; prices stand in tables such as [prices.\"gpt-4o\"]"},
		"a key at the top":  {"input = 1\n", "line 1: unknown key \"input\"; prices stand in tables such as [prices.\"gpt-4o\"]"},
		"dots":              {"[prices.qwen2.5-7b]\ninput = 1\noutput = 1\n", "line 1: a model name with dots needs quotes: [prices.\"qwen2.5-7b\"]"},
		"a number":          {"prices = 5\n", "line 1: prices is not a table; write [prices.\"gpt-4o\"]"},
		"a list":            {"[[prices]]\ninput = 1\n", "line 1: prices is not a table; write [prices.\"gpt-4o\"]"},
		"a model's number":  {"[prices]\ngpt = 5\n", "line 2: the price of \"gpt\" is not a table; write [prices.\"gpt\"] and the keys below it"},
		"no name":           {"[prices.\"\"]\ninput = 1\noutput = 1\n", "line 1: a price has no model name"},
		"twice":             {whole + "[prices.A]\ninput = 1\noutput = 1\n", "line 1: \"a\" has two prices; upper and lower case are one"},
		"twice as it is":    {whole + whole, "line 4: "},
		"empty":             {"", "there are no prices in it; they stand in tables such as [prices.\"gpt-4o\"]"},
		"no prices":         {"[prices]\n", "there are no prices in it; they stand in tables such as [prices.\"gpt-4o\"]"},
		"syntax":            {whole + "currency = CNY\n", "line 4: "},
		"hostile":           {"[prices.\"a\\u001b]0;x\\u0007\"]\ninput = 1\n", "line 1: the price of \"a\uFFFD]0;x\uFFFD\" has no output"},
		"binary":            {"\x00\x01\xff\xfe", "line 1: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(tc.file))
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) || (strings.HasSuffix(tc.want, ": ") && err.Error() == tc.want) {
				t.Fatalf("error %v, want %q", err, tc.want)
			}
			if strings.ContainsAny(err.Error(), "\n\x1b\a") {
				t.Errorf("%q is not one clean line", err)
			}
		})
	}
}

// TestTheCurrencyIsClean: whatever the file has.
func TestTheCurrencyIsClean(t *testing.T) {
	p, _ := table(t, "[prices.a]\ninput = 1\noutput = 1\ncurrency = \"\\u001b[31m\\u202e¥\"\n").Of("a")
	if got := p.Currency.String(); got != "\uFFFD[31m\uFFFD¥" || p.Currency.Raw() != got {
		t.Errorf("currency %q, raw %q", got, p.Currency.Raw())
	}
}

func TestDeepNestingIsNoCrash(t *testing.T) {
	for name, file := range map[string]string{
		"tables":      strings.Repeat("[", MaxFile),
		"lists":       "a = " + strings.Repeat("[\n", MaxFile/3),
		"inline":      "a = " + strings.Repeat("{a=", 300),
		"more inline": "a = " + strings.Repeat("{a=\n", 1000),
		"most inline": "a = " + strings.Repeat("{\na=", MaxFile/5),
		"dots":        strings.Repeat("[a"+strings.Repeat(".a", 490)+"]\n", 60),
		"large":       strings.Repeat("# x\n", MaxFile/3),
	} {
		if _, err := Parse([]byte(file)); err == nil {
			t.Errorf("%s: it was accepted", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte("prices = {a = {input = 1, output = 2}}\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		prices, err := Parse(file)
		if err != nil {
			return
		}
		for _, name := range []string{"qwen2.5-14b-instruct", "a", ""} {
			if s := prices.Rate(models(name, "b")).Of(math.MaxInt64, 1); s.Known && !(s.Low >= 0 && s.High >= s.Low) {
				t.Fatalf("%+v", s)
			}
		}
	})
}
