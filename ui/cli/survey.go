package cli

import (
	"bufio"
	"context"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
)

func newSurvey(env *Env, out *bufio.Writer) *cobra.Command {
	var agents agentSet
	var name string
	c := &controller{
		env: env, out: out, control: model.ControlSurvey, exps: firstArgument,
		check: func(args []string) error {
			if len(agents.ranges) == 0 {
				return usagef("survey needs --agent with the ids of agents, or all")
			}
			name = args[1]
			return nil
		},
		order: func(ctx context.Context, runs []subject) (o model.Order, err error) {
			o.Control = model.ControlSurvey
			if o.Survey, err = surveyOf(ctx, model.Part(runs[0].src, runs[0].Source), name); err == nil {
				o.Agents, err = addressees(ctx, &agents, runs[0])
			}
			return o, err
		},
	}
	cmd := c.command(&cobra.Command{
		Use:   "survey SOURCE EXP SURVEY",
		Short: "Put a questionnaire to agents of a running experiment",
		Long: `Put one of the server's questionnaires to agents of a running experiment. SURVEY is its name or
its id. An agent answers at its next step; until then ` + "`societop surveys`" + ` shows it as pending. It
ends with the first agent that it does not reach, and says which it has reached.`,
		Example: `  societop survey --write http://lab-7:8080 baseline --agent 3,7,10-20 mood`,
	})
	addAddressees(cmd, &agents)
	return cmd
}

// surveyOf is the questionnaire of a source that an id or a name means.
func surveyOf(ctx context.Context, src model.Source, name string) (model.Survey, error) {
	surveyor, ok := src.(model.Surveyor)
	if !ok {
		return model.Survey{}, model.ErrNotOffered
	}
	all, err := surveyor.Surveys(ctx)
	if err != nil {
		return model.Survey{}, err
	}
	clean, known := text.Clean(name), make([]string, len(all))
	id, whole := model.WholeID(name)
	means := []func(model.Survey) bool{
		func(s model.Survey) bool { return whole && s.ID == id },
		func(s model.Survey) bool { return s.Name.Raw() == name },
		func(s model.Survey) bool { return strings.EqualFold(s.Name.String(), clean.String()) },
	}
	for i, s := range all {
		known[i] = s.Name.String()
	}
	for _, fits := range means {
		some := slices.DeleteFunc(slices.Clone(all), func(s model.Survey) bool { return !fits(s) })
		switch {
		case len(some) == 1:
			return some[0], nil
		case len(some) > 1:
			var ids []string
			for _, s := range some {
				ids = append(ids, s.ID.String())
			}
			return model.Survey{}, usagef("several surveys are called %q; name one by its id: %s", clean, strings.Join(ids, ", "))
		}
	}
	if len(all) == 0 {
		return model.Survey{}, usagef("there is no survey %q; the server has none", clean)
	}
	return model.Survey{}, usagef("there is no survey %q; %s", clean, text.Meant(clean.String(), known))
}
