package remote

import (
	"context"
	"errors"
	"strconv"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// agent is the data of one agent on an endpoint.
type agent struct {
	s    *runData
	path string
	id   int64
}

var _ model.Agent = (*agent)(nil)

// Agent is the data of one agent.
func (s *runData) Agent(id int64) model.Agent {
	return &agent{s, s.agentPath(id), id}
}

// agentPath is the path of an agent's routes.
func (s *runData) agentPath(id int64) string {
	return s.path + "/agents/" + strconv.FormatInt(id, 10)
}

// orNone is the answer of an agent's own route: a server that knows no such path has nothing of
// this agent.
func orNone[T any](all []T, err error) ([]T, error) {
	if errors.Is(err, model.ErrNotOffered) {
		return nil, nil
	}
	return all, err
}

// History is the agent's status at each step.
func (a *agent) History(ctx context.Context) ([]model.AgentStatus, error) {
	return orNone(a.s.statuses(ctx, a.path+"/status", nil, func(a, b model.AgentStatus) int { return a.At.Compare(b.At) }))
}

// Talk is what the agent thought, said and was told.
func (a *agent) Talk(ctx context.Context) ([]model.Message, error) {
	type entry struct {
		ID int64 `json:"id"`
		moment
		Type    int8   `json:"type"`
		Speaker string `json:"speaker"`
		Content string `json:"content"`
		Created string `json:"created_at"`
	}
	return orNone(getAll(ctx, a.s, a.path+"/dialog", nil, func(e entry) model.Message {
		return model.Message{
			ID: e.ID, At: e.time(), Kind: model.MessageKind(e.Type), Speaker: text.Clean(e.Speaker),
			Content: text.CleanLines(e.Content), Created: a.s.c.time(e.Created),
		}
	}, distinct(func(a, b model.Message) int { return a.At.Compare(b.At) })))
}

// Answers is what the agent answered to surveys.
func (a *agent) Answers(ctx context.Context) ([]model.Answer, error) {
	type entry struct {
		ID int64 `json:"id"`
		moment
		Survey  string  `json:"survey_id"`
		Result  *string `json:"result"`
		Created string  `json:"created_at"`
	}
	return orNone(getAll(ctx, a.s, a.path+"/survey", nil, func(e entry) model.Answer {
		id, _ := uuid.Parse(e.Survey) // what is none is the zero id
		answer := model.Answer{ID: e.ID, At: e.time(), Survey: id, Pending: e.Result == nil, Created: a.s.c.time(e.Created)}
		if e.Result != nil {
			answer.Result = text.CleanLines(*e.Result)
		}
		return answer
	}, distinct(func(a, b model.Answer) int { return a.At.Compare(b.At) })))
}

// distinct returns a tidy for getAll that keeps of equal rows the first.
func distinct[T comparable](order func(a, b T) int) func([]T) []T {
	return func(all []T) []T { return sorted(order)(model.Distinct(all)) }
}
