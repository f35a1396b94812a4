// Command screenshots takes pictures of the monitor: it runs a built societop in a
// pseudo-terminal, types keys, and draws what a terminal emulator shows as SVG.
//
//	screenshots -program ./societop -out DIR
//
// make.sh builds the program, takes every picture, and turns them into PNG.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"societop/storage/remote/remotetest"
)

// scene is one picture: a size, keys, and what is to be seen.
type scene struct {
	name          string
	width, height int
	keys          []string
	light         bool
	server        bool     // of a server of recorded answers, not of the demo
	killed        []string // the server is killed, and these keys are typed then
	expect        string   // what the screen shows when it is ready
}

// scenes is every picture. Those of the demo have one seed and one clock, those of the server
// one date.
var scenes = []scene{
	{name: "list", width: 160, height: 36, keys: []string{"j", "j", "j", "j", "j"}, expect: "qwen"},
	{name: "list-light", width: 160, height: 36, light: true, keys: []string{"j", "j", "j", "j", "j"}, expect: "qwen"},
	{name: "list-80x24", width: 80, height: 24, expect: "live"},
	{name: "list-200x60", width: 200, height: 60, expect: "live"},
	{name: "list-120x36", width: 120, height: 36, expect: "live"},
	{name: "list-40x12", width: 40, height: 12, expect: "live"},
	{name: "overview-80x24", width: 80, height: 24, keys: []string{"\r"}, expect: "simulated"},
	{name: "error", width: 120, height: 36, keys: []string{"/", "status:error", "\r", "\r"}, expect: "Traceback"},
	{name: "config", width: 160, height: 45, keys: []string{"7"}, expect: "agents:"},
	{name: "config-80x24", width: 80, height: 24, keys: []string{"7"}, expect: "agents:"},
	{name: "agents", width: 160, height: 45, keys: []string{"2", "G", "k", "\r"}, expect: "agents · by id"},
	{name: "metrics", width: 160, height: 45, keys: []string{"6", "G", "k", "\r"}, expect: "9 metrics"},
	{name: "metrics-80x24", width: 80, height: 24, keys: []string{"G", "k", "6"}, expect: "9 metrics"},
	{name: "filter", width: 120, height: 36, keys: []string{"/", "status:running,error"}, expect: "running,error"},
	{name: "help", width: 120, height: 36, keys: []string{"?"}, expect: "Keys"},
	{name: "endpoint", server: true, width: 160, height: 45, keys: []string{"j", "j", "j"}, expect: "36/480"},
	{name: "log", server: true, width: 160, height: 45, keys: []string{"G", "k", "k", "8"}, expect: "following"},
	{name: "log-80x24", server: true, width: 80, height: 24, keys: []string{"G", "k", "k", "8"}, expect: "following"},
	{name: "metric", server: true, width: 120, height: 36, keys: []string{"/", "status:finished", "\r", "j", "j", "6", "\r", "l", "\r", "h", "h", "h", "\x1b[5~", "\x1b[5~"}, expect: "point"},
	{name: "stale", server: true, width: 120, height: 36, keys: []string{"j", "j", "j"}, killed: []string{"r"}, expect: "STALE"},
}

// date is the server's: right after the newest of the recorded answers, and far from the
// seconds at which an age would become a minute older.
var date = time.Date(2026, 11, 23, 14, 43, 41, 0, time.UTC)

const (
	// clock and seed fix what the demo shows.
	clock = "2026-11-23T14:00:00Z"
	seed  = "7"
	// answers is the folder of what the server answers, and port where it does, so that the
	// address in the picture is always the same.
	answers = "storage/remote/testdata/agentsociety-api"
	port    = "localhost:8080"
	// patience is how long a screen may take to show what is expected.
	patience = 20 * time.Second
	// rest is how long a screen must stand still to be taken.
	rest = 400 * time.Millisecond
)

func main() {
	program := flag.String("program", "./societop", "the societop to take pictures of")
	out := flag.String("out", ".", "the folder for the pictures")
	only := flag.String("only", "", "take only this picture")
	flag.Parse()
	path, err := filepath.Abs(*program)
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
	for _, s := range scenes {
		if *only != "" && s.name != *only {
			continue
		}
		if err := take(s, path, *out); err != nil {
			fmt.Fprintf(os.Stderr, "screenshots: %s: %v\n", s.name, err)
			os.Exit(1)
		}
		fmt.Println(s.name)
	}
}

// take plays one scene and writes its picture.
func take(s scene, program, out string) (err error) {
	cmd := exec.Command(program, "demo", "--seed", seed, "--start", clock, "--file", "beijing-lab.db")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "LC_ALL=", "NO_COLOR=", "SSH_TTY=")
	kill := func() {}
	if s.server {
		cmd.Args = []string{program, "http://" + port}
		if kill, err = serve(); err != nil {
			return err
		}
	}
	defer kill()
	cmd.Args = append(cmd.Args, "--utc", "--theme", "dark")
	if s.light {
		cmd.Args[len(cmd.Args)-1] = "light"
	}
	if cmd.Dir, err = os.MkdirTemp("", "societop-screenshots-"); err != nil {
		return err
	}
	defer os.RemoveAll(cmd.Dir)
	svg, err := play(s, cmd, kill)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, s.name+".svg"), []byte(svg), 0o644)
}

// serve serves the recorded answers, and returns what kills the server.
func serve() (kill func(), err error) {
	l, err := net.Listen("tcp", port)
	if err != nil {
		return func() {}, err
	}
	server := &http.Server{Handler: remotetest.Fixtures(answers, remotetest.Now(func() time.Time { return date })), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close() }, nil
}

// play runs the program, types the keys of a scene, and draws the screen once it shows what
// is expected.
func play(s scene, cmd *exec.Cmd, kill func()) (svg string, err error) {
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(s.height), Cols: uint16(s.width)})
	if err != nil {
		return "", err
	}
	defer tty.Close()
	screen := vt.NewSafeEmulator(s.width, s.height)
	changed := make(chan struct{}, 1)
	go func() { _, _ = io.Copy(&watched{screen, changed}, tty) }()
	go func() { _, _ = io.Copy(tty, screen) }() // its answers to the program's questions
	defer func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() }()
	if err := await(screen, "● live", changed); err != nil {
		return "", err
	}
	if err := press(tty, s.keys, changed); err != nil {
		return "", err
	}
	if s.killed != nil {
		kill()
		if err := press(tty, s.killed, changed); err != nil {
			return "", err
		}
	}
	if err := await(screen, s.expect, changed); err != nil {
		return "", err
	}
	return draw(screen, s.light), nil
}

// press types keys, each once the screen stands still after the one before.
func press(tty io.Writer, keys []string, changed <-chan struct{}) error {
	for _, k := range keys {
		if _, err := io.WriteString(tty, k); err != nil {
			return err
		}
		settle(changed)
	}
	return nil
}

// watched tells when the emulator was written to.
type watched struct {
	io.Writer
	changed chan<- struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	select {
	case w.changed <- struct{}{}:
	default:
	}
	return n, err
}

// await waits until the screen shows a text and then stands still.
func await(screen *vt.SafeEmulator, text string, changed <-chan struct{}) error {
	deadline := time.After(patience)
	for !strings.Contains(screen.String(), text) {
		select {
		case <-changed:
		case <-deadline:
			return errors.New("the screen does not show " + text + ":\n" + screen.String())
		}
	}
	settle(changed)
	return nil
}

// settle waits until nothing is written for a moment.
func settle(changed <-chan struct{}) {
	for {
		select {
		case <-changed:
		case <-time.After(rest):
			return
		}
	}
}
