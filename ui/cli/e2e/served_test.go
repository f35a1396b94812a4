//go:build unix

package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"societop/ui/cli/clitest"
)

// served serves sources, and returns the address.
func served(t *testing.T, args ...string) string {
	t.Helper()
	server := clitest.Start(t, exec.Command(string(program), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), 120, 10)
	server.Matches(`http://[0-9.:]+`)
	return regexp.MustCompile(`http://[0-9.:]+`).FindString(server.Screen())
}

// TestALabIsTheSameThroughAServer: every command prints of the server what it prints of the file, byte
// by byte. The ETA of a run that is live is compared in TestShowHasTheETAOfWhoWatched.
func TestALabIsTheSameThroughAServer(t *testing.T) {
	t.Parallel()
	lab := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "demo", "--once", "--agents", "12", "--experiments", "6", "--file", lab)
	url := served(t, lab)
	var all []struct {
		ID     string `json:"id"`
		Status int    `json:"status"`
	}
	if err := json.Unmarshal([]byte(program.Done(t, "list", "--json", lab)), &all); err != nil {
		t.Fatal(err)
	}
	byStatus := map[int]string{}
	for _, e := range all {
		byStatus[e.Status] = e.ID
	}
	if byStatus[1] == "" || byStatus[2] == "" {
		t.Fatalf("nothing runs, or nothing has finished: %v", all)
	}
	same := func(command string, args ...string) {
		t.Helper()
		ask := func(source string) string {
			return program.Done(t, append([]string{command, source}, args...)...)
		}
		if got, want := ask(url), ask(lab); got != want || len(want) < 3 {
			t.Errorf("%s %q: of the server\n%.2000s\nof the file\n%.2000s", command, args, got, want)
		}
	}
	same("list", "--json")
	same("list", "--csv")
	for _, command := range []string{"show", "agents", "talk", "surveys", "metrics", "timeline", "log", "config"} {
		same(command, byStatus[1], "--json")
	}
	same("talk", byStatus[2], "--csv")
	same("talk", byStatus[2], "--agent", "all", "--json")
	same("surveys", byStatus[2], "--json")
	same("show", byStatus[2], "--json")
}

// TestSeveralSourcesAreServedAsOne, each with its name, to a monitor, to commands and to programs that
// know only AgentSociety's routes.
func TestSeveralSourcesAreServedAsOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "alpha.db"), filepath.Join(dir, "beta.db")
	program.Done(t, "demo", "--once", "--agents", "0", "--experiments", "3", "--seed", "1", "--file", a)
	program.Done(t, "demo", "--once", "--agents", "0", "--experiments", "4", "--seed", "2", "--file", b)
	url := served(t, a, b)
	type row struct {
		ID     string `json:"id"`
		Source string `json:"source"`
	}
	var through, direct []row
	for source, into := range map[string]any{url: &through, a + " " + b: &direct} {
		if err := json.Unmarshal([]byte(program.Done(t, append([]string{"list", "--json"}, strings.Fields(source)...)...)), into); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(through, direct) || len(direct) != 7 || direct[0].Source == "" {
		t.Errorf("through the server %v, of the files %v", through, direct)
	}
	program.Done(t, "show", url, direct[0].ID)
	monitor := program.Open(t, 120, 30, "--interval", "200ms", url)
	for _, name := range []string{"alpha.db", "beta.db", "2 not live"} {
		monitor.Shows(name)
	}
}
