package pyjson

import (
	"encoding/json"
	"errors"
)

// ErrShape is returned where something else stands than the object or the array that was expected.
var ErrShape = errors.New("not the expected kind of value")

// Object reads the object that comes next: it calls member with each name, and member must read
// the value.
func Object(dec *json.Decoder, member func(name string) error) error {
	return between(dec, '{', '}', func() error {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := tok.(string) // names are texts
		return member(name)
	})
}

// Array reads the array that comes next: it calls element for each element, which it must read.
func Array(dec *json.Decoder, element func() error) error {
	return between(dec, '[', ']', element)
}

// between calls entry until a bracket is closed that must be opened first.
func between(dec *json.Decoder, open, end json.Delim, entry func() error) error {
	if err := bracket(dec, open); err != nil {
		return err
	}
	for dec.More() {
		if err := entry(); err != nil {
			return err
		}
	}
	return bracket(dec, end)
}

func bracket(dec *json.Decoder, want json.Delim) error {
	tok, err := dec.Token()
	if err == nil && tok != want {
		err = ErrShape
	}
	return err
}
