package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite/sqlitex"

	"societop/storage/sqldb/sqldbtest"
)

// TestADatabaseThatCannotBeRead: it is told what is the matter with a database, and not what one would
// do about a lab file.
func TestADatabaseThatCannotBeRead(t *testing.T) {
	t.Parallel()
	busy, cut := sqliteFixture(t), filepath.Join(t.TempDir(), "cut.db")
	data, err := os.ReadFile(busy)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, data[:1<<20], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(sqldbtest.Connect(t, busy), "BEGIN EXCLUSIVE", nil); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		path, says string
		code       int
	}{
		{busy, ": AgentSociety is writing to it; try again\n", 5},
		{cut, ": the database is damaged (database disk image is malformed); restore a backup, or recover what is left of it with `sqlite3 FILE .recover`\n", 6},
	} {
		for _, command := range [][]string{{"list", tc.path}, {"show", tc.path, "x"}, {"info", tc.path}} {
			out, errs, code := program.Run(t, command...)
			if code != tc.code || !strings.HasSuffix(errs, tc.path+tc.says) || strings.Contains(out, "clock") || strings.Contains(out, "answered") {
				t.Errorf("%s: exit code %d: %s%s", command[0], code, out, errs)
			}
		}
	}
}
