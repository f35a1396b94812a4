package ssh

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"societop/storage/ssh/pipe"
)

// process is a running ssh. Its pipes are a connection.
type process struct {
	pipe.Base
	in    io.WriteCloser // its standard input
	out   io.ReadCloser  // its standard output
	said  tail           // on its standard error
	heard atomic.Int64   // bytes of its output

	cmd    *exec.Cmd
	ended  chan struct{} // closed when it has been waited for
	status error         // of its end, from then on
	once   sync.Once
	closed chan struct{} // closed when nothing more is to be read or written

	mu   sync.Mutex
	done error // why it was ended from here; nil: it was not
}

var _ net.Conn = (*process)(nil)

// The time that a process has to end after the end of its input, and again after it was asked to.
const (
	politeTime = 500 * time.Millisecond
	termTime   = 500 * time.Millisecond
)

// start starts a program with arguments in an environment.
func start(program string, args, environ []string) (*process, error) {
	p := &process{cmd: exec.Command(program, args...), ended: make(chan struct{}), closed: make(chan struct{})}
	p.cmd.Env = withoutSecrets(environ)
	p.cmd.Stderr = &p.said
	p.cmd.WaitDelay = politeTime // a program that it left running may hold its standard error
	detach(p.cmd)
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if p.out, err = outPipe(p.cmd); err != nil {
		_ = p.in.Close()
		return nil, err
	}
	started := make(chan error)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// outPipe is the standard output of a command. Unlike that of exec's StdoutPipe, what is in it
// can be read after the end of the command.
func outPipe(cmd *exec.Cmd) (io.ReadCloser, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = w
	return r, nil
}

// run runs the process to its end. On Linux a process gets a signal when the thread ends that started
// it, so that this thread does nothing else until then.
func (p *process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	_ = p.cmd.Stdout.(io.Closer).Close() // the process has its own
	if err != nil {
		_, _ = p.in.Close(), p.out.Close()
		started <- err
		return
	}
	started <- nil
	p.status = p.cmd.Wait()
	close(p.ended)
	time.AfterFunc(politeTime, func() { p.end(net.ErrClosed) }) // another may hold its output open
}

// Read reads of its output.
func (p *process) Read(b []byte) (int, error) {
	n, err := p.out.Read(b)
	p.heard.Add(int64(n))
	return n, err
}

// Write writes to its input.
func (p *process) Write(b []byte) (int, error) { return p.in.Write(b) }

// Close ends the process, and returns without waiting for that.
func (p *process) Close() error {
	p.end(net.ErrClosed)
	return nil
}

// end ends the process for a reason: at the end of its input, else by force.
func (p *process) end(why error) {
	p.mu.Lock()
	if p.done == nil {
		p.done = why
	}
	p.mu.Unlock()
	p.once.Do(func() {
		close(p.closed)
		go func() {
			_, _ = p.in.Close(), p.out.Close()
			for _, step := range []struct {
				wait time.Duration
				then func(*exec.Cmd)
			}{{politeTime, terminate}, {termTime, kill}} {
				select {
				case <-p.ended:
					return
				case <-time.After(step.wait):
					step.then(p.cmd)
				}
			}
		}()
	})
}

// why is the reason for which the process was ended from here; nil if it was not.
func (p *process) why() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done
}

// exit is the status of a process that has ended; −1 if it was killed.
func (p *process) exit() int {
	var status *exec.ExitError
	switch {
	case p.status == nil, errors.Is(p.status, exec.ErrWaitDelay):
		return 0
	case errors.As(p.status, &status):
		return status.ExitCode()
	}
	return -1
}

// withoutSecrets is an environment for another program, which may send it to another machine. It
// can't ask for a password in a window either.
func withoutSecrets(environ []string) []string {
	kept := make([]string, 0, len(environ)+1)
	for _, entry := range environ {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case "SOCIETOP_TOKEN", "SOCIETOP_PASSWORD", "PGPASSWORD", askpass:
		default:
			kept = append(kept, entry)
		}
	}
	return append(kept, askpass+"=never")
}

// askpass is the variable by which ssh asks for passwords in a window, or does not.
const askpass = "SSH_ASKPASS_REQUIRE"

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// maxTail is how much a tail keeps.
const maxTail = 8 << 10

// Write never fails.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b[max(0, len(b)-maxTail):]...)
	t.text = t.text[max(0, len(t.text)-maxTail):]
	return len(b), nil
}

// String is what is kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
