package importer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"zombiezen.com/go/sqlite"

	"societop/model"
)

// needsCopy tells whether an error means that the database has a journal to be played back,
// which a reader may not do.
func needsCopy(err error) bool {
	code := sqlite.ErrCode(err)
	return code.ToPrimary() == sqlite.ResultReadOnly || code.ToPrimary() == sqlite.ResultCantOpen
}

// copyDatabase copies a database with its journals and returns the path of the copy. It
// fails where one of them changes meanwhile.
func copyDatabase(path, temp string) (string, error) {
	dir, err := os.MkdirTemp(temp, "db")
	if err != nil {
		return "", err
	}
	target := filepath.Join(dir, "sqlite.db")
	before, err := state(path)
	if err != nil {
		return "", err
	}
	for _, suffix := range journals {
		if err := copyFile(path+suffix, target+suffix); err != nil && (suffix == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", err
		}
	}
	after, err := state(path)
	if err != nil {
		return "", err
	}
	if before != after {
		return "", fmt.Errorf("%w: it is being written; try again", model.ErrUnreadable)
	}
	return target, nil
}

// journals are the files that make up a database, by what follows its name.
var journals = []string{"", "-journal", "-wal"}

// state sums up length and time of the files that make up a database.
func state(path string) (string, error) {
	var b strings.Builder
	for _, suffix := range journals {
		info, err := os.Stat(path + suffix)
		switch {
		case err == nil:
			fmt.Fprintln(&b, suffix, info.Size(), info.ModTime().UnixNano())
		case suffix == "" || !errors.Is(err, os.ErrNotExist):
			return "", err
		}
	}
	return b.String(), nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
