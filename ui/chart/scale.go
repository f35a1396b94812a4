package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// middle is the fraction of values on an empty scale.
const middle = 0.5

// fraction returns where v is between lo (0) and hi (1); middle if they are equal. It does not
// overflow.
func fraction(v, lo, hi float64) float64 {
	if math.IsInf(hi-lo, 0) {
		v, lo, hi = v/2, lo/2, hi/2
	}
	if !(hi > lo) {
		return middle
	}
	return min(max((v-lo)/(hi-lo), 0), 1)
}

// scale converts values to positions 0…n-1. It is fraction, prepared for many values.
type scale struct {
	lo, length, top float64
	half            bool // values are halved, because the length overflows
}

func newScale(s span, n int) scale {
	out := scale{lo: s.lo, length: s.hi - s.lo, top: float64(max(n-1, 0))}
	if out.half = math.IsInf(out.length, 0); out.half {
		out.lo, out.length = s.lo/2, s.hi/2-s.lo/2
	}
	return out
}

// at returns the position of a value; values outside are at the edge.
func (s *scale) at(v float64) int {
	if s.half {
		v /= 2
	}
	p := (v - s.lo) / s.length * s.top
	switch {
	case !(s.length > 0):
		p = s.top * middle
	case !(p > 0):
		return 0
	case p > s.top:
		p = s.top
	}
	return int(p + 0.5)
}

// between returns the value at fraction t (0…1) of the way from a to b.
func between(a, b, t float64) float64 { return a*(1-t) + b*t }

// known reports whether a value is not a hole. Holes are NaN and ±Inf.
func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// span is the least and the greatest of values.
type span struct{ lo, hi float64 }

// nothing is the empty span.
var nothing = span{math.Inf(1), math.Inf(-1)}

func (s span) with(v float64) span { return span{min(s.lo, v), max(s.hi, v)} }

// empty reports whether the span has no value.
func (s span) empty() bool { return s.lo > s.hi }

// axis is a scale with round ends, and its ticks.
type axis struct {
	span
	ticks []float64 // ascending, the ends included
	step  float64
}

// newAxis rounds a span out to at most n steps of 1, 2 or 5 times a power of ten. A span that is
// too large or too small for steps has its ends as ticks. The empty span is 0 to 1.
func newAxis(s span, n int) axis {
	if s.empty() {
		s = span{0, 1}
	}
	if s.lo == s.hi {
		s = widened(s.lo)
	}
	n = max(n, 1)
	step := roundUp((s.hi - s.lo) / float64(n))
	for range 3 {
		first, last := math.Floor(s.lo/step), math.Ceil(s.hi/step)
		if !known(step) || !known(first) || !known(last) || !(last-first < 1e6) || max(math.Abs(first), math.Abs(last)) > 1<<50 {
			break
		}
		if count := int(last - first); count <= n && known(first*step) && known(last*step) {
			return stepped(first, count, step)
		}
		step = roundUp(step * 1.01)
	}
	return axis{s, []float64{s.lo, s.hi}, s.hi - s.lo}
}

// stepped returns the axis of some steps. Each tick is computed separately, so that errors do
// not add up.
func stepped(first float64, count int, step float64) axis {
	a := axis{step: step, ticks: make([]float64, count+1)}
	for i := range a.ticks {
		a.ticks[i] = (first + float64(i)) * step
	}
	a.span = span{a.ticks[0], a.ticks[count]}
	return a
}

// newDecades rounds a span of powers of ten out to whole ones, with at most n equal steps.
func newDecades(s span, n int) axis {
	if s.empty() {
		s = span{0, 1}
	}
	a := axis{span: span{math.Floor(s.lo), math.Ceil(s.hi)}}
	if a.lo == a.hi {
		a.lo, a.hi = a.lo-1, a.hi+1
	}
	a.step = math.Ceil((a.hi - a.lo) / float64(max(n, 1)))
	for power := a.lo; power <= a.hi; power += a.step {
		a.ticks = append(a.ticks, power)
	}
	return a
}

// widened returns a span with a value in its middle.
func widened(v float64) span {
	by := math.Abs(v) / 10
	if v == 0 || by == 0 {
		by = 1
	}
	s := span{v - by, v + by}
	if math.IsInf(s.lo, 0) || math.IsInf(s.hi, 0) {
		return span{min(v, 0), max(v, 0)}
	}
	return s
}

// roundUp returns the least of 1, 2 and 5 times a power of ten that is at least v.
func roundUp(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*power >= v*(1-1e-12) {
			return m * power
		}
	}
	return v
}

// units are the prefixes of thousand, million and so on.
const units = " kMGTPE"

// labels formats the ticks in the same unit and with the same decimals, in at most six digits:
// "1.5M", "0.25", "2.5e-07". Below ten thousand no unit is used.
func (a axis) labels() []string {
	most := max(math.Abs(a.lo), math.Abs(a.hi))
	out := make([]string, len(a.ticks))
	for i, v := range a.ticks {
		out[i] = number(v, most, a.step)
	}
	return out
}

// decades formats the ticks of a logarithmic scale: "0.01", "1000", "10k", "1e-300".
func (a axis) decades() []string {
	out := make([]string, len(a.ticks))
	for i, power := range a.ticks {
		if power < -4 || power >= 21 {
			out[i] = fmt.Sprintf("1e%+03.0f", power)
			continue
		}
		v := math.Pow(10, power)
		out[i] = number(v, v, v)
	}
	return out
}

// number formats v as a tick among ticks up to most that are a step apart.
func number(v, most, step float64) string {
	if v == 0 {
		return "0"
	}
	if most < 1e-4 || most >= 1e21 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	unit, scale := 0, 1.0
	for most >= 1e4 && unit < len(units)-1 && most/scale >= 1e3 {
		unit, scale = unit+1, scale*1e3
	}
	whole := max(int(math.Floor(math.Log10(most/scale)))+1, 1)
	decimals := int(math.Ceil(-math.Log10(step/scale) - 1e-9))
	s := strconv.FormatFloat(v/scale, 'f', min(max(decimals, 0), max(6-whole, 0)), 64)
	return s + strings.TrimSpace(units[unit:unit+1])
}
