package model

import (
	"slices"
	"testing"
	"unsafe"
)

func TestShortNamesDiffer(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"/data/a/lab.db"}, []string{"lab.db"}},
		{[]string{"/data/a/lab.db", "/data/b/lab.db", "http://lab-7:8080"}, []string{"a/lab.db", "b/lab.db", "lab-7"}},
		{[]string{"http://lab-7:8080", "http://lab-7:8081", "https://lab-7:8081/x"}, []string{"lab-7:8080", "lab-7:8081", "lab-7:8081/x"}},
		{[]string{"http://h/x", "https://h/x"}, []string{"http://h/x", "https://h/x"}},
		{[]string{"lab7", "实验室", "/srv/lab7"}, []string{"lab7", "实验室", "srv/lab7"}},
		{[]string{"ssh://me@box/srv/lab.db", "postgres://me@box/srv", "/lab.db"}, []string{"box/srv/lab.db", "box/srv", "lab.db"}},
		{[]string{"", "x"}, []string{"", "x"}},
		{[]string{"lab/inner", "other/inner"}, []string{"lab/inner", "other/inner"}},
		{[]string{"a\x1b[2Jb"}, []string{"a\uFFFD[2Jb"}},
	} {
		var names []SourceName
		for _, n := range c.names {
			names = append(names, NewSourceName(n))
		}
		got := ShortNames(names)
		if !slices.Equal(got, c.want) {
			t.Errorf("the short names of %q are %q, want %q", c.names, got, c.want)
		}
	}
}

// TestANameIsSmall, because each key has one.
func TestANameIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(SourceName{}); n > 8 {
		t.Errorf("a name takes %d bytes", n)
	}
	a, b := NewSourceName("lab-7"), NewSourceName("lab-"+string('7'))
	if a != b || a == NewSourceName("lab-8") || a.Raw() != "lab-7" || !NewSourceName("").Empty() || (SourceName{}).String() != "" {
		t.Error("names are not what they were made of")
	}
}
