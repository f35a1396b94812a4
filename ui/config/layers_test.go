package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.toml")
	for _, tc := range []struct {
		r    Reader
		want string
	}{
		{Reader{Path: missing}, ""},
		{Reader{Path: os.DevNull + "/.config/societop/config.toml"}, ""},
		{Reader{}, ""},
		{Reader{Path: missing, Named: "--config"}, ": the configuration can't be read: no such file or directory"},
		{Reader{Path: dir}, ": the configuration can't be read: it is not a file"},
		{Reader{Path: filepath.Join(dir, "x\x1b[31m.toml"), Named: "--config"}, "the configuration can't be read"},
		{Reader{Path: os.DevNull, Named: "--config"}, ""},
	} {
		f := tc.r.Read()
		said := strings.Join(saidOf(f), "")
		if f.Broken != (tc.want != "") || !strings.Contains(said, tc.want) || strings.Contains(said, "\x1b") {
			t.Errorf("%q: said %q", tc.r.Path, said)
		}
	}
}

func TestAFileThatOthersCanWrite(t *testing.T) {
	path := write(t, whole)
	reader := Reader{Path: path, Words: words}
	check := func(open bool) {
		t.Helper()
		f := reader.Read()
		v, given := f.Values["alerts.exec"]
		_, hook := f.Values["alerts.webhook"]
		commands := f.source("far.away_1-2").RemoteCommand + f.source("lab7").TokenFile
		if f.Open != open || given == open || hook == open || (commands == "") != open || (len(f.Troubles) == 4) != open {
			t.Errorf("open %v, exec %q, commands %q, said %q", f.Open, v.Text, commands, saidOf(f))
		}
		if f.Values["theme"].Text != "dark" {
			t.Error("the rest does not count")
		}
	}
	check(false)
	for _, mode := range []os.FileMode{0o620, 0o602, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		check(true)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	check(false)
	if os.Geteuid() == 0 { // only root gives files away
		if err := os.Chown(path, 12345, -1); err != nil {
			t.Fatal(err)
		}
		check(true)
		if err := os.Chown(path, 0, -1); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Dir(path)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	check(true)
	if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	check(false)
}

func TestTheOrderOfLayers(t *testing.T) {
	f := read(t, "sort = \"name\"\n[views.mine]\nsort = \"eta\"\n")
	view, _ := f.View("mine")
	layers := Layers{
		Flags: map[string]string{"sort": "id"}, View: view, Environ: []string{"SOCIETOP_SORT=day"}, File: f,
		Chosen: &Chosen{Path: "/state/chosen.json", Values: map[string]string{"sort": "tokens", "theme": "mono"}},
	}
	for _, step := range []struct {
		value, from string
		remove      func()
	}{
		{"id", "--sort", func() { layers.Flags = nil }},
		{"eta", f.Path + ":3", func() { layers.View = nil }},
		{"day", "$SOCIETOP_SORT", func() { layers.Environ = nil }},
		{"tokens", "chosen in the monitor, /state/chosen.json", func() { layers.Chosen = nil }},
		{"name", f.Path + ":1", func() { layers.File = nil }},
		{"created", "default", func() {}},
	} {
		if v := layers.Get("sort"); v.Text != step.value || v.From.String() != step.from {
			t.Errorf("sort is %q from %s, want %q from %s", v.Text, v.From, step.value, step.from)
		}
		if v := layers.Get("theme"); v.Text != "auto" {
			t.Errorf("theme is %q, which nobody chooses by hand", v.Text)
		}
		step.remove()
	}
}

func TestASourceOfTheEnvironmentIsOne(t *testing.T) {
	layers := Layers{Environ: []string{"SOCIETOP_SOURCE=/a,b.db"}}
	if list := layers.Get("source").List(); !slices.Equal(list, []string{"/a,b.db"}) {
		t.Errorf("sources %q", list)
	}
	layers = Layers{File: read(t, "source = [\"/a,b.db\", \"@x\"]\n[groups]\nx = \"c\"\n")}
	if list := layers.Get("source").List(); !slices.Equal(list, []string{"/a,b.db", "@x"}) {
		t.Errorf("sources %q", list)
	}
}

func TestChosenIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "chosen.json")
	c, err := ReadChosen(path, words)
	if err != nil || len(c.Values) > 0 {
		t.Fatal(c, err)
	}
	for key, value := range map[string]string{"sort": "-eta", "columns": "eta,progress", "panes": "nowhere", "theme": "dark", "other": "x"} {
		c.Values[key] = value
	}
	if err := c.Write(); err != nil {
		t.Fatal(err)
	}
	c, err = ReadChosen(path, words)
	if err != nil || len(c.Values) != 2 || c.Values["sort"] != "-eta" || c.Values["columns"] != "eta,progress" {
		t.Errorf("values %v, error %v", c.Values, err)
	}
	for _, content := range []string{"", "{", `{"societop_chosen":9}`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := ReadChosen(path, words); err == nil || c == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: error %v", content, err)
		}
	}
}

func TestAStampChangesWithTheFile(t *testing.T) {
	path := write(t, "theme = \"dark\"\n")
	r := Reader{Path: path}
	before := r.Stamp()
	if r.Stamp() != before {
		t.Error("the stamp of the same file differs")
	}
	if err := os.WriteFile(path, []byte("theme = \"light\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	after := r.Stamp()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if gone := r.Stamp(); before == after || after == gone {
		t.Error("the stamp stays")
	}
}

func TestNamesStandForSources(t *testing.T) {
	f := read(t, "[sources.a]\naddress = \"http://a\"\n[sources.b]\naddress = \"b.db\"\n"+
		"[groups]\nall = [\"@a\", \"@more\", \"@a\", \"@b\"]\nmore = [\"@b\", \"/c.db\", \"/c.db\"]\nx = \"@y\"\ny = [\"@x\"]\nz = [\"@x\"]\n")
	for argument, want := range map[string]string{
		"lab.db": "lab.db", "./@a": "./@a", "@a": "a=http://a", "@more": "b=" + filepath.Dir(f.Path) + "/b.db /c.db",
		"@all": "a=http://a b=" + filepath.Dir(f.Path) + "/b.db /c.db",
		"@x":   "!the group @x contains itself: @x → @y → @x", "@z": "!the group @x contains itself",
		"@al": `!there is no source and no group "@al"; did you mean "@all"?`, "@": "!there is no source and no group \"@\"; there are @a, @b, @all",
		"@a/b": "!there is no source and no group",
	} {
		all, err := f.Resolve(argument)
		var parts []string
		for _, one := range all {
			part := one.Address
			if one.Source != nil {
				part = one.Name + "=" + part
			}
			parts = append(parts, part)
		}
		got := strings.Join(parts, " ")
		if err != nil {
			got = "!" + err.Error()
		}
		if got != want && (err == nil || !strings.HasPrefix(got, want)) {
			t.Errorf("%s is %q, want %q", argument, got, want)
		}
	}
	if _, err := (*File)(nil).Resolve("@a"); err == nil || !strings.Contains(err.Error(), "./@a") {
		t.Errorf("without a file: %v", err)
	}
}
