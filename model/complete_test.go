package model

import (
	"strings"
	"testing"
	"unicode/utf8"

	"societop/model/text"
)

// offered is the choices of a completion.
func offered(c Completion) string {
	var out []string
	for _, choice := range c.Choices {
		out = append(out, choice.Text)
	}
	return strings.Join(out, " ")
}

func TestCompletionOfAFilter(t *testing.T) {
	a, b, c := summaryOf(1), summaryOf(2), summaryOf(3)
	a.Name, b.Name, c.Name = text.Clean("plain"), text.Clean("two words"), text.Clean("北京 早高峰")
	a.Tenant, b.Tenant, c.Tenant = text.Clean(""), text.Clean("lab-2"), text.Clean("lab-2")
	lab := NewLab()
	lab.Apply(Changes{Put: []Summary{a, b, c}}, noon)
	for s, want := range map[string]string{
		"":                       "status: progress< day>= tokens> updated< created< quiet: stalled: attention: error: name: id: tenant:",
		"st":                     "status: stalled:",
		"ST":                     "status: stalled:",
		"北京 | -s":                "status: stalled:",
		"x|":                     "status: progress< day>= tokens> updated< created< quiet: stalled: attention: error: name: id: tenant:",
		"xyz":                    "",
		"status:":                "not_started running finished error stopped lost unknown",
		"-status:r":              "running",
		"status:running,":        "not_started running finished error stopped lost unknown",
		"status:running，S":       "stopped",
		"status：r":               "running",
		"status:running":         "",
		"stalled:":               "yes no",
		"updated<":               "10m 1h 1d 7d",
		"progress<":              "10 50 90",
		"name:":                  `plain "two words" "北京 早高峰"`,
		"name:北":                 `"北京 早高峰"`,
		`name:"TWO w`:            `"two words"`,
		"tenant:":                "lab-2",
		"id:000000":              "00000001-0000-0000-0000-000000000000 00000002-0000-0000-0000-000000000000 00000003-0000-0000-0000-000000000000",
		"error:":                 "",
		"nofield:":               "",
		"name::":                 "",
		"status:runtang,":        "",
		`"st`:                    "",
		`"two words" st`:         "status: stalled:",
		"status:error progress<": "10 50 90",
	} {
		if got := offered(CompleteFilter(s, utf8.RuneCountInString(s), lab)); got != want {
			t.Errorf("%q goes on with %q, want %q", s, got, want)
		}
	}
	if got := offered(CompleteFilter("name:", 5, nil)); got != "" {
		t.Errorf("without a lab %q", got)
	}
}

func TestACompletionIsPutInAtTheCursor(t *testing.T) {
	for _, tc := range []struct {
		text   string
		cursor int
		want   string // with the cursor as ^
	}{
		{"st", 2, "status:^"},
		{"北京 -st", 6, "北京 -status:^"},
		{"status:running,er", 17, "status:running,error ^"},
		{"status:r 北京", 8, "status:running^ 北京"},
		{"st 北京", 2, "status:^ 北京"},
		{"status:r", 99, "status:running ^"},
		{"s", -1, "status:^s"},
	} {
		c := CompleteFilter(tc.text, tc.cursor, nil)
		text, cursor := c.Apply(c.Choices[0])
		runes := []rune(text)
		if got := string(runes[:cursor]) + "^" + string(runes[cursor:]); got != tc.want {
			t.Errorf("%q at %d becomes %q, want %q", tc.text, tc.cursor, got, tc.want)
		}
	}
}

// FuzzCompleteFilter: whatever is offered can be put in, and what is complete then is right.
func FuzzCompleteFilter(f *testing.F) {
	for _, s := range []string{"", "st", `name:"a b`, "status:running,", "北京|-s", "“x", "status：r"} {
		f.Add(s, len(s))
	}
	lab := labOf(20)
	f.Fuzz(func(t *testing.T, str string, cursor int) {
		str = text.Clean(str).String()
		c := CompleteFilter(str, cursor, lab)
		for _, choice := range c.Choices {
			out, at := c.Apply(choice)
			if n := utf8.RuneCountInString(out); at < 0 || at > n {
				t.Fatalf("%q at %d: the cursor is at %d of %d", str, cursor, at, n)
			}
			if choice.more {
				continue
			}
			before := string([]rune(out)[:at])
			piece := before[pieceStart(strings.TrimRight(before, " ")):]
			if _, err := ParseQuery(piece); err != nil {
				t.Fatalf("%q at %d: %q: %v", str, cursor, before, err)
			}
		}
	})
}
