package alert

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// What a command is given at most.
const (
	commandTime = 30 * time.Second
	atOnce      = 4
	// grace is how long the commands that run at the end of the watcher have to end, too.
	grace = time.Second
)

// Exec is the channel --exec: a command of the shell, which gets an alert by its environment and as
// JSON on its standard input.
type Exec struct {
	Command string
	Environ []string
	Tell    func(string) // takes each line of the command's output
	// Time is what a command is given; 0: 30 s.
	Time time.Duration
}

// Name is "exec".
func (*Exec) Name() string { return "exec" }

// AtOnce is four.
func (*Exec) AtOnce() int { return atOnce }

// Send runs the command. One that fails is not run again: it was told.
func (x *Exec) Send(ctx context.Context, a *Alert, started func()) (again bool, err error) {
	limit := x.Time
	if limit == 0 {
		limit = commandTime
	}
	run, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	defer stop()

	reader, writer, err := os.Pipe()
	if err != nil {
		return true, fmt.Errorf("the command of --exec could not be started: %w", err)
	}
	defer reader.Close()
	cmd := shell(run, x.Command)
	cmd.Env = append(without(x.Environ), a.environ()...)
	cmd.Stdin = bytes.NewReader(append(bytes.Clone(a.JSON), '\n'))
	cmd.Stdout, cmd.Stderr = writer, writer
	cmd.WaitDelay = time.Second // for one that leaves its input to another
	err = cmd.Start()
	_ = writer.Close() // the command has its own
	if err != nil {
		return true, fmt.Errorf("the command of --exec could not be started: %w", err)
	}
	started()
	var out output
	read := make(chan struct{})
	go func() {
		_, _ = io.Copy(&out, reader) // ends with the pipe
		close(read)
	}()
	err = cmd.Wait()
	awaitGroup(run, cmd)
	select {
	case <-read:
	case <-time.After(grace / 2): // held by one that has left the group
		_ = reader.Close()
		<-read
	}
	for _, l := range out.lines() {
		x.Tell("--exec: " + l)
	}
	switch {
	case ctx.Err() != nil && run.Err() != nil:
		return true, ctx.Err()
	case run.Err() != nil:
		return false, fmt.Errorf("the command of --exec was killed after %v, for %s", limit, a.about())
	case err != nil:
		return false, fmt.Errorf("the command of --exec failed (%w), for %s", err, a.about())
	}
	return false, nil
}
