package text

import "testing"

func TestTypos(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		n    int
	}{
		{"list", "list", 0},
		{"lits", "list", 1},
		{"lis", "list", 1},
		{"llist", "list", 1},
		{"lost", "list", 1},
		{"last", "show", -1},
		{"a", "b", -1},
		{"", "", 0},
		{"ab", "ba", 1},
		{"experiment", "expreimnet", 2},
		{"实验一", "实验二", 1},
	} {
		n, ok := Typos(tc.a, tc.b)
		if !ok {
			n = -1
		}
		if n != tc.n {
			t.Errorf("%q, %q: %d, want %d", tc.a, tc.b, n, tc.n)
		}
	}
}
