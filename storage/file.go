package storage

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"societop/model"
)

// OpenFile opens a source for another machine, for reading only: the file or directory at a path
// that is absolute or below "~", the home directory. If the path is empty, it is the standard one's, unless that is
// not a file. Of access only what a file may need counts.
func OpenFile(ctx context.Context, path string, standard func() (string, error), access model.Access) (model.Source, error) {
	var err error
	if path == "" {
		if path, err = standard(); err != nil {
			return nil, err
		}
		if !IsFile(path) {
			return nil, usage("the default source", "it is not a file of this machine, and nothing else is served over ssh; put the path of one into the address")
		}
	} else if path, err = absolute(path); err != nil {
		return nil, err
	}
	return openOne(ctx, path, access)
}

// IsFile reports whether an address names a file or a directory of this machine, which need not be there.
func IsFile(address string) bool {
	return address != "" && !strings.HasPrefix(address, "@") && !scheme.MatchString(address)
}

// drive is what a path of Windows looks like in an address.
var drive = regexp.MustCompile(`^/[A-Za-z]:(/|$)`)

// absolute is a path from another machine as one of this one.
func absolute(path string) (string, error) {
	if path == "~" || strings.HasPrefix(path, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", usage(path, "there is no home directory")
		}
		return filepath.Join(home, filepath.FromSlash(path[1:])), nil
	}
	if runtime.GOOS == "windows" && drive.MatchString(path) {
		path = path[1:]
	}
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		return "", usage(path, "the path is neither absolute nor below ~")
	}
	return path, nil
}
