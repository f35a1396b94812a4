package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExport exports an experiment, imports that and exports it again: it is the same.
func TestExport(t *testing.T) {
	path, dir := lab(t), t.TempDir()
	first, second, between := filepath.Join(dir, "1.zip"), filepath.Join(dir, "2.zip"), filepath.Join(dir, "lab.db")
	if out := program.Done(t, "export", path, "b3a893be", first); !strings.HasPrefix(out, "1 experiment written · ") {
		t.Errorf("it prints %q", out)
	}
	program.Done(t, "import", first, between)
	program.Done(t, "export", between, "b3a893be", second)
	if !bytes.Equal(read(t, first), read(t, second)) {
		t.Error("it is another one after an import")
	}
}

// TestExportOfALab copies runs into a new lab file.
func TestExportOfALab(t *testing.T) {
	path, copied := lab(t), filepath.Join(t.TempDir(), "copy.db")
	out := program.Done(t, "export", "--lab", copied, path, "b3a893be", "51b2d179", "b3a893be")
	if !strings.HasPrefix(out, "2 experiments written · ") || len(listed(t, copied)) != 2 {
		t.Errorf("it prints %q", out)
	}
	program.Done(t, "check", copied)
	for _, command := range []string{"talk", "surveys", "metrics", "timeline"} {
		if a, b := program.Done(t, command, path, "51b2d179"), program.Done(t, command, copied, "51b2d179"); a != b {
			t.Errorf("%s of the copy prints\n%.300s\nwant\n%.300s", command, b, a)
		}
	}
}

// TestBadExports says what is wrong in one sentence, and writes nothing.
func TestBadExports(t *testing.T) {
	path, dir := lab(t), t.TempDir()
	there := write(t, "there.zip", []byte("mine"))
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{1, "the file exists; give another name, or replace it with --force", []string{path, "b3a893be", there}},
		{1, "the file can't be written (there is no such directory)", []string{path, "b3a893be", filepath.Join(dir, "no", "x.zip")}},
		{2, "a lab file can't be exported into itself", []string{"--force", "--lab", path, path, "b3a893be"}},
		{2, "FILE.zip is missing", []string{path, "b3a893be"}},
		{2, "use --lab", []string{path, "b3a893be", "51b2d179", filepath.Join(dir, "x.zip")}},
		{2, "not an address", []string{"--lab", "http://127.0.0.1:1", path, "b3a893be"}},
		{4, "no such experiment", []string{path, "nobody", filepath.Join(dir, "x.zip")}},
		{4, "no such experiment", []string{"--lab", filepath.Join(dir, "x.db"), path, "b3a893be", "nobody"}},
		{6, "there is no file yet", []string{filepath.Join(dir, "no.db"), "b3a893be", filepath.Join(dir, "x.zip")}},
		{3, "can't be reached", []string{"http://127.0.0.1:1", "b3a893be-faca-5688-9599-a8655fc4191c", filepath.Join(dir, "x.zip")}},
	} {
		out, errs, code := program.Run(t, append([]string{"export"}, c.args...)...)
		if code != c.code || out != "" || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 {
			t.Errorf("export %s: exit code %d, want %d: %s%swant %q", c.args, code, c.code, out, errs, c.want)
		}
	}
	if string(read(t, there)) != "mine" {
		t.Error("a file was replaced")
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
}
