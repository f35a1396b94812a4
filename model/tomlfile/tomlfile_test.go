package tomlfile

import (
	"strings"
	"testing"
)

func TestValuesHaveTheirLines(t *testing.T) {
	f, err := Parse([]byte("\ufeffa = 1\n\n[b.c]\nd = [\n 1,\n]\n[e]\n"), 100, "test")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := f.Table(f.Root["b"])
	c, ok := f.Table(b["c"])
	if !ok || f.Line(f.Root["a"]) != 1 || f.Line(b["c"]) != 3 || f.Line(c["d"]) != 4 || f.Line(f.Root["e"]) != 7 || f.Line(f.Root["b"]) != 3 {
		t.Errorf("lines %d, %d, %d, %d, %d", f.Line(f.Root["a"]), f.Line(b["c"]), f.Line(c["d"]), f.Line(f.Root["e"]), f.Line(f.Root["b"]))
	}
	if err := f.Refuse(c["d"], "is %s", "wrong"); err == nil || err.Error() != "line 4: is wrong" {
		t.Errorf("refused with %v", err)
	}
}

func TestAFileIsBounded(t *testing.T) {
	for content, want := range map[string]string{
		strings.Repeat("#\n", 1024):                                             "it is larger than 1 KiB, so it is no test",
		"#\n#" + strings.Repeat("x", 1000):                                      "line 2: longer than 1000 bytes",
		"a = \"" + strings.Repeat("{", 900) + "\"\n" + strings.Repeat("{", 101): "it has more than 1000 tables in braces",
		"a = b\n": "line 1: ",
	} {
		if _, err := Parse([]byte(content), 1024, "test"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20q: %v", content, err)
		}
	}
}
