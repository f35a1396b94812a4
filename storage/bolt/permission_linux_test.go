package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"societop/model"
	"societop/storage/bolt/claim"
)

// asNobody runs fn without the rights of root, for whom there are no permissions.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		fn()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}()
	fn()
}

// openDirectory lets anyone reach a test's directory.
func openDirectory(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoPermission(t *testing.T) {
	path, _ := newLab(t, 3)
	openDirectory(t, filepath.Dir(path))
	for _, tc := range []struct {
		mode        os.FileMode
		read, write error
	}{
		{0o000, model.ErrUnreadable, model.ErrReadOnly},
		{0o444, nil, model.ErrReadOnly},
	} {
		if err := os.Chmod(path, tc.mode); err != nil {
			t.Fatal(err)
		}
		asNobody(t, func() {
			for what, err := range everything(path) {
				want := tc.read
				switch {
				case what == "update":
					want = tc.write
				case what == "experiment" && want == nil:
					want = model.ErrNoExperiment
				}
				if !errors.Is(err, want) {
					t.Errorf("mode %v, %s: %v, want %v", tc.mode, what, err, want)
				}
			}
		})
	}
	checkLab(t, path)
}

func TestADirectoryThatCanNotBeWritten(t *testing.T) {
	dir := t.TempDir()
	openDirectory(t, dir)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		for _, path := range []string{filepath.Join(dir, "lab.db"), filepath.Join(dir, "sub", "lab.db")} {
			s := Open(path, Options{Write: true})
			if err := s.Update(context.Background(), func(*Batch) error { return nil }); !errors.Is(err, model.ErrReadOnly) {
				t.Errorf("batch: %v, want %v", err, model.ErrReadOnly)
			}
			if _, err := s.Claim("test", claim.State{}); !errors.Is(err, model.ErrReadOnly) {
				t.Errorf("claim: %v, want %v", err, model.ErrReadOnly)
			}
		}
	})
}

// TestWhoMayReadALabMaySeeItsRecorder: of a claim that may not be read nothing is known.
func TestWhoMayReadALabMaySeeItsRecorder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("another user is needed")
	}
	path := recordedLab(t)
	side := path + claimSuffix
	openDirectory(t, filepath.Dir(path))
	if err := errors.Join(os.Chmod(path, 0o644), os.WriteFile(side, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		if got := newReader(path).tick(t); got.Live() || !strings.Contains(got.Why.String(), "can't be looked at") {
			t.Errorf("a claim that may not be read: %+v", got)
		}
	})
	held, err := Open(path, Options{Write: true}).Claim("record", claim.State{})
	if err != nil {
		t.Fatal(err)
	}
	if err := held.Release(); err != nil { // it was made with another mode
		t.Fatal(err)
	}
	if held, err = Open(path, Options{Write: true}).Claim("record", claim.State{}); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		if got := newReader(path).tick(t); !got.Live() {
			t.Errorf("whoever may read the lab may read the claim: %+v", got)
		}
	})
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
}
