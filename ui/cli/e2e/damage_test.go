//go:build unix

package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/storagetest"
	"societop/ui/cli/clitest"
)

// fire is a lab of 60 experiments with a monitor on it, and the file as it was whole.
type fire struct {
	t    *testing.T
	path string
	lab  *bolt.Store
	x    *clitest.Terminal
	good []byte
}

// underFire makes a lab and opens the monitor, which shows it.
func underFire(t *testing.T) *fire {
	t.Helper()
	f := &fire{t: t, path: filepath.Join(t.TempDir(), "lab.db")}
	f.lab = bolt.Open(f.path, bolt.Options{Write: true})
	puts(t, f.lab, someRuns("kept", 60)...)
	f.good = contents(t, f.path)
	f.x = program.Open(t, 130, 40, "--interval", "100ms", f.path)
	f.x.Shows("Experiments 60")
	f.x.Shows("no recorder")
	return f
}

// someRuns are n finished experiments of a name.
func someRuns(name string, n int) []model.Experiment {
	all := make([]model.Experiment, n)
	for i := range all {
		all[i] = step(i, 100, time.Now().Add(-100*time.Second))
		all[i].Name, all[i].Status = text.Clean(name), model.Finished
		all[i].ID[1] = name[0]
	}
	return all
}

func contents(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// otherLab is another lab file.
func otherLab(t *testing.T, name string, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	puts(t, bolt.Open(path, bolt.Options{Write: true}), someRuns(name, n)...)
	return path
}

func (f *fire) do(errs ...error) {
	f.t.Helper()
	if err := errors.Join(errs...); err != nil {
		f.t.Fatal(err)
	}
}

// put puts a file in the lab's place, as rename does: at once.
func (f *fire) put(data []byte) {
	f.t.Helper()
	f.do(os.WriteFile(f.path+".new", data, 0o600), os.Rename(f.path+".new", f.path))
}

// lock takes the lab's lock from everybody until it is told to give it back.
func (f *fire) lock() (unlock func()) {
	f.t.Helper()
	held, err := os.Open(f.path)
	f.do(err)
	f.do(syscall.Flock(int(held.Fd()), syscall.LOCK_EX))
	f.t.Cleanup(func() { _ = held.Close() })
	return func() { f.do(held.Close()) }
}

// stale waits for the header's reason; the data that was read last must still be there.
func (f *fire) stale(reason string) {
	f.t.Helper()
	f.x.Matches(`STALE .*` + reason + `.* retry in`)
	if screen := f.x.Screen(); !strings.Contains(screen, "Experiments 60") || strings.Count(screen, "✔ kept") < 20 {
		f.t.Errorf("the data is gone:\n%s", screen)
	}
}

// wrong spoils bytes of a copy.
func wrong(data []byte, at, n int) []byte {
	data = append([]byte(nil), data...)
	for i := range n {
		data[at+i] ^= 0xFF
	}
	return data
}

// foreign is a bbolt file of another program.
func foreign(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "etcd.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("meta"))
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return contents(t, path)
}

// incidents are what happens to a lab file while the monitor is open, and what the header
// says of it.
var incidents = map[string]struct {
	happens func(f *fire)
	reason  string
}{
	"cut to a third":      {func(f *fire) { f.do(os.Truncate(f.path, int64(len(f.good)/3))) }, "the lab file is damaged"},
	"cut to one page":     {func(f *fire) { f.do(os.Truncate(f.path, 4096)) }, "the lab file is damaged"},
	"cut to nothing":      {func(f *fire) { f.do(os.Truncate(f.path, 0)) }, "this is neither a lab file nor"},
	"removed":             {func(f *fire) { f.do(os.Remove(f.path)) }, "there is no file yet"},
	"both metas wrong":    {func(f *fire) { f.do(os.WriteFile(f.path, wrong(f.good, 0, 8192), 0o600)) }, "this is neither a lab file nor"},
	"damaged leaves":      {func(f *fire) { f.put(wrong(f.good, 8192, len(f.good)-8192)) }, "the lab file is damaged"},
	"a text":              {func(f *fire) { f.put([]byte(strings.Repeat("a text\n", 9000))) }, "this is neither a lab file nor"},
	"a database":          {func(f *fire) { f.put([]byte("SQLite format 3\x00" + strings.Repeat("\x00", 9000))) }, "the database is damaged"},
	"another bbolt file":  {func(f *fire) { f.put(foreign(f.t)) }, "this is not a lab file"},
	"a directory":         {func(f *fire) { f.do(os.Remove(f.path), os.Mkdir(f.path, 0o700)) }, "this is neither a lab file nor"},
	"a pipe":              {func(f *fire) { f.do(os.Remove(f.path), syscall.Mkfifo(f.path, 0o600)) }, "this is neither a lab file nor"},
	"a link to nowhere":   {func(f *fire) { f.do(os.Remove(f.path), os.Symlink(f.path+".none", f.path)) }, "there is no file yet"},
	"a link to itself":    {func(f *fire) { f.do(os.Remove(f.path), os.Symlink(f.path, f.path)) }, "the file can't be read"},
	"locked with changes": {lockedWithChanges, "the lab file is locked"},
}

// lockedWithChanges replaces the lab by a copy that somebody holds: the monitor must read it,
// and can't.
func lockedWithChanges(f *fire) {
	copied := f.path + ".copy"
	f.do(os.WriteFile(copied, f.good, 0o600))
	g := &fire{t: f.t, path: copied}
	g.lock()
	f.do(os.Rename(copied, f.path))
}

// TestTheMonitorOnALabUnderFire: whatever happens to the file while it is open, the header says
// what, the data stays, keys work, and when there is a good file again it is shown without being
// asked for. Nothing is written to what is no lab.
func TestTheMonitorOnALabUnderFire(t *testing.T) {
	t.Parallel()
	for name, tc := range incidents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := underFire(t)
			tc.happens(f)
			f.stale(tc.reason)
			screen := f.x.Screen()
			f.x.Press("jj")
			f.x.Await("moved selection", func(s string) bool { return s != screen })
			fresh := contents(t, otherLab(t, "new", 7))
			if info, err := os.Lstat(f.path); err == nil && !info.Mode().IsRegular() {
				f.do(os.Remove(f.path))
			}
			f.put(fresh)
			f.x.Shows("no recorder")
			f.x.Shows("Experiments 7")
			f.x.Matches("✔.new ")
			f.x.Press("q")
			if code := f.x.Ends(2 * time.Second); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if string(contents(t, f.path)) != string(fresh) {
				t.Error("the monitor wrote into the file")
			}
		})
	}
}

// TestTheMonitorRecoversOnTheSameFile: the file that was locked, cut or removed comes back as it
// was, and goes on.
func TestTheMonitorRecoversOnTheSameFile(t *testing.T) {
	t.Parallel()
	f := underFire(t)
	f.do(os.Truncate(f.path, 5000))
	f.stale("the lab file is damaged")
	f.do(os.WriteFile(f.path, f.good, 0o600))
	f.x.Shows("no recorder")
	f.do(os.Rename(f.path, f.path+".away"))
	f.stale("there is no file yet")
	f.do(os.Rename(f.path+".away", f.path))
	f.x.Shows("no recorder")
	f.do(os.Truncate(f.path, int64(len(f.good)+1<<20)))
	puts(t, f.lab, someRuns("one more", 1)...)
	f.x.Shows("Experiments 61")
	f.x.Press("p") // so that a change comes while nobody looks
	f.x.Shows("paused")
	puts(t, f.lab, someRuns("two more", 1)...)
	unlock := f.lock()
	f.x.Press("p")
	f.x.Shows("the lab file is locked")
	f.x.Shows("Experiments 61")
	unlock()
	f.x.Shows("Experiments 62")
	f.x.Shows("no recorder")
	if report, err := check.Lab(context.Background(), f.path, nil); err != nil || len(report.Problems) > 0 {
		t.Errorf("the check finds %v, %v", report.Problems, err)
	}
}

// TestALabThatIsLockedForEver: the monitor waits for it from its start, and can be left; a command
// gives up, but a check needs no lock.
func TestALabThatIsLockedForEver(t *testing.T) {
	t.Parallel()
	f := &fire{t: t, path: otherLab(t, "kept", 3)}
	unlock := f.lock()
	if _, errs, code := program.Run(t, "list", f.path); code != 5 || strings.Count(errs, "\n") != 1 {
		t.Errorf("list: exit code %d: %s", code, errs)
	}
	program.Done(t, "check", f.path)
	leaver := program.Open(t, 100, 30, f.path)
	leaver.Matches(`NO DATA .*locked`)
	leaver.Press("q")
	if code := leaver.Ends(2 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	f.x = program.Open(t, 100, 30, "--interval", "100ms", f.path)
	f.x.Matches(`NO DATA .*locked`)
	unlock()
	f.x.Shows("Experiments 3")
	f.x.Shows("no recorder")
}

// TestSoakAWriterOnALabThatIsLockedForEver: it gives up in the end, and says how to find who holds it.
func TestSoakAWriterOnALabThatIsLockedForEver(t *testing.T) {
	storagetest.Soak(t)
	t.Parallel()
	f := &fire{t: t, path: otherLab(t, "kept", 3)}
	f.lock()
	before := contents(t, f.path)
	if _, errs, code := program.Run(t, "demo", "--once", "--file", f.path); code != 5 || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "fuser") {
		t.Errorf("demo: exit code %d: %s", code, errs)
	}
	if string(contents(t, f.path)) != string(before) {
		t.Error("the lab was changed")
	}
}

// TestCommandsOnDamagedFiles: one sentence and 6, and what is wrong is named by a check. Nothing
// is written to the file.
func TestCommandsOnDamagedFiles(t *testing.T) {
	t.Parallel()
	good := contents(t, otherLab(t, "kept", 60))
	size := os.Getpagesize()
	for name, tc := range map[string]struct {
		data  []byte
		says  string // on stderr, by every command
		named string // on stdout, by check
	}{
		"cut":              {good[:size*5], "damaged", "it is cut"},
		"cut in a page":    {good[:size*4+1000], "damaged", "it is cut"},
		"leaves":           {wrong(good, 2*size, len(good)-2*size), "damaged", "page "},
		"a zeroed sector":  {append(append([]byte(nil), good[:2*size]...), make([]byte, len(good)-2*size)...), "damaged", "says that it is page 0"},
		"foreign bbolt":    {foreign(t), "another program", ""},
		"twice half a lab": {append(append([]byte(nil), good[len(good)/2:]...), good[len(good)/2:]...), "neither a lab file nor", ""},
	} {
		path := filepath.Join(t.TempDir(), "lab.db")
		if err := os.WriteFile(path, tc.data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"list", path}, {"show", path, "x"}, {"watch", path}, {"info", path}, {"serve", path}, {"demo", "--once", "--file", path}, {"check", path}} {
			out, errs, code := program.Run(t, args...)
			if code != 6 || !strings.Contains(errs, tc.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("%s: societop %s: exit code %d: %s", name, args[0], code, errs)
			}
			if args[0] == "check" && !strings.Contains(out, tc.named) {
				t.Errorf("%s: the check says %s", name, out)
			}
		}
		if string(contents(t, path)) != string(tc.data) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}
