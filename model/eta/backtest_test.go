package eta

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shares is how much of a run is done where it is forecast.
var shares = []float64{0.10, 0.25, 0.50, 0.75, 0.90}

// outcome is how forecasts at one share did.
type outcome struct {
	all, counted, within, oldWithin, under int
	errors, roughErrors, widths, mean64    []float64
	old                                    []float64
}

// backtest forecasts runs of a law at each share.
func backtest(l law, runs int) []outcome {
	out := make([]outcome, len(shares))
	for seed := range runs {
		r := l.draw(rand.New(rand.NewPCG(uint64(seed)+seedBase, uint64(len(l.name)))))
		var m Model
		next := 0
		end := r.marks[len(r.marks)-1].At
		for i, mark := range r.marks {
			m.Add(r.plan, mark)
			if next == len(shares) || i+1 < int(shares[next]*float64(len(r.marks))) {
				continue
			}
			o := &out[next]
			next++
			f := m.Forecast(r.plan)
			truth := end.Sub(mark.At).Seconds()
			o.all++
			e := math.Abs(f.Rest.Seconds()-truth) / truth
			if f.Rough {
				o.roughErrors = append(o.roughErrors, e)
				continue
			}
			o.counted++
			o.errors = append(o.errors, e)
			if truth > f.High.Seconds() {
				o.under++
			}
			if f.Low.Seconds() <= truth && truth <= f.High.Seconds() {
				o.within++
			}
			o.widths = append(o.widths, (f.High-f.Low).Seconds()/truth)
			mean, spread := plainMean(r.marks[:i+1], len(r.marks))
			o.mean64 = append(o.mean64, math.Abs(mean-truth)/truth)
			if math.Abs(mean-truth) <= spread {
				o.oldWithin++
			}
		}
	}
	return out
}

// plainMean is what the mean of the last 64 steps says of the rest, and its spread as it was
// before there was a model: by the deviation of these steps.
func plainMean(marks []Mark, total int) (rest, spread float64) {
	marks = marks[max(len(marks)-65, 0):]
	n := float64(len(marks) - 1)
	mean := marks[len(marks)-1].At.Sub(marks[0].At).Seconds() / n
	var deviation float64
	for i := range marks[1:] {
		d := marks[i+1].At.Sub(marks[i].At).Seconds() - mean
		deviation += d * d
	}
	deviation = math.Sqrt(deviation / max(n-1, 1))
	left := float64(int64(total) - marks[len(marks)-1].Step)
	return left * mean, 1.28 * deviation * math.Sqrt(left+left*left/n)
}

// median of values; NaN of none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}

// pool adds up outcomes.
func pool(all []outcome) (sum outcome) {
	for _, o := range all {
		sum.all += o.all
		sum.counted += o.counted
		sum.within += o.within
		sum.oldWithin += o.oldWithin
		sum.under += o.under
		sum.errors = append(sum.errors, o.errors...)
		sum.roughErrors = append(sum.roughErrors, o.roughErrors...)
		sum.widths = append(sum.widths, o.widths...)
		sum.mean64 = append(sum.mean64, o.mean64...)
	}
	return sum
}

func (o outcome) String() string {
	percent := func(n int) string { return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(max(o.counted, 1))) }
	number := func(v []float64) string { return fmt.Sprintf("%.1f %%", 100*median(v)) }
	return fmt.Sprintf("%5d | %5d | %6s | %6s | %7s | %7s | %7s | %6s | %s", o.all-o.counted, o.counted, percent(o.within), percent(o.under), number(o.errors), number(o.widths), number(o.mean64), percent(o.oldWithin), number(o.roughErrors))
}

var seedBase uint64

func TestCalibration(t *testing.T) {
	runs, _ := strconv.Atoi(cmp.Or(os.Getenv("RUNS"), "0"))
	if runs == 0 {
		t.Skip()
	}
	for _, l := range laws {
		if o := os.Getenv("LAW"); o != "" && !strings.Contains(l.name, o) {
			continue
		}
		all := backtest(l, runs)
		fmt.Printf("| %-14s| %4s | rough | count | cover  | under | error | width | mean64 | oldcov | rougherr\n", l.name, "")
		for i, o := range all {
			if len(all) > 3 && os.Getenv("SHARES") == "" {
				continue
			}
			fmt.Printf("| %-14s | %3.0f | %s\n", "", 100*shares[i], o)
		}
		fmt.Printf("| %-14s | %3s | %s\n", l.name, "all", pool(all))
	}
}
