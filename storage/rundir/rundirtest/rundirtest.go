// Package rundirtest unpacks run directories of AgentSociety 2 for tests. testdata/README.md says what
// wrote them.
package rundirtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	_ "embed" // the fixtures
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

//go:embed testdata/runs.tar.gz
var runs []byte

//go:embed testdata/EXPECTED.json
var expected []byte

// Names are the runs, by their directories below the root that Unpack returns. The last one was never
// started.
var Names = []string{
	"2.1.5-completed", "2.5.4-completed", "2.5.4-killed", "2.6.0-completed", "2.9.2-completed", "2.9.2-failed",
	"2.9.2-killed", "2.9.2-resumed", "2.9.2-workspace/hypothesis_1/experiment_1/run",
	"2.9.2-workspace/hypothesis_1/experiment_2/run", "2.9.2-workspace/hypothesis_2/experiment_1/run",
}

// Unpack writes the fixtures below some names into a directory of the test, all of them without names, and
// returns that directory. Of "2.9.2-killed" it is the parent. Files may be written. All have the times at
// which they were packed, so that a run that was killed is lost.
func Unpack(t testing.TB, names ...string) string {
	t.Helper()
	root := t.TempDir()
	packed, err := gzip.NewReader(bytes.NewReader(runs))
	if err != nil {
		t.Fatal(err)
	}
	var dirs []*tar.Header
	for files := tar.NewReader(packed); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			for _, dir := range dirs { // which change while files are made in them
				if err := os.Chtimes(filepath.Join(root, filepath.FromSlash(dir.Name)), dir.ModTime, dir.ModTime); err != nil {
					t.Fatal(err)
				}
			}
			return root
		}
		if err != nil {
			t.Fatal(err)
		}
		if wanted(strings.TrimSuffix(head.Name, "/"), names) {
			if head.Typeflag == tar.TypeDir {
				dirs = append(dirs, head)
			}
			if err := write(filepath.Join(root, filepath.FromSlash(head.Name)), head, files); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Run unpacks one run, and returns its directory.
func Run(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(Unpack(t, name), filepath.FromSlash(name))
}

// wanted reports whether a file is one of names, or below one.
func wanted(file string, names []string) bool {
	for _, name := range names {
		if file == name || strings.HasPrefix(file, name+"/") {
			return true
		}
	}
	return len(names) == 0
}

// write writes one entry of the archive, with its time.
func write(path string, head *tar.Header, content io.Reader) error {
	if head.Typeflag == tar.TypeDir {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	b, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return err
	}
	return os.Chtimes(path, head.ModTime, head.ModTime)
}

// Table is what is known of a table of a fixture.
type Table struct {
	Rows         int   `json:"rows"`
	DistinctKeys int   `json:"distinct_keys"` // 0 in databases, where it is Rows
	Files        int   `json:"files"`         // of JSON
	Torn         int   `json:"torn"`
	Steps        []int `json:"steps"` // the lowest, the highest, and how many; none: the table has no step
}

// Expected is what is known of the fixtures: raw is by run, tables by run and table. It was counted by a
// program that shares nothing with this module.
func Expected(t testing.TB) (raw map[string]json.RawMessage, tables map[string]map[string]Table) {
	t.Helper()
	if err := json.Unmarshal(expected, &raw); err != nil {
		t.Fatal(err)
	}
	tables = make(map[string]map[string]Table)
	for name, one := range raw {
		var run struct {
			Tables map[string]Table `json:"tables"`
		}
		if err := json.Unmarshal(one, &run); err != nil {
			t.Fatal(err)
		}
		tables[name] = run.Tables
	}
	return raw, tables
}
