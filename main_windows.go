package main

import (
	"context"
	"os"
)

// hold has nothing to do: the end of a console is a signal, which listen takes.
func hold(*os.File, context.CancelCauseFunc) {}

// underShell is false: there is no ^Z.
func underShell() bool { return false }
