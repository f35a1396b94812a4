package model

import "context"

// AllAgentsReader is a RunData that can read what all agents said and answered at once. Lab files can;
// AgentSociety's API has no route for it.
type AllAgentsReader interface {
	// TalkUntil is the talk of all agents up to a moment, oldest first: the newest of it where a
	// limit above 0 allows no more. Latest sets no bound in time.
	TalkUntil(ctx context.Context, until SimTime, limit int) ([]Message, error)
	// AnswersUntil is the answers of all agents up to a moment, under the same conditions.
	AnswersUntil(ctx context.Context, until SimTime, limit int) ([]Answer, error)
}
