package cli

import (
	"io"
	"strconv"
	"strings"

	"societop/ui"
	"societop/ui/config"

	"github.com/spf13/cobra"
)

// configFile is the name of the command that prints the configuration.
const configFile = "config-file"

func newConfigFile(env *Env, out io.Writer) *cobra.Command {
	var show, noState bool
	cmd := &cobra.Command{
		Use:        configFile,
		SuggestFor: []string{"configfile", "configuration", "conf", "settings"},
		Short:      "Print a commented configuration file, or all values with --show",
		Long: `Print a configuration file with all that it may hold, commented out.

With --show, print each value with where it comes from: a flag, the environment, what was chosen
in the monitor on the default source, a line of the configuration file, or the default. Flags of
the monitor and of watch may be given. Passwords, tokens, and the arguments of commands are not shown.`,
		Example: `  societop config-file > ~/.config/societop/config.toml
  societop config-file --show`,
		RunE: func(*cobra.Command, []string) error {
			if !show {
				_, err := io.WriteString(out, config.Commented(env.conf.reader.Words))
				return err
			}
			if specs, err := env.specs(nil, accessFlags{}); err == nil && !noState {
				env.conf.choices(env, specs, nil)
			}
			for _, one := range ui.HardToRead(env.conf.layers.File) {
				env.tell(one)
			}
			_, err := io.WriteString(out, env.conf.show(env))
			return err
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&show, "show", false, "print each value with where it comes from")
	addView(flags)
	flags.BoolVar(&noState, "no-state", false, "do not count what was chosen in the monitor")
	for i := range config.Settings {
		if s := &config.Settings[i]; s.Flag != "" {
			flags.Var(&settingFlag{setting: s}, s.Flag, s.About)
			if s.Kind == config.Switch {
				flags.Lookup(s.Flag).NoOptDefVal = "true"
			}
			uses(cmd, s.Key)
		}
	}
	return cmd
}

// settingFlag is a flag that only has to be right.
type settingFlag struct {
	setting *config.Setting
	value   string
}

// String is the value.
func (f *settingFlag) String() string { return f.value }

// Type is what the value is.
func (f *settingFlag) Type() string {
	switch f.setting.Kind {
	case config.Switch:
		return "bool"
	case config.Lapse:
		return "duration"
	case config.List:
		return "names"
	default:
		return "string"
	}
}

// Set checks a value.
func (f *settingFlag) Set(value string) error {
	if err := f.setting.Check(value, nil); err != nil && value != "" {
		return err
	}
	f.value = value
	return nil
}

// show returns all values of a configuration.
func (c *settings) show(e *Env) string {
	defaults := map[string]config.Value{
		"ascii":         {Text: strconv.FormatBool(!e.utf8())},
		"panes":         {Text: strings.Join(c.reader.Words.Panes, ",")},
		"alerts.events": {Text: strings.Join(eventNames(), ",")},
	}
	if lab, ok := defaultLab(e); ok {
		defaults["source"] = config.Value{Text: lab}
	}
	return config.Show(&c.layers, defaults)
}
