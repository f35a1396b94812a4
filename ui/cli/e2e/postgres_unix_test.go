//go:build unix

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"societop/storage/sqldb/pgtest"
)

// TestTheMonitorShowsNoPassword of an address, neither on the screen nor in the title.
func TestTheMonitorShowsNoPassword(t *testing.T) {
	t.Parallel()
	db := pgtest.Empty(t)
	db.Load(t, filepath.Join(fixtures, "sqlite.db.gz"))
	monitor := program.Open(t, 120, 30, db.URL())
	monitor.Shows("live")
	monitor.Shows(fmt.Sprintf("reader@127.0.0.1:%d/%s", db.Server.Port, db.Name))
	monitor.Press("q")
	monitor.Ends(10 * time.Second)
	if strings.Contains(monitor.Written(), "ssw") {
		t.Error("the password is on the screen, or in the title")
	}
}
