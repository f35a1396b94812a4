package cli

import (
	"context"
	"errors"
	"syscall"

	"societop/model"
	"societop/ui/alert"
)

// exits maps sentinel errors to exit codes. The code of any other error is 1.
var exits = []struct {
	err  error
	code int
}{
	{model.ErrUsage, 2},
	{model.ErrNoWrite, 2},
	{model.ErrUnreachable, exitAway},
	{model.ErrServer, exitAway},
	{model.ErrNotEndpoint, exitAway},
	{model.ErrAnswer, exitAway},
	{model.ErrVersion, exitAway},
	{model.ErrUnauthorized, exitAway},
	{model.ErrForbidden, exitAway},
	{model.ErrAbsent, exitAway},
	{model.ErrLogin, exitAway},
	{model.ErrNoDatabase, exitAway},
	{model.ErrNoExperiment, 4},
	{model.ErrAmbiguous, 4},
	{model.ErrNoDataset, 4},
	{model.ErrLocked, 5},
	{model.ErrRecorder, 5},
	{alert.ErrInUse, 5},
	{model.ErrNoLab, exitNoLab},
	{model.ErrNotLab, exitNoLab},
	{model.ErrNotSociety, exitNoLab},
	{model.ErrNewer, exitNoLab},
	{model.ErrDamaged, exitNoLab},
	{model.ErrUnreadable, exitNoLab},
}

// exitAway is the code for an endpoint that is unreachable, refuses, or returns an unusable
// response.
const exitAway = 3

// exitNoLab is the code for a lab file that is missing, damaged, or not a lab file.
const exitNoLab = 6

// exitCode is the one place where an error becomes an exit code.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	var sig Signal
	if errors.As(err, &sig) {
		return 128 + int(sig)
	}
	var end outcome
	if errors.As(err, &end) {
		return end.code
	}
	for _, e := range exits {
		if errors.Is(err, e.err) {
			return e.code
		}
	}
	return 1
}

// Signal is the cause of a context that a signal of this number ended.
type Signal syscall.Signal

// Error says what the signal means.
func (s Signal) Error() string {
	switch syscall.Signal(s) {
	case syscall.SIGINT:
		return "interrupted"
	case syscall.SIGHUP:
		return "the terminal hung up"
	case syscall.SIGQUIT:
		return "told to quit"
	default:
		return "terminated"
	}
}

// outcome is an end of waiting other than the one waited for. It has its own exit code.
type outcome struct {
	code int
	why  string
}

// The exit codes of wait, by how the run ended, and that of timeout(1).
const (
	exitError    = 10
	exitStopped  = 11
	exitFinished = 12
	exitLost     = 13
	exitShort    = 14
	exitTimeUp   = 124
)

// Error says what happened instead.
func (o outcome) Error() string { return o.why }

// signalled replaces the error of a command by the signal that ended its context, if one did.
func signalled(ctx context.Context, err error) error {
	var sig Signal
	if cause := context.Cause(ctx); errors.As(cause, &sig) {
		return cause
	}
	return err
}
