package model

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model/text"
)

func TestFind(t *testing.T) {
	l := labOf(300)
	nameless := summaryOf(1 << 24)
	nameless.Name = text.Text{}
	l.Apply(Changes{Put: []Summary{nameless}}, noon)
	for exp, want := range map[string]int{
		summaryOf(17).ID.String(): 1, "0000012b": 1, "000000": 256, "experiment 40 实验": 1, "Experiment 40 实验": 1, "experiment 40": 0, "": 0, "nothing": 0, "\u200b": 0,
	} {
		if got := l.Find(exp); len(got) != want {
			t.Errorf("Find(%q) = %d keys, want %d", exp, len(got), want)
		}
	}
}

// named is a lab of experiments with ids and names.
func named(all ...string) *Lab {
	l := NewLab()
	for i := 0; i < len(all); i += 2 {
		var s Summary
		s.ID, s.Name = uuid.MustParse((all[i] + "00000000000000000000000000000000")[:32]), text.Clean(all[i+1])
		l.Apply(Changes{Put: []Summary{s}}, noon)
	}
	return l
}

// begin is the first characters of ids.
func begin(keys []Key) string {
	var all []string
	for _, k := range keys {
		all = append(all, k.ID.String()[:3])
	}
	return strings.Join(all, " ")
}

func TestTheOrderOfLookUp(t *testing.T) {
	whole := "abc00000000000000000000000000000"
	l := named("7a0", "c", "7b0", "Base", "c00", "7", "d00", "base", "e00", "twice", "f00", "twice", "abc", "x", "0e0", whole, "1e0", "a\x1b[2Jb", "2e0", "Été İ")
	for exp, want := range map[string]string{
		"7": "c00", "c": "7a0", "C": "7a0", // names that also begin ids
		"Base": "7b0", "base": "d00", "BASE": "7b0 d00", "bAse": "7b0 d00",
		"twice": "e00 f00", "7b": "7b0", "7B0": "7b0", "7a00000": "7a0",
		whole: "abc", strings.ToUpper(whole): "abc", "ABC00000-0000-0000-0000-000000000000": "abc", // ids before names
		"abc00000-0": "abc", "abc000000": "abc", "abc000000000000000": "abc", "abc-": "",
		"a\x1b[2Jb": "1e0", text.Clean("a\x1b[2Jb").String(): "1e0", "ÉTÉ İ": "2e0",
		"none": "", "abc00000000000000000000000000001": "",
	} {
		if got := begin(l.Find(exp)); got != want {
			t.Errorf("%q finds %q, want %q", exp, got, want)
		}
	}
}

func TestWholeIDs(t *testing.T) {
	const id = "01234567-89ab-cdef-0123-456789abcdef"
	for exp, want := range map[string]bool{
		id: true, strings.ToUpper(id): true, strings.ReplaceAll(id, "-", ""): true,
		id[1:]: false, "{" + id + "}": false, "urn:uuid:" + id: false, strings.Repeat("x", 36): false, "": false,
	} {
		if got, ok := WholeID(exp); ok != want || ok && got.String() != id {
			t.Errorf("%q: %v, %v", exp, got, ok)
		}
	}
}

func TestNear(t *testing.T) {
	l := named("a10", "Polarization baseline", "b10", "baseline", "c10", "北京早高峰通勤模拟", "d10", "", "e1234567", "x")
	for exp, want := range map[string]string{
		"baselin": "b10 a10", "BASELNIE": "b10 a10", "polarisation": "a10", "polar": "a10", "北京早高峰": "c10", "北京早高锋通勤模拟": "c10",
		"e1234568": "e12", "nothing": "", "": "", "zz": "",
	} {
		if got := begin(l.Near(exp, 5)); got != want {
			t.Errorf("near %q is %q, want %q", exp, got, want)
		}
	}
	if got := begin(l.Near("baseline", 1)); got != "b10" {
		t.Errorf("the nearest is %q", got)
	}
}

func ExampleLab_Near() {
	for _, k := range named("a1", "baseline", "b1", "polarization").Near("baslein", 3) {
		fmt.Println(k.ID)
	}
	// Output: a1000000-0000-0000-0000-000000000000
}

func TestShortIDs(t *testing.T) {
	l := named("51b2d179", "a", "51b2d1791", "b", "51b2d179aaaa", "c", "51b2d179aaab", "d", "90e59e99", "e")
	short := l.ShortIDs()
	for id, want := range map[string]string{
		"51b2d179-0000-0000-0000-000000000000": "51b2d179-0",
		"51b2d179-1000-0000-0000-000000000000": "51b2d179-1",
		"51b2d179-aaaa-0000-0000-000000000000": "51b2d179-aaaa",
		"51b2d179-aaab-0000-0000-000000000000": "51b2d179-aaab",
		"90e59e99-0000-0000-0000-000000000000": "90e59e99",
	} {
		key := l.Find(id)
		if got := short(uuid.MustParse(id)); got != want {
			t.Errorf("%s is shortened to %s, want %s", id, got, want)
		} else if found := l.Find(got); len(found) != 1 || found[0] != key[0] {
			t.Errorf("%s finds %v", got, found)
		}
	}
	alone := named("51b2d179", "a")
	twin, _ := alone.Get(alone.Find("51b2")[0])
	twin.Tenant = text.Clean("other")
	alone.Apply(Changes{Put: []Summary{twin}}, noon)
	if got := alone.ShortIDs()(twin.ID); got != "51b2d179" {
		t.Errorf("the id of two tenants is shortened to %s", got)
	}
}
