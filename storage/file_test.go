package storage

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
)

// TestOpenFile: a path from another machine is a file's, whatever it looks like.
func TestOpenFile(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	open := func(path, standard string) (string, error) {
		src, err := OpenFile(t.Context(), path, func() (string, error) { return standard, nil }, model.Access{})
		if err != nil {
			return "", err
		}
		defer src.Close()
		return src.Info().Address.Raw(), nil
	}
	abs := filepath.Join(t.TempDir(), "lab.db")
	for _, tc := range []struct{ path, standard, want string }{
		{abs, "http://lab", abs},
		{"~/labs/a.db", "", filepath.Join(home, "labs", "a.db")},
		{"", "lab.db", "lab.db"},
		{abs + "/http://x", "", filepath.FromSlash(abs + "/http://x")},
	} {
		if got, err := open(tc.path, tc.standard); err != nil || got != tc.want {
			t.Errorf("%+v: %q, %v", tc, got, err)
		}
	}
	for _, tc := range []struct{ path, standard string }{
		{"lab.db", ""},
		{"http://lab", ""},
		{"~ann/lab.db", ""},
		{"@lab", ""},
		{"-", ""},
		{"", "http://ann:geheim@lab"},
		{"", "postgres://ann:geheim@lab/db"},
		{"", "ssh://lab"},
		{"", "@lab"},
		{"", ""},
	} {
		if got, err := open(tc.path, tc.standard); !errors.Is(err, model.ErrUsage) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%+v: %q, %v", tc, got, err)
		}
	}
	missing := errors.New("there is no default")
	if _, err := OpenFile(t.Context(), "", func() (string, error) { return "", missing }, model.Access{}); !errors.Is(err, missing) {
		t.Error(err)
	}
}
