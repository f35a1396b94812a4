package cli

import (
	"bufio"

	"societop/model"

	"github.com/spf13/cobra"
)

func newStop(env *Env, out *bufio.Writer) *cobra.Command {
	c := &controller{env: env, out: out, control: model.ControlStop, exps: everyArgument}
	return c.command(&cobra.Command{
		Use:   "stop SOURCE EXP...",
		Short: "Stop running experiments",
		Long: `Stop running experiments on an AgentSociety server. Only what runs is stopped, because a server
that is told to stop an experiment that has ended destroys its error. A stop takes up to 10 s.`,
		Example: "  societop stop --write http://lab-7:8080 baseline",
	})
}

// everyArgument is for commands whose arguments after SOURCE are all experiments.
func everyArgument(args []string) []string { return args }

// firstArgument is for commands whose first argument after SOURCE is the experiment.
func firstArgument(args []string) []string { return args[:1] }
