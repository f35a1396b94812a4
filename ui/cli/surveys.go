package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
)

func newSurveys(env *Env, out io.Writer) *cobra.Command {
	var agent agentSet
	var at atFlag
	cmd := env.onExperiment(&cobra.Command{Use: "surveys", Short: "Print the agents' answers to surveys"}, rowForms, func(ctx context.Context, one subject, form format) error {
		until, err := at.of(ctx, env, one)
		var ids []int64
		var who names
		if err == nil {
			ids, who, err = agent.choose(ctx, env, one.society(), form)
		}
		var rows []model.Answer
		if all, bulk := agent.bulk(one); bulk && err == nil {
			rows, err = all.AnswersUntil(ctx, until, 0)
		} else if err == nil {
			rows, err = gather(ctx, env, one, "surveys", ids, model.Agent.Answers)
		}
		rows = slices.DeleteFunc(rows, func(a model.Answer) bool { return until != model.Latest && a.At.Compare(until) > 0 })
		slices.SortStableFunc(rows, func(a, b model.Answer) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		titles := env.titles(ctx, &one)
		s := sheet[model.Answer]{titles.fields, []column{
			left("SIM TIME"), left("AGENT"), left("SURVEY"), left("ANSWER"),
		}, func(a model.Answer) []string {
			return []string{one.Calendar().Short(a.At), who.of(a.ID), titles.of(a.Survey), answered(a)}
		}, false}
		return printRows(env, out, form, s, rows, err)
	})
	agent.add(cmd.Flags())
	at.add(cmd.Flags(), "only what was answered until then")
	return cmd
}

// titles are the names of surveys; nil where the source knows none.
type titles map[uuid.UUID]text.Text

// titles reads the names of surveys. Answers are worth printing without them.
func (e *Env) titles(ctx context.Context, one *subject) titles {
	all, err := model.ReadSurveys(ctx, one.src, one.Key)
	if errors.Is(err, model.ErrNotOffered) {
		return nil
	}
	if err != nil {
		e.tell(model.Explain(err).String())
	}
	t := make(titles, len(all))
	for _, s := range all {
		t[s.ID] = s.Name
	}
	return t
}

// of is the name of a survey, or its id.
func (t titles) of(id uuid.UUID) string { return cmp.Or(t[id].String(), id.String()) }

func (t titles) fields(a model.Answer) []field {
	fields := append(append([]field{{"id", a.ID}}, moment(a.At)...),
		field{"survey_id", a.Survey.String()},
		field{"result", text.ParseValue(a.Result.Raw())},
		field{"pending", a.Pending},
		field{"trouble", known(!a.Trouble.Empty(), a.Trouble)},
		field{"created_at", stamp(a.Created)},
	)
	if t != nil {
		name := t[a.Survey]
		fields = append(fields, field{"survey_name", known(!name.Empty(), name)})
	}
	return fields
}

// answered is an answer for people, on one line.
func answered(a model.Answer) string {
	said := text.ParseValue(a.Result.Raw()).Text().String()
	switch {
	case a.Pending:
		return "pending"
	case a.Trouble.Empty():
		return said
	case said == "":
		return "(" + a.Trouble.String() + ")"
	}
	return said + " (" + a.Trouble.String() + ")"
}
