package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui"
	"societop/ui/config"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settings are the configuration of a command.
type settings struct {
	file   string // of --config
	reader *config.Reader
	layers config.Layers

	given   map[string]bool // flags of the command
	whole   bool            // all that is wrong is said, however much it is
	silent  bool            // nothing is said: the monitor does, or a command is being typed
	warning text.Text       // of the monitor
}

// addConfig adds the flags that say where the configuration is to all commands.
func (c *settings) addConfig(root *cobra.Command) {
	root.PersistentFlags().StringVar(&c.file, "config", "", "read the configuration from this `FILE` instead of $SOCIETOP_CONFIG or\n$XDG_CONFIG_HOME/societop/config.toml")
}

// configure reads the configuration for a command, and gives its flags the values of settings where
// they were not given. It says what is wrong with the file, unless the monitor does. It fails where
// the command can't be run so.
func configure(e *Env, cmd *cobra.Command) error {
	if unconfigured(cmd) {
		return nil
	}
	c := &e.conf
	if err := c.read(e); err != nil {
		return err
	}
	c.given = map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { c.given[f.Name] = true })
	c.silent = watches(e, cmd)
	c.whole = cmd.Name() == configFile && cmd.Flags().Changed("show")
	c.tell(e)
	return c.apply(e, cmd)
}

// unconfigured reports whether a command has nothing to configure.
func unconfigured(cmd *cobra.Command) bool {
	return slices.Contains([]string{"version", "help", "completion", "man", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, cmd.Name())
}

// watches reports whether a command is to show the monitor.
func watches(e *Env, cmd *cobra.Command) bool {
	return cmd.Flags().Lookup("mouse") != nil && e.screen(e.Out)
}

// read reads the file. It fails where one is named that can't be read.
func (c *settings) read(e *Env) error {
	if c.reader != nil {
		return nil
	}
	words := ui.Vocabulary()
	if words.Columns != nil {
		for _, name := range allColumnNames() {
			if !slices.Contains(words.Columns, name) {
				words.Columns = append(words.Columns, name)
			}
		}
	}
	c.reader = &config.Reader{Home: home(e), Words: words}
	if env := e.getenv("SOCIETOP_CONFIG"); c.file != "" || env != "" {
		c.reader.Path, c.reader.Named = c.file, "--config"
		if c.file == "" {
			c.reader.Path, c.reader.Named = env, "$SOCIETOP_CONFIG"
		}
		if path, err := filepath.Abs(c.reader.Path); err == nil {
			c.reader.Path = path
		}
	} else if dir, ok := e.dataDir("XDG_CONFIG_HOME", ".config"); ok {
		c.reader.Path = filepath.Join(dir, "config.toml")
	}
	f := c.reader.Read()
	if f.Unread && f.Named != "" {
		return usagef("%s (%s)", f.Troubles[0], f.Named)
	}
	c.layers = config.Layers{Flags: map[string]string{}, Environ: e.Environ, File: f}
	return nil
}

// choices reads what was chosen in the monitor on some sources.
func (c *settings) choices(e *Env, specs []model.SourceSpec, tenants []string) {
	dir, ok := e.dataDir("XDG_STATE_HOME", ".local", "state")
	if !ok {
		return
	}
	var of []string
	for _, spec := range specs {
		of = append(of, model.CanonicalAddress(spec.Address, func(path string) string { return identity(path, text.Text{}) }))
	}
	slices.Sort(of)
	of = append(append(slices.Compact(of), ""), slices.Sorted(slices.Values(tenants))...)
	chosen, err := config.ReadChosen(filepath.Join(dir, "chosen", digest(of)[:16]+".json"), c.reader.Words)
	if c.layers.Chosen = chosen; err != nil {
		c.warn(e, err.Error())
	}
}

// warn says something, or keeps the first of what is said for the monitor.
func (c *settings) warn(e *Env, sentence string) {
	switch {
	case !c.silent:
		e.tell(sentence)
	case c.warning.Empty():
		c.warning = text.Clean(sentence)
	}
}

// maxTroubles is how much of what is wrong with a configuration a command says.
const maxTroubles = 20

// tell says what is wrong with the file, unless the monitor does.
func (c *settings) tell(e *Env) {
	if c.silent {
		return
	}
	troubles := c.layers.File.Said()
	for i, t := range troubles {
		if i == maxTroubles && !c.whole {
			e.tell(fmt.Sprintf("and %d more; mend these first", len(troubles)-i))
			break
		}
		e.tell(t)
	}
}

// tellFilter says that the file, which the user may have forgotten, hides experiments from a list with
// a filter.
func (c *settings) tellFilter(e *Env, filter string) {
	if v := c.layers.Get("filter"); filter != "" && v.Text == filter && v.From.Level == config.ByFile {
		e.tell(fmt.Sprintf("only what matches %q, by %s", filter, v.From))
	}
}

// uses says which settings a command follows: those of these keys. Their flags are added elsewhere.
func uses(cmd *cobra.Command, keys ...string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[usesKey] = strings.TrimPrefix(cmd.Annotations[usesKey]+","+strings.Join(keys, ","), ",")
}

const usesKey = "settings"

// apply gives the flags of a command the values of settings.
func (c *settings) apply(e *Env, cmd *cobra.Command) error {
	if err := c.forbid(cmd); err != nil {
		return err
	}
	if prices := cmd.Flags().Lookup("prices"); prices != nil && !prices.Changed {
		e.prices = c.layers.File.Prices
	}
	if err := c.choose(cmd); err != nil {
		return err
	}
	var keys []string
	if all := cmd.Annotations[usesKey]; all != "" {
		keys = strings.Split(all, ",")
	}
	for _, key := range keys {
		s, _ := config.LookUp(key)
		flag := cmd.Flags().Lookup(s.Flag)
		if flag != nil && flag.Changed {
			c.layers.Flags[key] = flag.Value.String()
			continue
		}
		if instead := cmd.Flags().Lookup(s.Instead); instead != nil && instead.Changed {
			continue
		}
		if err := c.give(e, s, flag); err != nil {
			return err
		}
	}
	return nil
}

// give gives a flag the value of a setting that something else gives. flag may be nil.
func (c *settings) give(e *Env, s *config.Setting, flag *pflag.Flag) error {
	v := c.layers.Get(s.Key)
	if !v.Given() {
		return nil
	}
	if v.From.Level == config.ByEnv {
		if err := s.Check(v.Text, c.reader.Words); err != nil {
			return usagef("%s %s", v.From, err)
		}
	}
	if s.Key == "sort" && strings.TrimPrefix(v.Text, "-") == model.ByCost.String() && e.prices == nil {
		c.warn(e, v.From.String()+": there are no costs to sort by without prices")
		return nil
	}
	if flag == nil {
		return nil
	}
	if err := flag.Value.Set(v.Text); err != nil {
		return usagef("%s: %s %s", v.From, s.Key, err)
	}
	return nil
}

// choose finds the view that a command is given.
func (c *settings) choose(cmd *cobra.Command) error {
	flag := cmd.Flags().Lookup("view")
	if flag == nil || !flag.Changed {
		return nil
	}
	name, f := flag.Value.String(), c.layers.File
	view, ok := f.View(name)
	if !ok {
		return noView(name, f)
	}
	if view.Damaged != "" {
		return usagef("the view %q can't be used: %s", name, view.Damaged)
	}
	c.layers.View = view
	return nil
}

// forbid fails where the configuration forbids what a command is told to do.
func (c *settings) forbid(cmd *cobra.Command) error {
	flag := cmd.Flags().Lookup("write")
	if flag == nil || flag.Value.String() != "true" || cmd.Name() == "demo" { // which has a lab of its own
		return nil
	}
	f := c.layers.File
	if f.Broken {
		return usagef("--write is refused, because the configuration %s can't be read and may forbid it", f.Path)
	}
	if v := c.layers.Get("write"); v.Text == "false" {
		return usagef("--write is forbidden by write = false in %s", v.From)
	}
	return nil
}

// addView is the flag that names a view.
func addView(flags *pflag.FlagSet) {
	flags.String("view", "", "show this `VIEW` of the configuration: its filter, its order and its columns")
}

// noView is the error of a view that does not exist.
func noView(name string, f *config.File) error {
	names := f.ViewNames()
	switch {
	case len(names) > 0:
		return usagef("there is no view %q; %s", name, text.Meant(name, names))
	case f.Broken:
		return usagef("there is no view %q: the configuration %s does not count", name, f.Path)
	case f.Path == "":
		return usagef("there is no view %q: there is no configuration file", name)
	}
	return usagef("there is no view %q: %s has none", name, f.Path)
}

// configured returns the configuration of a command that is being typed. It says nothing.
func configured(e *Env) *config.File {
	if e.conf.reader == nil {
		e.conf.silent = true
		if e.conf.read(e) != nil {
			e.conf.layers = config.Layers{Environ: e.Environ, File: new(config.File)}
		}
	}
	return e.conf.layers.File
}
