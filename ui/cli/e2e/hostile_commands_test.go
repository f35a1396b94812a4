//go:build unix

package e2e

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"societop/storage/bolt"
)

// checkPrinted fails unless what was printed holds no control character but line ends.
func checkPrinted(t *testing.T, what, text string) {
	t.Helper()
	if bad := never.FindStringIndex(text); bad != nil || strings.ContainsAny(text, "\x00\a\b\t\r\x1b") || !utf8.ValidString(text) {
		t.Errorf("%s prints what no terminal may get (%v): %.300q", what, bad, text)
	}
}

// checkSheet fails unless a spreadsheet takes none of the cells for a formula.
func checkSheet(t *testing.T, what, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Errorf("%s: %d rows: %v", what, len(rows), err)
	}
	for _, row := range rows {
		for _, one := range row {
			first, _ := utf8.DecodeRuneInString(one)
			if _, err := strconv.ParseFloat(one, 64); err != nil && one != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
				t.Errorf("%s: a spreadsheet would run %.60q", what, one)
			}
		}
	}
}

// printing is the commands that print data, with a text that must be in it: it was there.
var printing = []struct{ name, flags, label string }{
	{"list", "", "Lname"},
	{"show", "", "Lerror"},
	{"agents", "", "Laction"},
	{"talk", "--agent 1", "Lsays"},
	{"surveys", "--agent 1", "Lanswer"},
	{"metrics", "", "Lmetric"},
	{"timeline", "", "0"},
	{"log", "", "Lend"},
	{"config", "", "Lconfig"},
}

// checkForms prints an experiment of a source in every form that a command knows.
func checkForms(t *testing.T, src, name, flags, label string) {
	t.Helper()
	for _, form := range []string{"--plain", "--csv", "--json"} {
		if form == "--csv" && (name == "show" || name == "log" || name == "config") {
			continue // which are no tables
		}
		args := append(append([]string{name, form}, strings.Fields(flags)...), src)
		if name != "list" {
			args = append(args, "01000000")
		}
		what := name + " " + form
		out, errs, code := program.Run(t, args...)
		if code != 0 || !strings.Contains(out, label) {
			t.Errorf("%s: exit code %d, without %s: %.300q %q", what, code, label, out, errs)
		}
		checkPrinted(t, what, out+errs)
		switch form {
		case "--csv":
			checkSheet(t, what, out)
		case "--json":
			if !json.Valid([]byte(out)) {
				t.Errorf("%s is no JSON: %.300q", what, out)
			}
		}
	}
}

// TestHostileCommands prints all of a lab file and of an endpoint, and what is told of both.
func TestHostileCommands(t *testing.T) {
	t.Parallel()
	for _, src := range hostileSources(t) {
		for _, c := range printing {
			checkForms(t, src.src, c.name, c.flags, c.label)
		}
		typed := attack[1:] // an argument may be hostile, too
		for _, args := range [][]string{{"info", src.src}, {"list", "--filter", "x:" + typed, src.src}, {"show", src.src, typed}, {"log", "--" + typed}, {typed}, {"list", src.src + "\x1b]0;pwned\x07\u202e"}} {
			out, errs, _ := program.Run(t, args...)
			checkPrinted(t, args[0], out+errs)
			if out+errs == "" {
				t.Errorf("%q prints nothing", args)
			}
		}
		src.take()
		_, errs, code := program.Run(t, "list", src.src)
		src.give()
		if code == 0 || !strings.Contains(errs, src.label) {
			t.Errorf("a source that is away: exit code %d: %q", code, errs)
		}
		checkPrinted(t, "list of a source that is away", errs)
	}
}

// TestHostileWatch: the lines of changes are clean, and one each.
func TestHostileWatch(t *testing.T) {
	t.Parallel()
	path := hostileLab(t)
	lab := bolt.Open(path, bolt.Options{Write: true})
	e, _, _ := hostileExperiments()
	for _, form := range [][]string{{}, {"--json"}} {
		cmd := exec.Command(string(program), append([]string{"watch", "--interval", "100ms", path}, form...)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
		reader, writer := io.Pipe()
		cmd.Stdout, cmd.Stderr = writer, writer
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(reader)
		opening := ""
		for _, want := range []string{"no recorder", "watching "} {
			said, err := lines.ReadString('\n')
			if err != nil || !strings.Contains(said, want) {
				t.Errorf("it says %q: %v", said, err)
			}
			opening += said
		}
		e.OutputTokens++
		e.Updated = e.Updated.Add(time.Second)
		puts(t, lab, e)
		line, err := lines.ReadString('\n')
		if err != nil || !strings.Contains(line, "Lname") {
			t.Errorf("watch %v: %q: %v", form, line, err)
		}
		checkPrinted(t, "watch", opening+line)
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait() // killed
	}
}
