package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/ui"
)

// opening runs a command, and returns the sources that it opens.
func opening(t *testing.T, environ []string, screen bool, args ...string) (specs []model.SourceSpec, options ui.Options, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if screen {
		environ = append(slices.Clone(environ), "TERM=xterm")
	}
	code = Main(context.Background(), Env{
		Args: args, Streams: Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr, IsTerminal: func(any) bool { return screen }}, Environ: environ,
		Now: func() time.Time { return now }, Zone: time.UTC, Version: "test",
		Storage: Storage{
			Open: func(_ context.Context, all []model.SourceSpec) (model.Source, error) {
				specs = all
				return three(), nil
			},
			Record: func(_ context.Context, _ model.Source, _ string, o model.RecordOptions, _ model.RecordObserver) error {
				options.Interval = o.Interval
				return nil
			},
		},
		Monitor: func(_ context.Context, o ui.Options) error {
			options = o
			return nil
		},
	})
	return specs, options, stderr.String(), code
}

// described is the sources in a few words.
func describedSpecs(specs []model.SourceSpec) string {
	var all []string
	for _, s := range specs {
		parts := []string{s.Name + "=" + s.Address}
		for _, more := range []struct{ key, value string }{
			{"token", s.Access.Token.Reveal()},
			{"user", s.Access.User},
			{"password", model.Getenv(s.Access.Environ, "SOCIETOP_PASSWORD")},
			{"ca", filepath.Base(s.Access.CAFile)},
			{"remote", s.Access.RemoteCommand},
		} {
			if more.value != "" && more.value != "." {
				parts = append(parts, more.key+":"+more.value)
			}
		}
		if s.Interval > 0 {
			parts = append(parts, s.Interval.String())
		}
		if s.Access.Write {
			parts = append(parts, "write")
		}
		all = append(all, strings.Join(parts, " "))
	}
	return strings.Join(all, ", ")
}

const labs = `source = "@all"
[sources.a]
address = "http://a:8080"
token_file = "a.token"
interval = "10s"
[sources.b]
address = "https://b/x"
user = "anna"
ca_file = "b.pem"
[sources.c]
address = "ssh://c"
remote_command = "/opt/societop stdio"
[sources.d]
address = "http://d"
write = false
[groups]
all = ["@a", "@b"]
more = ["@all", "@a", "@c", "@d"]
`

func TestNamedSources(t *testing.T) {
	environ, path := withConfig(t, labs)
	dir := filepath.Dir(path)
	for name, content := range map[string]string{"a.token": "secret-a\n", "other.token": "secret-o\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	other := " --token-file " + filepath.Join(dir, "other.token")
	const a, b, c, d = "a=http://a:8080 token:secret-a 10s", "b=https://b/x user:anna ca:b.pem", "c=ssh://c remote:/opt/societop stdio", "d=http://d"
	for _, tc := range []struct {
		environ    []string
		args, want string
		said       string
	}{
		{nil, "list @a", a, ""},
		{nil, "list", a + ", " + b, ""},
		{nil, "list @all @c", a + ", " + b + ", " + c, ""},
		{nil, "list @more", a + ", " + b + ", " + c + ", " + d, ""},
		{nil, "list http://a:8080/ @a", a, ""},
		{nil, "list ./@a", "=./@a", ""},
		{[]string{"SOCIETOP_SOURCE=@d"}, "list", d, ""},
		{[]string{"SOCIETOP_SOURCE=lab.db"}, "list", "=lab.db", ""},
		// flags count before the file, the file before the environment
		{nil, "list @a" + other, strings.Replace(a, "secret-a", "secret-o", 1), ""},
		{nil, "list @b --user bert --ca-file x.pem", "b=https://b/x user:bert ca:x.pem", ""},
		{[]string{"SOCIETOP_TOKEN=t"}, "list @a", a, ""},
		{[]string{"SOCIETOP_TOKEN=t"}, "list @d", d + " token:t", ""},
		// one server gets the token, several do not
		{[]string{"SOCIETOP_TOKEN=t"}, "list @a @d", a + ", " + d + " token:t", ""},
		{nil, "list @a @d" + other, a + ", " + d + " token:secret-o", ""},
		{[]string{"SOCIETOP_TOKEN=t"}, "list http://d/1 http://D:80/2 x.db", "=http://d/1 token:t, =http://D:80/2 token:t, =x.db token:t", ""},
		{[]string{"SOCIETOP_TOKEN=t"}, "list @a @b @d", a + ", " + b + ", " + d, "$SOCIETOP_TOKEN goes to none of several servers, https://b and http://d"},
		{[]string{"SOCIETOP_TOKEN=t"}, "list http://x https://x", "=http://x, =https://x", "$SOCIETOP_TOKEN goes to none"},
		{[]string{"SOCIETOP_PASSWORD=p"}, "list @b", b[:len(b)-len(" ca:b.pem")] + " password:p ca:b.pem", ""},
		{[]string{"SOCIETOP_PASSWORD=p"}, "list http://x http://y --user u", "=http://x user:u, =http://y user:u", "$SOCIETOP_PASSWORD goes to none of several servers, http://x and http://y"},
	} {
		specs, _, errs, code := opening(t, append(slices.Clone(environ), tc.environ...), false, strings.Fields(tc.args)...)
		if got := describedSpecs(specs); code != 0 || got != tc.want || (tc.said == "") != (errs == "") || !strings.Contains(errs, tc.said) {
			t.Errorf("%v %s: code %d, said %q\n got %s\nwant %s", tc.environ, tc.args, code, errs, got, tc.want)
		}
		if strings.Contains(errs, "secret") {
			t.Errorf("%s: %q holds a secret", tc.args, errs)
		}
	}
}

func TestWrongNames(t *testing.T) {
	environ, path := withConfig(t, labs+"x = [\"@y\"]\ny = \"@x\"\n[sources.e]\naddress = \"http://e\"\ntoken_file = \"/nowhere/sk-s3cret\"\n")
	for args, want := range map[string]string{
		"list @alll":                      `there is no source and no group "@alll"; did you mean "@all"?`,
		"list @":                          `there is no source and no group "@"; there are @a, @b, @c, @d, @e, @all, @more`,
		"show @aa 01":                     `there is no source and no group "@aa"`,
		"list @x":                         "the group @x contains itself: @x → @y → @x",
		"list @e":                         "the token_file of @e can't be read: no such file or directory",
		"record @a @lab":                  "a file of this name is ./@lab",
		"list @b @d --token-file " + path: "--token-file",
		"--write @d":                      "--write is forbidden for @d by write = false in " + path,
		"--write http://d:80/":            "--write is forbidden for @d by write = false in " + path,
		"stop --write --yes @d 01":        "--write is forbidden for @d by write = false in " + path,
	} {
		specs, _, errs, code := opening(t, environ, false, strings.Fields(args)...)
		if code != 2 || !strings.Contains(errs, want) || specs != nil || strings.Contains(errs, "s3cret") {
			t.Errorf("%s: code %d, said %q, opened %s", args, code, errs, describedSpecs(specs))
		}
	}
	_, _, errs, code := opening(t, []string{"SOCIETOP_SOURCE=@a"}, false, "list")
	if code != 2 || !strings.Contains(errs, "there is no configuration file") {
		t.Errorf("code %d, said %q", code, errs)
	}
}

// TestATokenGoesToOneServer, also that of the flag.
func TestATokenGoesToOneServer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	specs, _, errs, code := opening(t, nil, false, "list", "--token-file", file, "http://x", "http://y")
	if code != 2 || specs != nil || !strings.Contains(errs, "--token-file would go to several servers, http://x and http://y") {
		t.Errorf("code %d, said %q", code, errs)
	}
}

func TestSomeSourcesAreNotWrittenTo(t *testing.T) {
	environ, path := withConfig(t, labs)
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "a.token"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	specs, o, errs, code := opening(t, environ, true, "--write", "@a", "@d", "--no-state")
	if code != 0 || errs != "" || !specs[0].Access.Write || specs[1].Access.Write || !strings.Contains(o.Warning.String(), "--write is forbidden for @d") {
		t.Errorf("code %d, said %q, warning %q, opened %s", code, errs, o.Warning, describedSpecs(specs))
	}
}

func TestTheIntervalOfASource(t *testing.T) {
	environ, path := withConfig(t, "interval = 5\n"+labs)
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "a.token"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		environ []string
		args    string
		want    time.Duration
		of      time.Duration // the sources' own
	}{
		{nil, "@a", 10 * time.Second, 10 * time.Second},
		{nil, "@d", 5 * time.Second, 0},
		{nil, "@a @d", 5 * time.Second, 10 * time.Second},
		{nil, "@a --interval 3", 3 * time.Second, 0},
		{[]string{"SOCIETOP_INTERVAL=4"}, "@a", 4 * time.Second, 0},
		{nil, "record @a lab.db", 10 * time.Second, 10 * time.Second},
		{nil, "record @d lab.db", 5 * time.Second, 0},
		{nil, "record --interval 7 @a lab.db", 7 * time.Second, 0},
	} {
		specs, o, errs, code := opening(t, append(slices.Clone(environ), tc.environ...), true, strings.Fields(tc.args)...)
		if code != 0 || o.Interval != tc.want || specs[0].Interval != tc.of {
			t.Errorf("%v %s: code %d, said %q, interval %v and %v", tc.environ, tc.args, code, errs, o.Interval, specs[0].Interval)
		}
	}
}

func TestTheSourceOfAView(t *testing.T) {
	environ, _ := withConfig(t, "source = \"x.db\"\n[views.b]\nsource = [\"/b.db\", \"/c.db\"]\n")
	for args, want := range map[string]string{"list --view b": "=/b.db, =/c.db", "list --view b y.db": "=y.db"} {
		specs, _, errs, code := opening(t, append(environ, "SOCIETOP_SOURCE=z.db"), false, strings.Fields(args)...)
		if got := describedSpecs(specs); code != 0 || got != want {
			t.Errorf("%s: code %d, said %q, opened %s", args, code, errs, got)
		}
	}
}

func TestSourcesOfTheConfigurationAreCompleted(t *testing.T) {
	environ, path := withConfig(t, strings.Replace(labs, "http://d\"", "http://u:s3cret@d\"", 1))
	const a, b, c, d = "@a\thttp://a:8080\n", "@b\thttps://b/x\n", "@c\tssh://c\n", "@d\thttp://d\n"
	const groups = "@all\t@a @b\n@more\t@all @a @c @d\n"
	for args, want := range map[string]string{
		"list|@":                        a + b + c + d + groups + ":4\n",
		"list|@a":                       a + "@all\t@a @b\n:4\n",
		"list|@a|@m":                    "@more\t@all @a @c @d\n:4\n",
		"@m":                            "@more\t@all @a @c @d\n:4\n",
		"show|@m":                       "@more\t@all @a @c @d\n:4\n",
		"grep|@m":                       ":4\n", // the pattern
		"grep|x|@m":                     "@more\t@all @a @c @d\n:4\n",
		"record|@m":                     "@more\t@all @a @c @d\n:4\n",
		"stop|@m":                       "@more\t@all @a @c @d\n:4\n",
		"import|@m":                     ":0\n",
		"list|lab":                      ":0\n",
		"show|@d|":                      id(1) + "\tbaseline\n" + id(2) + "\tcrisis\n" + id(3) + "\tausterity\n:36\n",
		"list|--config|" + path + "|@m": "@more\t@all @a @c @d\n:4\n",
	} {
		out, _, _, _ := call(three(), environ, append([]string{"__complete"}, strings.Split(args, "|")...)...)
		if out != want {
			t.Errorf("%s: %q, want %q", args, out, want)
		}
	}
	if out, _, _, _ := call(three(), nil, "__complete", "list", "@"); out != ":4\n" {
		t.Errorf("without a configuration: %q", out)
	}
}

func TestExperimentsOfSeveralSourcesAreCompleted(t *testing.T) {
	environ, _ := withConfig(t, "[groups]\nboth = [\"/data/a/lab.db\", \"/data/b/lab.db\"]\n")
	for typed, want := range map[string]string{
		"":           "a/lab.db:" + id(1) + "\tone\nb/lab.db:" + id(1) + "\tone\n" + id(2) + "\ta/lab.db:one\n:36\n",
		"01":         "a/lab.db:" + id(1) + "\tone\nb/lab.db:" + id(1) + "\tone\n:36\n",
		"02":         id(2) + "\ta/lab.db:one\n:36\n",
		"b/lab.db:":  "b/lab.db:" + id(1) + "\tone\n:36\n",
		"b/lab.db:o": "b/lab.db:one\t" + id(1) + "\n:36\n",
	} {
		out, _, _, _ := call(twoLabs(nil), environ, "__complete", "show", "@both", typed)
		if out != want {
			t.Errorf("%q: %q, want %q", typed, out, want)
		}
	}
}
