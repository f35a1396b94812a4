package model

// Status is the state of an experiment, with AgentSociety's numbers except for [Lost].
type Status int8

// The states that AgentSociety 1 knows, and Lost. A source may send other numbers; they are kept
// and are called "unknown".
const (
	NotStarted Status = iota
	Running
	Finished
	Failed // AgentSociety's ERROR
	Stopped
	// Lost is a run of AgentSociety 2 that says it is running, while its process is gone or silent.
	// It may turn Running again. Its number is that of Stopped.
	Lost
)

// Statuses is every known status, in the order of their numbers.
var Statuses = [...]Status{NotStarted, Running, Finished, Failed, Stopped, Lost}

var statusNames = [...]string{"not_started", "running", "finished", "error", "stopped", "lost"}

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
// error, stopped, lost, or unknown.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return unknownStatus
	}
	return statusNames[s]
}

// Number is the status as AgentSociety's number, which JSON, files and endpoints have: that of
// Lost is 4, as that of Stopped.
func (s Status) Number() int {
	if s == Lost {
		return int(Stopped)
	}
	return int(s)
}

// Known reports whether the status is one of those above.
func (s Status) Known() bool { return s >= 0 && int(s) < len(statusNames) }

// Ended reports whether a run in this status will not go on by itself.
func (s Status) Ended() bool { return s == Finished || s == Failed || s == Stopped || s == Lost }

// StatusOf returns the status of AgentSociety's number; what can't be one is −1, which is unknown.
func StatusOf(n int64) Status {
	if s := Status(n); int64(s) == n && s != Lost {
		return s
	}
	return -1
}
