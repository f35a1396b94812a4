package cli

import (
	"societop/model"

	"github.com/spf13/cobra"
)

// newStdio is what runs on the other machine of an address that begins with ssh://.
func newStdio(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:    "stdio",
		Hidden: true,
		Short:  "Serve a file to another societop, on standard input and output",
		Long: `Serve a file to another societop, on standard input and output. This is what
societop ssh://HOST/PATH runs on HOST. It changes nothing, serves no source but a file, and runs until
standard input ends.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if env.IsTerminal(env.In) {
				return usagef("stdio talks to another societop; run `societop ssh://HOST/PATH` on the other machine")
			}
			return env.Stdio(cmd.Context(), env.In, env.Out, env.Version, func() (string, error) { return onlyDefault(env) }, model.Access{LostAfter: lostAfter(env)})
		},
	}
}

// onlyDefault returns the address of the default source, if it is one.
func onlyDefault(e *Env) (string, error) {
	all, err := namedBy(e, configured(e), nil)
	switch {
	case err != nil:
		return "", err
	case len(all) > 1:
		return "", usagef("several sources are the default of that machine; name one")
	}
	return all[0].Address, nil
}
