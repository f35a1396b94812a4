package model

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"societop/model/text"
)

// Crash is a mistake in societop itself, held as an error so that the terminal is given back
// before anything is said of it: a panic, or that it was told to stop and say what it did.
type Crash struct {
	Value string // what the panic said; it may hold text of a source
	Stack []byte // of the goroutine that panicked, or of all
}

// Error says what broke.
func (c *Crash) Error() string {
	return "something broke inside societop: " + text.Clean(c.Value).String()
}

// Caught is the crash that a recovered value is, from within the deferred function.
// One that was caught before stays what it is.
func Caught(value any) *Crash {
	if c, ok := value.(*Crash); ok {
		return c
	}
	return &Crash{fmt.Sprint(value), debug.Stack()}
}

// Guard runs fn; where it panics the error is a *Crash.
func Guard(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Caught(r)
		}
	}()
	return fn()
}

// maxStacks is how much is written of what all goroutines do.
const maxStacks = 4 << 20

// AllStacks is a Crash that tells what every goroutine is doing now.
func AllStacks(why string) *Crash {
	stack := make([]byte, maxStacks)
	return &Crash{why, stack[:runtime.Stack(stack, true)]}
}
