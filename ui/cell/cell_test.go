package cell

import (
	"strings"
	"testing"
)

func TestFilling(t *testing.T) {
	for _, tc := range []struct{ name, got, want string }{
		{"fit", Fit("北京", 6), "北京  "},
		{"fit cuts", Fit("北京早高峰", 6), "北京… "},
		{"fit keeps styles", Fit("\x1b[1mab\x1b[m", 3), "\x1b[1mab\x1b[m "},
		{"right", Right("7", 3), "  7"},
		{"center", Center("ab", 5), " ab  "},
		{"nothing", Fit("ab", 0), ""},
		{"negative", Right("ab", -1), ""},
		{"tail", Tail("/home/lab/experiments.db", 10), "…iments.db"},
		{"tail fits", Tail("lab.db", 10), "lab.db"},
		{"block", Block([]string{"a", "北京"}, 3, 3), "a  \n北…\n   "},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, tc.got, tc.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, w := range []int{1, 2, 5, 9, 40} {
		for _, line := range Wrap("the quick 北京早高峰 fox-jumps overtheverylazydog", w) {
			if Width(line) > max(w, 2) {
				t.Errorf("at %d: %q", w, line)
			}
		}
	}
	for _, tc := range []struct {
		s    string
		w    int
		want string
	}{
		{"one two three", 7, "one two|three"},
		{"one  two   three", 7, "one|two|three"},
		{"one two", 40, "one two"},
		{"", 7, ""},
		{" 1234567 x", 7, "1234567|x"},
		{"-123456 x", 7, "-123456|x"},
		{"-1234567", 7, "-123456|7"},
		{"well-known facts", 7, "well-|known|facts"},
		{"an 很长的名字很长的名字", 7, "an|很长的|名字很|长的名|字"},
		{"a\n\nb", 7, "a||b"},
		{"1234567   ", 7, "1234567"},
		{"12345   ", 7, "12345"},
		{"\x1b[1mone two   \x1b[m", 7, "\x1b[1mone two\x1b[m"},
	} {
		if got := strings.Join(Wrap(tc.s, tc.w), "|"); got != tc.want {
			t.Errorf("%q wrapped at %d: %q, want %q", tc.s, tc.w, got, tc.want)
		}
	}
	if Wrap("x", 0) != nil {
		t.Error("no width has lines")
	}
}

func TestBreakKeepsEveryCharacterAndHoldsTheWidth(t *testing.T) {
	for _, tc := range []struct {
		s    string
		w    int
		want string
	}{
		{"", 10, ""},
		{"short", 10, "short"},
		{"day 0 at 30901, step 7 第7步", 12, "day 0 at |30901, step |7 第7步"},
		{"/opt/venv/site-packages/x.py", 12, "/opt/venv/si|te-packages/|x.py"},
		{"a /opt/venv/site-packages", 12, "a /opt/venv/|site-package|s"},
		{"北京早高峰通勤", 5, "北京|早高|峰通|勤"},
		{"e\u0301e\u0301e", 2, "e\u0301e\u0301|e"},
		{"x", 0, ""},
	} {
		if got := strings.Join(Break(tc.s, tc.w), "|"); got != tc.want {
			t.Errorf("%q in %d cells: %q, want %q", tc.s, tc.w, got, tc.want)
		}
	}
	long := strings.Repeat("词 word-by-word /a/b/c 🚇 ", 1000)
	for w := 2; w < 40; w++ {
		lines := Break(long, w)
		for _, l := range lines {
			if Width(l) > w {
				t.Fatalf("%d cells of %d: %q", Width(l), w, l)
			}
		}
		if strings.Join(lines, "") != long {
			t.Fatalf("something is lost at %d cells", w)
		}
	}
}

func TestPartsOfALineByCells(t *testing.T) {
	for _, tc := range []struct {
		text              string
		w                 int
		bytes, skips, pad int
	}{
		{"abc", 2, 2, 2, 0},
		{"abc", 0, 0, 0, 0},
		{"abc", 9, 3, 3, 0},
		{"", 3, 0, 0, 0},
		{"界面", 2, 3, 3, 0},
		{"界面", 1, 0, 3, 1},
		{"界面", 3, 3, 6, 1},
		{"a界b", 2, 1, 4, 1},
		{"界", -1, 0, 0, 0},
	} {
		if got := Bytes(tc.text, tc.w); got != tc.bytes {
			t.Errorf("%d cells of %q are %d bytes, want %d", tc.w, tc.text, got, tc.bytes)
		}
		if skips, pad := Skip(tc.text, tc.w); skips != tc.skips || pad != tc.pad {
			t.Errorf("%d cells of %q skipped are %d bytes and %d cells, want %d and %d", tc.w, tc.text, skips, pad, tc.skips, tc.pad)
		}
	}
}

// TestWrapKeepsStyles: a style that goes on in the next line is ended and begun again, so that
// no line needs the one above it or colours what stands after it.
func TestWrapKeepsStyles(t *testing.T) {
	const faint, bold, off = "\x1b[2m", "\x1b[1m", "\x1b[m"
	for _, tc := range []struct{ text, want string }{
		{faint + "one two" + off, faint + "one" + off + "|" + faint + "two" + off},
		{"a " + faint + "one two" + off + " b", "a " + faint + "one" + off + "|" + faint + "two" + off + " b"},
		{faint + "one " + off + "two", faint + "one" + off + "|" + faint + off + "two"},
		{faint + "one " + bold + "two" + off, faint + "one" + off + "|" + faint + bold + "two" + off},
		{faint + "北京早" + off, faint + "北京" + off + "|" + faint + "早" + off},
		{faint + "one\n\ntwo" + off, faint + "one" + off + "|" + faint + off + "|" + faint + "two" + off},
	} {
		if got := strings.Join(Wrap(tc.text, 5), "|"); got != tc.want {
			t.Errorf("%q is wrapped as\n%q, want\n%q", tc.text, got, tc.want)
		}
	}
}

func TestMiddleAndWhole(t *testing.T) {
	for _, tc := range []struct {
		s    string
		w    int
		want string
	}{{"campus-1", 8, "campus-1"}, {"campus-north-1", 8, "cam…th-1"}, {"北京的实验室一", 7, "北…室一"}, {"lab", 2, "l…"}, {"lab", 0, ""}} {
		if got := Middle(tc.s, tc.w); got != tc.want || Width(got) > tc.w {
			t.Errorf("%s in %d cells: %q, want %q", tc.s, tc.w, got, tc.want)
		}
	}
	parts := []string{" Esc close", "space show", "j k scroll"}
	for w := 10; w < 50; w++ {
		line := Whole(parts, w)
		rest := strings.TrimRight(line, " ")
		if Width(line) != w || rest != strings.Join(parts[:1], "  ") && rest != strings.Join(parts[:2], "  ") && rest != strings.Join(parts, "  ") {
			t.Errorf("in %d cells: %q", w, line)
		}
	}
}
