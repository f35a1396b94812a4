package pyjson

import (
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
