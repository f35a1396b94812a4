package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// words is a vocabulary for tests.
var words = &Vocabulary{
	Columns: []string{"progress", "eta", "tokens"},
	Panes:   []string{"overview", "talk"},
	Actions: []string{"pane-next", "sort"},
	Colors:  []string{"running", "failed"},
}

// write writes a file for a test, which others can't write to.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read reads a file of this content.
func read(t *testing.T, content string) *File {
	t.Helper()
	r := Reader{Path: write(t, content), Home: "/home/anna", Words: words}
	return r.Read()
}

// said is the troubles of a file, without its path.
func saidOf(f *File) (said []string) {
	for _, t := range f.Troubles {
		said = append(said, strings.TrimPrefix(t.String(), f.Path))
	}
	return said
}

const whole = `# everything
source = ["@all", "here.db"]
theme = "dark"
interval = 5
filter = "status:running"
sort = "-cost"
columns = ["eta", "progress"]
panes = ["talk"]
ascii = true
mouse = false
utc = true
write = false

[sources.lab7]
address = "http://lab-7:8080/api"
token_file = "~/lab7.token"
user = "anna"
ca_file = "lab7.pem"
interval = "10s"
write = false

[sources."far.away_1-2"]
address = "ssh://far/runs"
remote_command = "/opt/societop stdio"

[groups]
all = ["@lab7", "@rest", "/data/lab.db"]
rest = "@far.away_1-2"

[views.mine]
filter = "tenant:me"
sort = "eta"
columns = "eta"
source = "@lab7"

[views."北京"]
sort = "name"

[keys]
pane-next = ["]", "right"]
sort = []

[colors]
running = "#5FD7AF"
failed = "red"

[colors.light]
running = 22

[prices."gpt-4o"]
input = 2.5
output = 10

[alerts]
events = ["failed", "source-lost"]
exec = "notify-send \"$SOCIETOP_TEXT\""
webhook = "https://example.org/hook"
bell = true
desktop = "auto"
state = "~/state.json"
`

func TestAWholeFile(t *testing.T) {
	f := read(t, whole)
	if len(f.Troubles) > 0 || f.Broken || f.Open {
		t.Fatalf("troubles %q, broken %v, open %v", saidOf(f), f.Broken, f.Open)
	}
	dir := filepath.Dir(f.Path)
	layers := Layers{File: f}
	for key, want := range map[string]string{
		"source": "@all," + dir + "/here.db", "theme": "dark", "interval": "5", "filter": "status:running", "sort": "-cost",
		"columns": "eta,progress", "panes": "talk", "ascii": "true", "mouse": "false", "utc": "true", "write": "false",
		"alerts.events": "failed,source-lost", "alerts.exec": `notify-send "$SOCIETOP_TEXT"`, "alerts.webhook": "https://example.org/hook",
		"alerts.bell": "true", "alerts.desktop": "auto", "alerts.state": "/home/anna/state.json", "alerts.webhook_file": "",
	} {
		if v := layers.Get(key); v.Text != want {
			t.Errorf("%s is %q, want %q", key, v.Text, want)
		}
	}
	if v := layers.Get("theme"); v.From.String() != f.Path+":3" || !v.Given() {
		t.Errorf("theme is from %s", v.From)
	}
	lab7 := Source{"lab7", 14, "http://lab-7:8080/api", "/home/anna/lab7.token", "anna", dir + "/lab7.pem", 10 * time.Second, true, ""}
	far := Source{Name: "far.away_1-2", Line: 22, Address: "ssh://far/runs", RemoteCommand: "/opt/societop stdio"}
	if !slices.Equal(f.Sources, []Source{far, lab7}) {
		t.Errorf("sources %+v", f.Sources)
	}
	if g := f.group("all"); len(f.Groups) != 2 || !slices.Equal(g.Members, []string{"@lab7", "@rest", "/data/lab.db"}) || g.Loop != "" {
		t.Errorf("groups %+v", f.Groups)
	}
	view, ok := f.View("mine")
	if !ok || view.Values["filter"].Text != "tenant:me" || view.Values["source"].List()[0] != "@lab7" || !slices.Equal(f.ViewNames(), []string{"mine", "北京"}) {
		t.Errorf("views %+v", f.Views)
	}
	if len(f.Keys) != 2 || f.Keys[0].Action != "pane-next" || !slices.Equal(f.Keys[0].Keys, []string{"]", "right"}) || len(f.Keys[1].Keys) != 0 {
		t.Errorf("keys %+v", f.Keys)
	}
	want := []Color{{"", "failed", "1", 45}, {"light", "running", "22", 48}, {"", "running", "#5fd7af", 44}}
	if !slices.Equal(f.Colors, want) {
		t.Errorf("colours %+v, want %+v", f.Colors, want)
	}
	if p, ok := f.Prices.Of("gpt-4o"); !ok || p.Output != 10 {
		t.Errorf("price %+v", p)
	}
}

func TestWhatIsWrongIsSaidAndTheRestCounts(t *testing.T) {
	for name, tc := range map[string]struct{ file, want string }{
		"value":            {"theme = \"blue\"", `, line 1: theme can't be "blue"; there are auto, light, dark, mono`},
		"near value":       {"\ntheme = \"drak\"", `, line 2: theme can't be "drak"; did you mean "dark"?`},
		"type":             {"theme = 5", `, line 1: theme is a text; write it in quotes`},
		"switch":           {"mouse = \"yes\"", `, line 1: mouse is true or false, without quotes`},
		"lapse":            {"interval = \"soon\"", `, line 1: interval is a length of time such as 5 (seconds), 500ms, 2m or 1h30m, not "soon"`},
		"negative":         {"interval = -1", `, line 1: interval can't be negative`},
		"lapse type":       {"interval = true", `, line 1: interval is a number of seconds, or a text such as "1m30s"`},
		"filter":           {"filter = \"statsu:running\"", `, line 1: filter is wrong: `},
		"sort":             {"sort = \"prgress\"", `, line 1: sort is wrong: `},
		"cost":             {"sort = \"cost\"", `, line 1: sort can't be "cost" without [prices]`},
		"column":           {"columns = [\"eat\"]", `, line 1: columns has no column "eat"; did you mean "eta"?`},
		"pane":             {"panes = [\"tlak\"]", `, line 1: panes has no pane "tlak"; did you mean "talk"?`},
		"list":             {"columns = [5]", `, line 1: columns has an entry that is a text; write it in quotes`},
		"list type":        {"columns = 5", `, line 1: columns is a list of texts: ["…", "…"]`},
		"empty":            {"filter = \"\"", `, line 1: filter is empty; leave the key out instead`},
		"control":          {"filter = \"a\\u001b[31m\"", `, line 1: filter holds a character that can't be shown`},
		"unknown":          {"tehme = \"dark\"", `, line 1: there is no key "tehme"; did you mean "theme"?`},
		"unknown section":  {"[colours]\nred = 1", `, line 1: there is no key "colours"; did you mean "colors"?`},
		"dotted":           {"\"alerts.exec\" = \"x\"", `, line 1: there is no key "alerts.exec"; `},
		"write":            {"write = true", `, line 1: write can only be false: no file allows what only the flag --write allows`},
		"write a text":     {"write = \"false\"", `, line 1: write is false, or left out; this forbids --write, too`},
		"no table":         {"sources = 5", `, line 1: sources is a table: write [sources] and its keys on the lines below`},
		"no source":        {"[sources]\nlab7 = \"http://x\"", `, line 2: sources.lab7 is a table: write [sources.lab7] and its keys on the lines below`},
		"no address":       {"[sources.lab7]\nuser = \"x\"", `, line 1: sources.lab7 has no address`},
		"address a name":   {"[sources.lab7]\naddress = \"@x\"", `, line 1: sources.lab7.address is a URL or a path; names stand in [groups]`},
		"source's key":     {"[sources.lab7]\naddress = \"x\"\ntoken = \"s3cret\"", `, line 3: [sources.lab7] has no key "token"; did you mean "token_file"?`},
		"source's value":   {"[sources.lab7]\naddress = \"x\"\ninterval = \"x\"", `, line 3: sources.lab7.interval is a length of time such as`},
		"source's name":    {"[sources.\"a b\"]\naddress = \"x\"", `, line 1: sources."a b" has a name that can't follow @; use letters, digits, '.', '_' and '-'`},
		"loop":             {"[groups]\na = [\"@b\"]\nb = \"@c\"\nc = [\"x\", \"@b\"]", `, line 3: groups.b contains itself: @b → @c → @b`},
		"loop of one":      {"[groups]\na = [\"@a\"]", `, line 2: groups.a contains itself: @a → @a`},
		"member":           {"[groups]\na = [\"@lab\"]\n[sources.lab7]\naddress = \"x\"", `, line 2: groups.a names "@lab", which is neither a source nor a group; did you mean "@lab7"?`},
		"no scheme":        {"[sources.a]\naddress = \"lab-7:8080\"", `, line 2: sources.a.address is the address of a server without its scheme; write "http://lab-7:8080"`},
		"member's scheme":  {"[groups]\na = [\"x\", \"lab-7:8080/api\"]", `, line 2: groups.a is the address of a server without its scheme; write "http://lab-7:8080/api"`},
		"default's scheme": {"source = \"lab-7:8080\"", `, line 1: source is the address of a server without its scheme; write "http://lab-7:8080"`},
		"empty list":       {"columns = []", `, line 1: columns is empty; leave the key out instead`},
		"clash":            {"[groups]\na = [\"x\"]\n[sources.a]\naddress = \"x\"", `, line 2: groups.a has the name of a source, which counts`},
		"no member":        {"[groups]\na = []", `, line 2: groups.a is empty; leave the key out instead`},
		"default source":   {"source = \"@lab\"", `, line 1: source names "@lab", which is neither a source nor a group`},
		"view's key":       {"[views.a]\nfitler = \"x\"", `, line 2: [views.a] has no key "fitler"; did you mean "filter"?`},
		"view's value":     {"[views.a]\nsort = \"x\"", `, line 2: views.a.sort is wrong: `},
		"view's source":    {"[views.a]\nsource = \"@x\"", `, line 2: views.a.source names "@x", which is neither a source nor a group`},
		"view's name":      {"[views.\"a\\u001b\"]\nsort = \"eta\"", `, line 1: views."a` + "\uFFFD" + `" has a name that holds a character that can't be shown`},
		"action":           {"[keys]\npan-next = \"x\"", `, line 2: [keys] has no key "pan-next"; did you mean "pane-next"?`},
		"key":              {"[keys]\nsort = 5", `, line 2: keys.sort is a list of texts: ["…", "…"]`},
		"colour":           {"[colors]\nrunning = \"reddish\"", `, line 2: colors.running is a colour such as "#5fd7af", a number from 0 to 255, or a name such as "red" or "bright-blue"`},
		"colour's token":   {"[colors.dark]\nruning = 1", `, line 2: [colors.dark] has no key "runing"; did you mean "running"?`},
		"colour's theme":   {"[colors.drak]\nrunning = 1", `, line 1: [colors] has no key "drak"; did you mean "dark"?`},
		"price":            {"[prices.a]\ninput = 1\noutput = -1", `, line 3: prices."a".output is negative`},
		"event":            {"[alerts]\nevents = [\"fail\"]", `, line 2: alerts.events has no event "fail"; did you mean "failed"?`},
		"webhook":          {"[alerts]\nwebhook = \"http://example.org/s3cret\"", `, line 2: alerts.webhook may begin with http:// only on this machine; use https://`},
		"alert":            {"[alerts]\nexce = \"x\"", `, line 2: [alerts] has no key "exce"; did you mean "exec"?`},
		"two hooks":        {"[alerts]\nwebhook = \"https://example.org/s3cret\"\nwebhook_file = \"x\"", `, line 2: alerts has both webhook and webhook_file; webhook counts`},
	} {
		t.Run(name, func(t *testing.T) {
			// the last line has what counts all the same
			f := read(t, tc.file+"\n[views.rest]\nsort = \"name\"\n")
			said := saidOf(f)
			if len(said) != 1 || !strings.HasPrefix(said[0], tc.want) || f.Broken {
				t.Errorf("said %q, broken %v", said, f.Broken)
			}
			if strings.Contains(strings.Join(said, ""), "s3cret") {
				t.Errorf("%q holds a secret", said)
			}
			if _, ok := f.View("rest"); !ok {
				t.Error("the rest does not count")
			}
		})
	}
}

func TestAllThatIsWrongIsSaidInOrder(t *testing.T) {
	f := read(t, "theme = \"blue\"\nmouse = 1\nwrite = false\nsort = \"x\"\n[prices.a]\ninput = 1\n[prices.b]\ninput = 1\noutput = 2\n[prices.c]\noutput = 1\n")
	var lines []int
	for _, trouble := range f.Troubles {
		lines = append(lines, trouble.Line)
	}
	if !slices.Equal(lines, []int{1, 2, 4, 5, 10}) {
		t.Errorf("troubles %q", saidOf(f))
	}
	if _, ok := f.Prices.Of("b"); !ok {
		t.Error("the price that is right does not count")
	}
}

func TestABrokenFileDoesNotCount(t *testing.T) {
	for content, want := range map[string]string{
		"theme = \"dark\"\nmouse = ture\n":                        ", line 2: ",
		"\xff\xfet\x00":                                           ": it is UTF-16; save it as UTF-8",
		"theme = \"dark\"\ntheme = \"dark\"":                      ", line 2: ",
		"theme = \"dark\"\n[views.a\nx = 1\n":                     `, line 2: the name of the table is not closed by "]"`,
		strings.Repeat("# x\n", MaxFile/4) + "#":                  ": it is larger than 256 KiB, so it is no configuration file",
		"theme = \"dark\"\n# " + strings.Repeat("x", 1000) + "\n": ", line 2: longer than 1000 bytes",
	} {
		f := read(t, content)
		said := saidOf(f)
		if !f.Broken || len(f.Values) > 0 || len(said) != 1 || !strings.HasPrefix(said[0], want) || strings.Contains(said[0], "\n") {
			t.Errorf("%.40q: said %q, values %v", content, said, f.Values)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("[groups]\na = [\"@b\"]\nb = \"@a\"\n[keys]\nsort = {a = 1}\n[[sources]]\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file := &File{Path: "/etc/config.toml"}
		parse(file, content, "/home/anna", words)
		file.distrust()
		file.sorted()
		for _, trouble := range file.Troubles {
			if s := trouble.String(); strings.ContainsAny(s, "\n\x1b\a") || len(s) > 10_000 {
				t.Fatalf("%q is not one clean line", s)
			}
		}
		layers := Layers{File: file}
		for i := range Settings {
			v := layers.Get(Settings[i].Key)
			if !v.Given() {
				continue
			}
			if err := Settings[i].Check(v.Text, words); err != nil && Settings[i].Key != "alerts.desktop" {
				t.Fatalf("%s %v", Settings[i].Key, err)
			}
		}
		for _, g := range file.Groups {
			_, _ = file.Resolve("@" + g.Name)
		}
	})
}

func TestDeepNestingIsNoCrash(t *testing.T) {
	for name, content := range map[string]string{
		"tables":      strings.Repeat("[", MaxFile),
		"lists":       "a = " + strings.Repeat("[\n", MaxFile/3),
		"closed":      "a = " + strings.Repeat("[\n", MaxFile/5) + strings.Repeat("]\n", MaxFile/5),
		"most inline": "a = " + strings.Repeat("{\na=", MaxFile/5),
		"dots":        strings.Repeat("[a"+strings.Repeat(".a", 490)+"]\n", 60),
		"one deep":    "[" + strings.Repeat("a.", 490) + "a]\n",
	} {
		if f := read(t, content); len(f.Troubles) != 1 {
			t.Errorf("%s: said %.200q", name, saidOf(f))
		}
	}
}

// TestTheCommentedFileIsRight without its comment signs: all that it shows can be set.
// TestTheREADMEHasAllSettings in the table that is made of them.
