package model

import (
	"strings"
	"testing"
)

func TestTailLogKeepsTheNewestLines(t *testing.T) {
	for _, tc := range []struct {
		raw     string
		b       LogBudget
		want    string
		dropped int
	}{
		{"", LogBudget{}, "", 0},
		{"\n", LogBudget{}, "", 0},
		{"a\nb\nc\n", LogBudget{}, "a\nb\nc", 0},
		{"a\nb\nc", LogBudget{Lines: 2}, "b\nc", 1},
		{"a\n\nc\n", LogBudget{Lines: 2}, "\nc", 1},
		{"a\nbbbb\ncc", LogBudget{Bytes: 7}, "bbbb\ncc", 1},
		{"a\nbbbb\ncc", LogBudget{Bytes: 6}, "cc", 2},
		{"a\nbbbb\n0123456789", LogBudget{Bytes: 8}, "01234…", 2},
		{"\x1b[32mok\x1b[0m \x1b[2Jx\rz", LogBudget{}, "ok \ufffd[2Jx\nz", 0},
	} {
		got := TailLog(tc.raw, tc.b)
		if got.Lines.String() != tc.want || got.Dropped != tc.dropped {
			t.Errorf("%q within %+v: %q, %d dropped; want %q, %d", tc.raw, tc.b, got.Lines, got.Dropped, tc.want, tc.dropped)
		}
	}
	if got := TailLog(strings.Repeat("x\n", 5000), LogBudget{Lines: 1000}); got.Dropped != 4000 {
		t.Errorf("%d lines dropped, want 4000", got.Dropped)
	}
}

func TestALogKeepsItsColoursRaw(t *testing.T) {
	const raw = "one\n\x1b[32mtwo\x1b[0m"
	if got := TailLog(raw+"\n", LogBudget{Lines: 1}); got.Lines.Raw() != raw[4:] || got.Lines.String() != "two" {
		t.Errorf("%q, raw %q", got.Lines.String(), got.Lines.Raw())
	}
}

func TestOverlap(t *testing.T) {
	for _, tc := range []struct {
		older, newer string
		want         int
	}{
		{"", "", 0},
		{"a b c", "", 0},
		{"", "a b c", 0},
		{"a b c", "a b c", 3},
		{"a b c", "b c d", 2},
		{"a b c", "d e f", 0},
		{"a b c", "a b c d e", 3},
		{"a a a", "a a a a", 3},
		{"a a a b", "a a b a", 3},
		{"x a b a b", "a b a c", 2},
		{"a b c d", "c", 0},
		{"a b c c", "c", 1},
	} {
		if got := Overlap(strings.Fields(tc.older), strings.Fields(tc.newer)); got != tc.want {
			t.Errorf("%q and %q overlap by %d, want %d", tc.older, tc.newer, got, tc.want)
		}
	}
}
