package human

import (
	"fmt"
	"math"
	"strings"

	"github.com/dustin/go-humanize"

	"societop/model"
	"societop/model/price"
)

// symbols are the signs of currencies whose sign is no other's.
var symbols = map[string]string{"CNY": "¥", "RMB": "¥", "USD": "$", "EUR": "€", "GBP": "£"}

// Currency writes a currency in front of an amount: "¥ ", "CHF "; with ascii only in ASCII.
func Currency(s price.Sum, ascii bool) string {
	code := s.Currency.String()
	if sign, ok := symbols[code]; ok && (!ascii || sign == "$") {
		code = sign
	}
	if code == "" {
		return ""
	}
	return code + " "
}

// Amount writes an amount of money that is known: "0", "<0.01", "12.40", "1,234", "1.2M".
func Amount(f float64) string {
	switch {
	case f == 0:
		return "0"
	case f < 0.01:
		return "<0.01"
	case f < 100:
		return fmt.Sprintf("%.2f", f)
	case f < 1e6:
		return humanize.Comma(int64(f))
	}
	return Tokens(int64(min(f, math.MaxInt64/2)))
}

// RoughAmount writes an estimated amount in two or three digits: "<0.01", "0.42", "3.1", "28", "1.2k".
func RoughAmount(f float64) string {
	switch {
	case f == 0 || f < 0.01, f >= 1000:
		if f < 1 {
			return Amount(f)
		}
		return Tokens(int64(min(f, math.MaxInt64/2)))
	case f < 1:
		return fmt.Sprintf("%.2f", f)
	case f < 9.95:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.0f", f)
}

// Between writes the range of an amount, without its currency: "12–19"; one amount where both ends
// are written alike.
func Between(s price.Sum) string {
	low, high := RoughAmount(s.Low), RoughAmount(s.High)
	if low == high {
		return low
	}
	return low + "–" + high
}

// Cost writes what was spent: "¥ 12.40", "$ 12–19".
func Cost(s price.Sum, ascii bool) string {
	switch {
	case !s.Known:
		return model.Unknown
	case s.Low == s.High:
		return Currency(s, ascii) + Amount(s.Low)
	}
	return Currency(s, ascii) + Between(s)
}

// About writes an estimated amount without its currency: "3.1"; a range where that is all that is known.
func About(s price.Sum) string {
	if math.IsNaN(s.Likely) {
		return Between(s)
	}
	return RoughAmount(s.Likely)
}

// Costs writes the parts of a cost: what was spent, what an hour costs, and what it will have cost
// at the end with its range: "¥ 12.40", "3.1/h", "28 at the end (25–31)", without a range
// "~28 at the end". Where nothing is known, it says why.
func Costs(c *model.Cost, ascii bool) []string {
	if !c.SoFar.Known {
		return []string{model.Unknown, c.Why}
	}
	parts := []string{Cost(c.SoFar, ascii)}
	if c.Hour.Known {
		parts = append(parts, About(c.Hour)+"/h")
	}
	if c.AtEnd.Known && (c.Hour.Known || c.AtEnd != c.SoFar) {
		end := roughSign(!c.Ranged) + About(c.AtEnd) + " at the end"
		if between := Between(c.AtEnd); c.Ranged && strings.Contains(between, "–") && between != About(c.AtEnd) {
			end += " (" + between + ")"
		}
		parts = append(parts, end)
	}
	return parts
}

// AtEnd writes what a run will have cost: "¥ 28", "¥ ~28" where no range is known.
func AtEnd(c *model.Cost) string {
	if !c.AtEnd.Known {
		return model.Unknown
	}
	return Currency(c.AtEnd, false) + roughSign(!c.Ranged) + About(c.AtEnd)
}

// TokensAtEnd writes how many tokens a run will have used: "8.4M at the end", "~8.4M at the end" where
// no range is known; "" where nothing is known.
func TokensAtEnd(e model.Estimate) string {
	if !(e.TokensAtEnd < math.MaxInt64) {
		return ""
	}
	return roughSign(e.TokensHigh <= 0) + Tokens(int64(e.TokensAtEnd)) + " at the end"
}

// roughSign is in front of what is roughly known.
func roughSign(rough bool) string {
	if rough {
		return "~"
	}
	return ""
}
