package input

import (
	"fmt"
	"io"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"societop/model"
)

// Keyboard returns the source of keys, in whole sequences: in, or the terminal of the process if in is
// nil, which closing closes.
func Keyboard(in io.Reader) (_ io.Reader, closing func(), err error) {
	closing = func() {}
	if in == nil {
		tty, out, err := tea.OpenTTY()
		if err != nil {
			return nil, nil, fmt.Errorf("read keys: %w", err)
		}
		in = tty
		closing = func() {
			_ = tty.Close() // it was read from
			if out != tty {
				_ = out.Close() // and this not written to
			}
		}
	}
	if file, ok := in.(File); ok {
		in = NewReader(file)
	}
	return in, closing, nil
}

// The size of a terminal that does not know its own, such as a serial line or ssh without one, and
// the largest size that is accepted from the environment.
const (
	usualWidth, usualHeight = 80, 24
	maxSize                 = 4096
)

// Sized returns a filter that gives a terminal of unknown size that of $COLUMNS and $LINES, else the
// usual one.
func Sized(env []string) func(tea.Model, tea.Msg) tea.Msg {
	known := func(cells int, name string, usual int) int {
		if cells > 0 {
			return cells
		}
		if n, err := strconv.Atoi(model.Getenv(env, name)); err == nil && n > 0 && n <= maxSize {
			return n
		}
		return usual
	}
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		if size, ok := msg.(tea.WindowSizeMsg); ok {
			return tea.WindowSizeMsg{Width: known(size.Width, "COLUMNS", usualWidth), Height: known(size.Height, "LINES", usualHeight)}
		}
		return msg
	}
}
