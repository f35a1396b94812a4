package cli

import (
	"io"

	"github.com/spf13/cobra"
)

func newShow(env *Env, out io.Writer) *cobra.Command {
	var access accessFlags
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "show SOURCE EXP",
		Short: "Print one experiment with its progress and its error",
		Long:  "Print one experiment with its progress and its error.\n\n" + aboutSOURCE + "\n" + aboutEXP,
		Args:  takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format(env)
			if err != nil {
				return err
			}
			return env.experiment(cmd.Context(), args, access, func(one subject) error {
				v := one.view(cmd.Context())
				if form.kind == asText {
					return printDetail(out, v, one.all.now.In(env.Zone))
				}
				return printObject(out, v.fields())
			})
		},
	}
	access.add(cmd.Flags())
	form.add(cmd.Flags(), false)
	return cmd
}
