package cli

import (
	"io"
	"slices"
	"strings"

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
			switch shell := args[0]; {
			case !slices.Contains(shells, shell):
				return usagef("no completion for %q; there is one for %s", shell, strings.Join(shells, ", "))
			case shell == "fish":
				return root.GenFishCompletion(out, true)
			case shell == "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			case shell == "zsh":
				return root.GenZshCompletion(out)
			}
			return root.GenBashCompletionV2(out, true)
		},
	}
}
