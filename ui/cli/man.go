package cli

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"societop/ui/config"
	"societop/ui/roff"

	"github.com/spf13/cobra"
)

func newMan(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Long:  "Print the manual page of all commands, the exit codes, the variables, the files and the settings.",
		Example: `  societop man | man -l -
  societop man > ~/.local/share/man/man1/societop.1`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(out, manual(cmd.Root()))
			return err
		},
	}
}

// manual is the manual page of the commands, from what their helps say.
func manual(root *cobra.Command) string {
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
	p := new(roff.Page)
	p.Title(root.Name(), "1", root.Name(), "User Commands")
	p.Section("NAME")
	p.Text(root.Name() + " - " + root.Short)
	p.Section("SYNOPSIS")
	p.Literal(root.UseLine() + " [FLAGS]\n" + root.Name() + " COMMAND [ARGUMENTS] [FLAGS]")
	p.Section("DESCRIPTION")
	p.Text(root.Long)
	p.Section("OPTIONS")
	manualFlags(p, root.LocalFlags().FlagUsages())
	p.Section("EXAMPLES")
	manualExample(p, root)
	p.Section("COMMANDS")
	p.Text("SOURCE, filters and sort keys are those of DESCRIPTION. All commands have --config and --help.")
	for _, cmd := range root.Commands() {
		if !cmd.Hidden {
			manualCommand(p, cmd)
		}
	}
	p.Section("EXIT STATUS")
	for _, row := range exitMeanings {
		p.Item(row[0], row[1])
	}
	p.Section("ENVIRONMENT")
	for _, row := range variables() {
		p.Item(row[0], row[1])
	}
	p.Section("FILES")
	for _, row := range manualPaths {
		p.Item(row[0], row[1])
	}
	p.Section("CONFIGURATION")
	p.Text("The configuration is TOML. `" + root.Name() + " " + configFile + "` prints one with all that it may hold, and with --show where each value comes from.\n" +
		"A flag counts before a view, a view before the environment, that before what was chosen in the monitor, and that before the file.")
	for _, entry := range config.Entries() {
		manualEntry(p, entry)
	}
	return p.String()
}

// manualCommand writes what the help of a command says, but for what DESCRIPTION says.
func manualCommand(p *roff.Page, cmd *cobra.Command) {
	p.Subsection(strings.TrimSuffix(cmd.UseLine(), " [flags]"))
	known := strings.Split(cmd.Root().Long, "\n")
	var own []string
	for line := range strings.SplitSeq(cmp.Or(cmd.Long, cmd.Short+"."), "\n") {
		if line == "" || !slices.Contains(known, line) {
			own = append(own, line)
		}
	}
	p.Text(strings.Join(own, "\n"))
	manualFlags(p, cmd.NonInheritedFlags().FlagUsages())
	if cmd.HasExample() {
		manualExample(p, cmd)
	}
}

// manualExample writes the examples of a help.
func manualExample(p *roff.Page, cmd *cobra.Command) { p.Literal(cmd.Example) }

// manualFlags writes flags as a help lists them: each begins a line, with three spaces or more between
// it and what it does; other lines continue that.
func manualFlags(p *roff.Page, usages string) {
	var flag, about string
	for line := range strings.Lines(usages) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "-") {
			about += "\n" + line
			continue
		}
		if flag != "" {
			p.Item(flag, about)
		}
		flag, about, _ = strings.Cut(line, "   ")
		about = strings.TrimSpace(about)
	}
	if flag != "" {
		p.Item(flag, about)
	}
}

// manualEntry writes a setting.
func manualEntry(p *roff.Page, e config.Entry) {
	if e.Table {
		p.Subsection(e.Key)
		p.Text(e.About + ".")
		return
	}
	about := append([]string{e.About}, e.Places...)
	if e.Default != "" {
		about = append(about, "default "+e.Default)
	}
	p.Item(e.Key, strings.Join(about, "; "))
}

// exitMeanings is what the exit codes mean, for the manual.
var exitMeanings = [][2]string{
	{"0", "success"},
	{"1", "failure; of a control: refused, or it may have been done, or one of several failed; of grep: nothing matches"},
	{"2", "wrong usage"},
	{"3", "endpoint unreachable, refused, or returned an unusable response; not all of several sources could be read"},
	{"4", "no such experiment, or an ambiguous one; no such dataset"},
	{"5", "lab file locked by another process, or AgentSociety writes to its database, or a recorder is at work on it; another societop uses the state file"},
	{"6", "lab file missing, damaged, or not a lab file"},
	{"10, 11, 12", "wait: the run ended differently from --for: error, stopped, finished"},
	{"13, 14", "wait: the run was lost; it finished with fewer steps than planned (AgentSociety 2)"},
	{"124", "wait: timeout"},
	{"130, 143, 129", "interrupted; terminated by SIGTERM; by SIGHUP"},
	{"131", "terminated by SIGQUIT, which also writes a goroutine dump"},
}

// variables is the environment, for the manual.
func variables() (all [][2]string) {
	for _, s := range config.Settings {
		if s.Env != "" {
			all = append(all, [2]string{"$" + s.Env, s.About})
		}
	}
	return append(all, [][2]string{
		{"$SOCIETOP_CONFIG", "the configuration file"},
		{"$SOCIETOP_TOKEN", "the token of an endpoint; with several servers it goes to none"},
		{"$" + password, "the password of --user; with several servers it goes to none"},
		{"$PGPASSWORD, $PGSERVICE, $PGHOST and others of libpq", "settings of connections to PostgreSQL; they go to all of them"},
		{"$NETRC", "the file that is read instead of ~/.netrc"},
		{"$HTTP_PROXY, $HTTPS_PROXY, $NO_PROXY", "the proxies of endpoints"},
		{"$XDG_CONFIG_HOME, $XDG_DATA_HOME, $XDG_STATE_HOME", "where files are, instead of ~/.config, ~/.local/share and ~/.local/state"},
		{"$TZ", "the time zone of wall times"},
		{"$NO_COLOR", "if it is set, no colours"},
		{"$LC_ALL, $LC_CTYPE, $LANG", "whether the terminal shows UTF-8"},
		{"$TERM, $COLUMNS", "what the terminal can do, and its width where it does not say so"},
		{"$PAGER", "the command that the monitor shows texts with"},
	}...)
}

// manualPaths is the files that the commands keep, for the manual.
var manualPaths = [][2]string{
	{"~/.config/societop/config.toml", "the configuration"},
	{"~/.local/share/societop/lab.db", "the lab file that is opened without a SOURCE"},
	{"~/.local/state/societop/", "what watch and the monitor have told; reports of crashes"},
	{"~/.local/state/societop/seen/", "what you have seen of each source"},
	{"~/.local/state/societop/chosen/", "columns, order and pane that were chosen in the monitor"},
	{"~/.netrc", "passwords of endpoints"},
	{"~/.pgpass, ~/.pg_service.conf", "passwords and services of PostgreSQL"},
}
