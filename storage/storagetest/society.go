package storagetest

import "societop/model"

// Society is the data of one experiment beside its summary, as a source is to have it. The
// order of its rows means nothing, save that what belongs to one moment happened in the
// order given.
type Society struct {
	Profiles []model.Profile
	Frames   []model.Frame
	Messages []model.Message
	Answers  []model.Answer
	Prompts  []model.Prompt
	Metrics  []model.Metric
	Log      string // raw; empty: there is none
}
