package model

import (
	"slices"
	"testing"
	"time"

	"societop/model/text"
)

func TestWordsAreWithoutTheirJSON(t *testing.T) {
	for raw, want := range map[string]string{
		`{"content": "一起吃饭吗", "propagation_count": 1}`:                                      "一起吃饭吗",
		`{"content": "{\"content\": \"吃 🍜\", \"propagation_count\": 2}", "type": "social"}`: "吃 🍜",
		`plain`:          "plain",
		`{"other": "x"}`: `{"other": "x"}`,
		`{"content": 5}`: `{"content": 5}`,
	} {
		m := Message{Content: text.CleanLines(raw)}
		if got := m.Words().String(); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

// TestRowsAreThereOnce: a row that a source has twice, wherever the second one stands, but not
// what differs in anything.
func TestRowsAreThereOnce(t *testing.T) {
	m := Message{ID: 7, At: SimTime{T: 28801}, Kind: Talk, Speaker: text.Clean("3"), Content: text.CleanLines("hello"), Created: noon}
	all := []Message{m}
	for _, change := range []func(*Message){
		func(m *Message) { m.ID = 8 },
		func(m *Message) { m.At.Day++ },
		func(m *Message) { m.At.T++ },
		func(m *Message) { m.Kind = Thought },
		func(m *Message) { m.Speaker = text.Clean("4") },
		func(m *Message) { m.Content = text.CleanLines("hello ") },
		func(m *Message) { m.Created = m.Created.Add(time.Microsecond) },
	} {
		other := m
		change(&other)
		all = append(all, other)
	}
	if got := Distinct(slices.Concat(all, all, all[2:5])); !slices.Equal(got, all) {
		t.Errorf("%d rows, want %d: %+v", len(got), len(all), got)
	}
	if got := Distinct([]Message(nil)); len(got) != 0 {
		t.Errorf("%v out of nothing", got)
	}
}
