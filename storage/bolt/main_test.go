package bolt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/claim"
	"societop/storage/bolt/labfile"
	"societop/storage/storagetest"
)

// childVariable tells this binary to be another process of a test: what it is to do, and
// the path of the lab file.
const childVariable = "SOCIETOP_BOLT_CHILD"

// claimSuffix ends the name of the file of a claim.
const claimSuffix = ".recorder"

func TestMain(m *testing.M) {
	if what, path, ok := strings.Cut(os.Getenv(childVariable), " "); ok {
		go func() { // a child does not outlive its test
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
		if err := children[what](path); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	for _, dir := range benchDirs {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// children are what other processes do to a lab file. They print a line when they have come
// to what the test waits for.
var children = map[string]func(path string) error{
	"exclusive": func(path string) error { return hold(path, labfile.Exclusive) },
	"shared":    func(path string) error { return hold(path, labfile.Shared) },
	"record":    keepRecording,
	"upgrade":   upgradeSlowly,
	"claim": func(path string) error {
		held, err := Open(path, Options{Write: true}).Claim("record http://lab-7", claim.State{Heard: time.Now()})
		if err != nil {
			return err
		}
		kept = held
		fmt.Println("ready")
		select {}
	},
}

// kept is what the collector must not close.
var kept any

// hold locks a file for ever.
func hold(path string, how labfile.LockKind) error {
	f, _, err := labfile.Acquire(context.Background(), path, os.O_RDWR, how, labfile.MinWait)
	if err != nil {
		return err
	}
	kept = f
	fmt.Println("ready")
	select {}
}

// batchSize is how many experiments are in a batch of keepRecording.
const batchSize = 50

// keepRecording writes batches for ever: the n-th puts batchSize new experiments with num_day n
// and a step of the run of the second experiment.
// It prints the number of each batch that is written. It goes on after what is there.
func keepRecording(path string) error {
	return keepRecordingWith(path, func(int) error { return nil })
}

// keepRecordingWith is keepRecording that calls a function after each batch.
func keepRecordingWith(path string, then func(n int) error) error {
	s := Open(path, Options{Write: true})
	report, err := s.Report(context.Background())
	if err != nil && !errors.Is(err, model.ErrNoLab) {
		return err
	}
	all := storagetest.Experiments(report.Experiments + 1000*batchSize)
	for n := report.Experiments/batchSize + 1; ; n++ {
		err := s.Update(context.Background(), func(b *Batch) error {
			for _, e := range all[(n-1)*batchSize : n*batchSize] {
				e.NumDay = n
				if _, err := b.Put(e); err != nil {
					return err
				}
			}
			return recordStep(b, all[1].Key, n)
		})
		if err != nil {
			return err
		}
		fmt.Println(n)
		if err := then(n); err != nil {
			return err
		}
	}
}

// stepAgents is how many agents the run of keepRecording has.
const stepAgents = 300

// recordStep writes a step of a run: a frame, what one agent says to it, and a line of the log.
func recordStep(b *Batch, k model.Key, n int) error {
	f := newCrowd(stepAgents, 0).frame(n)
	said := model.Message{ID: 1, At: f.At, Content: text.CleanLines(fmt.Sprint("step ", n))}
	return errors.Join(b.PutFrame(k, f), b.PutMessages(k, []model.Message{said}), b.AppendLog(k, fmt.Sprintf("step %d\n", n)))
}

// child is another process.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

// startChild starts one of children, which ends with the test at the latest.
func startChild(t *testing.T, what, path string) *child {
	t.Helper()
	c := newChild(what, path)
	if err := c.start(t); err != nil {
		t.Fatal(err)
	}
	return c
}

// newChild prepares one of children.
func newChild(what, path string) *child {
	c := &child{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childVariable+"="+what+" "+path)
	c.cmd.Stderr = os.Stderr
	return c
}

// start starts a child that is prepared.
func (c *child) start(t *testing.T) error {
	t.Helper()
	_, inErr := c.cmd.StdinPipe()
	out, outErr := c.cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		return err
	}
	t.Cleanup(func() { c.kill() })
	return nil
}

// toItsEnd reads on until the child ends: the number of its last batch, and what it said
// else, at its end.
func (c *child) toItsEnd() (last int, failed string) {
	for line := c.line(); line != ""; line = c.line() {
		if n, err := strconv.Atoi(line); err == nil {
			last = n
		} else {
			failed = line
		}
	}
	return last, failed
}

// line waits for the next line of the child; "" at its end.
func (c *child) line() string {
	if !c.lines.Scan() {
		return ""
	}
	return c.lines.Text()
}

// kill ends the child as kill −9 does, and returns what it had printed by then.
func (c *child) kill() (lines []string) {
	_ = c.cmd.Process.Kill()
	for line := c.line(); line != ""; line = c.line() {
		lines = append(lines, line)
	}
	_ = c.cmd.Wait()
	return lines
}

// within fails t where fn takes longer than any machine needs.
func within(t *testing.T, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it hangs")
	}
}
