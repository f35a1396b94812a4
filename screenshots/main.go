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
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// scene is one picture: a size, keys, and what is to be seen.
type scene struct {
	name          string
	width, height int
	keys          []string
	light         bool
	expect        string // what the screen shows when it is ready
}

// scenes is every picture. All are of the demo with one seed and one clock.
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
	{name: "filter", width: 120, height: 36, keys: []string{"/", "status:running,error"}, expect: "running,error"},
	{name: "help", width: 120, height: 36, keys: []string{"?"}, expect: "Keys"},
}

// clock and seed fix what the demo shows.
const (
	clock = "2026-11-23T14:00:00Z"
	seed  = "7"
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
	theme := "dark"
	if s.light {
		theme = "light"
	}
	cmd := exec.Command(program, "demo", "--seed", seed, "--start", clock, "--theme", theme, "--utc", "--file", "beijing-lab.db")
	if cmd.Dir, err = os.MkdirTemp("", "societop-screenshots-"); err != nil {
		return err
	}
	defer os.RemoveAll(cmd.Dir)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "LC_ALL=", "NO_COLOR=", "SSH_TTY=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(s.height), Cols: uint16(s.width)})
	if err != nil {
		return err
	}
	defer tty.Close()
	screen := vt.NewSafeEmulator(s.width, s.height)
	changed := make(chan struct{}, 1)
	go func() { _, _ = io.Copy(&watched{screen, changed}, tty) }()
	go func() { _, _ = io.Copy(tty, screen) }() // its answers to the program's questions
	defer func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() }()
	if err := await(screen, "live", changed); err != nil {
		return err
	}
	for _, k := range s.keys {
		if _, err := io.WriteString(tty, k); err != nil {
			return err
		}
		settle(changed)
	}
	if err := await(screen, s.expect, changed); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, s.name+".svg"), []byte(draw(screen, s.light)), 0o644)
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
