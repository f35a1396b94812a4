package record

import (
	"time"

	"societop/storage/bolt"
)

// part is a part of a run that is read separately.
type part int8

// The parts, those first that are read first. All but frames and tables are small. Of a run whose agents are
// not recorded, only the steps are read.
const (
	origin part = iota // which run it is: another one may have begun under the same id
	profiles
	talk
	metrics
	logs
	reports // of a run directory, as all parts but the steps that are not of every run
	notes
	frames
	tables
	stepTimes // when the steps were done, as far as that is not known otherwise
	parts     // how many there are
)

// names are what the marks in the lab file are called.
var names = [parts]string{bolt.CheckpointOrigin, "profiles", bolt.CheckpointTalk, "metrics", bolt.CheckpointLog, bolt.CheckpointReports, bolt.CheckpointNotes, bolt.CheckpointFrames, bolt.CheckpointDatasets, "steps"}

// growsEvery is how often a part of a running experiment is read that has no steps of its
// own: metrics, log, and the talk of all agents.
const growsEvery = time.Minute

// retryEvery is how often the source is asked again for what it could not give out.
const retryEvery = time.Hour

// unsure marks a part that was read to its end in a state that may not have been whole.
const unsure = "-"

// partState is how far the recording of one part of a run is.
type partState struct {
	done     string    // the mark: the state of the run in which it was read to its end; empty: never
	next     time.Time // it is not read before
	refused  string    // the state of the run in which the source could not give out all of it
	retry    time.Time // it is not asked for again before, in that state
	err      error     // why some of it is missing, while the rest is being read
	failures int       // in a row: the source went away while it was read
}

// due reports whether a part is to be read of a run in a state.
func (p *partState) due(state string, now time.Time) bool {
	return p.done != state && !now.Before(p.next) && (p.refused != state || !now.Before(p.retry))
}

// refuse takes note that the source could not give out all of a part in a state of its run.
func (p *partState) refuse(state string, now time.Time) {
	p.refused, p.retry, p.err = state, now.Add(retryEvery), nil
}

// fail takes note that a part could not be read because the source went away. Where that happens
// again although the source has answered meanwhile, the other parts come first.
func (p *partState) fail(now time.Time) {
	if p.failures++; p.failures > 1 {
		p.next = now.Add(growsEvery)
	}
}
