package cli

import (
	"errors"
	"fmt"
	"os"

	"societop/model"
)

// crashed is what is said of a crash: where the report of it is.
func (e *Env) crashed(c *model.Crash) string {
	path, err := e.writeReport(c)
	if err != nil {
		return fmt.Sprintf("%s; the report could not be written (%v):\n%s", c.Error(), err, c.Stack)
	}
	return fmt.Sprintf("%s; please report it with %s", c.Error(), path)
}

// writeReport writes a report into $XDG_STATE_HOME/societop. It holds nothing of the command
// line, which may name what is private.
func (e *Env) writeReport(c *model.Crash) (path string, err error) {
	dir, ok := e.dataDir("XDG_STATE_HOME", ".local", "state")
	if !ok {
		return "", errors.New("neither XDG_STATE_HOME nor HOME is set")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(dir, e.Now().UTC().Format("crash-20060102-150405-*.txt"))
	if err != nil {
		return "", err
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	_, err = fmt.Fprintf(file, "societop %s\n%s\n\n%s", e.Version, c.Error(), c.Stack)
	return file.Name(), err
}
