package exporter

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"societop/model"
)

// failing is a source whose runs fail in the middle.
type failing struct {
	model.Source
	err error
}

func (f failing) RunData(k model.Key) model.RunData { return failingRun{f.Source.RunData(k), f.err} }

type failingRun struct {
	model.RunData
	err error
}

func (f failingRun) Prompt(context.Context, model.SimTime) (model.Prompt, error) {
	return model.Prompt{}, f.err
}

// TestNothingIsLeftOfAFailure goes through what can fail, of both kinds of files: there is no new file
// then, and what was there stays.
func TestNothingIsLeftOfAFailure(t *testing.T) {
	lab := imported(t, fixture)
	k := keys(t, lab)[0]
	done, cancel := context.WithCancel(t.Context())
	cancel()
	gone := &model.Error{Op: "get", Address: "http://x", Err: model.ErrUnreachable}
	for name, c := range map[string]struct {
		src  model.Source
		key  model.Key
		path string
		o    model.ExportOptions
		ctx  context.Context
		want error
	}{
		"there is a file":    {lab, k, "there.zip", model.ExportOptions{}, t.Context(), model.ErrExists},
		"a directory":        {lab, k, "dir", model.ExportOptions{Replace: true}, t.Context(), model.ErrUnwritable},
		"no directory":       {lab, k, "no/x.zip", model.ExportOptions{}, t.Context(), model.ErrUnwritable},
		"no experiment":      {lab, model.Key{ID: uuid.UUID{9}}, "x.zip", model.ExportOptions{}, t.Context(), model.ErrNoExperiment},
		"canceled":           {lab, k, "x.zip", model.ExportOptions{}, done, context.Canceled},
		"canceled, replaced": {lab, k, "there.zip", model.ExportOptions{Replace: true}, done, context.Canceled},
		"the source is gone": {failing{lab, gone}, k, "x.zip", model.ExportOptions{}, t.Context(), model.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := errors.Join(os.WriteFile(filepath.Join(dir, "there.zip"), []byte("mine"), 0o600), os.Mkdir(filepath.Join(dir, "dir"), 0o700)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, c.path)
			_, asZip := Export(c.ctx, c.src, c.key, path, c.o, nil)
			_, asLab := ExportLab(c.ctx, c.src, []model.Key{c.key}, path, c.o, nil)
			for _, err := range []error{asZip, asLab} {
				if !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
			}
			if b, err := os.ReadFile(filepath.Join(dir, "there.zip")); err != nil || string(b) != "mine" {
				t.Errorf("%q, %v", b, err)
			}
			if all, err := os.ReadDir(dir); err != nil || len(all) != 2 {
				t.Errorf("%v, %v", all, err)
			}
		})
	}
}

// TestTheSourceItself is never written over.
func TestTheSourceItself(t *testing.T) {
	lab := imported(t, fixture)
	k, path := keys(t, lab)[0], lab.Info().Address.Raw()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	for _, to := range []string{path, link} {
		_, asZip := Export(t.Context(), lab, k, to, model.ExportOptions{Replace: true}, nil)
		_, asLab := ExportLab(t.Context(), lab, []model.Key{k}, to, model.ExportOptions{Replace: true}, nil)
		if !errors.Is(asZip, model.ErrUsage) || !errors.Is(asLab, model.ErrUsage) {
			t.Errorf("%v, %v", asZip, asLab)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Error("the lab file was changed")
	}
}

// TestReplace replaces a file by one that is whole.
func TestReplace(t *testing.T) {
	lab := imported(t, fixture)
	path := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Export(t.Context(), lab, keys(t, lab)[0], path, model.ExportOptions{Replace: true}, nil); err != nil {
		t.Fatal(err)
	}
	sameZip(t, members(t, path), members(t, fixture))
}
