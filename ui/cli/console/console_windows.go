package console

import (
	"context"
	"os"
)

// watchTerminal has nothing to do: the end of a console is a signal, which listen takes.
func watchTerminal(*os.File, context.CancelCauseFunc) {}

// UnderShell reports false, because there is no ^Z.
func UnderShell() bool { return false }
