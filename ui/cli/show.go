package cli

import (
	"io"

	"societop/model"

	"github.com/spf13/cobra"
)

func newShow(env *Env, out io.Writer) *cobra.Command {
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "show SOURCE EXP",
		Short: "Print one experiment with its progress and its error",
		Long:  "Print one experiment with its progress and its error.\n\n" + aboutEXP,
		Args:  takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format()
			if err != nil {
				return err
			}
			return env.experiment(cmd.Context(), args, func(x model.Experiment, all reading) error {
				v := all.view(x.Summary)
				if form == plain {
					return printDetail(out, v, all.now.In(env.Zone))
				}
				return printObject(out, v.fields())
			})
		},
	}
	form.add(cmd.Flags(), false)
	return cmd
}

// aboutEXP says what EXP stands for.
const aboutEXP = "EXP is an id, the beginning of one that no other has, or a name as it is written."
