package charset

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReader(t *testing.T) {
	for _, tc := range []struct {
		text   string
		asUTF8 bool
		want   string
		err    error
	}{
		{"", true, "", nil},
		{"北京", true, "北京", nil},
		{"\xef\xbb\xbf北京", true, "北京", nil},
		{"\xef\xbb\xbf北京", false, "北京", nil},
		{"\xff\xfe\x17\x53", true, "北", nil},
		{"\xfe\xff\x53\x17", false, "北", nil},
		{"\xb1\xb1", true, "", ErrNotUTF8},
		{"\xb1\xb1", false, "北", nil},
		{"a\xff\xff", false, "a", ErrNoText},
		{strings.Repeat("é", 1<<16) + "\xc3", true, strings.Repeat("é", 1<<16), ErrNotUTF8},
	} {
		got, err := io.ReadAll(NewReader(strings.NewReader(tc.text), tc.asUTF8))
		if string(got) != tc.want || !errors.Is(err, tc.err) {
			t.Errorf("%.20q: %.20q, %v", tc.text, got, err)
		}
	}
}
