package cli

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"societop/ui"
)

// TestWrongUsageSaysWhatWasMeant: one sentence, what is wrong and where the command's own help
// is, and exit code 2.
func TestWrongUsageSaysWhatWasMeant(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("labb", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ args, want string }{
		{"lits", "unknown command \"lits\"; did you mean \"list\"? (to wait for a file, write ./lits; see `societop --help`)"},
		{"lits lab.db", `did you mean "list"?`},
		{"lits --json lab.db", `did you mean "list"?`},
		{"LIST lab.db", `did you mean "list"?`},
		{"lits --filter x lab.db", `did you mean "list"?`},
		{"ls", `did you mean "list"?`},
		{"serv lab.db", `did you mean "serve"?`},
		{"agnets lab.db x", `did you mean "agents"?`},
		{"hlep", `did you mean "help"?`},
		{"societop", "unknown command \"societop\"; to wait for a file, write ./societop; see `societop --help`"},
		{"北京", `unknown command "北京"`},
		{"lab-7:8080", "write http://lab-7:8080"},
		{"lab.db lits", "there is no source \"lits\"; to wait for a file, write ./lits; see `societop --help`"},
		{"list lab.db @lab lits", `there is no source "lits"`},
		{"grep x lits ./lost", `there is no source "lits"`},
		{"record ./lost lits lab.db", `there is no source "lits"`},
		{"wait", "wait needs SOURCE and EXP: both are missing; see `societop wait --help`"},
		{"wait a", "wait needs SOURCE and EXP: EXP is missing; see `societop wait --help`"},
		{"wait a UBI policy", "put a name with spaces in quotes"},
		{"record a", "record needs SOURCE and LAB: LAB is missing"},
		{"import a", "import needs FILE and LAB: LAB is missing"},
		{"export a b", "export needs SOURCE, EXP and FILE.zip, or --lab: FILE.zip is missing; see `societop export --help`"},
		{"export a b c d", "a zip holds one experiment; to write several into a lab file, use --lab"},
		{"export", "export needs SOURCE and EXP: both are missing"},
		{"check", "check needs LAB; see `societop check --help`"},
		{"check a b", `check takes LAB, but got "b" as well`},
		{"version a", `version takes no arguments, but got "a"`},
		{"list –json a", "write --json"},
		{"completion", "completion needs SHELL"},
		{"completion bsh", `did you mean "bash" or "zsh"?`},
		{"completion tcsh", "there are bash, fish, powershell, zsh"},
		{"help lits", "did you mean \"list\"? (see `societop --help`)"},
		{"list --filtr x a", "list has no flag --filtr; did you mean \"--filter\"? (see `societop list --help`)"},
		{"list --colour a", "list has no flag --colour; see `societop list --help`"},
		{"list -f a", `list has no flag -f; did you mean "--filter"?`},
		{"list -é a", "list has no flag -é;"},
		{"--intervall 5 a.db", `societop has no flag --intervall; did you mean "--interval"?`},
		{"list --filter", "--filter needs a value"},
		{"list --json=maybe a", `--json is true or false, not "maybe"`},
		{"log --lines many a b", `--lines is a whole number, not "many"`},
		{"demo --seed -1", `--seed is a whole number from 0 on, not "-1"`},
		{"demo --speed fast", `--speed is a number, not "fast"`},
		{"list --sort nmae a", `no sort key "nmae"; did you mean "name"? (see ` + "`societop list --help`)"},
		{"list --filter staus:error a", `did you mean "status"?`},
		{"watch --filter status:eror a", "did you mean \"error\"? (see `societop watch --help`)"},
		{"--theme drak a.db", `--theme can't be "drak"; did you mean "dark"?`},
		{"wait --for finnished a b", `--for can't be "finnished"; did you mean "finished"?`},
		{"--interval soon a.db", `--interval is a length of time such as 5 (seconds), 500ms, 2m or 1h30m, not "soon"`},
		{"--interval -5 a.db", "--interval can't be negative"},
		{"--interval 5000000000000 a.db", "--interval is at most 100 years"},
		{"--interval NaN a.db", "--interval is a length of time"},
		{"watch --interval 0 a", "--interval must be at least 100ms"},
		{"wait --timeout -1s a b", "--timeout can't be negative"},
		{"record --interval 1e400 a b", "--interval is a length of time"},
	} {
		out, errs, code, opened := call(&fakeSource{}, nil, strings.Fields(tc.args)...)
		if code != 2 || out != "" || opened != "" || strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "societop: ") || !strings.Contains(errs, tc.want) {
			t.Errorf("societop %s: exit code %d, opened %q: %s%swant %s", tc.args, code, opened, out, errs, tc.want)
		}
	}
}

// TestAWordThatIsASource: a path, a file that is there, and an address are no commands.
func TestAWordThatIsASource(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("lits", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"lits", "./lost", "lost.db", "dir/lost", "./@lab", "http://lab:8080", `C:\lab`} {
		env, _, errs := onTerminal(&fakeSource{}, source)
		shown := false
		env.Monitor = func(context.Context, ui.Options) error { shown = true; return nil }
		if code := Main(t.Context(), env); code != 0 || !shown {
			t.Errorf("%s: exit code %d: %s", source, code, errs)
		}
	}
}

func TestLengthsOfTime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5": 5 * time.Second, "0": 0, "0.5": 500 * time.Millisecond, ".25": 250 * time.Millisecond, "90": 90 * time.Second,
		"5s": 5 * time.Second, "500ms": 500 * time.Millisecond, "1h30m": 90 * time.Minute, "2d": 48 * time.Hour, "+3": 3 * time.Second,
		"5 s": 5 * time.Second, "2H": 2 * time.Hour,
	} {
		var got time.Duration
		if err := (lapse{&got}).Set(text); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "-1s", "x", "1x", "nan", "inf", "1e9", "0x10", "1_0", "99999999999d", "9999999999999999999999h", "5 minutes"} {
		var got time.Duration
		if err := (lapse{&got}).Set(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	env, _, errs := onTerminal(&fakeSource{}, "--interval", "5", "x.db")
	var o ui.Options
	env.Monitor = func(_ context.Context, got ui.Options) error { o = got; return nil }
	if code := Main(t.Context(), env); code != 0 || o.Interval != 5*time.Second {
		t.Errorf("exit code %d, --interval 5 is %v: %s", code, o.Interval, errs)
	}
}
