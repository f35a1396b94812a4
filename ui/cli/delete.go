package cli

import (
	"bufio"

	"societop/model"

	"github.com/spf13/cobra"
)

func newDelete(env *Env, out *bufio.Writer) *cobra.Command {
	c := &controller{env: env, out: out, control: model.ControlDelete, exps: everyArgument}
	return c.command(&cobra.Command{
		Use:        "delete SOURCE EXP...",
		Short:      "Delete experiments that have ended",
		SuggestFor: []string{"remove", "rm"},
		Long: `Delete experiments that have ended, with all their data, from an AgentSociety server or from a lab
file. It asks for the name of each. A lab file is not changed while its recorder is at work; it
does not get shorter, but the space is used again.`,
		Example: "  societop delete --write lab.db baseline",
	})
}
