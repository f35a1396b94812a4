package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// shells are those that completions can be written for.
var shells = []string{"bash", "fish", "powershell", "zsh"}

func newCompletion(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print a script that completes societop's commands in a shell",
		Long:      "Print a script that completes societop's commands in bash, fish, powershell or zsh.\nFor bash: source <(societop completion bash)",
		Args:      takes(1, 1),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			case "zsh":
				return root.GenZshCompletion(out)
			}
			return oneOf("SHELL", args[0], shells)
		},
	}
}
