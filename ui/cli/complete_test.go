package cli

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
)

// offers is what the shell is offered for the last of some arguments, without descriptions.
func offers(t *testing.T, src model.Source, args ...string) string {
	t.Helper()
	out, _, code, _ := call(src, []string{"SOCIETOP_SOURCE=x"}, append([]string{"__complete"}, args...)...)
	if code != 0 {
		t.Errorf("%q: exit code %d", args, code)
	}
	var words []string
	for line := range strings.Lines(out) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// The directives that end what cobra writes: what the shell does with it.
const (
	shellsOwn = ":0" // it completes files
	noFiles   = ":4"
	noSpace   = ":6" // and no file
	inOrder   = ":36"
)

func TestCompletionOfEveryFixedSet(t *testing.T) {
	for args, want := range map[string]string{
		"li":                               "list " + shellsOwn,
		"lab":                              shellsOwn,
		"list|--sort|":                     "created attention updated name status progress eta tokens cost day source id " + noFiles,
		"--sort|e":                         "eta " + noFiles,
		"--theme|":                         "auto light dark mono " + noFiles,
		"demo|--theme|d":                   "dark " + noFiles,
		"wait|--for|":                      "finished stopped error lost ended " + noFiles,
		"watch|--events|s":                 "stopped short stalled source-lost source-back " + noSpace,
		"watch|--events|new,sta":           "new,stalled " + noSpace,
		"list|--columns|id,na":             "id,name " + noSpace,
		"list|--columns|id,i":              "id,input_tokens " + noSpace,
		"list|--filter|st":                 "status: stalled: " + noSpace,
		"watch|--filter|status:error -qui": "status:error -quiet: " + noSpace,
		"list|--filter|status:running,f":   "status:running,finished " + noSpace,
		"list|--filter|name:basel":         "name:baseline " + noSpace,
		"completion|":                      "bash fish powershell zsh " + noFiles,
		"help|se":                          "serve " + noFiles,
		"list|":                            shellsOwn,
		"show|":                            shellsOwn,
		"list|--token-file|":               shellsOwn,
		"serve|--listen|":                  noFiles,
	} {
		if got := offers(t, anEndpoint(), strings.Split(args, "|")...); got != want {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
	src := twoDays()
	if got := offers(t, src, "metrics", "x", id(1), "--key", ""); got != "happiness income "+noFiles {
		t.Errorf("keys: %q", got)
	}
	if got := offers(t, src, "talk", "x", id(1), "--at", ""); got != "d0 08:00 d1 00:00 d1 09:00 "+noFiles {
		t.Errorf("moments: %q", got)
	}
}

// TestEveryFlagIsCompleted: none offers files where it takes none.
func TestEveryFlagIsCompleted(t *testing.T) {
	out, _, _, _ := call(&fakeSource{}, nil, "__complete", "help", "")
	for line := range strings.Lines(out) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(name, ":") {
			continue
		}
		flags, _, _, _ := call(&fakeSource{}, nil, "__complete", name, "--")
		for flag := range strings.Lines(flags) {
			flag, _, _ = strings.Cut(strings.TrimSpace(flag), "\t")
			got := offers(t, &fakeSource{}, name, flag+"=zzz")
			if strings.HasPrefix(flag, "--") && strings.Contains(got, shellsOwn) && !strings.Contains(flag, "file") && flag != "--prices" && flag != "--config" && flag != "--state" && name+flag != "export--lab" && flag != "--help" {
				t.Errorf("%s %s offers files", name, flag)
			}
		}
	}
}

func TestCompletionOfExperiments(t *testing.T) {
	src := &fakeSource{all: []model.Experiment{run(1, "baseline", model.Running), run(0x1a, "北京 早高峰", model.Finished), hostile()}}
	src.all[2].ID[0] = 0xff
	for _, command := range []string{"show", "wait", "config", "agents", "talk", "surveys", "metrics", "timeline", "log"} {
		for typed, want := range map[string]string{
			"0": src.all[0].ID.String() + " " + inOrder, "1A": src.all[1].ID.String() + " " + inOrder, "bas": "baseline " + inOrder,
			"": src.all[2].ID.String() + " " + src.all[0].ID.String() + " " + src.all[1].ID.String() + " " + inOrder, "zzz": inOrder,
		} {
			if got := offers(t, src, command, "x", typed); got != want {
				t.Errorf("%s %q: %q, want %q", command, typed, got, want)
			}
		}
	}
	out, errs, _, opened := call(src, nil, "__complete", "show", "--token-file", "", "lab.db", "")
	if opened != "lab.db" || strings.Count(out, "\n") != 4 || !strings.Contains(out, "\tbaseline\n") || strings.ContainsAny(out+errs, "\x1b\x07\r") {
		t.Errorf("of %s: %q %q", opened, out, errs)
	}
	if got := offers(t, src, "show", "x", "01", ""); got != noFiles {
		t.Errorf("after the experiment: %q", got)
	}
	warned := anEndpoint()
	warned.warning = "the token travels unencrypted"
	if _, errs, _, _ := call(warned, nil, "__complete", "show", "x", ""); strings.Contains(errs, "unencrypted") {
		t.Errorf("in the middle of the command line it says %s", errs)
	}
	if got := offers(t, &fakeSource{err: model.ErrUnreachable}, "show", "x", ""); got != noFiles {
		t.Errorf("of a source that is away: %q", got)
	}
}

// hanging is a source that does not answer.
type hanging struct{ *fakeSource }

func (hanging) Changes(ctx context.Context, _ model.Cursor, _ model.Budget) (model.Changes, error) {
	<-ctx.Done()
	return model.Changes{}, ctx.Err()
}

func TestCompletionDoesNotWaitLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		if got := offers(t, hanging{&fakeSource{}}, "show", "x", ""); got != noFiles || time.Since(begin) > 2*time.Second {
			t.Errorf("after %v: %q", time.Since(begin), got)
		}
	})
}

// TestHelpHasTheFilterLanguage: of every command that takes a filter.
func TestHelpHasTheFilterLanguage(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"list", "--help"}, {"watch", "--help"}, {"help", "list"}} {
		out, errs, code, _ := call(&fakeSource{}, nil, args...)
		for _, f := range model.FilterFields() {
			if code != 0 || !strings.Contains(out, f.Example) || !strings.Contains(out, f.Meaning) {
				t.Errorf("%q: exit code %d: %s no %s in\n%s", args, code, errs, f.Example, out)
			}
		}
		for _, k := range model.SortKeys() {
			if line := "  " + k.String() + " "; args[0] != "watch" && !strings.Contains(out, line) {
				t.Errorf("%q: no %q in\n%s", args, line, out)
			}
		}
	}
	out, _, _, _ := call(&fakeSource{}, nil, "watch", "--help")
	for _, name := range eventNames() {
		if !strings.Contains(out, "\n  "+name+" ") {
			t.Errorf("no %s in\n%s", name, out)
		}
	}
}
