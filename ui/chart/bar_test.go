package chart

import (
	"math"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/ui/cell"
)

// plain has styles that can be told apart without colours.
var plain = BarStyle{Done: lipgloss.NewStyle().Bold(true), Rest: lipgloss.NewStyle().Underline(true)}

func TestBarIsExactToAnEighth(t *testing.T) {
	for ratio, want := range map[float64]string{0.0625: "▌", 0.124: "▉", 0.125: "", 0.99999: "▉", 1: "", 0: "", 1.0 / 64: "▏"} {
		if got := strings.TrimSpace(ansi.Strip(Bar(ratio, 8, plain))); got != want {
			t.Errorf("Bar(%v) ends in %q, want %q", ratio, got, want)
		}
	}
}

func TestBarInASCII(t *testing.T) {
	ascii := plain
	ascii.ASCII = true
	for ratio, want := range map[float64]string{0: "........", 0.5: "####....", 0.999: "#######.", 1: "########"} {
		if got := ansi.Strip(Bar(ratio, 8, ascii)); got != want {
			t.Errorf("Bar(%v) = %q, want %q", ratio, got, want)
		}
	}
}

func TestBarSpendsOneByteOnAWholeCell(t *testing.T) {
	bare := BarStyle{Done: lipgloss.NewStyle(), Rest: lipgloss.NewStyle()}
	if full := Bar(1, 40, bare); strings.Count(full, " ") != 40 {
		t.Errorf("a full bar is not spaces: %q", full)
	}
}

func TestThinBarsLeaveRoomBetweenRows(t *testing.T) {
	thin := plain
	thin.Thin = true
	for ratio, want := range map[float64]string{0: "        ", 0.05: "        ", 0.0625: "▖       ", 0.5: "▄▄▄▄    ", 0.99999: "▄▄▄▄▄▄▄▖", 1: "▄▄▄▄▄▄▄▄"} {
		if got := ansi.Strip(Bar(ratio, 8, thin)); got != want {
			t.Errorf("Bar(%v) = %q, want %q", ratio, got, want)
		}
	}
}

func FuzzBar(f *testing.F) {
	f.Add(0.5, 10, false, false)
	f.Add(0.7, 10, false, true)
	f.Add(math.NaN(), -3, true, false)
	f.Add(math.Inf(1), 1, false, true)
	f.Fuzz(func(t *testing.T, ratio float64, w int, ascii, thin bool) {
		style := plain
		style.ASCII, style.Thin = ascii, thin
		if w = w % 500; cell.Width(Bar(ratio, w, style)) != max(w, 0) {
			t.Fatalf("Bar(%v, %d) has %d cells", ratio, w, cell.Width(Bar(ratio, w, style)))
		}
	})
}
