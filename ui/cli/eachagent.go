package cli

import (
	"context"
	"strconv"

	"societop/model"
	"societop/model/text"
)

// names are agents' names by their ids.
type names map[int64]text.Text

// everyone stands for all agents where a message is to or from the society as a whole.
const everyone = "everyone"

// of is an agent's id, with its name where that is known.
func (n names) of(id int64) string {
	if id == model.Everyone {
		return everyone
	}
	s := strconv.FormatInt(id, 10)
	if name := n[id]; !name.Empty() {
		s += " " + name.String()
	}
	return s
}

// gather reads something of one agent after the other. It rests after each for as long as it
// took, so that an endpoint is busy with it for half of the time at most.
func gather[T any](ctx context.Context, e *Env, one subject, label string, ids []int64, read func(model.Agent, context.Context) ([]T, error)) (all []T, err error) {
	society, local := one.society(), model.Part(one.src, one.Source).Info().Local
	bar := e.bar(label)
	defer bar.clear()
	for i, id := range ids {
		bar.draw(int64(i), int64(len(ids)))
		begin := e.Now()
		some, err := read(society.Agent(id), ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if !local && i < len(ids)-1 {
			_ = model.Sleep(ctx, e.Now().Sub(begin))
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
