package ssh

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"societop/model"
)

func TestParse(t *testing.T) {
	for address, want := range map[string]Address{
		"ssh://lab-7":                       {Host: "lab-7"},
		"ssh://lab-7/":                      {Host: "lab-7"},
		"SSH://Lab.example.org":             {Host: "Lab.example.org"},
		"ssh://ann@lab-7:2222/data/lab.db":  {User: "ann", Host: "lab-7", Port: 2222, Path: "/data/lab.db"},
		"ssh://lab/~/lab.db":                {Host: "lab", Path: "~/lab.db"},
		"ssh://lab/~":                       {Host: "lab", Path: "~"},
		"ssh://lab/%7E/lab.db":              {Host: "lab", Path: "/~/lab.db"},
		"ssh://lab/~ann/lab.db":             {Host: "lab", Path: "/~ann/lab.db"},
		"ssh://lab//data":                   {Host: "lab", Path: "//data"},
		"ssh://[2001:db8::7]/a%20b c?d#e@f": {Host: "2001:db8::7", Path: "/a b c?d#e@f"},
		"ssh://u.-_1@[::1]:1":               {User: "u.-_1", Host: "::1", Port: 1},
		"ssh://192.0.2.1:65535/%e5%8c%97":   {Host: "192.0.2.1", Port: 65535, Path: "/北"},
		"ssh://lab/$(touch x)'\"\n%ff;":     {Host: "lab", Path: "/$(touch x)'\"\n\xff;"},
	} {
		a, err := Parse(address)
		if err != nil || a != want {
			t.Errorf("%q: %+v, %v; want %+v", address, a, err, want)
		}
		if again, err := Parse(a.String()); err != nil || again != a {
			t.Errorf("%q: as %q it is %+v, %v", address, a, again, err)
		}
	}
	for _, address := range []string{
		"", "ssh:", "ssh:/", "ssh://", "ssh:///lab.db", "ssh://@lab", "ssh://-oProxyCommand=x", "ssh://-l/x", "ssh://-x@lab",
		"ssh://a b", "ssh://lab:", "ssh://lab:0", "ssh://lab:65536", "ssh://lab:+22", "ssh://lab:-1", "ssh://lab:x", "ssh://lab:22:23", "ssh://::1/x",
		"ssh://[::1", "ssh://[::1]x", "ssh://[lab]", "ssh://[1.2.3.4]", "ssh://[fe80::1%eth0]", "ssh://[]:22",
		"ssh://lab;id", "ssh://$(id)", "ssh://`id`", "ssh://lab\n", "ssh://ann@@lab", "ssh://höst", "ssh://lab/%", "ssh://lab/%4", "ssh://lab/%zz", "ssh://lab/%+1", "ssh://lab/a%00b",
		"ssh://lab/" + strings.Repeat("x", maxPath+1), "http://lab", "ssh.x://lab",
	} {
		if a, err := Parse(address); !errors.Is(err, model.ErrUsage) {
			t.Errorf("%q: %+v, %v", address, a, err)
		}
	}
	if _, err := Parse("ssh://ann:geheim@lab"); !errors.Is(err, model.ErrUsage) || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a password: %v", err)
	}
}

// TestArguments: exactly what is to be run.
func TestArguments(t *testing.T) {
	for _, tc := range []struct{ address, want string }{
		{"ssh://lab-7/x y", "-T -o BatchMode=yes -- lab-7 societop stdio"},
		{"ssh://ann@[::1]:22/x", "-T -o BatchMode=yes -p 22 -l ann -- ::1 societop stdio"},
	} {
		a, err := Parse(tc.address)
		if got := strings.Join(a.arguments([]string{"societop", "stdio"}), " "); err != nil || got != tc.want {
			t.Errorf("%s: %s, %v", tc.address, got, err)
		}
	}
}

// FuzzParse: what is accepted can be no option, means nothing to a shell, and is the same when
// it is written and read again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"ssh://ann@lab:22/x%20y", "ssh://[::1]/~/x", "ssh://-x", "ssh://a:b@c/%", "ssh://lab/%7E/"} {
		f.Add(s)
	}
	safe := regexp.MustCompile(`^[A-Za-z0-9._:-]+$`)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			if !errors.Is(err, model.ErrUsage) {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		for _, name := range []string{a.Host, a.User} {
			if name != "" && !safe.MatchString(name) || strings.HasPrefix(name, "-") || a.Host == "" {
				t.Errorf("%q: %+v", s, a)
			}
		}
		if args := a.arguments([]string{"x"}); slices.Index(args, "--") != len(args)-3 {
			t.Errorf("%q: %q", s, args)
		}
		if again, err := Parse(a.String()); err != nil || again != a {
			t.Errorf("%q: as %q it is %+v, %v", s, a, again, err)
		}
	})
}
