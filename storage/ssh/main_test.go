//go:build unix

package ssh

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/rundir"
	"societop/storage/serve"
	"societop/storage/ssh/stdio"
	"societop/storage/storagetest"
)

// The test's binary is also what it starts, by the name under which it is started.
func TestMain(m *testing.M) {
	switch strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") {
	case "ssh":
		os.Exit(actSSH())
	case "societop":
		os.Exit(actSocietop())
	}
	if address := os.Getenv(parentOf); address != "" {
		os.Exit(actParent(address))
	}
	os.Exit(m.Run())
}

// The variables that tell the stubs what to do.
const (
	actsVariable = "SOCIETOP_TEST_SSH"  // a file with an act as JSON
	dirVariable  = "SOCIETOP_TEST_DIR"  // where they leave what they were given
	parentOf     = "SOCIETOP_TEST_OPEN" // the address that the parent of an ssh opens
)

// act is what the stub of ssh does in place of running a command.
type act struct {
	Print    string // before anything else, on standard output
	Say      string // on standard error
	Exit     int    // with this status; −1: it goes on
	Stubborn bool   // it ignores the end of its input, and SIGTERM
	Slow     bool   // its output crosses a slow link
	Version  int    // the reply has this version
}

// actSSH is the stub: it runs the command as sshd does, by a shell.
func actSSH() int {
	note("ssh", map[string]any{"args": os.Args[1:], "pid": os.Getpid(), "environ": os.Environ()})
	a := act{Exit: -1}
	if file := os.Getenv(actsVariable); file != "" {
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &a)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 99
		}
	}
	fmt.Print(a.Print)
	fmt.Fprint(os.Stderr, a.Say)
	switch {
	case a.Exit >= 0:
		return a.Exit
	case a.Stubborn:
		signal.Ignore(syscall.SIGTERM)
		select {}
	case a.Version != 0:
		fmt.Printf("societop-stdio {\"version\":%d,\"release\":\"v0.9 \\u001b[31m\"}\n", a.Version)
		_, _ = io.Copy(io.Discard, os.Stdin)
		return 0
	}
	var command []string
	for i, arg := range os.Args {
		if arg == "--" {
			command = os.Args[i+2:]
			break
		}
	}
	shell := exec.Command("/bin/sh", "-c", strings.Join(command, " "))
	shell.Stdin, shell.Stdout, shell.Stderr = os.Stdin, os.Stdout, os.Stderr
	if a.Slow {
		shell.Stdout = slow{}
	}
	if err := shell.Run(); err != nil {
		if shell.ProcessState != nil {
			return shell.ProcessState.ExitCode()
		}
		return 98
	}
	return 0
}

// slow is standard output over a link of some 50 KB a second.
type slow struct{}

// Write writes a little at a time.
func (slow) Write(p []byte) (n int, err error) {
	for some := range slices.Chunk(p, 1<<10) {
		time.Sleep(20 * time.Millisecond)
		written, err := os.Stdout.Write(some)
		if n += written; err != nil {
			return n, err
		}
	}
	return n, nil
}

// actSocietop is the program on the other machine: it serves an empty source.
func actSocietop() int {
	note("societop", map[string]any{"args": os.Args[1:], "pid": os.Getpid()})
	err := stdio.Serve(context.Background(), os.Stdin, os.Stdout, stdio.Options{
		Release: "test",
		Open: func(_ context.Context, path string) (model.Source, error) {
			note("path", map[string]any{"path": []byte(path)})
			if strings.HasSuffix(path, "refused") {
				return nil, &model.Error{Op: "open", Address: path, Err: model.ErrNotLab, Detail: "it is a cake"}
			}
			if path == "" {
				return nil, model.Usagef("there is no default")
			}
			if strings.HasSuffix(path, ".db") {
				return bolt.Open(path, bolt.Options{}), nil
			}
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				return rundir.New(path, rundir.Options{}), nil
			}
			return storagetest.NewMemory(), nil
		},
		Handler: func(src model.Source) http.Handler {
			if _, ok := src.(*storagetest.Memory); ok {
				return http.HandlerFunc(serveTest)
			}
			return serve.New(src, serve.Options{Version: "test"})
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// serveTest has an answer at once, one that never comes, and one that never ends.
func serveTest(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/pid":
		fmt.Fprint(w, os.Getpid())
	case "/never":
		note("never", nil)
		<-r.Context().Done()
	case "/long":
		_, _ = w.Write(make([]byte, 200<<10))
	case "/cut":
		_, _ = w.Write(make([]byte, 10<<10))
		panic(http.ErrAbortHandler)
	case "/endless":
		for r.Context().Err() == nil {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<10)); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Millisecond)
		}
	}
}

// note leaves a file for the test.
func note(name string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	dir := os.Getenv(dirVariable)
	if dir == "" {
		return
	}
	file := fmt.Sprintf("%s.%d.%d", name, os.Getpid(), time.Now().UnixNano())
	if err := os.WriteFile(filepath.Join(dir, "."+file), b, 0o600); err == nil {
		_ = os.Rename(filepath.Join(dir, "."+file), filepath.Join(dir, file))
	}
}

// actParent opens an address, says so, and waits to be killed.
func actParent(address string) int {
	a, err := Parse(address)
	if err == nil {
		_, err = get(context.Background(), New(a, model.Access{}), "/pid")
	}
	fmt.Println("open:", err)
	select {}
}

// get is the answer to a request.
func get(ctx context.Context, t *Transport, path string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://societop"+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := t.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return string(b), err
}
