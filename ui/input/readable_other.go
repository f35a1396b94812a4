//go:build !unix

package input

import "time"

// readable reports that there is nothing more: elsewhere keys come as events, whole.
func readable(uintptr, time.Duration) bool { return false }
