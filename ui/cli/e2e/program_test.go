package e2e

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"societop/ui/cli/clitest"
)

// program is the built societop.
var program clitest.Program

func TestMain(m *testing.M) {
	if os.Getenv(asEmpty) != "" {
		runEmpty()
	}
	if os.Getenv(asRun) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed, or its test is
		os.Exit(0)
	}
	os.Exit(clitest.Main(m, &program))
}

// asEmpty is the variable that makes of the test's binary an empty Bubble Tea program.
const asEmpty = "SOCIETOP_TEST_EMPTY"

// asRun is the variable that makes of it the process of a run of AgentSociety 2, which only waits.
const asRun = "SOCIETOP_TEST_RUN"

// empty is a Bubble Tea program that does nothing.
type empty struct{}

func (empty) Init() tea.Cmd                       { return nil }
func (empty) Update(tea.Msg) (tea.Model, tea.Cmd) { return empty{}, nil }
func (empty) View() (v tea.View)                  { v.AltScreen = true; v.SetContent("empty"); return v }

func runEmpty() {
	if _, err := tea.NewProgram(empty{}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// TestSources opens the directories that the program is built from. The go command does not know
// otherwise that the results of this package depend on them, and would reuse old ones.
func TestSources(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}", "societop").Output()
	dirs := strings.Fields(string(out))
	if err != nil || len(dirs) < 10 {
		t.Fatalf("packages of the program: %v, %v", dirs, err)
	}
	for _, dir := range dirs {
		if _, err := os.ReadDir(dir); err != nil {
			t.Error(err)
		}
	}
}

// fixtures are AgentSociety's own files.
const fixtures = "../../../storage/importer/testdata"

// sqliteFixture unpacks AgentSociety's database.
func sqliteFixture(t *testing.T) string {
	t.Helper()
	in, err := os.Open(filepath.Join(fixtures, "sqlite.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	unzip, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "sqlite.db", data)
}

// write makes a file in a folder of its own.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// lab imports both fixtures.
func lab(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "import", sqliteFixture(t), filepath.Join(fixtures, "export.zip"), path)
	return path
}
