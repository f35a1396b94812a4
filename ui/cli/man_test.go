package cli

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"societop/ui/config"
	"societop/ui/roff"

	"github.com/spf13/pflag"
)

// printedManual is the manual page as the command prints it.
func printedManual(t *testing.T) string {
	t.Helper()
	out, errs, code, _ := call(three(), nil, "man")
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	return out
}

func TestTheManualHasEveryCommandFlagAndSetting(t *testing.T) {
	page := printedManual(t)
	if again := printedManual(t); again != page {
		t.Error("two manuals differ")
	}
	root := commands(&Env{Streams: Streams{Out: io.Discard, Err: io.Discard}}, bufio.NewWriter(io.Discard))
	for _, cmd := range root.Commands() {
		begin := ".SS \"societop " + roff.Escape(cmd.Name())
		_, rest, found := strings.Cut(page, begin)
		if found == cmd.Hidden {
			t.Errorf("%s: %v in the manual", cmd.Name(), found)
		}
		if cmd.Hidden {
			continue
		}
		own, _, _ := strings.Cut(rest, "\n.S")
		cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && !strings.Contains(own, roff.Escape("--"+f.Name)) {
				t.Errorf("%s has no --%s", cmd.Name(), f.Name)
			}
		})
		if strings.TrimSpace(own) == "" {
			t.Errorf("nothing is said of %s", cmd.Name())
		}
	}
	_, settings, _ := strings.Cut(page, ".SH \"CONFIGURATION\"")
	for _, s := range config.Settings {
		_, key, inner := strings.Cut(s.Key, ".")
		if !inner {
			key = s.Key
		}
		if !strings.Contains(settings, ".B \""+roff.Escape(key)+"\"\n") {
			t.Errorf("there is no setting %s", s.Key)
		}
		if s.Env != "" && !strings.Contains(page, ".B \"$"+s.Env) {
			t.Errorf("there is no $%s", s.Env)
		}
	}
}

func TestTheManualHasNoLineThatRoffMisreads(t *testing.T) {
	known := map[string]bool{".TH": true, ".SH": true, ".SS": true, ".TP": true, ".B": true, ".PP": true, ".PD": true, ".nf": true, ".fi": true, ".nh": true, ".ad": true}
	for line := range strings.Lines(printedManual(t)) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(line, ".") && !known[word] || strings.HasPrefix(line, "'") {
			t.Errorf("%q is a request", line)
		}
		if strings.Contains(strings.ReplaceAll(line, `\-`, ""), "-") && word != ".TH" {
			t.Errorf("%q has a bare hyphen", line)
		}
	}
}

// TestGroffTakesTheManual: where there is a groff, it has no warnings.
func TestGroffTakesTheManual(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("there is no groff")
	}
	cmd := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z")
	cmd.Stdin = strings.NewReader(printedManual(t))
	if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v: %s", err, said)
	}
}

// TestTheManualsExitCodes are those of README.
func TestTheManualsExitCodes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "| exit code | meaning |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, row := range exitMeanings {
		want = append(want, "| "+row[0]+" | "+row[1]+" |")
	}
	if got := strings.ReplaceAll(table, "`", ""); got != strings.Join(want, "\n") {
		t.Errorf("README has\n%s", got)
	}
}

// TestHelpFitsAScreen: no line of a text is longer than a screen is wide.
func TestHelpFitsAScreen(t *testing.T) {
	root := commands(&Env{Streams: Streams{Out: io.Discard, Err: io.Discard}}, bufio.NewWriter(io.Discard))
	for _, cmd := range root.Commands() {
		for line := range strings.SplitSeq(cmd.Long, "\n") {
			if len(line) > 102 {
				t.Errorf("%s: %d characters in %q", cmd.Name(), len(line), line)
			}
		}
	}
}
