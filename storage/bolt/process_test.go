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
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt/check"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/labfile"
	"societop/storage/storagetest"
)

func TestLockedByAnotherProcess(t *testing.T) {
	path, _ := newLab(t, 5)
	holder := startChild(t, "exclusive", path)
	if line := holder.line(); line != "ready" {
		t.Fatal(line)
	}
	s := Open(path, Options{Write: true, Wait: labfile.MinWait})
	start := time.Now()
	if _, err := s.Changes(context.Background(), model.Cursor{}, model.Budget{}); !errors.Is(err, model.ErrLocked) {
		t.Errorf("changes: %v, want %v", err, model.ErrLocked)
	}
	if waited := time.Since(start); waited < labfile.MinWait {
		t.Errorf("changes gave up after %v, want %v at least", waited, labfile.MinWait)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := s.Update(ctx, func(*Batch) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a batch with a deadline: %v, want %v", err, context.DeadlineExceeded)
	}
	if _, err := s.Experiment(ctx, model.Key{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("experiment with a deadline: %v, want %v", err, context.DeadlineExceeded)
	}
	if r, err := check.Lab(context.Background(), path, nil); err != nil || len(r.Problems) > 0 {
		t.Errorf("a check needs no lock: %v, %v", r.Problems, err)
	}
}

func TestReadersShareTheLockAndABatchWaits(t *testing.T) {
	path, want := newLab(t, 5)
	holder := startChild(t, "shared", path)
	if line := holder.line(); line != "ready" {
		t.Fatal(line)
	}
	r := newReader(path)
	r.follow(t)
	r.Same(t, want, false)
	e := storagetest.Experiments(6)[5]
	written := make(chan error, 1)
	go func() {
		written <- Open(path, Options{Write: true}).Update(context.Background(), func(b *Batch) error {
			_, err := b.Put(e)
			return err
		})
	}()
	if pages := r.follow(t); !pages[0].Empty() {
		t.Errorf("a batch was written under a shared lock: %+v", pages[0])
	}
	holder.kill()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	want[e.Key] = e
	r.follow(t)
	r.Same(t, want, false)
}

// TestRecorderAndMonitors lets several readers load a lab again and again while it is
// written: none fails, none misses a change, and the writer is not starved.
func TestRecorderAndMonitors(t *testing.T) {
	const monitors, batches = 8, 30
	path := filepath.Join(t.TempDir(), "lab.db")
	all := summaries(5000)
	writeLab(t, path, all)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	readers := make([]*reader, monitors)
	for i := range readers {
		r := newReader(path)
		readers[i] = r
		wg.Go(func() {
			for ctx.Err() == nil {
				ch, err := r.Changes(context.Background(), r.Cursor, model.Budget{})
				if err != nil {
					t.Error(err)
					return
				}
				if r.Apply(ch); !ch.More && r.Total%2 == 0 {
					r.Cursor = model.Cursor{} // load it all again
				}
			}
		})
	}
	w := Open(path, Options{Write: true})
	for i := range batches {
		err := w.Update(context.Background(), func(b *Batch) error {
			e := &all[i*100]
			e.Now.Day++
			fresh := storagetest.Experiments(i + 1)[i]
			_, err := b.Put(fresh)
			return errors.Join(err, b.PutSummary(e.Summary))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	wg.Wait()
	want := make(map[model.Key]model.Experiment)
	for _, e := range append(all, storagetest.Experiments(batches)...) {
		want[e.Key] = e
	}
	for _, r := range readers {
		r.follow(t)
		r.Same(t, want, false)
	}
	checkLab(t, path)
}

func TestOneRecorderALab(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	first := startChild(t, "claim", path)
	if line := first.line(); line != "ready" {
		t.Fatal(line)
	}
	s := Open(path, Options{Write: true})
	_, err := s.Claim("record again", claim.State{})
	if !errors.Is(err, model.ErrRecorder) || !strings.Contains(err.Error(), "record http://lab-7, pid "+strconv.Itoa(first.cmd.Process.Pid)) {
		t.Errorf("a second claim: %v, want %v with the name of the first", err, model.ErrRecorder)
	}
	writeLab(t, path, storagetest.Experiments(1)) // batches need no held
	report, err := s.Report(context.Background())
	if err != nil || !strings.Contains(report.Recorder.String(), "http://lab-7") {
		t.Errorf("the recorder is %q (%v)", report.Recorder, err)
	}
	first.kill()
	held, err := s.Claim("record again", claim.State{})
	if err != nil {
		t.Fatalf("a claim after the first recorder was killed: %v", err)
	}
	if _, err := Open(path, Options{Write: true}).Claim("third", claim.State{}); !errors.Is(err, model.ErrRecorder) {
		t.Errorf("a claim of the same process: %v, want %v", err, model.ErrRecorder)
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + claimSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the claim is still there: %v", err)
	}
	if report, err := s.Report(context.Background()); err != nil || !report.Recorder.Empty() {
		t.Errorf("the recorder is %q (%v), want none", report.Recorder, err)
	}
	if _, err := Open(path, Options{}).Claim("reader", claim.State{}); !errors.Is(err, model.ErrReadOnly) {
		t.Errorf("a claim of a Store for reading: %v, want %v", err, model.ErrReadOnly)
	}
}

// TestKilledAtAnyMoment kills a writer again and again: the file stays whole, each batch is
// there or not, and all that were reported are.
func TestKilledAtAnyMoment(t *testing.T) { killAgainAndAgain(t, 40, 4) }

// TestSoakKilledAtAnyMoment does so a few hundred times.
func TestSoakKilledAtAnyMoment(t *testing.T) {
	storagetest.Soak(t)
	killAgainAndAgain(t, 400, 20)
}

// killAgainAndAgain kills so many writers of so many files, each in another moment.
func killAgainAndAgain(t *testing.T, kills, files int) {
	r := rand.New(rand.NewPCG(3, 5))
	for range files {
		path := filepath.Join(t.TempDir(), "lab.db")
		for range kills / files {
			recorder := startChild(t, "record", path)
			last := 0
			for range r.IntN(4) {
				last, _ = strconv.Atoi(recorder.line())
			}
			for range r.IntN(3000) { // into the next batch
				_, _ = os.Stat(path)
			}
			for _, line := range recorder.kill() {
				last, _ = strconv.Atoi(line)
			}
			if last > 0 {
				wholeBatches(t, path, last)
			}
		}
	}
}

// wholeBatches fails t unless a file that keepRecording was killed over is whole and has at
// least the batches that were reported.
func wholeBatches(t *testing.T, path string, reported int) {
	t.Helper()
	checkLab(t, path)
	m := newReader(path)
	m.follow(t)
	batches := make(map[int]int)
	for _, s := range m.Known {
		batches[s.NumDay]++
	}
	for n, size := range batches {
		if size != batchSize {
			t.Errorf("batch %d has %d experiments of %d", n, size, batchSize)
		}
	}
	for n := 1; n <= reported; n++ {
		if batches[n] == 0 {
			t.Errorf("batch %d was reported and is not there", n)
		}
	}
	wholeRun(t, path, len(batches))
}

// wholeRun fails t unless the run of keepRecording has a step of each batch. A lab that had
// one batch before keepRecording began has one step less.
func wholeRun(t *testing.T, path string, batches int) {
	t.Helper()
	if batches == 0 {
		return
	}
	ctx, s := context.Background(), Open(path, Options{}).RunData(storagetest.Experiments(2)[1].Key)
	moments, err := s.Timeline(ctx)
	if err != nil || len(moments) > batches || len(moments) < batches-1 {
		t.Errorf("a run of %d steps (%v), want %d", len(moments), err, batches)
		return
	}
	talk, err := s.Agent(1).Talk(ctx)
	if err != nil || len(talk) != len(moments) {
		t.Errorf("talk at %d of %d steps (%v)", len(talk), len(moments), err)
	}
	log, err := s.Log(ctx, model.LogBudget{})
	if err != nil || len(log.Lines.Split()) != len(moments) {
		t.Errorf("a log of %d lines of %d steps (%v)", len(log.Lines.Split()), len(moments), err)
	}
	if f, err := s.Frame(ctx, model.Latest); err != nil || len(f.Agents) != stepAgents {
		t.Errorf("a latest frame of %d agents (%v), want %d", len(f.Agents), err, stepAgents)
	}
}
