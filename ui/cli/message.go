package cli

import (
	"bufio"
	"context"
	"fmt"
	"slices"

	"societop/model"

	"github.com/spf13/cobra"
)

func newMessage(env *Env, out *bufio.Writer) *cobra.Command {
	var agents agentSet
	o := model.Order{Control: model.ControlMessage}
	c := &controller{
		env: env, out: out, control: model.ControlMessage, exps: firstArgument,
		check: func(args []string) error {
			if len(agents.ranges) == 0 {
				return usagef("message needs --agent with the id of an agent")
			}
			o.Words, o.Agents = args[1], []int64{0} // whom it is for is not known yet
			return o.Check()
		},
		order: func(ctx context.Context, runs []subject) (_ model.Order, err error) {
			o.Agents, err = addressees(ctx, &agents, runs[0])
			return o, err
		},
	}
	cmd := c.command(&cobra.Command{
		Use:   "message SOURCE EXP TEXT",
		Short: "Put a question to agents of a running experiment",
		Long: `Put a question to an agent of a running experiment, or to several. An agent answers at its next
step; until then ` + "`societop talk`" + ` shows the question without an answer. It
ends with the first agent that it does not reach, and says which it has reached. Put TEXT in quotes.`,
		Example: `  societop message --write http://lab-7:8080 baseline --agent 7 "Why did you stay at home?"`,
	})
	addAddressees(cmd, &agents)
	return cmd
}

// addAddressees is the flag that says which agents a question is for.
func addAddressees(cmd *cobra.Command, agents *agentSet) {
	cmd.Flags().Var(agents, "agent", "the agents that are asked, such as 7 or 3,7,10-20, or all; repeatable")
}

// addressees is the ids of the agents that are meant, in ascending order. It is wrong usage to name
// one that the run does not have: nobody would answer.
func addressees(ctx context.Context, agents *agentSet, one subject) (ids []int64, err error) {
	profiles, err := one.society().Profiles(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]int64, 0, len(profiles))
	for _, p := range profiles {
		if known = append(known, p.ID); agents.has(p.ID) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(known)
	slices.Sort(ids)
	there := "it has none"
	if n := len(known); n > 0 {
		there = fmt.Sprintf("it has %d, from %d to %d", n, known[0], known[n-1])
	}
	given, _ := agents.single()
	for _, id := range given {
		if _, ok := slices.BinarySearch(known, id); !ok {
			return nil, usagef("%s has no agent %d; %s", nameOf(one), id, there)
		}
	}
	if len(ids) == 0 {
		return nil, usagef("%s has no agent of %s; %s", nameOf(one), agents, there)
	}
	return ids, nil
}
