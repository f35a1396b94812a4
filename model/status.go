package model

// Status is AgentSociety's state of an experiment, with its numbers.
type Status int8

// The states that AgentSociety knows. A source may send other numbers; they are kept
// and are called "unknown".
const (
	NotStarted Status = iota
	Running
	Finished
	Failed // AgentSociety's ERROR
	Stopped
)

// Statuses is every known status, in the order of AgentSociety's numbers.
var Statuses = [...]Status{NotStarted, Running, Finished, Failed, Stopped}

var statusNames = [...]string{"not_started", "running", "finished", "error", "stopped"}

// unknownStatus is the name of all numbers that AgentSociety does not define.
const unknownStatus = "unknown"

// index is the place of a status among its names; all unknown ones share the last.
func (s Status) index() int {
	if !s.Known() {
		return len(statusNames)
	}
	return int(s)
}

// String is the name used in filters and in JSON: not_started, running, finished,
// error, stopped, or unknown.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return unknownStatus
	}
	return statusNames[s]
}

// Known reports whether AgentSociety defines this status.
func (s Status) Known() bool { return s >= 0 && int(s) < len(statusNames) }

// Ended reports whether a run in this status will not go on by itself.
func (s Status) Ended() bool { return s == Finished || s == Failed || s == Stopped }

// StatusOf returns the status of AgentSociety's number; what can't be one is −1, which is unknown.
func StatusOf(n int64) Status {
	if s := Status(n); int64(s) == n {
		return s
	}
	return -1
}
