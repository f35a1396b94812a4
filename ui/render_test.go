package ui

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"societop/ui/theme"
)

// shown is an App that tells what it would draw.
type shown struct{ *App }

// askMsg asks for the frame.
type askMsg chan string

func (s shown) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if ask, ok := msg.(askMsg); ok {
		ask <- s.App.View().Content
		return s, nil
	}
	_, cmd := s.App.Update(msg)
	return s, cmd
}

// glass is the screen of an emulator that a program writes to.
type glass struct {
	mu      sync.Mutex
	em      *vt.Emulator
	changed chan struct{}
}

func (g *glass) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case g.changed <- struct{}{}:
	default:
	}
	return g.em.Write(p)
}

// resize gives the emulator another size.
func (g *glass) resize(w, h int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.em.Resize(w, h)
}

// differs says where the screen is not the frame, cell by cell; "" nowhere.
func (g *glass) differs(frame string, w, h int) string {
	want := vt.NewEmulator(w, h)
	for y, line := range strings.Split(frame, "\n") {
		_, _ = fmt.Fprintf(want, "\x1b[%d;1H%s", y+1, line)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for y := range h {
		for x := range w {
			a, b := want.CellAt(x, y), g.em.CellAt(x, y)
			if !sameCell(a, b) {
				return fmt.Sprintf("cell %d,%d is %q in %v, should be %q in %v", x, y, b.Content, b.Style, a.Content, a.Style)
			}
		}
	}
	return ""
}

// sameCell reports whether cells look the same: of an empty one the colour of the text cannot be
// seen.
func sameCell(a, b *uv.Cell) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := *a, *b
	for _, c := range []*uv.Cell{&x, &y} {
		if strings.TrimSpace(c.Content) == "" && c.Style.Attrs&uv.AttrReverse == 0 && c.Style.Underline == 0 {
			c.Content, c.Style = "", uv.Style{Bg: c.Style.Bg}
		}
	}
	return x.Content == y.Content && x.Style.Equal(&y.Style)
}

// TestTheScreenIsTheView: whatever is typed, and however the terminal is resized, in the end
// an emulator shows each cell as the view has it: what Bubble Tea leaves out was there.
func TestTheScreenIsTheView(t *testing.T) {
	keys := strings.Split("j k g G j j j enter esc tab 1 2 6 7 8 ] [ f s S p ? / 北 a x c n y m space , . < > L l h z", " ")
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 2))
			src := town(40, 30)
			src.metrics.all = measuredHours(60)
			src.log.text = goldenLog + strings.Repeat(hostileLine+"\n", 20)
			app, err := New(t.Context(), Options{Source: src, Interval: time.Hour, Theme: theme.Dark, Zone: time.UTC, Now: func() time.Time { return start }})
			if err != nil {
				t.Fatal(err)
			}
			w, h := 120, 36
			g := &glass{em: vt.NewEmulator(w, h), changed: make(chan struct{}, 1)}
			master, tty, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.Copy(g, master) }()
			go func() { _, _ = io.Copy(master, g.em) }() // the emulator's answers
			p := tea.NewProgram(shown{app}, tea.WithInput(tty), tea.WithOutput(tty), tea.WithWindowSize(w, h), tea.WithColorProfile(colorprofile.TrueColor),
				tea.WithEnvironment(append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")), tea.WithoutSignalHandler())
			ended := make(chan struct{})
			go func() { defer close(ended); _, _ = p.Run() }()
			defer func() { p.Quit(); <-ended }() // what it reads from is not closed: it may still be reading
			for range 40 {
				if rng.IntN(4) == 0 { // now that nothing is on its way: the emulator cannot bear margins beyond its size
					w, h = 1+rng.IntN(200), 1+rng.IntN(60)
					g.resize(w, h)
					p.Send(tea.WindowSizeMsg{Width: w, Height: h})
				}
				for range rng.IntN(5) {
					p.Send(keyOf(keys[rng.IntN(len(keys))]))
				}
				await(t, p, g, w, h)
			}
		})
	}
}

// await waits until the screen is the view.
func await(t *testing.T, p *tea.Program, g *glass, w, h int) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		ask := make(askMsg, 1)
		p.Send(ask)
		wrong := g.differs(<-ask, w, h)
		if wrong == "" {
			return
		}
		select {
		case <-g.changed:
		case <-time.After(100 * time.Millisecond): // the view may change without a byte being written
		case <-deadline:
			t.Fatalf("at %d×%d %s:\n%s", w, h, wrong, g.em.String())
		}
	}
}

func TestWhatIsTypedHasOneWidth(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		s.press("/", "⚠️", "👩‍🚀", "\u200b", "é")
		s.shows("/ ⚠👩é")
	})
}
