package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"

	"societop/model/text"
)

func TestChoices(t *testing.T) {
	items := []Item{{"strongly agree", 50}, {"同意 👍", 25}, {"neither", 0}, {"never asked", -3}, {"disagree", 25}}
	for name, tc := range map[string]struct {
		items []Item
		w, h  int
		ascii bool
		want  string
	}{
		"with bars": {items, 44, 5, false, `
|strongly agree ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 50  50%|
|同意 👍        ▄▄▄▄▄▄▄▄▄▄▖           25  25%|
|neither                               0   0%|
|never asked                           0   0%|
|disagree       ▄▄▄▄▄▄▄▄▄▄▖           25  25%|`},
		"in ASCII": {items, 30, 5, true, `
|strongly … ########### 50  50%|
|同意 👍    #####...... 25  25%|
|neither    ...........  0   0%|
|never ask… ...........  0   0%|
|disagree   #####...... 25  25%|`},
		"of more than fit": {items, 30, 3, false, `
|strongly … ▄▄▄▄▄▄▄▄▄▄▄ 50  50%|
|同意 👍    ▄▄▄▄▄▖      25  25%|
|3 more: 25, 25%               |`},
		"without room for bars": {items, 14, 2, true, `
|s… ### 50  50%|
|4 more: 50, 5…|`},
		"without room for words": {items, 5, 2, true, `
| 50 …|
|4 mo…|`},
		"of many": {[]Item{{"a", math.MaxInt}, {"b", math.MaxInt}}, 50, 2, true, map[int64]string{math.MaxInt64: `
|a ################# 9,223,372,036,854,775,807  50%|
|b ################# 9,223,372,036,854,775,807  50%|`, math.MaxInt32: `
|a ############################# 2,147,483,647  50%|
|b ############################# 2,147,483,647  50%|`}[math.MaxInt]},
		"of nothing": {nil, 8, 1, false, `
|        |`},
	} {
		if got := Choices(tc.items, tc.w, tc.h, HistogramStyle{ASCII: tc.ascii}); drawing(got) != tc.want {
			t.Errorf("choices %s is%s", name, drawing(got))
		}
	}
}

func TestSharesAreOfThoseWhoWereAsked(t *testing.T) {
	got := Choices([]Item{{"food", 3}, {"sleep", 4}, {"social", 1}}, 24, 2, HistogramStyle{ASCII: true, Of: 4})
	want := `
|food   #######... 3  75%|
|2 more: 5               |`
	if drawing(got) != want {
		t.Errorf("choices of four are%s", drawing(got))
	}
}

func TestAHistogram(t *testing.T) {
	ratings := Buckets([]float64{1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, hole}, 10)
	for name, tc := range map[string]struct {
		buckets []Bucket
		w, h    int
		ascii   bool
		want    string
	}{
		"of ratings": {ratings, 30, 8, false, `
|                    6         |
|                              |
|              3           3   |
|        2   ▄▄▄▄▄       ▄▄▄▄▄ |
|  1   ▅▅▅▅▅                   |
|▆▆▆▆▆                         |
|  1     2     3     4     5   |
|                 ▲ mean 3.53  |`},
		"of ratings in ASCII": {ratings, 30, 8, true, `
|                    6         |
|                  #####       |
|              3   #####   3   |
|        2   ##### ##### ##### |
|  1   ##### ##### ##### ##### |
|##### ##### ##### ##### ##### |
|  1     2     3     4     5   |
|                 ^ mean 3.53  |`},
		"of few cells": {ratings, 3, 4, true, `
|  9|
|15#|
|_##|
|124|`},
		"of one line": {ratings, 15, 1, true, `
|__ __ ## ## ## |`},
		"of numbers": {Buckets([]float64{0.5, 1.7, 22, 23, 24, 31, 38}, 5), 34, 7, true, `
|                   3              |
|   2            #######    2      |
|#######         ####### #######   |
|#######         ####### #######   |
|#######    0    ####### #######   |
|   0      10      20      30      |
|                ^ mean 20         |`},
		"whose values are not in order": {[]Bucket{{"yes", 1, 3}, {"也许", 1, 1_000}}, 20, 6, true, `
|            1,000   |
|          ######### |
|          ######### |
|    3     ######### |
|_________ ######### |
|   yes      也许    |`},
		"of nothing counted": {[]Bucket{{"1", 1, 0}, {"2", 2, -1}}, 10, 6, true, `
|          |
|          |
|          |
| 0    0   |
| 1    2   |
|          |`},
	} {
		if got := Histogram(tc.buckets, tc.w, tc.h, HistogramStyle{ASCII: tc.ascii}); drawing(got) != tc.want {
			t.Errorf("a histogram %s is%s", name, drawing(got))
		}
	}
}

func TestBuckets(t *testing.T) {
	for _, tc := range []struct {
		values []float64
		n      int
		want   string
	}{
		{[]float64{1, 5, 3, 3}, 5, "1:1 2:0 3:2 4:0 5:1"},
		{[]float64{1, 5, 3, 3}, 3, "0:1 2:2 4:1"},
		{[]float64{7}, 5, "7:1"},
		{[]float64{0.1, 0.2, 0.9, 1}, 5, "0:1 0.2:1 0.4:0 0.6:0 0.8:2"},
		{[]float64{hole, math.Inf(1)}, 5, ""},
		{[]float64{-math.MaxFloat64, math.MaxFloat64}, 5, "-1.8e+308:2"},
		{[]float64{1 << 60, 1<<60 + 1}, 5, "1.0E:0 1.1E:2 1.2E:0"},
	} {
		got := []string{}
		for _, b := range Buckets(tc.values, tc.n) {
			got = append(got, fmt.Sprintf("%s:%d", b.Label, b.Count))
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%v in %d buckets is %q, want %q", tc.values, tc.n, got, tc.want)
		}
	}
}

func TestTheMeanOfBucketsIsThatOfTheirValues(t *testing.T) {
	if mean, found := Mean(Buckets([]float64{1.5, 2.25, 17, 30}, 4)); !found || math.Abs(mean-12.6875) > 1e-9 {
		t.Errorf("the mean is %v", mean)
	}
	if _, found := Mean([]Bucket{{"1", 1, 0}}); found {
		t.Error("nothing has a mean")
	}
}

func FuzzHistogram(f *testing.F) {
	f.Add(bytesOf(1, 2, 3, hole), 5, 20, 8, false)
	f.Add(bytesOf(-math.MaxFloat64, math.MaxFloat64), 100, 3, 5, true)
	f.Add(bytesOf(), -1, -1, 0, true)
	f.Fuzz(func(t *testing.T, data []byte, n, w, h int, ascii bool) {
		w, h, n = w%200, h%60, n%1000
		values, style := floats(data), HistogramStyle{ASCII: ascii, Bar: bold, Label: lipgloss.NewStyle().Underline(true)}
		buckets := Buckets(values, n)
		exactly(t, Histogram(buckets, w, h, style), w, h)
		for i, v := range values {
			if i < len(buckets) {
				buckets[i].Value, buckets[i].Count = v, int(int64(math.Float64bits(v)))
			}
		}
		exactly(t, Histogram(buckets, w, h, style), w, h)
	})
}

func FuzzChoices(f *testing.F) {
	f.Add("yes\nno\n也许 🚇", 5, 40, 2, false)
	f.Add("", -5, 0, 1, true)
	f.Fuzz(func(t *testing.T, labels string, count, w, h int, ascii bool) {
		w, h = w%200, h%60
		items := []Item{}
		for i, label := range strings.Split(labels, "\n") {
			items = append(items, Item{text.Clean(label).String(), count * i})
		}
		exactly(t, Choices(items, w, h, HistogramStyle{ASCII: ascii, Bar: bold, Label: bold}), w, h)
	})
}
