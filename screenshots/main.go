//go:build unix

// Command screenshots takes pictures of the monitor: it runs a built societop in a
// pseudo-terminal, types keys, and draws what a terminal emulator shows as SVG.
//
//	screenshots -program ./societop -out DIR
//	screenshots -gif FILE -out DIR
//
// The second form joins the tour's frames, once they are PNG, in an animated GIF. make.sh does
// all of it.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"societop/storage/remote/remotetest"
)

// scene is one picture: a size, keys, and what the screen is to show.
type scene struct {
	name          string
	width, height int
	keys          []string
	light         bool
	server        bool     // of a server of recorded answers, not of the demo
	write         bool     // with --write
	dir           bool     // of a run directory of AgentSociety 2, not of the demo's lab
	killed        []string // the keys to type once the server is killed
	expect        string   // what the screen shows when it is ready
}

// beijing selects a run of the demo that is well under way.
var beijing = []string{"j", "j", "j", "j", "j"}

// scenes is every picture but the tour. Those of the demo have one seed and one clock, those of
// the server one date.
var scenes = []scene{
	{name: "list", keys: beijing, expect: "北京"},
	{name: "list-light", keys: beijing, expect: "北京", light: true},
	{name: "list-80x24", width: 80, height: 24, keys: beijing, expect: "北京"},
	{name: "list-40x12", width: 40, height: 12, expect: "live"},
	{name: "overview", keys: open("1"), expect: "simulated"},
	{name: "agents", keys: open("2"), expect: "agents · by id"},
	{name: "agent", keys: open("2", "f", "j", "j", "\r"), expect: "Profile"},
	{name: "map", keys: open("3", "f", "v", "v", "v"), expect: "by "},
	{name: "map-light", keys: open("3", "V", "z", "t"), expect: "agents", light: true},
	{name: "talk", keys: open("4", "f"), expect: "following"},
	{name: "talk-80x24-light", width: 80, height: 24, keys: open("4"), expect: "following", light: true},
	{name: "surveys", keys: open("5", "f"), expect: "answered"},
	{name: "metrics", keys: open("6", "f"), expect: "9 metrics"},
	{name: "metric", keys: open("6", "l", "\r", "h", "h", "\x1b[5~"), expect: "point"},
	{name: "config", keys: open("7", "/", "workflow", "\r"), expect: "1 of"},
	{name: "log", server: true, keys: []string{"G", "k", "k", "8"}, expect: "following"},
	{name: "activity", dir: true, keys: []string{"\r", "9", "f", "j", "j", "h", "h"}, expect: "absent"},
	{name: "health", dir: true, height: 44, keys: []string{"\r", "0", "f"}, expect: "Slowest calls"},
	{name: "tables", dir: true, keys: []string{"\r", "[", "f", "G", "\r", "/", "post", "\r", "l", "l", "l", "l", "l"}, expect: "rows · all steps · post"},
	{name: "error", keys: []string{"/", "status:error", "\r", "\r"}, expect: "Traceback"},
	{name: "attention", keys: []string{"n", "T", "j"}, expect: "attention:yes"},
	{name: "actions", server: true, write: true, keys: []string{"j", "j", "j", "X"}, expect: "Actions"},
	{name: "pending", server: true, write: true, keys: []string{"G", "k", "k", "\r", "2", "j", "5", "l"}, expect: "pending"},
	{name: "filter", keys: []string{"/", "status:running,error"}, expect: "running,error"},
	{name: "columns", width: 109, height: 30, keys: []string{"c", "j", "j", " ", "j", "j", "j", "j", " ", "j", "j", "j", " ", "\x1b"}, expect: "A STEP"},
	{name: "help", width: 160, height: 45, keys: []string{"?"}, expect: "Keys"},
	{name: "stale", server: true, keys: []string{"j", "j", "j"}, killed: []string{"r"}, expect: "STALE"},
}

// open is the keys that open the run of beijing, and then more.
func open(then ...string) []string { return slices.Concat(beijing, []string{"\r"}, then) }

// The size of a picture that has none of its own.
const width, height = 120, 36

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
)

func main() {
	program := flag.String("program", "./societop", "the societop to take pictures of")
	out := flag.String("out", ".", "the folder for the pictures")
	only := flag.String("only", "", "take only this picture; tour is the animated one")
	animation := flag.String("gif", "", "join the tour's frames in -out to this file")
	flag.Parse()
	if err := run(*program, *out, *only, *animation); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(program, out, only, animation string) error {
	if animation != "" {
		return animate(out, animation)
	}
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	for _, s := range scenes {
		if only != "" && s.name != only {
			continue
		}
		if err := take(s, program, out); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Println(s.name)
	}
	if only != "" && only != "tour" {
		return nil
	}
	if err := film(program, out); err != nil {
		return fmt.Errorf("tour: %w", err)
	}
	fmt.Println("tour")
	return nil
}

// take plays one scene and writes its picture.
func take(s scene, program, out string) error {
	if s.width == 0 {
		s.width, s.height = width, height
	}
	kill := func() {}
	if s.server {
		var err error
		if kill, err = serve(); err != nil {
			return err
		}
	}
	defer kill()
	cmd, err := command(s, program)
	if err != nil {
		return err
	}
	defer os.RemoveAll(cmd.Dir)
	svg, err := play(s, cmd, kill)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, s.name+".svg"), []byte(svg), 0o644)
}

// command returns the command that a scene shows. It runs in a new directory.
func command(s scene, program string) (*exec.Cmd, error) {
	dir, err := os.MkdirTemp("", "societop-screenshots-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, "demo", "--seed", seed, "--start", clock, "--file", "beijing-lab.db")
	if s.server {
		cmd.Args = []string{program, "http://" + port}
	}
	if s.dir {
		run := exec.Command(program, "demo", "--v2", filepath.Join(dir, "run"), "--once", "--seed", seed, "--start", clock, "--agents", "24", "--steps", "80")
		if err := run.Run(); err != nil {
			return nil, err
		}
		cmd.Args = []string{program, "run"}
	}
	if s.write {
		cmd.Args = append(cmd.Args, "--write")
	}
	theme := "dark"
	if s.light {
		theme = "light"
	}
	cmd.Args = append(cmd.Args, "--utc", "--theme", theme, "--no-state")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "LC_ALL=", "NO_COLOR=", "SSH_TTY=", "SOCIETOP_CONFIG="+os.DevNull)
	cmd.Dir = dir
	return cmd, nil
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

// play runs the program, types the keys of a scene, and draws the screen once it shows what is
// expected.
func play(s scene, cmd *exec.Cmd, kill func()) (svg string, err error) {
	program, err := start(cmd, s.width, s.height)
	if err != nil {
		return "", err
	}
	defer program.close()
	if err := program.await("● live"); err != nil {
		return "", err
	}
	if err := program.press(s.keys...); err != nil {
		return "", err
	}
	if s.killed != nil {
		kill()
		if err := program.press(s.killed...); err != nil {
			return "", err
		}
	}
	if err := program.await(s.expect); err != nil {
		return "", err
	}
	return draw(program.screen, s.light), nil
}
