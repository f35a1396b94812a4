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
		Short:     "Print a shell completion script",
		Long:      "Print a completion script for bash, fish, powershell or zsh.\nTo load it in bash: source <(societop completion bash)",
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				if _, err := io.WriteString(out, bashWords); err != nil {
					return err
				}
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

// bashWords is what cobra's script needs of the package bash-completion, for machines that do
// not have it: the words of the command line, put together again where bash has split them at
// a character such as : or =.
const bashWords = `# the words of the command line, where bash-completion is not there to tell them
if ! declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
    _get_comp_words_by_ref()
    {
        local i word line=$COMP_LINE
        words=()
        cword=0
        for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
            word=${COMP_WORDS[i]}
            if ((i > 0)) && [[ -n $word && $line != [[:blank:]]* ]]; then
                words[${#words[@]}-1]+=$word
            else
                words+=("$word")
            fi
            line=${line#"${line%%[![:blank:]]*}"}
            line=${line#"$word"}
            if ((i == COMP_CWORD)); then
                cword=$((${#words[@]} - 1))
            fi
        done
        cur=${words[cword]}
        prev=
        if ((cword > 0)); then
            prev=${words[cword-1]}
        fi
    }
fi

`
