package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"societop/model"
)

// defaultLab is the lab file that is opened where nothing names a source. ok is false without a home.
func defaultLab(e *Env) (path string, ok bool) {
	dir, ok := e.dataDir("XDG_DATA_HOME", ".local", "share")
	return filepath.Join(dir, "lab.db"), ok
}

// exists reports whether there is anything at a path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// lab is the path of a lab file, for the commands that work on nothing else.
func lab(arg string) (string, error) {
	switch {
	case arg == "":
		return "", usagef("the name of the lab file is empty")
	case strings.Contains(arg, "://"):
		return "", usagef("this command needs a lab file, not an address")
	case strings.HasPrefix(arg, "@"):
		return "", usagef("this command needs a lab file, not a name of the configuration; a file of this name is ./%s", arg)
	}
	return arg, nil
}

// aboutSOURCE says what SOURCE stands for, and theSOURCE what it is where it may be left out.
const (
	aboutSOURCE = `SOURCE is a lab file, or a directory of AgentSociety 2 (of a run, or with runs in it), both also
on another machine as ssh://lab-7/data/lab.db; AgentSociety's database, which is a sqlite.db or an
address such as postgres://reader@lab-7/society (password in ~/.pgpass or $PGPASSWORD); or an
endpoint: the address of an AgentSociety web API, such as http://lab-7:8080. The endpoint's token
is read from --token-file or $SOCIETOP_TOKEN.
@NAME is a source or a group of the configuration (see societop config-file).`
	theSOURCE = aboutSOURCE + `
SOURCE defaults to $SOCIETOP_SOURCE, or else to what the configuration says, or else to the lab file
$XDG_DATA_HOME/societop/lab.db.`
)

// tellTenants says which of the tenants that a source is of have no experiment, for commands that
// do not read the list.
func tellTenants(ctx context.Context, e *Env, src model.Source) {
	if of, ok := src.(model.Tenanted); ok {
		if err := of.MissingTenants(ctx); err != nil {
			e.tell(model.Explain(err).String())
		}
	}
}

// tell prints a sentence on standard error. The command continues if that fails.
func (e *Env) tell(sentence string) { _, _ = fmt.Fprintf(e.Err, "societop: %s\n", sentence) }

// closing closes a source and keeps its error unless there is an earlier one.
func closing(src model.Source, err *error) {
	if closed := src.Close(); *err == nil {
		*err = closed
	}
}
