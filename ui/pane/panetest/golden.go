package panetest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"societop/ui/pane"
	"societop/ui/theme"
)

// Update makes Compare write golden files (go test ./ui/... -update).
var Update = flag.Bool("update", false, "write the golden files")

// Compare fails the test unless a golden file has the text.
func Compare(t *testing.T, file, got string) {
	t.Helper()
	if *Update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", file, got)
	}
}

// Golden compares a pane with its golden files: its text at three sizes, which is the same in
// every theme, and its styles in a dark and a light theme at one of them.
func Golden(t *testing.T, scene string, create func(*theme.Theme) pane.Pane, v pane.View, keys string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", strings.ReplaceAll(scene, " ", "_"))
	for _, size := range [][2]int{{116, 19}, {76, 15}, {36, 8}} {
		for _, look := range []theme.Name{theme.Dark, theme.Light, theme.Mono} {
			p := create(theme.New(look, false))
			p.Resize(size[0], size[1])
			p.Show(v)
			Press(p, keys)
			Compare(t, fmt.Sprintf("%s_%dx%d.txt", file, size[0], size[1]), ansi.Strip(p.View())+"\n")
			if size[0] == 76 && look != theme.Mono {
				Compare(t, file+"_"+look+".txt", Styles(p.View(), size[0], size[1]))
			}
		}
	}
}

// Styles returns a frame with a letter for the style of each cell below each line, "." for the
// terminal's own, and the meaning of the letters at the end.
func Styles(frame string, w, h int) string {
	em := vt.NewEmulator(w, h)
	for y, line := range strings.Split(frame, "\n") {
		_, _ = fmt.Fprintf(em, "\x1b[%d;1H%s", y+1, line)
	}
	letters, legend := map[string]byte{"": '.'}, []string{}
	var b strings.Builder
	for y := range h {
		var text, styles strings.Builder
		for x := range w {
			c := em.CellAt(x, y)
			if c.Width == 0 { // the second half of a wide one
				styles.WriteByte(' ')
				continue
			}
			text.WriteString(c.Content)
			styles.WriteByte(letterOf(c, letters, &legend))
		}
		b.WriteString(text.String() + "\n" + strings.TrimRight(styles.String(), ".") + "\n")
	}
	return b.String() + "\n" + strings.Join(legend, "\n") + "\n"
}

// letterOf returns the letter of a cell's style. Of an empty cell only the background is visible.
func letterOf(c *uv.Cell, letters map[string]byte, legend *[]string) byte {
	style := c.Style
	if strings.TrimSpace(c.Content) == "" && style.Attrs&uv.AttrReverse == 0 && style.Underline == 0 {
		style = uv.Style{Bg: style.Bg}
	}
	code := strings.Trim(style.String(), "\x1b[m")
	letter, known := letters[code]
	if !known {
		letter = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(*legend)%52]
		letters[code] = letter
		*legend = append(*legend, string(letter)+" "+code)
	}
	return letter
}
