package pycsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestReader reads tables as different programs write them.
func TestReader(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\r\nc,d\r\n":                      `["a" "b"] ["c" "d"]`,
		"a,b\nc,d":                            `["a" "b"] ["c" "d"]`,
		"\r\n\r\na\r\n\r\n":                   `["a"]`,
		",\r\n\"\"\r\n":                       `["" ""] [""]`,
		"\"a\"\"b,\r\nc\",d\r\n":              `["a\"b,\r\nc" "d"]`,
		"a\"b\"c,\"x\"y\r\n":                  `["a\"b\"c" "xy"]`,
		"a\rb,c\r\n":                          `["a"] ["b" "c"]`,
		"a,b\r\rc,\"d\re\r\nf\"\n\rg":         `["a" "b"] ["c" "d\re\r\nf"] ["g"]`,
		"\"a\nb":                              `it has no end`,
		"a,\"b":                               `it has no end`,
		"":                                    ``,
		"x" + strings.Repeat("0", 99):         `it is too long`,
		strings.Repeat(",", 99) + "\r\nb\r\n": `it is too long ["b"]`,
		"\"" + strings.Repeat("\"\"", 99) + "\"\r\nb,c\r\n": `it is too long ["b" "c"]`,
	} {
		c := NewReader(strings.NewReader(text), 64)
		var got []string
		for {
			row, err := c.Row()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				got = append(got, err.Error())
				continue
			}
			got = append(got, fmt.Sprintf("%q", row))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// FuzzReader reads anything to its end, with cells no longer than a row may be.
func FuzzReader(f *testing.F) {
	f.Add([]byte("a,\"b\"\"\r\n\",\r\n,,\n\""))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := NewReader(bytes.NewReader(text), 16)
		for rows := 0; ; rows++ {
			row, err := c.Row()
			if errors.Is(err, io.EOF) {
				return
			}
			if rows > len(text) || len(row) > 16 || len(strings.Join(row, "")) > 16 {
				t.Fatalf("row %d: %q, %v", rows, row, err)
			}
		}
	})
}

// FuzzWriter reads back what was written.
func FuzzWriter(f *testing.F) {
	f.Add("a", "", "b,\"c\r\n\rd")
	f.Add("\n", "\r", "\x00 \ufeff")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) || !utf8.ValidString(c) {
			return
		}
		var out bytes.Buffer
		w := NewWriter(&out)
		rows := [][]string{{a, b, c}, {c}, {b, a}}
		for _, row := range rows {
			if err := w.Row(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		r := NewReader(&out, 1<<20)
		for _, want := range rows {
			if got, err := r.Row(); err != nil || !slices.Equal(got, want) {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		}
		if got, err := r.Row(); !errors.Is(err, io.EOF) {
			t.Errorf("after the last row: %q, %v", got, err)
		}
	})
}

// TestBytesThatAreNoText shows what becomes of bytes that are not UTF-8.
func TestBytesThatAreNoText(t *testing.T) {
	var out strings.Builder
	w := NewWriter(&out)
	_ = w.Row("a\xffb", "\xc3")
	_ = w.Flush()
	if out.String() != "a\uFFFDb,\uFFFD\r\n" {
		t.Errorf("%q", out.String())
	}
}
