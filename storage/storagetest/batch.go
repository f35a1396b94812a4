package storagetest

import (
	"errors"

	"societop/model"
)

// Batch is a batch of a lab file.
type Batch interface {
	Put(e model.Experiment) (changed bool, err error)
	Delete(k model.Key) error
	PutProfiles(k model.Key, all []model.Profile) error
	PutFrame(k model.Key, f model.Frame) error
	PutPrompt(k model.Key, p model.Prompt) error
	PutMessages(k model.Key, all []model.Message) error
	PutAnswers(k model.Key, all []model.Answer) error
	PutMetrics(k model.Key, all []model.Metric) error
	PutSteps(k model.Key, all []model.StepTime) error
	AppendLog(k model.Key, raw string) error
}

// Write puts experiments into a batch, and deletes others.
func Write(b Batch, put []model.Experiment, gone []model.Key) error {
	for _, e := range put {
		if _, err := b.Put(e); err != nil {
			return err
		}
	}
	for _, k := range gone {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// Write writes all of a run into a batch.
func (s RunData) Write(b Batch, k model.Key) error {
	err := errors.Join(b.PutProfiles(k, s.Profiles), b.PutMessages(k, s.Messages), b.PutAnswers(k, s.Answers), b.PutMetrics(k, s.Metrics), b.PutSteps(k, s.Steps))
	for _, f := range s.Frames {
		err = errors.Join(err, b.PutFrame(k, f))
	}
	for _, p := range s.Prompts {
		err = errors.Join(err, b.PutPrompt(k, p))
	}
	if s.Log != "" {
		err = errors.Join(err, b.AppendLog(k, s.Log))
	}
	return err
}
