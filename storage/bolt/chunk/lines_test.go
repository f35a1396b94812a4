package chunk

import "testing"

func TestOverlap(t *testing.T) {
	for _, tc := range []struct{ known, raw, fresh string }{
		{"", "a\nb\n", "a\nb\n"},
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\n", "a\nb\nc\n", "c\n"},
		{"a\nb\nc\n", "b\nc\nd\ne\n", "d\ne\n"},
		{"a\nb\nc\n", "x\ny\n", "x\ny\n"},
		{"a\na\na\n", "a\na\na\na\n", "a\n"},
		{"x\na\nb\na\nb\n", "a\nb\na\nc\n", "a\nc\n"},
		{"a\nab\n", "b\n", "b\n"}, // lines, not characters
		{"\n\n", "\n\n\n", "\n"},
	} {
		if got := tc.raw[overlap(tc.known, tc.raw):]; got != tc.fresh {
			t.Errorf("behind %q, of %q %q is new, want %q", tc.known, tc.raw, got, tc.fresh)
		}
	}
}
