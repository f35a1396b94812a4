package model

import (
	"societop/model/text"
	"testing"
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
