package cli

import (
	"context"
	"strconv"
	"time"

	"societop/model"

	"github.com/spf13/pflag"
)

// agentFlag chooses one agent, or, where it was not given, all.
type agentFlag struct {
	id    int64
	given func(flag string) bool
}

func (f *agentFlag) add(flags *pflag.FlagSet) {
	f.given = flags.Changed
	flags.Int64Var(&f.id, "agent", 0, "of this agent alone; without it all are read one after the other, which may take long")
}

// choose gives the ids of the agents that are meant, and the names of agents. Of one agent
// alone the names are for people only, and what fails with them may be missing.
func (f *agentFlag) choose(ctx context.Context, society model.Society, form format) (ids []int64, who names, err error) {
	alone := f.given("agent")
	if alone && form.kind != asText {
		return []int64{f.id}, nil, nil
	}
	profiles, err := society.Profiles(ctx)
	who = make(names, len(profiles))
	for _, p := range profiles {
		ids = append(ids, p.ID)
		who[p.ID] = p.Name
	}
	if alone {
		return []int64{f.id}, who, nil
	}
	return ids, who, err
}

// all is what a source can tell of all agents at once, where that is asked for and it can.
func (f *agentFlag) all(one subject) (model.Bulk, bool) {
	bulk, ok := one.society().(model.Bulk)
	return bulk, ok && !f.given("agent")
}

// names are agents' names by their ids.
type names map[int64]model.Text

// of is an agent's id, with its name where that is known.
func (n names) of(id int64) string {
	s := strconv.FormatInt(id, 10)
	if name := n[id]; !name.Empty() {
		s += " " + name.String()
	}
	return s
}

// gather reads something of one agent after the other. It rests after each for as long as it
// took, so that an endpoint is busy with it for half of the time at most.
func gather[T any](ctx context.Context, e *Env, one subject, label string, ids []int64, read func(model.Agent, context.Context) ([]T, error)) (all []T, err error) {
	society, local := one.society(), one.src.Info().Local
	adv, end := e.advance(label)
	defer end()
	for i, id := range ids {
		adv(int64(i), int64(len(ids)))
		begin := e.Now()
		some, err := read(society.Agent(id), ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if !local && i < len(ids)-1 {
			rest(ctx, e.Now().Sub(begin))
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rest waits, or until ctx is done.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
