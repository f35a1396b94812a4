package config

import (
	"fmt"
	"strings"
	"testing"

	"societop/model/text"
)

// drawnOutline returns the lines of a config, each after how deep it stands; "…" marks the parts
// of a string, "+" what holds others.
func drawnOutline(config string) string {
	lines := text.CleanLines(config).Split()
	var b strings.Builder
	for i, o := range outlineOf(lines) {
		sign := " "
		switch {
		case o.text:
			sign = "…"
		case o.holds(i):
			sign = "+"
		}
		fmt.Fprintf(&b, "%d%s%s\n", o.depth, sign, strings.TrimSpace(lines[i].String()))
	}
	return b.String()
}

func TestWhichLinesHoldOthers(t *testing.T) {
	for name, tc := range map[string]struct{ config, want string }{
		"dashes at the column of the key": {
			"exp:\n  workflow:\n  - days: 2\n    type: run\n  - type: x\n  id: 1\nmap: {}\n",
			"0+exp:\n1+workflow:\n2+- days: 2\n3 type: run\n2 - type: x\n1 id: 1\n0 map: {}\n",
		},
		"dashes further in": {"a:\n  - b\n  - c: 1\n    d: 2\ne: 1\n", "0+a:\n1 - b\n1+- c: 1\n2 d: 2\n0 e: 1\n"},
		"a list at the top": {"llm:\n- a: 1\n  b: 2\n- c\n", "0+llm:\n1+- a: 1\n2 b: 2\n1 - c\n"},
		"block scalars": {
			"a:\n  text: |-\n    one: 1\n      - two\n\n    three\n  b: >2\n    x\n- c: |\n    x: y\n  d: 1\n- |\n  x\n  # no comment\n- 2\n",
			"0+a:\n1+text: |-\n2…one: 1\n2…- two\n2 \n2…three\n1+b: >2\n2…x\n1+- c: |\n2…x: y\n2 d: 1\n1+- |\n2…x\n2…# no comment\n1 - 2\n",
		},
		"long strings": {"a: 'one\n  two: 2\n\n  three'\nb: one\n  - two\nc: 1\n", "0+a: 'one\n1…two: 2\n1 \n1…three'\n0+b: one\n1…- two\n0 c: 1\n"},
		"tags": {
			"- name: x\n  type: !!python/object/apply:a.B\n  - rating\n  id: !!python/object:uuid.UUID\n    int: 1\n",
			"0+- name: x\n1+type: !!python/object/apply:a.B\n2 - rating\n1+id: !!python/object:uuid.UUID\n2 int: 1\n",
		},
		"comments and empty lines": {"a:\n# about b\n\n  b: 1 # one\n\nc: 1\n\n", "0+a:\n1 # about b\n1 \n1 b: 1 # one\n0 \n0 c: 1\n0 \n"},
		"JSON in lines":            {"{\n  \"exp\": {\n    \"a\": [\n      1\n    ]\n  },\n  \"b\": 2\n}\n", "0+{\n1+\"exp\": {\n2+\"a\": [\n3 1\n3 ]\n2 },\n1 \"b\": 2\n1 }\n"},
		"no YAML":                  {"Hello, world\n\tindented: x\n   less\nend", "0+Hello, world\n1 indented: x\n1 less\n0 end\n"},
		"nothing":                  {"", ""},
	} {
		if got := drawnOutline(tc.config); got != tc.want {
			t.Errorf("%s: got\n%swant\n%s", name, got, tc.want)
		}
	}
}

// FuzzOutline holds that no line is lost or shown twice, whatever is folded.
func FuzzOutline(f *testing.F) {
	for _, seed := range []string{"a:\n- b: |\n    x\n  c: 1\n\n# d\n", "{\"a\": [1,\n2]}", "\t- - a:\n\r\n:", "x: 'y\n z'\n}\n]", strings.Repeat(" -", 9)} {
		f.Add(seed, uint64(0b1011))
	}
	f.Fuzz(func(t *testing.T, config string, which uint64) {
		lines := text.CleanLines(config).Split()
		all := outlineOf(lines)
		folded := make([]bool, len(all))
		if got := shownLines(all, folded); len(got) != len(lines) {
			t.Fatalf("%d of %d lines are shown", len(got), len(lines))
		}
		for i := range folded {
			folded[i] = which>>(i%64)&1 == 1
		}
		next := 0
		for _, line := range shownLines(all, folded) {
			if line != next {
				t.Fatalf("line %d is shown where %d should be", line, next)
			}
			if next++; folded[line] {
				next = all[line].end
			}
		}
		if next != len(all) {
			t.Fatalf("the lines end at %d of %d", next, len(all))
		}
		for i, o := range all {
			if o.parent >= i || o.end <= i || o.end > len(all) || o.parent >= 0 && (all[o.parent].end < o.end || all[o.parent].depth != o.depth-1) {
				t.Fatalf("line %d is %+v", i, o)
			}
		}
	})
}
