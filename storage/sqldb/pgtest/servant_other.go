//go:build !unix

package pgtest

import "os/exec"

func asServant(*exec.Cmd) error { return errMissing }

func give(string) error { return errMissing }
