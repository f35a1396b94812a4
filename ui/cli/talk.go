package cli

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
)

func newTalk(env *Env, out io.Writer) *cobra.Command {
	var agent agentSet
	var at atFlag
	cmd := env.onExperiment(&cobra.Command{Use: "talk", Short: "Print what agents think and say to each other and to the user"}, rowForms, func(ctx context.Context, one subject, form format) error {
		until, err := at.of(ctx, env, one)
		var ids []int64
		var who names
		if err == nil {
			ids, who, err = agent.choose(ctx, env, one.society(), form)
		}
		var rows []model.Message
		if all, bulk := agent.bulk(one); bulk && err == nil {
			rows, err = all.TalkUntil(ctx, until, 0)
		} else if err == nil {
			rows, err = gather(ctx, env, one, "talk", ids, model.Agent.Talk)
		}
		rows = slices.DeleteFunc(rows, func(m model.Message) bool { return until != model.Latest && m.At.Compare(until) > 0 })
		slices.SortStableFunc(rows, func(a, b model.Message) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		open := openQuestions(rows)
		heard := listeners(rows)
		if bulk, ok := one.society().(model.AllAgentsReader); ok && agent.some() && slices.ContainsFunc(rows, ownCopy) {
			if all, failed := bulk.TalkUntil(ctx, model.Latest, 0); failed == nil { // who heard them is worth no failure
				heard = listeners(all)
			}
		}
		s := sheet[model.Message]{func(m model.Message) []field { return append(heard.fields(m), field{"pending", open[m]}) }, []column{
			left("SIM TIME"), left("AGENT"), left("TYPE"), left("SPEAKER"), left("TO"), left("CONTENT"),
		}, func(m model.Message) []string {
			return append([]string{one.Calendar().Short(m.At)}, who.message(m, heard)...)
		}, false}
		return printRows(env, out, form, s, rows, err)
	})
	agent.add(cmd.Flags())
	at.add(cmd.Flags(), "only what was said until then")
	return cmd
}

// openQuestions is the questions of the user that have no answer among rows.
func openQuestions(rows []model.Message) map[model.Message]bool {
	open, replies := map[model.Message]bool{}, model.Replies(rows)
	for i := range rows {
		if m := &rows[i]; m.IsOpen(replies) {
			open[*m] = true
		}
	}
	return open
}

func (h hearers) fields(m model.Message) []field {
	to := h.of(m)
	return append(append([]field{{"id", known(m.ID != model.Everyone, m.ID)}}, moment(m.At)...),
		field{"type", int(m.Kind)},
		field{"type_name", m.Kind.String()},
		field{"speaker", m.Speaker},
		field{"to", known(len(to) > 0, strings.Join(to, ","))},
		field{"content", m.Words()},
		field{"created_at", stamp(m.Created)},
	)
}

// message is a message for people, but its time.
func (n names) message(m model.Message, h hearers) []string {
	to := h.of(m)
	for i, hearer := range to {
		if id, err := strconv.ParseInt(hearer, 10, 64); err == nil {
			to[i] = n.of(id)
		}
	}
	return []string{n.of(m.ID), m.Kind.String(), n.speaker(m), orUnknown(len(to) > 0, strings.Join(to, ", ")), text.Clean(m.Words().String()).String()}
}

// speaker is who says a message: to the user an agent answers without a name of its own.
func (n names) speaker(m model.Message) string {
	if m.Kind != model.UserTalk {
		if id, err := strconv.ParseInt(m.Speaker.String(), 10, 64); err == nil {
			return n.of(id)
		}
	}
	switch {
	case m.Speaker.Empty() && m.ID == model.Everyone:
		return "society"
	case m.Speaker.Empty():
		return n.of(m.ID)
	}
	return m.Speaker.String()
}
