package config

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestTheCommentedFileChangesNothing(t *testing.T) {
	content := Commented(new(Vocabulary))
	f := read(t, content)
	if len(f.Troubles)+len(f.Values)+len(f.Sources)+len(f.Groups)+len(f.Views)+len(f.Keys)+len(f.Colors) > 0 || f.Prices != nil {
		t.Errorf("it says something: %q", saidOf(f))
	}
	for n, line := range strings.Split(content, "\n") {
		if len(line) > 120 {
			t.Errorf("line %d has %d bytes", n+1, len(line))
		}
	}
}

func TestTheCommentedFileIsRight(t *testing.T) {
	content := regexp.MustCompile(`(?m)^#([a-z\[])`).ReplaceAllString(Commented(new(Vocabulary)), "$1")
	if !strings.Contains(content, "\n# webhook_file = ") {
		t.Error("webhook_file is not in it")
	}
	f := read(t, content)
	if len(f.Troubles) > 0 {
		t.Fatalf("troubles %q in\n%s", saidOf(f), content)
	}
	for i := range Settings {
		if _, ok := f.Values[Settings[i].Key]; !ok && Settings[i].Key != "alerts.webhook_file" {
			t.Errorf("%s is not in it", Settings[i].Key)
		}
	}
	if len(f.Sources) != 1 || len(f.Groups) != 1 || len(f.Views) != 1 || len(f.Keys) != 1 || len(f.Colors) != 1 || f.Prices.Empty() {
		t.Errorf("%+v", f)
	}
}

func TestDefaultsAreRight(t *testing.T) {
	for i := range Settings {
		s := &Settings[i]
		if s.Default == "" {
			continue
		}
		if err := s.Check(s.Default, nil); err != nil {
			t.Errorf("%s %v", s.Key, err)
		}
	}
}

func TestShow(t *testing.T) {
	f := read(t, strings.Replace(whole, `"@all", "here.db"`, `"@all", "http://u:s3cret@host/x?token=s3cret"`, 1))
	layers := &Layers{Flags: map[string]string{"theme": "mono"}, Environ: []string{"SOCIETOP_INTERVAL=9s"}, File: f}
	got := Show(layers, nil)
	for _, want := range []string{
		"# " + f.Path + "\n", `source = ["@all", "http://host/x"]`, `theme = "mono"                           # --theme` + "\n",
		`interval = "9s"                          # $SOCIETOP_INTERVAL` + "\n", `write = false`, "# " + f.Path + ":12\n", `exec = "notify-send …"`,
		`webhook = "https://example.org/…"`, "# webhook_file is not set\n", "[sources.lab7]", `token_file = "…"`, `remote_command = "/opt/societop …"`,
		`all = ["@lab7", "@rest", "/data/lab.db"]`, `[views."北京"]`, `pane-next = ["]", "right"]`, "[colors.light]\n", "[prices.\"gpt-4o\"]\ninput = 2.5\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	if strings.Contains(got, "s3cret") || strings.Contains(got, "SOCIETOP_TEXT") || strings.Contains(got, "hook\"") {
		t.Error("it holds a secret")
	}
	if t.Failed() {
		t.Log(got)
	}
	again := read(t, got)
	if len(again.Troubles) > 0 {
		t.Errorf("it is not a file: %q", saidOf(again))
	}
	defaults := Show(new(Layers), map[string]Value{"ascii": {Text: "false"}})
	if !strings.HasPrefix(defaults, "# there is no configuration file\n") || !strings.Contains(defaults, "theme = \"auto\"                           # default\n") || !strings.Contains(defaults, "ascii = false  ") {
		t.Errorf("defaults\n%s", defaults)
	}
}

func TestHooksAndCommandsAreHidden(t *testing.T) {
	for hook, want := range map[string]string{
		"https://example.org": "https://example.org", "https://example.org/a": "https://example.org/…",
		"https://u:p@example.org:8/a": "https://example.org:8/…", "https://a@b@example.org?p": "https://example.org/…",
	} {
		if got := hiddenHook(hook); got != want {
			t.Errorf("%s is shown as %s", hook, got)
		}
	}
	for command, want := range map[string]string{"beep": "beep", "curl -u a:b x": "curl …", "KEY=x send": "…", "": ""} {
		if got := hiddenCommand(command); got != want {
			t.Errorf("%s is shown as %s", command, got)
		}
	}
}

var update = flag.Bool("update", false, "write the table of settings into the README")

func TestTheREADMEHasAllSettings(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- settings -->\n", "<!-- end of settings -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	had, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no table of settings", path)
	}
	switch want := "\n" + Reference() + "\n"; {
	case had == want:
	case *update:
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table of settings in %s is old; run go test ./ui/config -update", path)
	}
	example := regexp.MustCompile("(?s)```toml\n(source = .*?)```").FindStringSubmatch(string(data))
	if example == nil {
		t.Fatal("there is no example")
	}
	if f := read(t, example[1]); len(f.Troubles) > 0 || len(f.Sources) != 2 || len(f.Views) != 1 {
		t.Errorf("the example says %q", saidOf(f))
	}
}
