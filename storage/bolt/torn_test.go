package bolt

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/storagetest"
)

// tears are what may happen to a file while others read it.
var tears = map[string]func(path string, whole []byte, r *rand.Rand) error{
	"cut": func(path string, whole []byte, r *rand.Rand) error {
		return os.Truncate(path, r.Int64N(int64(len(whole))))
	},
	"emptied": func(path string, _ []byte, _ *rand.Rand) error { return os.Truncate(path, 0) },
	"grown":   func(path string, _ []byte, _ *rand.Rand) error { return resize(path, 1<<20) },
	"half overwritten": func(path string, whole []byte, r *rand.Rand) error {
		half := append(append([]byte{}, whole[:len(whole)/2]...), make([]byte, len(whole)/2)...)
		return os.WriteFile(path, half[:r.IntN(len(half))], 0o600)
	},
	"removed": func(path string, _ []byte, _ *rand.Rand) error { return os.Remove(path) },
	"replaced": func(path string, whole []byte, r *rand.Rand) error {
		err := os.WriteFile(path+".other", whole[:r.IntN(len(whole))], 0o600)
		return errors.Join(err, os.Rename(path+".other", path))
	},
}

// TestTornAwayWhileItIsRead cuts, grows, removes and replaces a file under four readers and a
// check that never pause: each answers in a sentence, none is stopped by a signal, takes what
// is not there for data, or does without the file once it is back.
func TestTornAwayWhileItIsRead(t *testing.T) {
	path, want := newLab(t, 400)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var looks, failures atomic.Int64
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				looks.Add(1)
				if err := lookAt(t, path, want); err != nil {
					failures.Add(1)
				}
			}
		})
	}
	wg.Go(func() {
		for ctx.Err() == nil {
			_, err := check.Lab(context.Background(), path, nil)
			said(t, err)
		}
	})
	r := rand.New(rand.NewPCG(7, 8))
	for range 30 {
		for name, tear := range tears {
			for n := looks.Load(); looks.Load() < n+2; { // a reader is on its way
				_, _ = os.Stat(path)
			}
			if err := tear(path, whole, r); err != nil {
				t.Fatal(name, err)
			}
			for n := looks.Load(); looks.Load() < n+2; {
				_, _ = os.Stat(path)
			}
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop()
	wg.Wait()
	if failures.Load() == 0 {
		t.Error("no reader noticed anything")
	}
	t.Logf("%d readings, of which %d failed", looks.Load(), failures.Load())
	if err := lookAt(t, path, want); err != nil {
		t.Error(err)
	}
	checkLab(t, path)
}

// lookAt reads a lab in one pass and fails t where it serves something that is not in want.
func lookAt(t *testing.T, path string, want map[model.Key]model.Experiment) error {
	s := Open(path, Options{})
	s.pace.rest = 0
	var m storagetest.Mirror
	for more := true; more; {
		ch, err := s.Changes(context.Background(), m.Cursor, model.Budget{})
		if err != nil {
			said(t, err)
			return err
		}
		m.Apply(ch)
		more = ch.More
	}
	m.Same(t, want, false)
	return nil
}

// said fails t where an error is none of those that a file can be blamed for, in a sentence.
func said(t *testing.T, err error) {
	for _, known := range []error{nil, model.ErrNoLab, model.ErrNotLab, model.ErrDamaged, model.ErrLocked} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Errorf("%v", err)
}

// TestTornAwayWhileItIsWritten cuts a file under its recorder, who has it mapped: it ends with a
// sentence, not by a signal. In some moments bbolt makes the file as long as it was before
// anybody can see it, and the recorder writes on; then the check says what is lost.
func TestTornAwayWhileItIsWritten(t *testing.T) { tearWriters(t, 12) }

// TestSoakTornAwayWhileItIsWritten does so a few hundred times.
func TestSoakTornAwayWhileItIsWritten(t *testing.T) {
	storagetest.Soak(t)
	tearWriters(t, 400)
}

func tearWriters(t *testing.T, rounds int) {
	r := rand.New(rand.NewPCG(9, 10))
	ends := make(map[string]int)
	for range rounds {
		path := filepath.Join(t.TempDir(), "lab.db")
		writer := startChild(t, "record", path)
		last := 2 + r.IntN(3)
		for range last {
			writer.line()
		}
		l := mapOf(t, path)
		for range r.IntN(2000) { // into the next batch
			_, _ = os.Stat(path)
		}
		if err := os.Truncate(path, r.Int64N(int64(l.meta.High)*int64(l.meta.PageSize))); err != nil {
			t.Fatal(err)
		}
		more, failed := writer.untilItFails(100)
		ended := writer.cmd.ProcessState
		switch {
		case failed == "": // the moment was between two looks at the file
			ends["not noticed"]++
		case !ended.Exited() || !strings.HasPrefix(failed, "failed: write "+path):
			t.Fatalf("it ended as %v: %q", ended, failed)
		default:
			ends["noticed"]++
		}
		report, err := check.Lab(context.Background(), path, nil)
		if err == nil && len(report.Problems) == 0 { // what was cut off was free
			wholeBatches(t, path, max(last, more))
			ends["nothing lost"]++
		}
	}
	t.Logf("%v", ends)
	if ends["noticed"] <= ends["not noticed"] {
		t.Error("most writers did not notice")
	}
}

// untilItFails reads what a recorder prints until it ends; one that writes on for so many
// batches is killed.
func (c *child) untilItFails(batches int) (last int, failed string) {
	for range batches {
		line := c.line()
		n, err := strconv.Atoi(line)
		if err != nil {
			_ = c.cmd.Wait()
			return last, line
		}
		last = n
	}
	c.kill()
	return last, ""
}
