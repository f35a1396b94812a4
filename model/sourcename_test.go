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

func TestShortNamesWithinALab(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"/data/lab.db/http://h:8080/p", "/data/lab.db/http://g"}, []string{"h", "g"}},
		{[]string{"/data/lab.db/http://h:8080", "http://h:8080"}, []string{"lab.db/h", "http://h:8080"}},
		{[]string{"/data/a.db//srv/x.db", "/data/b.db//srv/x.db"}, []string{"a.db/x.db", "b.db/x.db"}},
		{[]string{"http://s:1//srv/x.db", "http://s:1//srv/y.db"}, []string{"x.db", "y.db"}},
		{[]string{"/data/a.db/实验室", "/data/b.db/实验室"}, []string{"a.db/实验室", "b.db/实验室"}},
		{[]string{"postgres:///db", "postgres:///other"}, []string{"db", "other"}},
		{[]string{"http://[::1]:8080", "http://[::1]"}, []string{"[::1]:8080", "[::1]"}},
		{[]string{"same", "same"}, []string{"same", "same"}},
	} {
		var names []SourceName
		for _, n := range c.names {
			names = append(names, NewSourceName(n))
		}
		if got := ShortNames(names); !slices.Equal(got, c.want) {
			t.Errorf("the short names of %q are %q, want %q", c.names, got, c.want)
		}
	}
}

func TestCanonicalAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"lab.db": "/home/lab.db",
		"HTTP://User:secret@Lab-7:80/a/b/?token=x#y":                 "http://lab-7/a/b",
		"https://lab-7:8443//":                                       "https://lab-7:8443",
		"postgresql+asyncpg://me:pw@DB:5432/society?sslmode=require": "postgres://db/society",
		"postgres:///society?host=/run/pg&port=5433":                 "postgres:///run/pg:5433/society",
		"ssh://me@box:22/srv/实验室.db":                                 "ssh://me@box/srv/实验室.db",
		"http://[::1]:8080/":                                         "http://[::1]:8080",
		"http://u:se%zzcret@h":                                       "http://…",
	} {
		if got := CanonicalAddress(address, func(path string) string { return "/home/" + path }); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
}
