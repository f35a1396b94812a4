package model

import "time"

// View is what a pane is shown: the selected experiment and what is known of it so far.
type View struct {
	Experiment Experiment // its config is masked, and is empty while Whole is false
	Whole      bool       // config, error and outline have been read
	Outline    Outline
	Estimate   Estimate
	Now        time.Time      // the source's wall time
	Zone       *time.Location // for wall times on the screen
	Trouble    Text           // why the experiment can't be read whole; empty while all is well
}

// Need is something that a pane wants read for the selected experiment.
type Need int8

// What panes can want.
const (
	NeedWhole Need = iota // config, error and outline
)
