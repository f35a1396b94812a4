package human

import (
	"math"
	"strings"
	"testing"

	"societop/model"
	"societop/model/price"
	"societop/model/text"
)

func money(low, likely, high float64, currency string) price.Sum {
	return price.Sum{Known: true, Low: low, Likely: likely, High: high, Currency: text.Clean(currency)}
}

func TestMoney(t *testing.T) {
	nan := math.NaN()
	for _, tc := range []struct{ got, want string }{
		{Amount(0), "0"},
		{Amount(0.00001), "<0.01"},
		{Amount(0.42), "0.42"},
		{Amount(12.4), "12.40"},
		{Amount(1234.9), "1,234"},
		{Amount(123456), "123,456"},
		{Amount(1.25e6), "1.2M"},
		{Amount(1e300), "4.6E"},
		{RoughAmount(0), "0"},
		{RoughAmount(0.001), "<0.01"},
		{RoughAmount(0.425), "0.42"},
		{RoughAmount(3.14), "3.1"},
		{RoughAmount(9.99), "10"},
		{RoughAmount(28.4), "28"},
		{RoughAmount(1250), "1.2k"},
		{RoughAmount(1e300), "4.6E"},
		{Cost(money(12.4, 12.4, 12.4, "CNY"), false), "¥ 12.40"},
		{Cost(money(12.4, 12.4, 12.4, "CNY"), true), "CNY 12.40"},
		{Cost(money(12.4, 12.4, 12.4, "USD"), true), "$ 12.40"},
		{Cost(money(12.4, 12.4, 12.4, "CHF"), false), "CHF 12.40"},
		{Cost(money(12.4, 12.4, 12.4, ""), false), "12.40"},
		{Cost(money(12.4, nan, 19, "EUR"), false), "€ 12–19"},
		{Cost(money(12.4, nan, 12.41, "EUR"), false), "€ 12"},
		{Cost(price.Sum{}, false), "–"},
		{About(money(2, 3.1, 4, "CNY")), "3.1"},
		{About(money(2, nan, 4, "CNY")), "2.0–4.0"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}

func TestCosts(t *testing.T) {
	nan := math.NaN()
	for want, c := range map[string]model.Cost{
		"– | no price of \"x\"":                    {Why: `no price of "x"`},
		"¥ 12.40":                                  {SoFar: money(12.4, 12.4, 12.4, "CNY")},
		"$ 5.00":                                   {SoFar: money(5, 5, 5, "$"), AtEnd: money(5, 5, 5, "$"), Ranged: true},
		"$ 5.00 | 3.1/h | ~28 at the end":          {SoFar: money(5, 5, 5, "$"), Hour: money(3.1, 3.1, 3.1, "$"), AtEnd: money(28, 28, 28, "$")},
		"$ 5.00 | 1.0/h | ~20–28 at the end":       {SoFar: money(5, 5, 5, "$"), Hour: money(1, 1, 1, "$"), AtEnd: money(20, nan, 28, "$")},
		"$ 0 | 0/h | 0 at the end":                 {SoFar: money(0, 0, 0, "$"), Hour: money(0, 0, 0, "$"), AtEnd: money(0, 0, 0, "$"), Ranged: true},
		"$ 5.00 | 28 at the end (25–31)":           {SoFar: money(5, 5, 5, "$"), AtEnd: money(25, 28, 31, "$"), Ranged: true},
		"$ 5.0–6.0 | 1.0–2.0/h | 25–31 at the end": {SoFar: money(5, nan, 6, "$"), Hour: money(1, nan, 2, "$"), AtEnd: money(25, nan, 31, "$"), Ranged: true},
	} {
		if got := strings.Join(Costs(&c, false), " | "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
