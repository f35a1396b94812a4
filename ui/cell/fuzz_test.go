package cell

import (
	"strings"
	"testing"
	"unicode/utf8"

	"societop/model/text"
)

// style is what Lip Gloss puts around a text.
const style, plain = "\x1b[1;38;5;33m", "\x1b[m"

// FuzzCells holds what measures, cuts and fills to its word, on clean text of any kind: widths
// are exact, nothing is lost that has room.
func FuzzCells(f *testing.F) {
	f.Add(" 00", 2)   // a word as long as a line, and a space before it
	f.Add("త్ౕళ0", 2) // a mark after a virama
	f.Add("a。 a〈", 2) // a wide character that does not fit after what follows a space
	for _, raw := range kinds {
		for _, w := range []int{-1, 0, 1, 2, 7, 40} {
			f.Add(raw, w)
		}
	}
	f.Fuzz(func(t *testing.T, raw string, w int) {
		w = min(max(w, -2), 5000)
		s := text.Clean(raw).String()
		checkCut(t, s, w)
		checkFilled(t, s, w)
		checkWrapped(t, s, w)
		checkParts(t, s, w)
	})
}

// wantWidth fails unless s has w cells.
func wantWidth(t *testing.T, what, s string, w int) {
	t.Helper()
	if n := Width(s); n != max(w, 0) {
		t.Fatalf("%s: %d cells of %d: %q", what, n, w, s)
	}
}

// checkCut: what fits is whole, else as much as there is room for stands before or after an
// ellipsis, which a wide character may leave one cell short.
func checkCut(t *testing.T, s string, w int) {
	t.Helper()
	head, tail := Cut(s, w), Tail(s, w)
	if Width(s) <= w {
		if head != s || tail != s {
			t.Fatalf("%q has room in %d cells, and became %q and %q", s, w, head, tail)
		}
		return
	}
	for _, part := range []string{head, tail} {
		if n := Width(part); n > max(w, 0) || n < w-1 {
			t.Fatalf("%q is cut to %d cells, not %d: %q", s, n, w, part)
		}
	}
	if w > 0 && (!strings.HasSuffix(head, Ellipsis) || !strings.HasPrefix(s, strings.TrimSuffix(head, Ellipsis))) {
		t.Fatalf("%q in %d cells begins with %q", s, w, head)
	}
	if w > 0 && (!strings.HasPrefix(tail, Ellipsis) || !strings.HasSuffix(s, strings.TrimPrefix(tail, Ellipsis))) {
		t.Fatalf("%q in %d cells ends with %q", s, w, tail)
	}
}

// checkFilled: the widths are exact, whatever the style.
func checkFilled(t *testing.T, s string, w int) {
	t.Helper()
	for _, text := range []string{s, style + s + plain} {
		wantWidth(t, "Fit", Fit(text, w), w)
		wantWidth(t, "Right", Right(text, w), w)
		wantWidth(t, "Center", Center(text, w), w)
		for line := range strings.SplitSeq(Block([]string{text, text}, w, 3), "\n") {
			wantWidth(t, "Block", line, w)
		}
	}
	if styled := Cut(style+s+plain, w); w > 0 && strings.Count(styled, "\x1b") != 2 {
		t.Fatalf("the style of %q runs on: %q", s, styled)
	}
}

// checkWrapped: no line is too wide, and nothing but space is lost.
func checkWrapped(t *testing.T, s string, w int) {
	t.Helper()
	if w <= 0 {
		if Wrap(s, w) != nil || Break(s, w) != nil {
			t.Fatal("no width has lines")
		}
		return
	}
	wrapped, broken := Wrap(s, w), Break(s, w)
	for _, line := range append(wrapped, broken...) {
		if Width(line) > max(w, 2) {
			t.Fatalf("%q in %d cells: %q has %d", s, w, line, Width(line))
		}
	}
	if got := strings.Join(broken, ""); got != s {
		t.Fatalf("%q broken at %d cells became %q", s, w, got)
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if got := words(strings.Join(wrapped, "")); got != words(s) {
		t.Fatalf("%q wrapped at %d cells became %q", s, w, wrapped)
	}
}

// checkParts: as many bytes as there is room for, and as many as come before a cell.
func checkParts(t *testing.T, s string, w int) {
	t.Helper()
	n := Bytes(s, w)
	if n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		if Width(s[:n]) > max(w, 0) || Width(s[:n+size]) <= w {
			t.Fatalf("%d bytes of %q are the first %d cells", n, s, w)
		}
	} else if Width(s) > max(w, 0) {
		t.Fatalf("all of %q is in %d cells", s, w)
	}
	n, pad := Skip(s, w)
	switch got := Width(s[:n]); {
	case pad < 0 || pad > 1:
		t.Fatalf("%d empty cells stand for half of a character of %q at %d", pad, s, w)
	case got != max(w, 0)+pad && (n < len(s) || got > w):
		t.Fatalf("%d bytes of %q, %d cells, come before cell %d", n, s, got, w)
	}
}
