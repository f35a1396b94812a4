package sqldb

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"societop/model"
	"societop/storage/sqldb/table"
)

// agent is the data of one agent in a database.
type agent struct {
	r  *runData
	id int64
}

// Agent is the data of one agent.
func (r *runData) Agent(id int64) model.Agent { return &agent{r, id} }

// narrow narrows a scan to the rows of the agent.
func (a *agent) narrow(column string) func(*table.Scan) { return where(`"`+column+`" = ?`, a.id) }

// History is the agent's status at each step of the newest run.
func (a *agent) History(ctx context.Context) ([]model.AgentStatus, error) {
	m, err := a.r.moments(ctx)
	if err != nil {
		return nil, err
	}
	all, err := scan(ctx, a.r, tableOf("agent_status"), func(s *table.Scan) {
		a.narrow("id")(s)
		s.After = max(s.After, m.after())
	}, (*table.Values).Status)
	all = slices.DeleteFunc(all, func(s model.AgentStatus) bool { return m.former(s.Created) })
	slices.SortStableFunc(all, func(a, b model.AgentStatus) int { return a.At.Compare(b.At) })
	return all, a.r.explain(err, "agent_status")
}

// Talk is what the agent thought, said and was told, and what it was asked and did not answer yet.
func (a *agent) Talk(ctx context.Context) ([]model.Message, error) {
	return both(ctx, a.r, talkTables, a.narrow, (*table.Values).Message, messages, 0)
}

// Answers is what the agent answered to surveys, and the surveys that it did not answer yet.
func (a *agent) Answers(ctx context.Context) ([]model.Answer, error) {
	return both(ctx, a.r, answerTables, a.narrow, (*table.Values).Answer, answers, 0)
}

// TalkUntil is the talk of all agents up to a moment.
func (r *runData) TalkUntil(ctx context.Context, until model.SimTime, limit int) ([]model.Message, error) {
	return both(ctx, r, talkTables, before(until), (*table.Values).Message, messages, limit)
}

// AnswersUntil is the answers of all agents up to a moment.
func (r *runData) AnswersUntil(ctx context.Context, until model.SimTime, limit int) ([]model.Answer, error) {
	return both(ctx, r, answerTables, before(until), (*table.Values).Answer, answers, limit)
}

// The tables of what was said or answered, and of what was asked and has no answer yet, which older
// versions do not have.
var (
	talkTables   = [2]*table.Table{tableOf("agent_dialog"), tableOf("pending_dialog")}
	answerTables = [2]*table.Table{tableOf("agent_survey"), tableOf("pending_survey")}
)

// before narrows a scan to the rows up to a moment.
func before(until model.SimTime) func(string) func(*table.Scan) {
	return func(string) func(*table.Scan) {
		if until == model.Latest {
			return nil
		}
		return where(`"day" < ? OR "day" = ? AND "t" <= ?`, int64(until.Day), int64(until.Day), until.T)
	}
}

// facts are what is common to messages and answers.
type facts[T comparable] func(*T) (at model.SimTime, agent int64, isOf func(*moments) bool)

func messages(m *model.Message) (model.SimTime, int64, func(*moments) bool) {
	return m.At, m.ID, func(of *moments) bool { return !of.former(m.Created) }
}

func answers(a *model.Answer) (model.SimTime, int64, func(*moments) bool) {
	return a.At, a.ID, func(of *moments) bool { return !of.former(a.Created) }
}

// both reads rows of two tables of the newest run, oldest first, each once: those of one moment by
// agents, in the order in which they were written. A limit above 0 keeps the newest.
func both[T comparable](ctx context.Context, r *runData, tables [2]*table.Table, narrow func(column string) func(*table.Scan), value func(*table.Values) T, of facts[T], limit int) ([]T, error) {
	m, err := r.moments(ctx)
	if err != nil && !errors.Is(err, model.ErrNoData) {
		return nil, err
	}
	all, err := scan(ctx, r, tables[0], narrow("id"), value)
	if err != nil {
		return nil, r.explain(err, tables[0].Name)
	}
	pending, err := scan(ctx, r, tables[1], narrow("agent_id"), value)
	if err != nil && !errors.Is(err, errNoTable) {
		return nil, r.explain(err, tables[1].Name)
	}
	all = slices.DeleteFunc(append(all, pending...), func(row T) bool {
		_, _, isOf := of(&row)
		return !isOf(m)
	})
	all = model.Distinct(all)
	slices.SortStableFunc(all, func(a, b T) int {
		at, agent, _ := of(&a)
		bt, other, _ := of(&b)
		return cmp.Or(at.Compare(bt), cmp.Compare(agent, other))
	})
	if limit > 0 && len(all) > limit {
		all = slices.Clone(all[len(all)-limit:])
	}
	return all, nil
}
