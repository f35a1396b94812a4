package cli

import (
	"io"

	"societop/model/plan"

	"github.com/spf13/cobra"
)

func newConfig(env *Env, out io.Writer) *cobra.Command {
	var access accessFlags
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "config SOURCE EXP",
		Short: "Print the config of one experiment, its secrets masked",
		Long:  "Print the config of one experiment, as YAML, its secrets masked.\n\n" + aboutSOURCE + "\n" + aboutEXP,
		Args:  takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format(env)
			if err != nil {
				return err
			}
			return env.experiment(cmd.Context(), args, access, func(one subject) error {
				config := plan.MaskSecrets(one.Config)
				return printLines(out, form, config, 1, []field{{"config", config}})
			})
		},
	}
	access.add(cmd.Flags())
	form.add(cmd.Flags(), true)
	return cmd
}
