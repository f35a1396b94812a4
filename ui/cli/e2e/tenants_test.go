//go:build unix

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestATenantThatDoesNotExist is named by every command, with those that do. A list is empty, and
// an experiment can't be found, as with any other choice that fits nothing.
func TestATenantThatDoesNotExist(t *testing.T) {
	t.Parallel()
	path := lab(t)
	id := listed(t, path)[0].ID
	const missing, exist = `--tenant "nosuch": no experiments of this tenant (there are experiments of `, `"default"`
	for _, tc := range []struct {
		code int
		args []string
	}{
		{0, []string{"list", path}},
		{0, []string{"list", "--json", path}},
		{0, []string{path}}, // without a screen
		{4, []string{"show", path, id}},
		{4, []string{"talk", path, id}},
		{4, []string{"wait", "--timeout", "1", path, id}},
		{0, []string{"info", path}},
		{0, []string{"record", "--once", path, filepath.Join(t.TempDir(), "copy.db")}},
		{0, []string{"import", filepath.Join(fixtures, "export.zip"), filepath.Join(t.TempDir(), "other.db")}},
	} {
		out, errs, code := program.Run(t, append(tc.args, "--tenant", "nosuch")...)
		if code != tc.code || strings.Count(errs, missing) != 1 || !strings.Contains(errs, exist) {
			t.Errorf("%v: exit code %d: %s%s", tc.args, code, out, errs)
		}
		if _, errs, _ := program.Run(t, append(tc.args, "--tenant", "default")...); strings.Contains(errs, "--tenant") {
			t.Errorf("%v: of one that exists: %s", tc.args, errs)
		}
	}
	monitor := program.Open(t, 100, 20, "--tenant", "nosuch", path)
	monitor.Shows(`--tenant: no experiments of this tenant`)
	monitor.Press("!")
	monitor.Shows("there are experiments of ")
	monitor.Press("q")
}
