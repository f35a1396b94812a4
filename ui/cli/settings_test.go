package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/ui/config"
)

// withConfig returns the environment of a user who has a configuration file of this content.
func withConfig(t *testing.T, content string, more ...string) (environ []string, path string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "societop", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{"XDG_CONFIG_HOME=" + dir}, more...), path
}

// three is a source of three experiments.
func three() *fakeSource {
	return &fakeSource{all: []model.Experiment{run(1, "baseline", model.Running), run(2, "crisis", model.Finished), run(3, "austerity", model.Running)}}
}

// listed is the names that list prints, in their order.
func namesOf(out string) (names string) {
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if name := fields[len(fields)-1]; name != "NAME" {
			names += name + " "
		}
	}
	return names
}

func TestTheConfigurationIsFollowed(t *testing.T) {
	environ, path := withConfig(t, "filter = \"status:running\"\nsort = \"-name\"\n[views.done]\nfilter = \"status:finished\"\n")
	for _, tc := range []struct {
		environ          []string
		args, want, said string
	}{
		{nil, "list x", "baseline austerity ", "only what matches \"status:running\", by " + path + ":1"},
		{nil, "list --sort name x", "austerity baseline ", "only what matches"},
		{nil, "list --filter name:crisis x", "crisis ", ""},
		{nil, "list --view done x", "crisis ", ""},
		{nil, "list --view done --filter -crisis x", "baseline austerity ", ""},
		{[]string{"SOCIETOP_FILTER=crisis"}, "list x", "crisis ", ""},
		{[]string{"SOCIETOP_FILTER=crisis"}, "list --filter a x", "baseline austerity ", ""},
		{nil, "./x", "baseline austerity ", "only what matches"}, // the monitor, without a screen
		{nil, "list --config " + os.DevNull + " --sort name x", "austerity baseline crisis ", ""},
		{[]string{"SOCIETOP_CONFIG=" + os.DevNull}, "list --sort name x", "austerity baseline crisis ", ""},
		{[]string{"SOCIETOP_CONFIG=" + os.DevNull}, "list --config " + path + " x", "baseline austerity ", "only what matches"},
	} {
		out, errs, code, _ := call(three(), append(environ, tc.environ...), strings.Fields(tc.args)...)
		if got := namesOf(out); code != 0 || got != tc.want || !strings.Contains(errs, tc.said) || (tc.said == "") != (errs == "") {
			t.Errorf("%v %s: code %d, %q, said %q", tc.environ, tc.args, code, got, errs)
		}
	}
}

// TestADamagedViewIsNotUsed: without its filter it would show every run.
func TestADamagedViewIsNotUsed(t *testing.T) {
	environ, path := withConfig(t, "[views.bad]\nfilter = \"status:zz\"\nsort = \"name\"\n[views.good]\nsort = \"name\"\n")
	for _, args := range []string{"list --view bad x", "--view bad ./x"} {
		out, errs, code, _ := call(three(), environ, strings.Fields(args)...)
		if code != 2 || out != "" || !strings.Contains(errs, `the view "bad" can't be used: `+path+", line 2: views.bad.filter is wrong") {
			t.Errorf("%s: code %d, printed %q, said %q", args, code, out, errs)
		}
	}
	if _, _, errs, code := opening(t, environ, true, "--view", "bad", "./x"); code != 2 || !strings.Contains(errs, `the view "bad" can't be used`) {
		t.Errorf("the monitor: code %d, said %q", code, errs)
	}
	if out, _, _, _ := call(three(), environ, "__complete", "list", "--view", ""); !strings.HasPrefix(out, "good\n:") {
		t.Errorf("completion offers %q", out)
	}
}

func TestColoursThatAreHardToReadAreSaid(t *testing.T) {
	environ, path := withConfig(t, "[colors.dark]\ntext = \"#222222\"\n")
	_, errs, code, _ := call(three(), environ, "config-file", "--show")
	if want := "societop: " + path + ", line 2: colors.dark.text is hard to read in the dark theme"; code != 0 || !strings.HasPrefix(errs, want) {
		t.Errorf("code %d, said %q", code, errs)
	}
	if _, errs, _, _ := call(three(), environ, "list", "x"); errs != "" {
		t.Errorf("list said %q", errs)
	}
}

func TestConfiguredColumnsAreThoseOfTheText(t *testing.T) {
	environ, _ := withConfig(t, "columns = [\"percent\", \"tokens\"]\n")
	out, _, _, _ := call(three(), environ, "list", "x")
	if head, _, _ := strings.Cut(out, "\n"); strings.Join(strings.Fields(head), " ") != "ID TOKENS NAME" {
		t.Errorf("head %q", head)
	}
	csv, _, _, _ := call(three(), environ, "list", "--csv", "x")
	if !strings.HasPrefix(csv, "tenant_id,id,name,") {
		t.Errorf("CSV %.80q", csv)
	}
}

func TestWhatIsWrongInTheConfigurationIsSaid(t *testing.T) {
	environ, path := withConfig(t, "theme = \"drak\"\nsort = \"name\"\nmosue = true\n")
	out, errs, code, _ := call(three(), environ, "list", "x")
	want := "societop: " + path + ", line 1: theme can't be \"drak\"; did you mean \"dark\"?\n" +
		"societop: " + path + ", line 3: there is no key \"mosue\"; did you mean \"mouse\"?\n"
	if code != 0 || errs != want || namesOf(out) != "austerity baseline crisis " {
		t.Errorf("code %d, said %q, printed %q", code, errs, namesOf(out))
	}
	environ, path = withConfig(t, "sort = \"name\"\nmouse = ture\n")
	out, errs, code, _ = call(three(), environ, "list", "x")
	if code != 0 || !strings.HasPrefix(errs, "societop: "+path+", line 2: ") || strings.Count(errs, "\n") != 1 || namesOf(out) != "baseline crisis austerity " {
		t.Errorf("broken: code %d, said %q, printed %q", code, errs, namesOf(out))
	}
	if _, errs, code, _ = call(three(), nil, "list", "--config", path, "x"); code != 0 || !strings.HasSuffix(errs, "; nothing of the file counts, but the defaults\n") {
		t.Errorf("broken, and named: code %d, said %q", code, errs)
	}
	for _, args := range []string{"version", "completion bash", "man", "--version", "__complete list --s"} {
		if _, errs, code, _ := call(three(), environ, strings.Fields(args)...); code != 0 || strings.Contains(errs, "config.toml") {
			t.Errorf("%s: code %d, said %q", args, code, errs)
		}
	}
	var many strings.Builder
	for i := range 50 {
		fmt.Fprintf(&many, "x%d = 1\n", i)
	}
	environ, _ = withConfig(t, many.String())
	if _, errs, _, _ := call(three(), environ, "list", "x"); strings.Count(errs, "\n") != maxTroubles+1 || !strings.Contains(errs, "and 30 more") {
		t.Errorf("said %q", errs)
	}
	if _, errs, _, _ := call(three(), environ, "config-file", "--show"); strings.Count(errs, "\n") != 50 {
		t.Errorf("config-file --show said %q", errs)
	}
}

func TestWrongUseOfTheConfiguration(t *testing.T) {
	environ, path := withConfig(t, "write = false\n[views.mine]\nsort = \"name\"\n")
	broken, brokenPath := withConfig(t, "write = flase\n")
	missing := filepath.Join(filepath.Dir(path), "missing.toml")
	for _, tc := range []struct {
		environ    []string
		args, want string
	}{
		{environ, "list --config " + missing + " x", missing + ": the configuration can't be read: no such file or directory (--config)"},
		{environ, "list --config " + filepath.Dir(path) + " x", "it is not a file (--config)"},
		{append(environ, "SOCIETOP_CONFIG="+missing), "list x", "no such file or directory ($SOCIETOP_CONFIG)"},
		{append(environ, "SOCIETOP_SORT=nmae"), "list x", `$SOCIETOP_SORT is wrong: no sort key "nmae"; did you mean "name"?`},
		{append(environ, "SOCIETOP_FILTER=status:x"), "list x", `$SOCIETOP_FILTER is wrong: `},
		{append(environ, "SOCIETOP_THEME=blue"), "config-file --show", `$SOCIETOP_THEME can't be "blue"`},
		{environ, "list --view mien x", `there is no view "mien"; did you mean "mine"?`},
		{nil, "list --view mine x", `there is no view "mine": there is no configuration file`},
		{broken, "list --view mine x", `there is no view "mine": the configuration ` + brokenPath + " does not count"},
		{environ, "stop --write --yes x 01", "--write is forbidden by write = false in " + path + ":1"},
		{environ, "--write ./x", "--write is forbidden by write = false in " + path + ":1"},
		{broken, "stop --write --yes x 01", "--write is refused, because the configuration " + brokenPath + " can't be read and may forbid it"},
		{environ, "config-file --theme blue", `--theme can't be "blue"`},
	} {
		_, errs, code, opened := call(three(), tc.environ, strings.Fields(tc.args)...)
		if code != 2 || !strings.Contains(errs, tc.want) || opened != "" {
			t.Errorf("%s: code %d, said %q, opened %q", tc.args, code, errs, opened)
		}
	}
}

// TestNoFileAllowsToWrite: only the flag does.
func TestNoFileAllowsToWrite(t *testing.T) {
	environ, _ := withConfig(t, "write = true\n", "SOCIETOP_WRITE=true")
	_, errs, code, _ := call(three(), environ, "stop", "--yes", "x", "01")
	if code != 2 || !strings.Contains(errs, "write can only be false") || !strings.Contains(errs, "--write") {
		t.Errorf("code %d, said %q", code, errs)
	}
}

func TestTheConfigurationFileThatIsPrintedIsRight(t *testing.T) {
	out, errs, code, _ := call(three(), nil, "config-file")
	if code != 0 || errs != "" {
		t.Fatalf("code %d, said %q", code, errs)
	}
	uncommented := regexp.MustCompile(`(?m)^#([a-z\[])`).ReplaceAllString(out, "$1")
	for name, content := range map[string]string{"as it is": out, "without comment signs": uncommented} {
		environ, _ := withConfig(t, content)
		if _, errs, code, _ := call(three(), environ, "config-file", "--show"); code != 0 || errs != "" {
			t.Errorf("%s: code %d, said %q", name, code, errs)
		}
	}
	plain, _, _, _ := call(three(), nil, "config-file", "--show")
	environ, _ := withConfig(t, out)
	same, _, _, _ := call(three(), environ, "config-file", "--show")
	cut := func(s string) string { _, s, _ = strings.Cut(s, "\n"); return s }
	if cut(plain) != cut(same) {
		t.Errorf("the commented file changes\n%s\nto\n%s", plain, same)
	}
}

func TestShowSaysWhereValuesComeFrom(t *testing.T) {
	state := t.TempDir()
	chosen := config.Chosen{Path: filepath.Join(state, "societop", "chosen", digest([]string{"/data/societop/lab.db", ""})[:16]+".json"), Values: map[string]string{"sort": "eta"}}
	if err := chosen.Write(); err != nil {
		t.Fatal(err)
	}
	environ, path := withConfig(t, "filter = \"a\"\nsort = \"name\"\ntheme = \"dark\"\n", "XDG_STATE_HOME="+state, "XDG_DATA_HOME=/data", "SOCIETOP_INTERVAL=7", "SOCIETOP_THEME=light")
	out, errs, code, _ := call(three(), environ, "config-file", "--show", "--theme", "mono", "--bell")
	if code != 0 || errs != "" {
		t.Fatalf("code %d, said %q", code, errs)
	}
	for key, want := range map[string]string{
		"source": "[\"/data/societop/lab.db\"] # default", "theme": "\"mono\" # --theme", "interval": "\"7\" # $SOCIETOP_INTERVAL",
		"filter": "\"a\" # " + path + ":1", "sort": "\"eta\" # chosen in the monitor, " + chosen.Path, "mouse": "false # default", "bell": "true # --bell",
	} {
		if !strings.Contains("\n"+strings.Join(strings.Fields(out), " "), key+" = "+want+" ") {
			t.Errorf("%s is not %s in\n%s", key, want, out)
		}
	}
	out, _, _, _ = call(three(), environ, "config-file", "--show", "--no-state", "--config", path)
	if !strings.HasPrefix(out, "# "+path+" (--config)\n") || !strings.Contains(out, path+":2") {
		t.Errorf("shown\n%s", out)
	}
}

func TestPricesOfTheConfiguration(t *testing.T) {
	environ, _ := withConfig(t, "sort = \"cost\"\n[prices.\"*\"]\ninput = 1\noutput = 2\n")
	out, errs, code, _ := call(three(), environ, "list", "x")
	if code != 0 || errs != "" || !strings.Contains(out, "COST") {
		t.Errorf("code %d, said %q, printed %q", code, errs, out)
	}
	other := filepath.Join(t.TempDir(), "prices.toml")
	if err := os.WriteFile(other, []byte("[prices.other]\ninput = 1\noutput = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	src := three()
	for i := range src.all {
		src.all[i].Models = plan.NewModels([]plan.Model{{Name: text.Clean("qwen")}})
		src.all[i].InputTokens, src.all[i].OutputTokens = 1e6, 1e6
	}
	for want, args := range map[string][]string{"3.00": {"list", "--columns", "cost", "x"}, "–": {"list", "--columns", "cost", "--prices", other, "x"}} {
		out, errs, code, _ := call(src, environ, args...)
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%v: code %d, said %q, printed %q", args, code, errs, out)
		}
	}
}

func TestViewsAreCompleted(t *testing.T) {
	environ, path := withConfig(t, "[views.mine]\nsort = \"name\"\n[views.all]\nsort = \"name\"\n")
	for _, args := range [][]string{{"list", "--view", ""}, {"list", "--config", path, "--view", ""}, {"--view", ""}} {
		out, _, _, _ := call(three(), environ, append([]string{"__complete"}, args...)...)
		if !strings.HasPrefix(out, "all\nmine\n:4\n") {
			t.Errorf("%v: %q", args, out)
		}
	}
}
