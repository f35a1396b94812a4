package cli

import (
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"societop/model"

	"github.com/spf13/cobra"
)

func newAgents(env *Env, out io.Writer) *cobra.Command {
	var agent agentSet
	var at atFlag
	cmd := env.onExperiment(&cobra.Command{Use: "agents", Short: "Print the agents and what they are doing, or were doing at a given time"}, rowForms, func(ctx context.Context, one subject, form format) error {
		moment, err := at.of(ctx, env, one)
		var rows []agentRow
		if err == nil {
			rows, err = readAgents(ctx, one.society(), moment)
		}
		rows = slices.DeleteFunc(rows, func(r agentRow) bool { return !agent.has(r.ID) })
		if err == nil && len(rows) == 0 && agent.some() {
			env.tell("no agent is known of " + agent.String())
		}
		s := sheet[agentRow]{agentRow.fields, []column{
			right("AGENT"), left("NAME"), left("SIM TIME"), right("LNG"), right("LAT"), right("PARENT"), left("ACTION"), left("STATUS"),
		}, func(r agentRow) []string { return r.texts(one.Calendar()) }, false}
		return printRows(env, out, form, s, rows, err)
	})
	agent.add(cmd.Flags())
	at.add(cmd.Flags(), "what they did then")
	return cmd
}

// agentRow is an agent with its newest status, of which either may be missing.
type agentRow struct {
	model.Profile
	now model.AgentStatus
}

// readAgents joins the frame of a moment with the profiles, by ascending id.
func readAgents(ctx context.Context, society model.RunData, at model.SimTime) ([]agentRow, error) {
	profiles, err := society.Profiles(ctx)
	if err != nil {
		return nil, err
	}
	frame, err := society.Frame(ctx, at)
	if err != nil && !errors.Is(err, model.ErrNotStarted) { // whose agents may be known all the same
		return nil, err
	}
	rows := make(map[int64]agentRow, len(profiles))
	for _, p := range profiles {
		rows[p.ID] = agentRow{p, model.AgentStatus{At: model.Latest, Lng: math.NaN(), Lat: math.NaN()}}
	}
	for _, s := range frame.Agents {
		p := rows[s.ID].Profile
		p.ID = s.ID
		rows[s.ID] = agentRow{p, s}
	}
	out := make([]agentRow, 0, len(rows))
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		out = append(out, rows[id])
	}
	return out, nil
}

func (r agentRow) fields() []field {
	return append([]field{
		{"id", r.ID},
		{"name", known(!r.Name.Empty(), r.Name)},
		{"profile", r.Profile.Profile},
	}, append(moment(r.now.At),
		field{"lng", finite(r.now.Lng)},
		field{"lat", finite(r.now.Lat)},
		field{"parent_id", known(r.now.Parent != 0, r.now.Parent)},
		field{"action", known(r.now.At != model.Latest, r.now.Action)},
		field{"status", r.now.Status},
	)...)
}

func (r agentRow) texts(c model.Calendar) []string {
	return []string{
		strconv.FormatInt(r.ID, 10), orUnknown(!r.Name.Empty(), r.Name.String()), c.Short(r.now.At), degrees(r.now.Lng), degrees(r.now.Lat),
		orUnknown(r.now.Parent > 0, strconv.FormatInt(r.now.Parent, 10)), r.now.Action.String(), r.now.Status.Text().String(),
	}
}
