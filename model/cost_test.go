package model

import (
	"math"
	"testing"
	"time"

	"societop/model/plan"
	"societop/model/price"
	"societop/model/text"
)

const testPrices = `
[prices.dear]
input = 2
output = 10
currency = "CNY"
[prices.cheap]
input = 1
output = 2
currency = "CNY"
[prices.dollar]
input = 1
output = 2
currency = "USD"
`

// modelsOf makes the models of a config.
func modelsOf(names ...string) *plan.Models {
	var list []plan.Model
	for _, n := range names {
		list = append(list, plan.Model{Name: text.Clean(n)})
	}
	return plan.NewModels(list)
}

// pricedLab is an empty lab with prices.
func pricedLab(t *testing.T) *Lab {
	t.Helper()
	prices, err := price.Parse([]byte(testPrices))
	if err != nil {
		t.Fatal(err)
	}
	l := NewLab()
	l.SetPrices(prices)
	return l
}

// stepped is a run of the plan of three days after so many steps of 10 s, which used 100,000 input
// and 10,000 output tokens each.
func stepped(id byte, step int64, models *plan.Models) Summary {
	s := summaryOf(0)
	s.ID[0], s.Status, s.Models, s.Created = id, Running, models, noon
	s.Now = SimTimeOf(threeDays.Start + 1 + (step-1)*300)
	s.InputTokens, s.OutputTokens = step*100_000, step*10_000
	s.Updated = noon.Add(time.Duration(step) * 10 * time.Second)
	return s
}

// costOf is the cost of an experiment of a lab at the moment of its last step.
func costOf(l *Lab, s Summary) Cost {
	s, _ = l.Get(s.Key)
	return l.Cost(&s, l.Estimate(s.Key, s.Updated))
}

// amounts reports whether two amounts are equal but for rounding.
func amounts(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(math.Abs(b), 1) }

func TestTheCostOfARun(t *testing.T) {
	l := pricedLab(t)
	for step := int64(100); step <= 110; step++ {
		l.Apply(Changes{Put: []Summary{stepped(1, step, modelsOf("dear")), stepped(2, step, modelsOf("dear", "cheap"))}}, noon)
	}
	one := costOf(l, stepped(1, 110, nil))
	if s := one.SoFar; !s.Known || !amounts(s.Likely, 110*0.3) || s.Low != s.High || s.Currency.String() != "CNY" {
		t.Errorf("so far %+v", s)
	}
	if s := one.Hour; !s.Known || !amounts(s.Likely, 360*0.3) {
		t.Errorf("an hour %+v", s)
	}
	if s := one.AtEnd; !s.Known || !amounts(s.Likely, 768*0.3) || one.Ranged {
		t.Errorf("at the end %+v, with a range: %v", s, one.Ranged)
	}
	two := costOf(l, stepped(2, 110, nil))
	if s := two.SoFar; !amounts(s.Low, 110*0.12) || !amounts(s.High, 110*0.3) || !math.IsNaN(s.Likely) {
		t.Errorf("so far with two models %+v", s)
	}
	if s := two.AtEnd; !amounts(s.Low, 768*0.12) || !amounts(s.High, 768*0.3) || !math.IsNaN(s.Likely) {
		t.Errorf("at the end with two models %+v", s)
	}
	if spending, unknown := l.Spending(noon); len(spending) != 1 || unknown != 0 || !amounts(spending[0].SoFar.Low, 110*0.42) || !amounts(spending[0].Hour.High, 360*0.6) {
		t.Errorf("together %+v, %d unknown", spending, unknown)
	}
}

// TestTheCostAtTheEndHasTheSpreadOfSteps: of steps that use unlike numbers of tokens, and never
// below what was spent.
func TestTheCostAtTheEndHasTheSpreadOfSteps(t *testing.T) {
	l := pricedLab(t)
	s := stepped(1, 400, modelsOf("dear"))
	l.Apply(Changes{Put: []Summary{s}}, noon)
	var walls []time.Time
	for step := int64(1); step <= 400; step++ {
		walls = append(walls, noon.Add(time.Duration(step)*10*time.Second))
	}
	l.SetPace(s.Key, PaceOf(&s, stepTimes(walls)), s.Updated)
	for step := int64(401); step <= 464; step++ {
		l.Apply(Changes{Put: []Summary{s}}, noon)
		next := stepped(1, step, s.Models)
		next.InputTokens, next.OutputTokens = s.InputTokens+50_000*(1+step%3), s.OutputTokens+5_000*(1+step%3)
		s = next
	}
	l.Apply(Changes{Put: []Summary{s}}, noon)
	c := costOf(l, s)
	if a := c.AtEnd; !c.Ranged || !(a.Low < a.Likely && a.Likely < a.High) || a.Low < c.SoFar.Low || a.High > 1.2*a.Likely {
		t.Errorf("so far %+v, at the end %+v", c.SoFar, a)
	}
}

// TestTheCostAtTheEndHasNoRangeWhereTheETAIsRough: of a run of which little was watched at night,
// one amount is expected, by the mean of its steps so far, and not the little that the night says.
func TestTheCostAtTheEndHasNoRangeWhereTheETAIsRough(t *testing.T) {
	l := pricedLab(t)
	for step := int64(100); step <= 140; step++ {
		s := stepped(1, step, modelsOf("dear"))
		s.Created = noon.Add(-24 * time.Hour)
		if step == 100 {
			l.Apply(Changes{Put: []Summary{s}}, noon)
			var walls []time.Time
			for i := int64(1); i <= step; i++ {
				walls = append(walls, noon.Add(time.Duration(i)*10*time.Second))
			}
			l.SetPace(s.Key, PaceOf(&s, stepTimes(walls)), s.Updated)
		}
		l.Apply(Changes{Put: []Summary{s}}, noon)
	}
	s, _ := l.Get(stepped(1, 140, nil).Key)
	e := l.Estimate(s.Key, s.Updated)
	if c := l.Cost(&s, e); !e.Rough || e.TokensHigh != 0 || c.Ranged || !amounts(c.AtEnd.Likely, 768*0.3) {
		t.Errorf("%+v of %+v", c, e)
	}
}

// TestTheRangeOfTokensHoldsStepsAndTime: nobody knows whether tokens follow the one or the other.
func TestTheRangeOfTokensHoldsStepsAndTime(t *testing.T) {
	at, walls := noon, []time.Time(nil)
	for step := int64(1); step <= 400; step++ {
		length := 10 * time.Second
		if isNight(step) {
			length = 2 * time.Second
		}
		at = at.Add(length)
		walls = append(walls, at)
	}
	s := stepped(1, 400, nil)
	s.Updated = at
	e := PaceOf(&s, stepTimes(walls)).Estimate(&s, at)
	if bySteps := 768.0 * 110_000; e.Rough || e.TokensHigh <= 0 || bySteps < e.TokensLow-1 || bySteps > e.TokensHigh+1 {
		t.Errorf("%+v", e)
	}
}

func TestCostsThatAreUnknown(t *testing.T) {
	l := pricedLab(t)
	set := func(change func(*Summary)) Summary {
		s := stepped(1, 50, modelsOf("dear"))
		change(&s)
		return s
	}
	for name, tc := range map[string]struct {
		s           Summary
		so, hr, end bool
		why         string
	}{
		"running":            {set(func(*Summary) {}), true, true, true, ""},
		"no models":          {set(func(s *Summary) { s.Models = nil }), false, false, false, "its models are unknown"},
		"no price of one":    {set(func(s *Summary) { s.Models = modelsOf("dear", "other") }), false, false, false, `no price of "other"`},
		"two currencies":     {set(func(s *Summary) { s.Models = modelsOf("dear", "dollar") }), false, false, false, "prices in several currencies"},
		"no tokens":          {set(func(s *Summary) { s.InputTokens = -1 }), false, false, false, "its tokens are unknown"},
		"none used yet":      {set(func(s *Summary) { s.InputTokens, s.OutputTokens = 0, 0 }), true, false, false, ""},
		"finished":           {set(func(s *Summary) { s.Status = Finished }), true, false, true, ""},
		"failed":             {set(func(s *Summary) { s.Status = Failed }), true, false, true, ""},
		"not started":        {set(func(s *Summary) { s.Status, s.InputTokens, s.OutputTokens = NotStarted, 0, 0 }), true, false, false, ""},
		"without a plan":     {set(func(s *Summary) { s.Plan = nil }), true, false, false, ""},
		"as many as can be":  {set(func(s *Summary) { s.InputTokens, s.OutputTokens = math.MaxInt64, math.MaxInt64 }), true, true, true, ""},
		"an endless plan":    {set(func(s *Summary) { s.Plan = plan.New(0, []plan.Entry{{Type: "run", Days: 1e12, Ticks: 1}}) }), true, true, true, ""},
		"an unknown status":  {set(func(s *Summary) { s.Status = 77 }), true, false, false, ""},
		"a clock set back":   {set(func(s *Summary) { s.Updated = s.Created.Add(-time.Hour) }), true, false, false, ""},
		"no time has passed": {set(func(s *Summary) { s.Updated = s.Created }), true, false, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var e Estimate
			var p *Pace
			e = p.Estimate(&tc.s, tc.s.Updated)
			c := l.Cost(&tc.s, e)
			if c.SoFar.Known != tc.so || c.Hour.Known != tc.hr || c.AtEnd.Known != tc.end || c.Why != tc.why {
				t.Errorf("%+v", c)
			}
			for _, s := range []price.Sum{c.SoFar, c.Hour, c.AtEnd} {
				if s.Known && !(s.Low >= 0 && s.Low <= s.High && s.High < math.Inf(1)) {
					t.Errorf("%+v", s)
				}
			}
		})
	}
	if s := set(func(*Summary) {}); NewLab().Cost(&s, Estimate{}).SoFar.Known || NewLab().Priced() {
		t.Error("a lab without prices knows a cost")
	}
}

func TestNoRateOfARunThatIsSilent(t *testing.T) {
	l := pricedLab(t)
	s := stepped(1, 50, modelsOf("dear"))
	l.Apply(Changes{Put: []Summary{s}}, noon)
	late := s.Updated.Add(12 * time.Hour)
	if c := l.Cost(&s, l.Estimate(s.Key, late)); c.Hour.Known || !c.SoFar.Known {
		t.Errorf("%+v", c)
	}
	if all, _ := l.Spending(late); len(all) != 1 || all[0].Hour.High != 0 || !amounts(all[0].SoFar.Low, 15) {
		t.Errorf("together %+v", all)
	}
	l.SetLiveness(Liveness{AsOf: s.Updated, Why: text.Clean("no recorder")}, s.Updated)
	if c := l.Cost(&s, l.Estimate(s.Key, s.Updated)); c.Hour.Known || !c.AtEnd.Known {
		t.Errorf("not live: %+v", c)
	}
}

// TestSpendingFollowsALab: by currency, and only what runs.
func TestSpendingFollowsALab(t *testing.T) {
	l := pricedLab(t)
	a, b, c := stepped(1, 10, modelsOf("dollar")), stepped(2, 10, modelsOf("dear")), stepped(3, 10, modelsOf("other"))
	l.Apply(Changes{First: true, Put: []Summary{a, b, c}}, noon)
	all, unknown := l.Spending(noon)
	if len(all) != 2 || unknown != 1 || all[0].SoFar.Currency.String() != "CNY" || !amounts(all[0].SoFar.Low, 3) || !amounts(all[1].SoFar.Low, 1.2) {
		t.Errorf("%+v, %d unknown", all, unknown)
	}
	a.Status = Finished
	l.Apply(Changes{Put: []Summary{a}, Gone: []Key{c.Key}}, noon)
	if all, unknown = l.Spending(noon); len(all) != 1 || unknown != 0 || all[0].SoFar.Currency.String() != "CNY" {
		t.Errorf("after one has ended and one is gone: %+v, %d unknown", all, unknown)
	}
	a.Status = Running
	l.Apply(Changes{Put: []Summary{a}}, noon)
	if all, _ = l.Spending(noon); len(all) != 2 {
		t.Errorf("after one runs again: %+v", all)
	}
}
