package model

import (
	"time"

	"societop/model/text"
)

// ProgressFunc receives how much of a long operation is done, in whatever unit the operation
// counts (bytes, experiments). A total of 0 is unknown. It is called often and must return at
// once.
type ProgressFunc func(done, total int64)

// ImportReport says what an import did.
type ImportReport struct {
	Experiments int         // experiments found in the files
	Changed     int         // of them, those that were new or differed from what the lab had
	Agents      int         // profiles that were read
	Frames      int         // moments of which all agents' statuses were read
	Messages    int         // of talk and thoughts
	Answers     int         // to surveys
	Tenants     []text.Text // whose experiments they are, in order
	LeftOut     []text.Text // what was not taken, and why: one sentence each
}

// CheckReport says what a check of a lab file found.
type CheckReport struct {
	Bytes       int64       // length of the file
	Pages       int64       // pages that were walked
	Values      int64       // values whose checksum was verified
	Experiments int         // experiments that are whole
	Problems    []text.Text // what is wrong, one sentence each, naming the page or the key; empty when the file is whole
}

// LabReport is what is known of a lab file as a file.
type LabReport struct {
	Path        text.Text
	Bytes       int64
	Schema      int       // version of the schema
	Experiments int       // how many it holds
	Changes     uint64    // the number of its newest change
	Modified    time.Time // UTC
	Recorder    text.Text // who writes it now; empty when nobody claims to
	Liveness    Liveness  // of the lab
	Network     bool      // on a network file system, where locks may not reach other hosts
}

// DemoOptions asks for a simulated lab. Zero fields take the defaults of the demo command.
type DemoOptions struct {
	Path        string    // the lab file to write; it must not exist, or be a lab file
	Seed        uint64    // the same seed and start give the same lab
	Experiments int       // how many experiments
	Agents      int       // agents in each; 0 is none
	Steps       int       // steps that the running ones have made at the start; −1: the default
	Speed       float64   // how much faster than by itself the lab lives; 1 is the default
	Start       time.Time // the wall time at which the demo begins, UTC
	Whole       bool      // write at once what all agents did before the start, which takes seconds
}
