package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"societop/model"
	"societop/storage/pyjson"
	"societop/storage/remote/link"
)

// All answers but experiments are read with the library, entry by entry: they are small, or
// rare.

// each decodes the entries of {"data": [...]} one after the other, at most rows.
func each[T any](body io.Reader, rows int, take func(T) error) error {
	return data(body, func(dec *json.Decoder) error { return entries(dec, &rows, take) })
}

// eachOf does the same with {"data": {name: [...], ...}}: at most rows names and entries.
func eachOf[T any](body io.Reader, rows int, take func(name string, entry T)) error {
	return data(body, func(dec *json.Decoder) error {
		return pyjson.Object(dec, func(name string) error {
			if err := count(&rows); err != nil {
				return err
			}
			return entries(dec, &rows, func(entry T) error {
				take(name, entry)
				return nil
			})
		})
	})
}

// entries decodes the entries of one list, at most left, which it counts down.
func entries[T any](dec *json.Decoder, left *int, take func(T) error) error {
	return pyjson.Array(dec, func() error {
		if err := count(left); err != nil {
			return err
		}
		var entry T
		if err := dec.Decode(&entry); err != nil {
			return err
		}
		return take(entry)
	})
}

// count takes one off what is left, and fails where nothing is.
func count(left *int) error {
	if *left--; *left < 0 {
		return &link.Fault{Kind: model.ErrAnswer, Detail: "it has too many entries"}
	}
	return nil
}

// one decodes {"data": value}.
func one[T any](body io.Reader) (v T, err error) {
	return v, data(body, func(dec *json.Decoder) error { return dec.Decode(&v) })
}

// data finds the member "data" of an object, and lets read take its value.
func data(body io.Reader, read func(*json.Decoder) error) error {
	dec, found := json.NewDecoder(pyjson.NewReader(body)), false
	err := pyjson.Object(dec, func(name string) error {
		if name == "data" {
			found = true
			return read(dec)
		}
		var other json.RawMessage
		return dec.Decode(&other)
	})
	if err == nil && !found {
		err = &link.Fault{Kind: model.ErrAnswer, Detail: "there is no data in it"}
	}
	return unusable(err)
}

// unusable is an error of the library as a fault with the answer; what reading the body said
// stays as it is.
func unusable(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, pyjson.ErrShape):
		return &link.Fault{Kind: model.ErrAnswer, Detail: "it is not of the form that AgentSociety answers in"}
	case errors.As(err, &kind):
		return &link.Fault{Kind: model.ErrAnswer, Detail: fmt.Sprintf("its member %q is of the wrong kind", kind.Field)}
	case errors.As(err, &syntax):
		return &link.Fault{Kind: model.ErrAnswer, Detail: "it is no JSON"}
	}
	return err
}
