package cli

import (
	"context"
	"io"

	"societop/model/plan"

	"github.com/spf13/cobra"
)

func newConfig(env *Env, out io.Writer) *cobra.Command {
	return env.onExperiment(&cobra.Command{
		Use:   "config",
		Short: "Print the config of an experiment, with secrets masked",
		Long:  "Print the config of an experiment as YAML, with secrets masked.",
	}, rowForms, func(_ context.Context, one subject, form format) error {
		config := plan.MaskSecrets(one.Config)
		return printLines(out, form, config, 1, []field{{"config", config}})
	})
}
