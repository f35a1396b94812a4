package eta

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// shares is how much of a run is done where it is forecast.
var shares = [...]float64{0.10, 0.25, 0.50, 0.75, 0.90}

// outcome is how forecasts did. All but its first numbers are of those that are not rough.
type outcome struct {
	rough, counted int
	within, above  int // of the range; above: the truth was longer than High
	oldWithin      int // of the range that there was before there was a model
	errors, widths []float64
	meanErrors     []float64 // of the mean of the last 64 steps
}

// testSeed is the first of the seeds by which the test draws its runs, those that the model was
// made with. `make calibration` has others, unless it is told.
const testSeed = 0

// backtest forecasts so many runs of a law at each share. Of a law with a pause, forecasts before it are
// apart: nobody knows of it.
func backtest(l law, first uint64, runs int) (at [len(shares)]outcome, before outcome) {
	for i := range runs {
		r := l.draw(rand.New(rand.NewPCG(first+uint64(i), uint64(len(l.name)))))
		var m Model
		next := 0
		for i, mark := range r.marks {
			m.Add(r.plan, mark)
			if next == len(shares) || i+1 < int(shares[next]*float64(len(r.marks))) {
				continue
			}
			o := &at[next]
			if i < r.pause {
				o = &before
			}
			o.judge(m.Forecast(r.plan), r.marks, i+1)
			next++
		}
	}
	return at, before
}

// judge compares a forecast after so many marks with how it turned out.
func (o *outcome) judge(f Forecast, marks []Mark, done int) {
	if f.Rough {
		o.rough++
		return
	}
	truth := marks[len(marks)-1].At.Sub(marks[done-1].At)
	o.counted++
	if f.Low <= truth && truth <= f.High {
		o.within++
	}
	if truth > f.High {
		o.above++
	}
	o.errors = append(o.errors, math.Abs(float64(f.Rest)/float64(truth)-1))
	o.widths = append(o.widths, float64(f.High-f.Low)/float64(truth))
	mean, spread := plainMean(marks[:done], len(marks))
	o.meanErrors = append(o.meanErrors, math.Abs(mean/truth.Seconds()-1))
	if math.Abs(mean-truth.Seconds()) <= spread {
		o.oldWithin++
	}
}

// plainMean is what the mean of the last 64 steps says of the rest, and its spread as it was said
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

// pool adds up outcomes.
func pool(all []outcome) (sum outcome) {
	for _, o := range all {
		sum.rough += o.rough
		sum.counted += o.counted
		sum.within += o.within
		sum.above += o.above
		sum.oldWithin += o.oldWithin
		sum.errors = append(sum.errors, o.errors...)
		sum.widths = append(sum.widths, o.widths...)
		sum.meanErrors = append(sum.meanErrors, o.meanErrors...)
	}
	return sum
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

// part is a number of those that are counted.
func (o *outcome) part(n int) float64 { return float64(n) / float64(max(o.counted, 1)) }

// TestForecastsHoldTheirRange is the promise: 8 times in 10 the truth is within the range, whatever
// law the steps follow, and the estimate is better than the mean of the last steps.
func TestForecastsHoldTheirRange(t *testing.T) {
	slack, widest := 0.0, 8.0
	if runs < 300 {
		slack, widest = 0.12, 12
	}
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			at, _ := backtest(l, testSeed, runs)
			o := pool(at[:])
			if c := o.part(o.within); c < 0.7-slack || c > 0.9+slack {
				t.Errorf("the range holds the truth %.0f %% of the time", 100*c)
			}
			errors, mean, width := median(o.errors), median(o.meanErrors), median(o.widths)
			if most := mean * l.better; errors > most {
				t.Errorf("median error %.1f %%, that of the mean of the last steps is %.1f %%", 100*errors, 100*mean)
			}
			// Of a normal distribution, a range of 80 % is 3.8 times the median error wide.
			if width > widest*errors {
				t.Errorf("the range is %.1f %% wide, and the median error %.1f %%", 100*width, 100*errors)
			}
			if o.counted < o.rough/3 {
				t.Errorf("%d estimates are rough, %d are not", o.rough, o.counted)
			}
		})
	}
}

// TestCalibration prints the table of `make calibration`.
func TestCalibration(t *testing.T) {
	first := os.Getenv("SOCIETOP_CALIBRATION")
	if first == "" {
		t.Skip("make calibration")
	}
	seed, err := strconv.ParseUint(first, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("| steps | done | counted | rough | in range | longer | error | width | error of the mean of 64 steps | in the range of old |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, l := range laws {
		at, before := backtest(l, seed, runs)
		for i := range at {
			at[i].print(l.name, fmt.Sprintf("%.0f %%", 100*shares[i]))
		}
		if before.counted+before.rough > 0 {
			before.print(l.name, "before it")
		}
		o := pool(at[:])
		o.print("**"+l.name+"**", "all")
	}
}

func (o *outcome) print(name, share string) {
	if o.counted == 0 {
		fmt.Printf("| %s | %s | 0 | %d | – | – | – | – | – | – |\n", name, share, o.rough)
		return
	}
	fmt.Printf("| %s | %s | %d | %d | %.0f %% | %.0f %% | %.1f %% | %.1f %% | %.1f %% | %.0f %% |\n", name, share, o.counted, o.rough,
		100*o.part(o.within), 100*o.part(o.above), 100*median(o.errors), 100*median(o.widths), 100*median(o.meanErrors), 100*o.part(o.oldWithin))
}
