package cli

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"

	"societop/model"

	"github.com/spf13/cobra"
)

func newTalk(env *Env, out io.Writer) *cobra.Command {
	var agent agentFlag
	cmd := newPane(env, "talk", "Print what agents think, and say to each other and to the user", func(ctx context.Context, one subject, form format) error {
		ids, who, err := agent.choose(ctx, one.society(), form)
		var rows []model.Message
		if all, bulk := agent.all(one); bulk && err == nil {
			rows, err = all.TalkUntil(ctx, model.Latest, 0)
		} else if err == nil {
			rows, err = gather(ctx, env, one, "talk", ids, model.Agent.Talk)
		}
		slices.SortStableFunc(rows, func(a, b model.Message) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		s := sheet[model.Message]{messageFields, columns([]column{
			{"SIM TIME", false}, {"AGENT", false}, {"TYPE", false}, {"SPEAKER", false}, {"CONTENT", false},
		}, who.message)}
		return printRows(env, out, form, s, rows, err)
	})
	agent.add(cmd.Flags())
	return cmd
}

func messageFields(m model.Message) []field {
	return append(append([]field{{"id", m.ID}}, moment(m.At)...),
		field{"type", int(m.Kind)},
		field{"type_name", m.Kind.String()},
		field{"speaker", m.Speaker.String()},
		field{"content", m.Words().String()},
		field{"created_at", stamp(m.Created)},
	)
}

// message is a message for people.
func (n names) message(m model.Message) []string {
	return []string{m.At.Short(), n.of(m.ID), m.Kind.String(), n.speaker(m), model.Clean(m.Words().String()).String()}
}

// speaker is who says a message: to the user an agent answers without a name of its own.
func (n names) speaker(m model.Message) string {
	if m.Kind != model.UserTalk {
		if id, err := strconv.ParseInt(m.Speaker.String(), 10, 64); err == nil {
			return n.of(id)
		}
	}
	if m.Speaker.Empty() {
		return n.of(m.ID)
	}
	return m.Speaker.String()
}
