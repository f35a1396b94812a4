//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// five are two labs, two servers and a database, with how many experiments they have.
type five struct {
	labs      [2]string
	served    [2]*remotetest.Server
	endpoints [2]*remotetest.Endpoint
	database  string
	total     int
}

func fiveSources(t *testing.T) *five {
	t.Helper()
	f := &five{database: sqliteFixture(t)}
	var rows []any
	if err := json.Unmarshal([]byte(program.Done(t, "list", "--json", f.database)), &rows); err != nil {
		t.Fatal(err)
	}
	f.total = len(rows)
	for i := range 2 {
		f.labs[i] = filepath.Join(t.TempDir(), "lab.db")
		program.Done(t, "demo", "--once", "--file", f.labs[i], "--experiments", "3", "--agents", "2", "--steps", "2", "--seed", "3")
		f.served[i] = remotetest.New()
		f.served[i].Put(storagetest.Experiments(4)...)
		f.endpoints[i] = remotetest.Listen(t, f.served[i])
		f.total += 3 + 4
	}
	return f
}

func (f *five) args() []string {
	return []string{f.labs[0], f.labs[1], f.endpoints[0].URL, f.endpoints[1].URL, f.database}
}

// arrive puts a new experiment on a server, which is the newest of all, and returns its name.
func (f *five) arrive(server, n int) (name string) {
	e := storagetest.Experiments(2)[1]
	e.ID = uuid.NewMD5(e.ID, fmt.Append(nil, server, n))
	e.Created = time.Now().UTC().Add(time.Duration(n) * time.Second)
	name = fmt.Sprintf("arrival %d at %d", n, server)
	e.Name = text.Clean(name)
	f.served[server].Put(e)
	return name
}

// TestFiveSources: each is killed and returns, and the others never stall.
func TestFiveSources(t *testing.T) {
	t.Parallel()
	f := fiveSources(t)
	x := program.Open(t, 160, 45, append([]string{"--utc", "--interval", "200ms"}, f.args()...)...)
	x.Shows(fmt.Sprintf("Experiments %d", f.total))
	n := 0
	lives := func(server int) { // what arrives at a server is seen
		t.Helper()
		n++
		name := f.arrive(server, n)
		x.Press("r")
		x.Shows(name)
	}
	for i, kill := range []struct{ away, back func() }{
		{func() { f.endpoints[0].Stop() }, func() { f.endpoints[0].Start(t) }},
		{f.rename(t, f.labs[0], ".away"), f.rename(t, f.labs[0], "")},
		{f.rename(t, f.labs[1], ".away"), f.rename(t, f.labs[1], "")},
		{f.rename(t, f.database, ".away"), f.rename(t, f.database, "")},
	} {
		kill.away()
		lives(1)
		lives(1)
		x.Shows(fmt.Sprintf("Experiments %d", f.total+n)) // what is away is not gone
		kill.back()
		if i == 0 {
			lives(0)
		}
	}
	release := f.served[1].Hold("list")
	lives(0)
	lives(0)
	release()
	lives(1)
	x.Press("q")
	if code := x.Gone(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// rename returns what moves a file away, or back where suffix is empty.
func (f *five) rename(t *testing.T, path, suffix string) func() {
	return func() {
		from, to := path, path+suffix
		if suffix == "" {
			from = path + ".away"
		}
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCommandsOnFiveSources: what there is is printed, and what is away is named.
func TestCommandsOnFiveSources(t *testing.T) {
	t.Parallel()
	f := fiveSources(t)
	list := append([]string{"list", "--json"}, f.args()...)
	var rows []map[string]any
	if err := json.Unmarshal([]byte(program.Done(t, list...)), &rows); err != nil || len(rows) != f.total {
		t.Fatalf("%d rows (%v), want %d", len(rows), err, f.total)
	}
	both := filepath.Join(t.TempDir(), "both.db")
	if _, errs, code := program.Run(t, "record", "--once", f.labs[0], f.endpoints[0].URL, both); code != 0 {
		t.Errorf("record: exit code %d: %s", code, errs)
	}
	id := storagetest.Experiments(4)[3].ID.String()
	for _, args := range [][]string{{"show", both, f.endpoints[0].URL + ":" + id}, {"show", both, "127.0.0.1:" + id}, {"show", both, id[:8]}} {
		if out := program.Done(t, args...); !strings.Contains(out, id) {
			t.Errorf("%q prints %s", args, out)
		}
	}
	if _, errs, code := program.Run(t, "check", both); code != 0 {
		t.Errorf("check: exit code %d: %s", code, errs)
	}
	if _, errs, code := program.Run(t, "record", "--once", f.endpoints[0].URL, f.endpoints[1].URL, both); code != 0 {
		t.Errorf("record: exit code %d: %s", code, errs)
	}
	if _, errs, code := program.Run(t, "show", both, id); code != 4 || !strings.Contains(errs, f.endpoints[1].URL) {
		t.Errorf("an id in two sources: exit code %d: %s", code, errs)
	}
	one := filepath.Join(t.TempDir(), "one.db")
	program.Done(t, "export", "--lab", one, both, f.endpoints[1].URL+":"+id)
	if out := program.Done(t, "list", "--json", one); strings.Count(out, id) != 1 {
		t.Errorf("the exported lab has %s", out)
	}
	program.Done(t, "delete", "--write", "--yes", both, f.endpoints[0].URL+":"+id)
	program.Done(t, "show", both, id) // which is in one source now
	f.endpoints[1].Stop()
	out, errs, code := program.Run(t, list...)
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != f.total-4 || code != 3 || !strings.Contains(errs, f.endpoints[1].URL) {
		t.Errorf("with one away: exit code %d, %d rows, %v: %s", code, len(rows), err, errs)
	}
	if _, errs, code := program.Run(t, "record", "--once", f.labs[0], f.endpoints[1].URL, filepath.Join(t.TempDir(), "part.db")); code != 3 || !strings.Contains(errs, f.endpoints[1].URL) {
		t.Errorf("record with one away: exit code %d: %s", code, errs)
	}
	if out, errs, code := program.Run(t, "grep", "exp", f.labs[0], f.endpoints[1].URL, f.labs[1]); code != 3 || !strings.Contains(out, f.labs[1]) || !strings.Contains(errs, f.endpoints[1].URL) {
		t.Errorf("grep with one away: exit code %d: %.200s %s", code, out, errs)
	}
}
