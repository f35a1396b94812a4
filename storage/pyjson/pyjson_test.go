package pyjson

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWhatIsNoNumberBecomesNull(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":NaN,"b":[Infinity,-Infinity,-5,-1e-3]}`: `{"a":null,"b":[null,null,-5,-1e-3]}`,
		`{"NaN":"NaN \" -Infinity \\","b":NaN}`:       `{"NaN":"NaN \" -Infinity \\","b":null}`,
		`{"a":Nan}`:                                   `{"a":Nan}`,
		`NaN`:                                         `null`,
		`-`:                                           `-`,
		``:                                            ``,
		strings.Repeat(`["é-N",-1],`, 9000) + `-Infinity`: strings.Repeat(`["é-N",-1],`, 9000) + `null`,
	} {
		for _, src := range []io.Reader{strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body))} {
			if got, err := io.ReadAll(NewReader(src)); string(got) != want || err != nil {
				t.Errorf("%.50s is %.80s, %v", body, got, err)
			}
		}
	}
}

// TestWalk reads objects and arrays entry by entry, and says where another kind of value stands.
func TestWalk(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":[1,NaN],"b":[]}`: "a 1 <nil> b ",
		`{"a":{}}`:             ErrShape.Error(),
		`[]`:                   ErrShape.Error(),
		`{"a":[1}`:             "invalid character '}' after array element",
		`{"a":[1`:              "EOF",
	} {
		dec, got := json.NewDecoder(NewReader(strings.NewReader(body))), ""
		err := Object(dec, func(name string) error {
			got += name + " "
			return Array(dec, func() error {
				var v any
				err := dec.Decode(&v)
				got += fmt.Sprint(v, " ")
				return err
			})
		})
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
