//go:build unix

package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"societop/storage/rundir/rundirtest"
)

// TestDirectoriesOverSSH are a source for commands, here and on another machine.
func TestDirectoriesOverSSH(t *testing.T) {
	t.Parallel()
	root := rundirtest.Unpack(t)
	_, environ := overSSH(t)
	local, errs, code := program.Run(t, "list", "--json", root)
	var rows []struct {
		Name     string
		Status   string `json:"status_name"`
		Number   int    `json:"status"`
		Step     *int
		Steps    int
		Warnings []string
	}
	if err := json.Unmarshal([]byte(local), &rows); err != nil || code != 0 || len(rows) != len(rundirtest.Names) {
		t.Fatalf("%d rows, exit code %d: %v, %s", len(rows), code, err, errs)
	}
	for _, r := range rows {
		if strings.HasSuffix(r.Name, "2.9.2-killed") && (r.Status != "lost" || r.Number != 4 || *r.Step != 3 || r.Steps != 14) {
			t.Errorf("%+v", r)
		}
	}
	for _, args := range [][]string{{"list", "--json", "SOURCE"}, {"show", "SOURCE", "2.9.2-resumed"}, {"info", "--json", "SOURCE"}} {
		here, there := strings.Split(strings.ReplaceAll(strings.Join(args, " "), "SOURCE", root), " "), strings.Split(strings.ReplaceAll(strings.Join(args, " "), "SOURCE", "ssh://lab"+root), " ")
		a, errs, code := program.Run(t, here...)
		if code != 0 || a == "" {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
		if args[0] == "info" {
			continue // it tells of the other societop
		}
		if b, errs, code := program.RunIn(t, environ, there...); code != 0 || b != a {
			t.Errorf("%q over ssh: exit code %d, %s\n%s\nwant\n%s", args, code, errs, b, a)
		}
	}
}

// TestNoRunDirectory: a directory without runs says what was looked for.
func TestNoRunDirectory(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"list"}, {"info"}} {
		_, errs, code := program.Run(t, append(args, t.TempDir())...)
		if code != 6 || !strings.Contains(errs, "looked for pid.json") || strings.Count(errs, "\n") != 1 {
			t.Errorf("societop %q: exit code %d: %s", args, code, errs)
		}
	}
}
