//go:build unix

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
	"slices"
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

// beijing selects a run of the demo that is well under way.
var beijing = []string{"j", "j", "j", "j", "j"}

// panes is a picture or two of every pane, each at both sizes, dark and light.
var panes = []scene{
	{name: "list", keys: beijing, expect: "北京"},
	{name: "overview", keys: keys(beijing, "\r", "1"), expect: "simulated"},
	{name: "agents", keys: keys(beijing, "\r", "2"), expect: "agents · by id"},
	{name: "agent", keys: keys(beijing, "\r", "2", "j", "j", "\r"), expect: "Profile"},
	{name: "map", keys: keys(beijing, "\r", "3", "v", "v", "v"), expect: "by "},
	{name: "map-heat", keys: keys(beijing, "\r", "3", "V", "z", "t"), expect: "agents"},
	{name: "talk", keys: keys(beijing, "\r", "4"), expect: "following"},
	{name: "surveys", keys: keys(beijing, "\r", "5"), expect: "answered"},
	{name: "metrics", keys: keys(beijing, "\r", "6"), expect: "9 metrics"},
	{name: "metric", keys: keys(beijing, "\r", "6", "l", "\r", "h", "h", "\x1b[5~"), expect: "point"},
	{name: "config", keys: keys(beijing, "\r", "7"), expect: "agents:"},
	{name: "log", server: true, keys: []string{"G", "k", "k", "8"}, expect: "following"},
}

// others is pictures of other states, each once.
var others = []scene{
	{name: "list-200x60", width: 200, height: 60, expect: "live"},
	{name: "list-120x36", width: 120, height: 36, expect: "live"},
	{name: "list-40x12", width: 40, height: 12, expect: "live"},
	{name: "error", width: 120, height: 36, keys: []string{"/", "status:error", "\r", "\r"}, expect: "Traceback"},
	{name: "filter", width: 120, height: 36, keys: []string{"/", "status:running,error"}, expect: "running,error"},
	{name: "columns", width: 109, height: 30, keys: []string{"c", "j", "j", " ", "j", "j", "j", " ", "j", "j", " ", "\x1b"}, expect: "A STEP"},
	{name: "help", width: 160, height: 45, keys: []string{"?"}, expect: "Keys"},
	{name: "config-search", width: 120, height: 36, keys: keys(beijing, "\r", "7", "/", "workflow", "\r"), expect: "1 of"},
	{name: "endpoint", server: true, width: 160, height: 45, keys: []string{"j", "j", "j"}, expect: "36/480"},
	{name: "stale", server: true, width: 120, height: 36, keys: []string{"j", "j", "j"}, killed: []string{"r"}, expect: "STALE"},
}

// keys is keys to type, one after the other.
func keys(first []string, then ...string) []string { return slices.Concat(first, then) }

// scenes is every picture. Those of the demo have one seed and one clock, those of the server
// one date.
func scenes() []scene {
	all := slices.Clone(others)
	for _, s := range panes {
		for _, light := range []bool{false, true} {
			for _, size := range [][2]int{{160, 45}, {80, 24}} {
				one := s
				one.width, one.height, one.light = size[0], size[1], light
				if size[0] == 80 {
					one.name += "-80x24"
				}
				if light {
					one.name += "-light"
				}
				all = append(all, one)
			}
		}
	}
	return all
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
	for _, s := range scenes() {
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
