package model

import (
	"societop/model/text"
	"time"
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
