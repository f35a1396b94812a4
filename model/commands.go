package model

import (
	"time"

	"societop/model/price"
	"societop/model/text"
)

// RecordOptions says what of a source is recorded, and how.
type RecordOptions struct {
	Interval time.Duration    // between two looks at the source
	Once     bool             // record what there is, and end
	Agents   bool             // the society of each experiment, too: frames, talk, surveys, metrics, log
	MaxBytes int64            // the lab file may grow to; 0: no bound
	Now      func() time.Time // the clock; nil is time.Now
}

// RecordObserver receives the events and the progress of a recording. Both functions are
// called often, from one goroutine, and must return at once; either may be nil.
type RecordObserver struct {
	Say      func(text text.Text, bad bool) // one sentence about an event
	Progress func(RecordProgress)
}

// RecordProgress is how far a recording is.
type RecordProgress struct {
	Experiments int64   // in the lab file that the source has
	Changed     int64   // states of experiments written since the start
	Frames      int64   // written since the start
	Pending     int64   // moments whose frames are known to be missing
	Agents      int64   // whose talk and answers are yet to be read
	Unread      int64   // runs of which some part was never read to its end
	Bytes       int64   // length of the lab file
	BytesPerDay float64 // at the rate since the start; NaN while that is unknown
}

// ServeOptions is how a source is served as an endpoint.
type ServeOptions struct {
	// Listen is the address to listen on, "host:port"; port 0 is any that is free.
	Listen string
	// Token is what every request must have, as a bearer token; empty: none is asked for, and a source
	// that was opened with a token or a password is served only to this machine.
	Token Secret
	// Version is that of societop, which clients are told.
	Version string
	// Found is told whose experiments are served, before requests are accepted, and with ErrNoTenant
	// which of the tenants that were asked for have none; nil is told nothing, and saves the time to look.
	Found func(tenants []text.Text, missing error)
	// AllowHosts are names, in addition to those of this machine, by which a request may ask for what is
	// served only to this machine: those of a reverse proxy. They widen nothing else.
	AllowHosts []string
	// Failed is told of each request that failed for a reason that is not the client's, one
	// at a time; nil tells nobody.
	Failed func(FailedRequest)
	// Metrics is how the source is described to machines, under /metrics and /healthz; nil: these
	// are not there.
	Metrics *MetricsOptions
}

// MetricsOptions is how a source is described to Prometheus.
type MetricsOptions struct {
	Names   bool             // label runs by name and tenant, too
	Prices  *price.Table     // of models; nil: costs are unknown
	Version string           // of societop
	Now     func() time.Time // the clock
}

// FailedRequest is a request that could not be answered as it should.
type FailedRequest struct {
	Request text.Text // "GET /api/experiments"
	Status  int       // of the answer; 0: it was cut in the middle
	Err     error     // why
}

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
	Missing     error       // an ErrNoTenant: tenants that were asked for and have no experiment
	Upgraded    bool        // the lab was one of a former version of societop
}

// ExportOptions say how an experiment is exported.
type ExportOptions struct {
	Replace bool // a file of that name is replaced
}

// ExportReport says what an export wrote.
type ExportReport struct {
	Experiments int         // that were written
	Agents      int         // profiles
	Frames      int         // moments of which all agents' statuses were written
	Messages    int         // of talk and thoughts
	Answers     int         // to surveys, pending ones included
	LeftOut     []text.Text // what the source could not give out, and why: one sentence each
	Bytes       int64       // length of the file
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
	Rundir      bool      // Path is a directory, which gets a run of AgentSociety 2; with Whole, to its end
}
