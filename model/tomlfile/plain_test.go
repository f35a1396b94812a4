package tomlfile

import "testing"

func TestSyntaxErrorsAreInPlainWords(t *testing.T) {
	for content, want := range map[string]string{
		"sort =\n":              "line 1: sort has no value",
		"a = 1\nsort = # x\r\n": "line 2: sort has no value",
		"sort =":                "line 1: sort has no value",
		"a = 1\na = 2\n":        "line 2: a is set twice",
		"[a]\nx = 1\nx = 2\n":   "line 3: a.x is set twice",
		"[a]\n[a]\n":            "line 2: a is set twice",
		"a = ture\n":            "line 1: \"ture\" is no value; a text needs quotes",
		"a = 2 bananas\n":       "line 1: something follows the value; a text needs quotes",
		"a\n":                   "line 1: a key needs \"=\" and a value",
		"a = \"x\n":             "line 1: a text is not closed by its quote",
		"a = 'x":                "line 1: a text is not closed by its quote",
		"a = [1 2]\n":           "line 1: a list needs commas between its values, and \"]\" at its end",
		"a = 01\n":              "line 1: invalid integer \"01\": cannot have leading zeroes",
	} {
		if _, err := Parse([]byte(content), 1000, "test"); err == nil || err.Error() != want {
			t.Errorf("%q: %v", content, err)
		}
	}
}
