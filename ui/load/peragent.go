package load

import (
	"cmp"
	"context"
	"slices"
	"time"

	"societop/model"
	"societop/ui/pane"
)

// perAgentReads is the answers of all agents from a source that returns those of one agent at a
// time. They are read one agent after the other, as long as a pane wants them.
type perAgentReads struct {
	answers map[int64][]model.Answer // of the agents that were read
	rows    int                      // answers that is
	begun   bool
	last    int64         // the agent up to which all were read, once begun
	until   model.SimTime // the newest moment when that was begun
	shown   int           // agents whose answers are in the view
}

// next returns the agent to be read next; nothing while no agent is known, once all are read, and
// when there are as many answers as can be counted.
func (g *perAgentReads) next(agents []model.Profile) target {
	i, found := 0, false
	if g.begun {
		i, found = slices.BinarySearchFunc(agents, g.last, func(p model.Profile, id int64) int { return cmp.Compare(p.ID, id) })
	}
	if found {
		i++
	}
	if i >= len(agents) || g.rows >= maxAnswers {
		return target{}
	}
	return target{known: true, agent: agents[i].ID}
}

// restart reads all agents again. What is known of them stays until then.
func (g *perAgentReads) restart() { g.begun = false }

// add adds the answers of an agent. The view gets them when there are so many new ones
// that it is worth counting again, and all when there are no more.
func (g *perAgentReads) add(of target, rows []model.Answer, v *pane.View) {
	if g.answers == nil {
		g.answers = map[int64][]model.Answer{}
	}
	if of == g.next(v.Profiles) {
		if n := len(v.Timeline); !g.begun && n > 0 {
			g.until = v.Timeline[n-1]
		}
		g.begun, g.last = true, of.agent
	}
	g.rows += len(rows) - len(g.answers[of.agent])
	g.answers[of.agent] = rows
	if n := len(g.answers); n > g.shown+g.shown/32 || !g.next(v.Profiles).known {
		g.shown = n
		v.AllAnswers = g.all()
	}
	v.AllAnswers.Agents, v.AllAnswers.Of, v.AllAnswers.Until = len(g.answers), len(v.Profiles), g.until
	v.AllAnswers.Cut = g.rows >= maxAnswers
}

// all returns the answers of all agents that were read, oldest first.
func (g *perAgentReads) all() pane.Gathered[model.Answer] {
	rows := make([]model.Answer, 0, g.rows)
	for _, some := range g.answers {
		rows = append(rows, some...)
	}
	slices.SortStableFunc(rows, func(a, b model.Answer) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID), slices.Compare(a.Survey[:], b.Survey[:]))
	})
	return pane.Gathered[model.Answer]{Rows: rows}
}

// wantedAnswers is which answers of all agents are wanted: up to a moment, or, where they have
// to be gathered, of an agent.
func wantedAnswers(d *Detail) target {
	if !d.View.Bulk {
		return d.perAgent.next(d.View.Profiles)
	}
	return wantedUntil(d, &d.View.AllAnswers, answerAt)
}

// answersShown reports whether the view has what there was at the moment, or some of it while it
// is gathered.
func answersShown(d *Detail) bool {
	if !d.View.Bulk {
		return d.View.AllAnswers.Rows != nil
	}
	return covers(&d.View.AllAnswers, d.View.At, answerAt)
}

// gatherAnswers reads the answers of one of all agents. It rests for as long as that took, so
// that an endpoint is busy with it for half of the time at most.
func gatherAnswers(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	begin := time.Now()
	rows, err := s.Agent(of.agent).Answers(ctx)
	if err != nil {
		return nil, err
	}
	rest := time.NewTimer(time.Since(begin))
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
	return func(v *pane.View) { v.AllAnswers.Rows = rows }, nil
}
