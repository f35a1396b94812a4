package model

import (
	"cmp"
	"math"
	"slices"
	"time"

	"societop/model/eta"
	"societop/model/plan"
	"societop/model/price"
)

// Cost is what an experiment costs by the prices of its models. Each sum says whether it is known.
type Cost struct {
	SoFar price.Sum
	// Hour is an hour at the rate of late. It is known only of what runs, is not quiet, and has a
	// live source.
	Hour price.Sum
	// AtEnd is what the whole run will cost; of one that has ended, what it has cost. Ranged
	// reports that it is 8 times in 10 from Low to High, and not only by the prices.
	AtEnd  price.Sum
	Ranged bool
	// Why says in a few words why nothing is known; "" where something is, and without prices.
	Why string
}

// costs is what a lab knows of prices.
type costs struct {
	prices *price.Table
	rates  map[*plan.Models]price.Rate // of models that many rows share
}

// maxRates bounds how many rates a lab keeps.
const maxRates = 1 << 12

// SetPrices sets the prices of models before experiments are applied; nil: nothing has a price.
func (l *Lab) SetPrices(t *price.Table) {
	l.costs = costs{prices: t}
	if t != nil {
		l.costs.rates = map[*plan.Models]price.Rate{}
	}
}

// Priced reports whether the lab has prices.
func (l *Lab) Priced() bool { return l.costs.prices != nil }

// rate is what the tokens of an experiment with these models cost.
func (c *costs) rate(m *plan.Models) price.Rate {
	r, ok := c.rates[m]
	if !ok {
		r = c.prices.Rate(m)
		if len(c.rates) >= maxRates {
			clear(c.rates)
		}
		if c.rates != nil {
			c.rates[m] = r
		}
	}
	return r
}

// spent is what an experiment has cost so far.
func (c *costs) spent(s *Summary) price.Sum {
	if c.prices == nil || !s.Counted() {
		return price.Sum{}
	}
	return c.rate(s.Models).Of(s.InputTokens, s.OutputTokens)
}

// Cost returns that of an experiment with an estimate. Without prices nothing is known. Tokens to
// come are input and output in the proportion of those so far.
func (l *Lab) Cost(s *Summary, e Estimate) Cost {
	if !l.Priced() {
		return Cost{}
	}
	c := Cost{SoFar: l.costs.spent(s)}
	if !c.SoFar.Known {
		if c.Why = l.costs.rate(s.Models).Why(); c.Why == "" {
			c.Why = "its tokens are unknown"
		}
		return c
	}
	if s.Status.Ended() {
		c.AtEnd, c.Ranged = c.SoFar, true
	}
	tokens := float64(s.Tokens())
	if s.Status != Running || tokens == 0 {
		return c
	}
	if !e.Quiet && !e.Stalled && e.AsOf.IsZero() {
		hour := e.TokenRate * 3600 / tokens
		c.Hour = c.SoFar.Times(hour, hour, hour)
	}
	end := max(e.TokensAtEnd/tokens, 1)
	low, high := end, end
	if c.Ranged = e.TokensHigh > 0; c.Ranged {
		low, high = min(max(e.TokensLow/tokens, 1), end), max(e.TokensHigh/tokens, end)
	}
	c.AtEnd = c.SoFar.Times(low, end, high)
	return c
}

// compareCost orders costs, the dearest first; those of one currency stand together.
func compareCost(a, b price.Sum) (c int, last bool) {
	if !a.Known || !b.Known {
		return compareKnown(0, 0, a.Known, b.Known)
	}
	return cmp.Or(cmp.Compare(a.Currency.String(), b.Currency.String()), cmp.Compare(b.High, a.High), cmp.Compare(b.Low, a.Low)), false
}

// Spending is what the running experiments of one currency cost together.
type Spending struct {
	SoFar, Hour price.Sum
}

// Spending returns what runs costs, by currency; unknown is how many running experiments have an
// unknown cost and are in none of the sums. It takes as long as there are running experiments.
func (l *Lab) Spending(now time.Time) (all []Spending, unknown int) {
	for r := range l.attention.running {
		at := l.row(r)
		c := l.Cost(&at.Summary, l.estimate(at, l.paces[r], now))
		if !c.SoFar.Known {
			unknown++
			continue
		}
		if !c.Hour.Known {
			c.Hour = price.Sum{Known: true, Currency: c.SoFar.Currency}
		}
		i := slices.IndexFunc(all, func(s Spending) bool { return s.SoFar.Currency == c.SoFar.Currency })
		if i < 0 {
			all = append(all, Spending{c.SoFar, c.Hour})
			continue
		}
		all[i].SoFar, all[i].Hour = all[i].SoFar.Plus(c.SoFar), all[i].Hour.Plus(c.Hour)
	}
	slices.SortFunc(all, func(a, b Spending) int {
		return cmp.Compare(a.SoFar.Currency.String(), b.SoFar.Currency.String())
	})
	return all, unknown
}

// tokensRange is what a run will have used, 8 times in 10, where it will probably have used likely
// tokens, by a forecast at so many tokens a second: by the range of that and the spread of its
// steps' tokens as far as they were watched. Whether tokens follow time or steps is not known, so
// it holds what the number of steps makes probable, too.
func (p *Pace) tokensRange(likely, bySteps float64, left int64, perSecond float64, f eta.Forecast) (least, most float64) {
	var tokens, steps, squares float64
	n := 0
	watched := func(of func(tokens, steps float64)) {
		for i := 1; i < len(p.marks); i++ {
			if a, b := p.marks[i-1], p.marks[i]; a.tokens >= 0 && b.tokens >= a.tokens {
				of(float64(b.tokens-a.tokens), float64(b.step-a.step))
			}
		}
	}
	watched(func(t, s float64) { tokens, steps, n = tokens+t, steps+s, n+1 })
	spread := 0.0
	if n > 1 {
		watched(func(t, s float64) { squares += s * (t/s - tokens/steps) * (t/s - tokens/steps) })
		ahead := float64(left)
		spread = 1.28 * math.Sqrt(squares/float64(n-1)*(ahead+ahead*ahead/steps))
	}
	down, up := perSecond*max(f.Rest-f.Low, 0).Seconds(), perSecond*max(f.High-f.Rest, 0).Seconds()
	if up == 0 {
		return 0, 0
	}
	return min(likely-math.Hypot(spread, down), bySteps-spread), max(likely+math.Hypot(spread, up), bySteps+spread)
}
