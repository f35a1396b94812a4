package ui

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"

	"societop/model"
	"societop/ui/pane"
	"societop/ui/theme"
)

// fragile is a source that panics where it is read by hand.
type fragile struct{ *fakeSource }

func (f fragile) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if b.Fresh {
		panic("the source \x1b[2J broke")
	}
	return f.fakeSource.Changes(ctx, since, b)
}

// broken is a pane that panics at a key, or when it is drawn after it.
type broken struct {
	census
	late bool
}

func (b *broken) Update(msg tea.Msg) tea.Cmd {
	if !b.late {
		panic("the pane broke")
	}
	return b.census.Update(msg)
}

func (b *broken) View() string {
	if b.told > 0 {
		panic("the pane broke")
	}
	return b.census.View()
}

// TestAPanicGivesTheTerminalBack: in a command, in Update and in View.
func TestAPanicGivesTheTerminalBack(t *testing.T) {
	all := panes
	t.Cleanup(func() { panes = all })
	lab := &fakeSource{all: testLab()}
	for name, tc := range map[string]struct {
		src  model.Source
		pane pane.Pane
		keys string
	}{
		"command": {fragile{lab}, &census{}, "r"},
		"update":  {lab, &broken{}, "\ri"},
		"view":    {lab, &broken{late: true}, "\ri"},
	} {
		t.Run(name, func(t *testing.T) {
			panes = slices.Concat([]paneEntry{{number: 9, create: func(*theme.Theme) pane.Pane { return tc.pane }}}, all)
			written, err := runInTerminal(t, tc.src, tc.keys)
			var crash *model.Crash
			if !errors.As(err, &crash) || !strings.Contains(crash.Error(), "broke") || strings.Contains(crash.Error(), "\x1b") {
				t.Errorf("it ended with %v", err)
			} else if !bytes.Contains(crash.Stack, []byte("crash_test.go")) {
				t.Errorf("the stack does not say where:\n%s", crash.Stack)
			}
			for _, restored := range []string{"\x1b[?1049l", "\x1b[?25h"} {
				if !strings.Contains(written, restored) {
					t.Errorf("the terminal was left without %q", restored)
				}
			}
			if strings.Contains(written, "goroutine") {
				t.Error("the stack is on the screen")
			}
		})
	}
}

// runInTerminal runs the monitor in a pseudo-terminal until it ends, and returns what it
// wrote. The keys are typed when the screen is there.
func runInTerminal(t *testing.T, src model.Source, keys string) (written string, err error) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: 120, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	const over = "it is over"
	var out bytes.Buffer
	var read sync.WaitGroup
	read.Go(func() {
		buf := make([]byte, 1<<14)
		for n, err := master.Read(buf); err == nil; n, err = master.Read(buf) {
			out.Write(buf[:n])
			if bytes.Contains(out.Bytes(), []byte(over)) {
				return
			}
			if keys != "" && bytes.Contains(out.Bytes(), []byte("Polarization")) {
				_, _ = master.WriteString(keys)
				keys = ""
			}
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = Run(ctx, Options{Source: src, Interval: time.Second, Theme: theme.Dark, Zone: time.UTC, Now: time.Now, Terminal: Terminal{In: tty, Out: tty, Environ: append(os.Environ(), "TERM=xterm-256color")}})
	_, _ = tty.WriteString(over) // not closed: Bubble Tea may still be reading from it
	read.Wait()
	return out.String(), err
}
