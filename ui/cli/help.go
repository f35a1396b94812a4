package cli

import (
	"strings"

	"societop/model/text"

	"github.com/spf13/cobra"
)

// newHelp is cobra's help command, except that an unknown topic is wrong usage.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "Print help for a command",
		Hidden: true,
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, c := range cmd.Root().Commands() {
				if !c.Hidden {
					names = append(names, described(c.Name(), c.Short))
				}
			}
			return beginning(names, typed), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownTopic(cmd.Root(), strings.Join(args, " "))
			}
			topic.InitDefaultHelpFlag() // so that it is listed, as it is by --help
			return topic.Help()
		},
	}
}

// unknownTopic says which command a topic may be meant for.
func unknownTopic(root *cobra.Command, topic string) error {
	if near := nearCommands(root, topic); len(near) > 0 {
		return usagef("there is no command %q; %s", topic, text.DidYouMean(near))
	}
	return usagef("there is no command %q", topic)
}
