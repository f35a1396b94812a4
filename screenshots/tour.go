//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// act is a part of the tour, the animated picture: keys, and what is shown after them.
type act struct {
	keys   []string
	expect string        // what the screen shows then
	show   int           // how long the frame is shown, in hundredths of a second
	frames int           // how many frames follow, each shown for pace
	every  time.Duration // the time between two of them
	pace   int
}

// tour shows the list while the lab runs, opens a run, plays its map, and shows what its agents
// say.
var tour = []act{
	{expect: "● live", show: 120, frames: 5, every: time.Second, pace: 60},
	{keys: []string{"j"}, show: 25},
	{keys: []string{"j"}, show: 25},
	{keys: []string{"j"}, show: 25},
	{keys: []string{"j"}, show: 25},
	{keys: []string{"j"}, expect: "of 480", show: 180},
	{keys: []string{"\r"}, show: 60},
	{keys: []string{"3"}, expect: "agents ·", show: 100},
	{keys: []string{"f"}, show: 100},
	{keys: []string{"@"}, show: 60},
	{keys: []string{"d1 07:00"}, show: 100},
	{keys: []string{"\r"}, show: 60},
	{keys: []string{" "}, frames: 28, every: 260 * time.Millisecond, pace: 16},
	{keys: []string{" "}, show: 60},
	{keys: []string{"L"}, show: 60},
	{keys: []string{"4"}, expect: "thinks", show: 220},
	{keys: []string{"5"}, expect: "answered", show: 200},
	{keys: []string{"6"}, expect: "metrics", show: 220},
	{keys: []string{"f", "\x1b"}, expect: "Experiments", show: 150},
}

// film plays the tour, and writes each frame as tour-NUMBER-DELAY.svg.
func film(program, out string) error {
	size := scene{name: "tour", width: 112, height: 30}
	cmd, err := command(size, program)
	if err != nil {
		return err
	}
	defer os.RemoveAll(cmd.Dir)
	cmd.Args = append(cmd.Args, "--speed", "3", "--interval", "1s")
	s, err := start(cmd, size.width, size.height)
	if err != nil {
		return err
	}
	defer s.close()
	number := 0
	frame := func(delay int) error {
		name := fmt.Sprintf("tour-%03d-%04d.svg", number, delay)
		number++
		return os.WriteFile(filepath.Join(out, name), []byte(draw(s.screen, false)), 0o644)
	}
	for _, a := range tour {
		if err := perform(s, a, frame); err != nil {
			return err
		}
	}
	return nil
}

// perform plays one act, and calls frame for each of its frames.
func perform(s *session, a act, frame func(delay int) error) error {
	if a.expect != "" || a.frames == 0 {
		if err := s.press(a.keys...); err != nil {
			return err
		}
		if err := s.await(a.expect); err != nil {
			return err
		}
		if err := frame(a.show); err != nil {
			return err
		}
	} else if _, err := s.tty.WriteString(a.keys[0]); err != nil { // the screen does not settle
		return err
	}
	for range a.frames {
		time.Sleep(a.every)
		if err := frame(a.pace); err != nil {
			return err
		}
	}
	return nil
}
