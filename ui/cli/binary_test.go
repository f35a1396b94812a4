package cli_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"societop/ui/cli/clitest"
)

// program is the built societop.
var program clitest.Program

func TestMain(m *testing.M) { os.Exit(clitest.Main(m, &program)) }

// fixtures are AgentSociety's own files.
const fixtures = "../../storage/importer/testdata"

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
