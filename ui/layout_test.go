package ui

import (
	"fmt"
	"strings"
	"testing"
)

// picture draws a layout, a character for five columns and two rows.
func picture(l layout, w, h int) string {
	var b strings.Builder
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 5 {
			b.WriteByte(partAt(l, x, y))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func partAt(l layout, x, y int) byte {
	for c, r := range map[byte]rect{'h': l.header, 'l': l.list, 'd': l.detail, 'f': l.footer} {
		if x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h {
			return c
		}
	}
	return ' '
}

func TestLayout(t *testing.T) {
	for _, tc := range []struct {
		w, h       int
		open, full bool
		want       string
	}{
		{130, 13, false, false, `
hhhhhhhhhhhhhhhhhhhhhhhhhh
lllllllllllllllddddddddddd
lllllllllllllllddddddddddd
lllllllllllllllddddddddddd
lllllllllllllllddddddddddd
lllllllllllllllddddddddddd
ffffffffffffffffffffffffff
`},
		{80, 11, false, false, `
hhhhhhhhhhhhhhhh
llllllllllllllll
llllllllllllllll
llllllllllllllll
llllllllllllllll
ffffffffffffffff
`},
		{80, 11, true, false, `
hhhhhhhhhhhhhhhh
dddddddddddddddd
dddddddddddddddd
dddddddddddddddd
dddddddddddddddd
ffffffffffffffff
`},
		{110, 11, true, true, `
dddddddddddddddddddddd
dddddddddddddddddddddd
dddddddddddddddddddddd
dddddddddddddddddddddd
dddddddddddddddddddddd
ffffffffffffffffffffff
`},
	} {
		t.Run(fmt.Sprintf("%dx%d %v %v", tc.w, tc.h, tc.open, tc.full), func(t *testing.T) {
			got := picture(layOut(tc.w, tc.h, shape{open: tc.open, full: tc.full}), tc.w, tc.h)
			if got != strings.TrimPrefix(tc.want, "\n") {
				t.Errorf("got\n%s", got)
			}
		})
	}
	if !layOut(39, 50, shape{}).tooSmall || !layOut(50, 9, shape{open: true, full: true}).tooSmall || layOut(40, 10, shape{open: true}).tooSmall {
		t.Error("the smallest size is not 40×10")
	}
}
