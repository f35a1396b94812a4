package record

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/remote"
	"societop/storage/rundir"
	"societop/storage/storagetest"
)

// recordVariable asks this test's own program to be a recorder: "URL LAB", or "DIRECTORY LAB".
const recordVariable = "SOCIETOP_TEST_RECORD"

func TestMain(m *testing.M) {
	if what := os.Getenv(recordVariable); what != "" {
		os.Exit(recordAs(strings.Fields(what)))
	}
	os.Exit(m.Run())
}

// recordAs records until it is done, or killed.
func recordAs(args []string) int {
	var src model.Source = rundir.New(args[0], rundir.Options{})
	if strings.Contains(args[0], "://") {
		c, err := remote.Open(args[0], model.Access{})
		if err != nil {
			return 2
		}
		src = c
	}
	o := quick
	if len(args) > 2 { // as long as it lives
		o.Once, o.Interval = false, time.Second
	}
	if err := Record(context.Background(), src, args[1], o, model.RecordObserver{}); err != nil {
		return 1
	}
	return 0
}

// recorderOf starts a recorder as a process of its own.
func recorderOf(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), recordVariable+"="+strings.Join(args, " "))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestKilledAtAnyMoment kills a recorder two hundred times. Whenever that is, the lab file is
// whole, and in the end it has all that the source has, once.
func TestKilledAtAnyMoment(t *testing.T) {
	const kills = 200
	l := newLiving(t, 12, 60)
	lab := filepath.Join(t.TempDir(), "lab.db")
	killed := 0
	for killed < kills {
		cmd := recorderOf(t, l.at.URL, lab)
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("after %d kills: %v", killed, err)
			}
			l.step(1+5*(killed%2), 12, 60+killed) // it has recorded all: there is more
			killed++                              // in the middle of nothing
			continue
		case <-time.After(time.Duration(10+rand.IntN(60)) * time.Millisecond):
		}
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		<-ended
		if killed++; killed%10 == 0 {
			if report, err := check.Lab(context.Background(), lab, nil); !errors.Is(err, model.ErrNoLab) && (err != nil || len(report.Problems) > 0) {
				t.Fatalf("after %d kills: %v, %v", killed, err, report.Problems)
			}
		}
	}
	if err := recorderOf(t, l.at.URL, lab).Wait(); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// TestAnOutageIsSurvived: nothing is lost and nothing is twice.
func TestAnOutageIsSurvived(t *testing.T) {
	l := newLiving(t, 3, 10)
	src, lab := from(t, l.at.URL), filepath.Join(t.TempDir(), "lab.db")
	ctx, cancel := context.WithCancel(context.Background())
	var e events
	var frames atomic.Int64
	o := quick
	o.Once = false
	ended := make(chan error, 1)
	tell := e.teller()
	progress := tell.Progress
	tell.Progress = func(p model.RecordProgress) {
		progress(p)
		frames.Store(p.Frames)
	}
	go func() { ended <- Record(ctx, src, lab, o, tell) }()
	wait := func(what string, ok func() bool) {
		t.Helper()
		for until := time.Now().Add(30 * time.Second); !ok(); {
			if time.Now().After(until) {
				t.Fatalf("no %s: %q", what, e.said)
			}
			select {
			case err := <-ended:
				t.Fatal(err)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	wait("frames", func() bool { return frames.Load() >= 20 })
	l.at.Stop()
	wait("outage", func() bool { return e.has("connection refused") })
	l.step(6, 3, 12)
	l.at.Start(t)
	wait("recovery", func() bool { return e.has("answers again") })
	wait("all frames", func() bool { return frames.Load() == 8*10+2 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, lab), from(t, l.at.URL))
}

// TestASourceThatNeverAnswersFails: a wrong address is told at once, and leaves no file.
func TestASourceThatNeverAnswersFails(t *testing.T) {
	for _, once := range []bool{false, true} {
		o, dir := quick, t.TempDir()
		o.Once = once
		err := Record(context.Background(), from(t, "http://127.0.0.1:1"), filepath.Join(dir, "lab.db"), o, model.RecordObserver{})
		if !errors.Is(err, model.ErrUnreachable) {
			t.Errorf("%v", err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("it leaves %v, %v", left, err)
		}
	}
}

// TestASourceWithoutExperimentsMakesALabWithoutAny.
func TestASourceWithoutExperimentsMakesALabWithoutAny(t *testing.T) {
	l, lab := newLab(t, 0, 0, 0), filepath.Join(t.TempDir(), "lab.db")
	if err := Record(context.Background(), from(t, l.at.URL), lab, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	whole(t, lab)
}

// TestTheFileHasItsBound.
func TestTheFileHasItsBound(t *testing.T) {
	l := newLiving(t, 50, 100)
	lab := filepath.Join(t.TempDir(), "lab.db")
	o := quick
	o.MaxBytes = 400 << 10
	err := Record(context.Background(), from(t, l.at.URL), lab, o, model.RecordObserver{})
	if !errors.Is(err, model.ErrFull) || !strings.Contains(err.Error(), "at most 409600") {
		t.Errorf("%v", err)
	}
	if info, err := os.Stat(lab); err != nil || info.Size() > 4*o.MaxBytes {
		t.Errorf("%d bytes, %v", info.Size(), err)
	}
	whole(t, lab)
}

// TestTheTokenIsNotRecorded.
func TestTheTokenIsNotRecorded(t *testing.T) {
	const token = "s3same-of-the-test"
	l := newLiving(t, 2, 3)
	l.Token(token)
	c, err := remote.Open(l.at.URL, model.Access{Token: model.NewSecret(token)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lab := filepath.Join(t.TempDir(), "lab.db")
	if err := Record(context.Background(), c, lab, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(lab)
	if err != nil || bytes.Contains(raw, []byte(token)) {
		t.Errorf("the token is in the lab: %v", err)
	}
}
