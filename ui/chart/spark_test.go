package chart

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/ui/cell"
)

var (
	hole = math.NaN()
	bold = lipgloss.NewStyle().Bold(true)
)

func TestASparkline(t *testing.T) {
	for name, tc := range map[string]struct {
		values []float64
		w      int
		zero   bool
		want   string
		ascii  string
	}{
		"rises":                      {[]float64{0, 1, 2, 3, 4, 5, 6, 7}, 8, false, "▁▂▃▄▅▆▇█", "01245789"},
		"has fewer values than cell": {[]float64{0, 1}, 4, false, "▁█  ", "09  "},
		"of one value":               {[]float64{7}, 3, false, "▅  ", "5  "},
		"of the same value":          {[]float64{3, 3, 3}, 3, false, "▅▅▅", "555"},
		"with a scale from zero":     {[]float64{3, 3, 3}, 3, true, "███", "999"},
		"of zeros":                   {[]float64{0, 0}, 2, true, "▅▅", "55"},
		"keeps holes":                {[]float64{0, hole, 8, math.Inf(1), math.Inf(-1), 8}, 6, false, "▁ █  █", "0 9  9"},
		"of holes":                   {[]float64{hole, hole}, 3, false, "   ", "   "},
		"of nothing":                 {nil, 3, false, "   ", "   "},
		"keeps a peak":               {[]float64{1, 1, 1, 9, 1, 1, 1, 1}, 4, false, "▁█▁▁", "0900"},
		"keeps a dip":                {[]float64{9, 9, 9, 1, 9, 9, 9, 9}, 4, false, "█▁██", "9099"},
		"keeps a lower peak":         {[]float64{0, 0, 0, 9, 0, 0, 4, 0}, 4, false, "▁█▁▄", "0904"},
		"loses no value to a hole":   {[]float64{hole, 1, 2, hole}, 2, false, "▁█", "09"},
		"of what nearly overflows":   {[]float64{-math.MaxFloat64, 0, math.MaxFloat64}, 3, false, "▁▅█", "059"},
		"of the smallest there are":  {[]float64{0, math.SmallestNonzeroFloat64}, 2, false, "▁█", "09"},
		"of no cells":                {[]float64{1, 2}, 0, false, "", ""},
		"of fewer cells than none":   {[]float64{1, 2}, -1, false, "", ""},
	} {
		style := SparkStyle{Line: bold, Zero: tc.zero}
		if got := ansi.Strip(Spark(tc.values, tc.w, style)); got != tc.want {
			t.Errorf("a sparkline %s is %q, want %q", name, got, tc.want)
		}
		style.ASCII = true
		if got := ansi.Strip(Spark(tc.values, tc.w, style)); got != tc.ascii {
			t.Errorf("a sparkline %s is %q in ASCII, want %q", name, got, tc.ascii)
		}
	}
}

func TestASparklineIsOneRunOfItsStyle(t *testing.T) {
	if got := Spark([]float64{1, 2, 3, 4}, 8, SparkStyle{Line: bold}); strings.Count(got, "\x1b[") != 2 {
		t.Errorf("%q changes its style more than once", got)
	}
}

func FuzzSpark(f *testing.F) {
	f.Add([]byte("\x7f\xf0\x00\x00\x00\x00\x00\x00"), 3, false, true)
	f.Add(bytesOf(1, 2, hole, 4), 2, true, false)
	f.Fuzz(func(t *testing.T, data []byte, w int, ascii, zero bool) {
		w %= 300
		got := Spark(floats(data), w, SparkStyle{Line: bold, ASCII: ascii, Zero: zero})
		if cell.Width(got) != max(w, 0) || strings.Contains(got, "\n") {
			t.Fatalf("%q has not %d cells", got, w)
		}
	})
}

// floats are numbers of any kind: eight bytes each.
func floats(data []byte) (out []float64) {
	for ; len(data) >= 8; data = data[8:] {
		out = append(out, math.Float64frombits(binary.BigEndian.Uint64(data)))
	}
	return out
}

// bytesOf are the bytes of which floats makes the numbers.
func bytesOf(numbers ...float64) (out []byte) {
	for _, n := range numbers {
		out = binary.BigEndian.AppendUint64(out, math.Float64bits(n))
	}
	return out
}
