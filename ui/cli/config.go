package cli

import (
	"fmt"
	"io"

	"societop/model"

	"github.com/spf13/cobra"
)

func newConfig(env *Env, out io.Writer) *cobra.Command {
	var form formatFlags
	cmd := &cobra.Command{
		Use:   "config SOURCE EXP",
		Short: "Print the config of one experiment, its secrets masked",
		Long:  "Print the config of one experiment, as YAML, its secrets masked.\n\n" + aboutEXP,
		Args:  takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := form.format()
			if err != nil {
				return err
			}
			return env.experiment(cmd.Context(), args, func(x model.Experiment, _ reading) error {
				config := model.MaskSecrets(x.Config).String()
				if form == asJSON {
					return printObject(out, []field{{"config", config}})
				}
				_, err := fmt.Fprintln(out, config)
				return err
			})
		},
	}
	form.add(cmd.Flags(), false)
	return cmd
}
