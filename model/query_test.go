package model

import (
	"errors"
	"strings"
	"testing"
	"time"

	"societop/model/text"
)

func TestQuery(t *testing.T) {
	s := summaryOf(0)
	s.Name = text.Clean("北京早高峰 ÉTUDE init-failed: map")
	s.Status, s.Now = Running, SimTime{Day: 1, T: 14101}
	s.InputTokens, s.OutputTokens = 2_000_000, 100_000
	s.Created, s.Updated = noon.Add(-3*time.Hour), noon.Add(-5*time.Minute)
	s.Error = text.CleanLines("first\nRequest TIMEOUT after 10 retries")
	l := NewLab()
	l.Apply(Changes{Put: []Summary{s}}, noon)
	for str, want := range map[string]bool{
		"":                                     true,
		"北京":                                   true,
		"étude":                                true,
		"ÉTUDE 北京":                             true,
		"ÉTUDE 上海":                             false,
		"上海 | étude":                           true,
		"上海|étude":                             true,
		"-上海":                                  true,
		"-étude":                               false,
		"00000000-0000":                        true,
		`"init-failed:"`:                       true,
		`"init-failed: map"`:                   true,
		"status:running,error":                 true,
		"status:error":                         false,
		"-status:error":                        true,
		"tenant:DEF":                           true,
		"name:étude":                           true,
		"day>=1":                               true,
		"day>1":                                false,
		"progress<50":                          true,
		"progress>50%":                         false,
		"tokens>1e6":                           true,
		"tokens<=1e6":                          false,
		"updated<10m":                          true,
		"updated<1m":                           false,
		"created<2d created>2h":                true,
		"error:timeout":                        true,
		"error:oom":                            false,
		"stalled:no":                           true,
		"quiet:yes":                            true,
		"status:error | status:running day=1":  true,
		"status:error | status:running day=2 ": false,
		"status:unknown":                       false,
		"status:unknown,running":               true,
		"-status:unknown":                      true,
		"Status:RUNNING":                       true,
		"status：running，error":                 true,
		"ｓｔａｔｕｓ：ｒｕｎｎｉｎｇ": true,
		"day＞＝１":                  true,
		"progress＜５０％":            true,
		"－status:error":           true,
		"“init-failed: map”":      true,
		"name:“init-failed: map”": true,
		"＂init-failed:＂":          true,
		"上海｜étude":                true,
		"status:running　étude":    true,
		"tokens>2M tokens<2.2m":   true,
		`tenant:""`:               false,
		`-tenant:""`:              true,
		`id:"00"`:                 true,
		"北京:早":                    false,
		"-":                       true,
		"!":                       false,
	} {
		q, err := ParseQuery(str)
		if err != nil {
			t.Errorf("ParseQuery(%q): %v", str, err)
			continue
		}
		if got := made(l.Select(q, Sort{}, noon)).Len() == 1; got != want {
			t.Errorf("%q matches: %v, want %v", str, got, want)
		}
	}
}

func TestQuerySaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"staus:running":    `no field "staus"`,
		"status:walking":   `no status "walking"`,
		"status>running":   "can't be compared",
		"day>=x":           "wants a number",
		"tokens>NaN":       "wants a number",
		"updated<10":       "wants an age",
		"updated<10y":      "wants an age",
		"created<-1d":      "wants an age",
		"created<1e99w":    "wants an age",
		"stalled:maybe":    "yes or no",
		"day>":             "wants a value",
		"| x":              "before |",
		"x |":              "after |",
		"x || y":           "before |",
		"error>timeout":    "can't be compared",
		"progress<fifty%%": "wants a number",
		"tokens<infinity":  "wants a number",
		"status:":          "wants a value",
		"status: running":  "wants a value",
		`status:""`:        "wants a value",
		"status:,":         "a status is missing",
		"status:running,":  "a status is missing",
		"progress<":        "wants a value",
		"statsu:running":   `did you mean "status"?`,
		"progres<5":        `did you mean "progress"?`,
		"http://lab":       `no field "http"`,
		"status:runing":    `did you mean "running"?`,
		"status:failed":    `did you mean "error"?`,
		"status:done":      `did you mean "finished"?`,
		"status::running":  "no operator ::",
		"status==running":  "no operator ==",
		"day>>1":           "no operator >>",
		"day=>1":           "no operator =>",
		"day<>1":           "no operator <>",
		"day!=1":           "-day>=1",
		"status!:error":    "-status:",
		"--status:error":   "negates",
		":running":         "no field stands before :",
		"<5":               "no field stands before <",
		"updated:10m":      "updated<10m",
		"created=2d":       "created<2d",
		"staus：running":    `no field "staus"`,
		"status：":          "wants a value",
		`"open`:            "not closed",
		`a name:"open`:     "not closed",
		`a"`:               "not closed",
		"“open":            "not closed",
		`"a" "`:            "not closed",
	} {
		_, err := ParseQuery(text)
		if !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseQuery(%q): %v, want %q", text, err, want)
		}
	}
}

func TestParseSort(t *testing.T) {
	for _, key := range SortKeys() {
		for _, s := range []Sort{{key, false}, {key, true}} {
			if got, err := ParseSort(s.String()); err != nil || got != s {
				t.Errorf("ParseSort(%q) = %v, %v", s, got, err)
			}
		}
	}
	if _, err := ParseSort("size"); !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), "created, attention, updated") {
		t.Errorf("err = %v", err)
	}
}

// TestAStatusOfNoName: status:unknown finds the numbers that AgentSociety does not define.
func TestAStatusOfNoName(t *testing.T) {
	l := NewLab()
	odd, negative := summaryOf(0), summaryOf(1)
	odd.Status, negative.Status = 9, -3
	l.Apply(Changes{Put: []Summary{odd, negative, summaryOf(2)}}, noon)
	for text, want := range map[string]int{"status:unknown": 2, "-status:unknown": 1, "status:running": 0} {
		q, err := ParseQuery(text)
		if got := made(l.Select(q, Sort{}, noon)).Len(); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}

// TestTheTableOfFieldsIsTheLanguage: what the table says of a field, the parser takes.
func TestTheTableOfFieldsIsTheLanguage(t *testing.T) {
	for _, f := range FilterFields() {
		terms := []string{f.Example, f.Name + f.Op + "1"}
		if f.Values != nil {
			terms = terms[:1]
		}
		for _, v := range f.Values {
			terms = append(terms, f.Name+f.Op+v)
		}
		for _, text := range terms {
			if _, err := ParseQuery(text); err != nil || f.Meaning == "" {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	for _, k := range SortKeys() {
		if k.Meaning() == "" {
			t.Errorf("%v says nothing", k)
		}
	}
}

func TestNearNames(t *testing.T) {
	known := []string{"list", "show", "talk", "serve", "status", "stalled", "not_started", "id"}
	for name, want := range map[string]string{
		"lits": "list", "lis": "list", "LIST": "list", "llist": "list", "lst": "list", "sho": "show", "hsow": "show",
		"statsu": "status", "sta": "status stalled", "not-started": "not_started", "x": "", "": "", "xyz": "", "i": "",
		strings.Repeat("list", 40): "",
	} {
		if got := strings.Join(text.Near(name, known), " "); got != want {
			t.Errorf("%q is near to %q, want %q", name, got, want)
		}
	}
	if got := text.DidYouMean([]string{"a", "b"}); got != `did you mean "a" or "b"?` || text.DidYouMean(nil) != "" {
		t.Errorf("it asks %q", got)
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"status:running,error tenant:x", `-"a b" | day>=1`, "progress<50% tokens>1e6", "updated<10m -stalled:yes", `"`, "-", "|", "a|b", "北京 É", "error:\x00"} {
		f.Add(s)
	}
	l := labOf(20)
	f.Fuzz(func(t *testing.T, filter string) {
		q, err := ParseQuery(filter)
		if err != nil {
			if !errors.Is(err, ErrUsage) {
				t.Fatalf("%q: %v is no usage error", filter, err)
			}
			if said := Explain(err).String(); text.Clean(said).String() != said {
				t.Fatalf("%q: %q is not clean", filter, said)
			}
			return
		}
		sel := made(l.Select(q, Sort{}, noon))
		sel.Close()
		if q.Empty() && sel.Len() != l.Len() {
			t.Fatalf("%q is empty and lets %d of %d through", filter, sel.Len(), l.Len())
		}
		again, err := ParseQuery(q.String())
		if err != nil {
			t.Fatalf("%q: its own text %q is wrong: %v", filter, q, err)
		}
		twin := made(l.Select(again, Sort{}, noon))
		twin.Close()
		if twin.Len() != sel.Len() {
			t.Fatalf("%q lets %d through, its own filter %d", filter, sel.Len(), twin.Len())
		}
	})
}
