package cli

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"societop/model"
	"societop/model/search"
	"societop/ui/alert"
	"societop/ui/config"
	"societop/ui/event"
)

// The most that completion reads from a source, because the shell waits for it.
const (
	completionTime = 2 * time.Second
	completionRows = 200
)

// completer completes what is typed in a shell.
type completer struct{ *Env }

// register gives every command of the tree its completions: the sources of the configuration, the
// experiments of its source, and the values of its flags. Files are the shell's.
func (e completer) register(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if slices.Contains(argumentNames(cmd), "EXP") {
			cmd.ValidArgsFunction = e.completeEXP
		}
		if hasPattern(cmd) {
			cmd.ValidArgsFunction = completeAfterPattern
		}
		if strings.Contains(cmd.Use, "SOURCE") {
			cmd.ValidArgsFunction = e.withSources(cmd.ValidArgsFunction)
		}
		e.completeFlags(cmd)
	}
	root.ValidArgsFunction = e.withSources(nil)
	e.completeFlags(root)
}

// hasPattern reports whether the first argument of a command is a pattern, and not its source.
func hasPattern(cmd *cobra.Command) bool {
	names := argumentNames(cmd)
	return len(names) > 0 && names[0] == "PATTERN"
}

// completeAfterPattern completes nothing of a pattern; the sources after it are the shell's.
func completeAfterPattern(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// completion is what cobra calls for the values of an argument or a flag.
type completion = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

// completeFlags completes the values of a command's flags.
func (e completer) completeFlags(cmd *cobra.Command) {
	of := map[string]completion{
		"sort":     completeSort,
		"theme":    oneValue(config.Themes),
		"for":      oneValue(wants),
		"events":   completeEvents,
		"columns":  listOf(columnNames()),
		"in":       listOf(search.Names()),
		"filter":   e.completeFilter,
		"key":      e.completeKey,
		"interval": oneValue([]string{"1", "2", "5", "10", "60"}),
		"timeout":  oneValue([]string{"10m", "1h", "2h", "1d"}),
		"agent":    oneValue([]string{"all"}),
		"at":       e.completeAt,
		"view":     e.completeView,
		"desktop":  oneValue(append([]string{"auto"}, alert.Protocols...)),
	}
	files := []string{"token-file", "ca-file", "file", "lab", "pprof", "prices", "config", "webhook-file", "state"}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		complete, ok := of[f.Name]
		if slices.Contains(files, f.Name) {
			return
		}
		if !ok {
			complete = oneValue(nil) // no file is a value of this flag
		}
		// The flag is there: it is being visited.
		_ = cmd.RegisterFlagCompletionFunc(f.Name, complete)
	})
}

// oneValue completes one of these.
func oneValue(known []string) completion {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(known, typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// listOf completes the last of several of these with commas between them.
func listOf(known []string) completion {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var all []string
		for _, name := range beginning(known, typed[len(before):]) {
			word, _, _ := strings.Cut(name, "\t")
			switch {
			case slices.Contains(strings.Split(before, ","), word):
			case before == "":
				all = append(all, name)
			default: // bash finds no described candidate that has a comma
				all = append(all, before+word)
			}
		}
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// beginning is those of some candidates that begin with what was typed.
func beginning(known []string, typed string) (some []string) {
	for _, name := range known {
		if strings.HasPrefix(name, typed) {
			some = append(some, name)
		}
	}
	return some
}

// completeEvents completes events, each with what it means.
func completeEvents(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var known []string
	for _, kind := range event.Kinds {
		known = append(known, described(kind.Name, kind.Meaning))
	}
	return listOf(known)(cmd, args, typed)
}

// completeSort completes sort keys, each with what comes first.
func completeSort(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var known []string
	for _, key := range model.SortKeys() {
		if strings.HasPrefix(typed, "-") {
			known = append(known, described("-"+key.String(), "not "+key.Meaning()))
		} else {
			known = append(known, described(key.String(), key.Meaning()))
		}
	}
	return oneValue(known)(cmd, args, typed)
}

// described is a candidate with its description, as cobra wants it.
func described(name, description string) string {
	if description == "" || strings.Contains(name, ",") { // bash finds no described candidate that has a comma
		return name
	}
	return name + "\t" + description
}

// completeView completes the views of the configuration.
func (e completer) completeView(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	return oneValue(configured(e.Env).ViewNames())(cmd, args, typed)
}

// completeFilter completes the last piece of a filter; names and tenants are those of the
// source, where one was given.
func (e completer) completeFilter(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var lab *model.Lab
	if strings.Contains(typed, ":") {
		if all, err := e.glance(cmd, args); err == nil {
			lab = all.lab
		}
	}
	c := model.CompleteFilter(typed, utf8.RuneCountInString(typed), lab)
	var all []string
	for _, choice := range c.Choices {
		text, _ := c.Apply(choice)
		all = append(all, described(strings.TrimSpace(text), choice.Meaning))
	}
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeEXP completes an experiment: its id, with its name; or its name, where no id begins
// so.
func (e completer) completeEXP(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 2 && slices.Contains(argumentNames(cmd), "SURVEY") {
		return e.completeSurvey(cmd, args, typed)
	}
	if len(args) == 2 && slices.Contains(argumentNames(cmd), "DATASET") {
		return e.completeDataset(cmd, args, typed)
	}
	if what, experiment := argumentAfter(cmd, args); !experiment {
		return nil, what
	}
	all, err := e.glance(cmd, args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return experimentsOf(cmd.Context(), all, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeSurvey completes the name of a questionnaire of the source of args.
func (e completer) completeSurvey(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	var names []string
	if src, err := e.openTyped(ctx, cmd, args); err == nil {
		defer func() { _ = src.Close() }() // it was only read
		if surveyor, ok := src.(model.Surveyor); ok {
			all, _ := surveyor.Surveys(ctx) // nothing is completed of what fails
			for _, s := range all {
				names = append(names, described(s.Name.String(), s.ID.String()))
			}
		}
	}
	return oneValue(names)(cmd, args, typed)
}

// completeDataset completes the id of a dataset of the experiment of args, each with its title.
func (e completer) completeDataset(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	e.look(cmd, args, func(ctx context.Context, one subject) {
		r, ok := one.society().(model.DatasetReader)
		if !ok {
			return
		}
		all, _ := r.Datasets(ctx) // nothing is completed of what fails
		for i := range all {
			names = append(names, described(all[i].ID.String(), all[i].Title.String()))
		}
	})
	return oneValue(names)(cmd, args, typed)
}

// argumentAfter reports whether an experiment comes after some arguments, or else what does.
func argumentAfter(cmd *cobra.Command, args []string) (what cobra.ShellCompDirective, experiment bool) {
	switch {
	case len(args) == 0, len(args) > 1 && cmd.Name() == "export" && !cmd.Flags().Changed("lab"):
		return cobra.ShellCompDirectiveDefault, false // a file
	case len(args) > 1 && !strings.Contains(cmd.Use, "EXP..."):
		return cobra.ShellCompDirectiveNoFileComp, false
	}
	return 0, true
}

// completeKey completes the keys of an experiment's metrics.
func (e completer) completeKey(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var keys []string
	e.look(cmd, args, func(ctx context.Context, one subject) {
		all, _ := one.society().Metrics(ctx) // nothing is completed of what fails
		for _, m := range all {
			keys = append(keys, m.Key.String())
		}
	})
	return oneValue(keys)(cmd, args, typed)
}

// completeAt completes the days of an experiment.
func (e completer) completeAt(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var moments []string
	e.look(cmd, args, func(ctx context.Context, one subject) {
		all, _ := one.society().Timeline(ctx)
		for i, at := range all {
			if i == 0 || at.Day != all[i-1].Day || i == len(all)-1 {
				moments = append(moments, one.Calendar().Short(at))
			}
		}
	})
	return oneValue(moments)(cmd, args, typed)
}

// look lets use read from the experiment of args, for as long as completion may take.
func (e completer) look(cmd *cobra.Command, args []string, use func(context.Context, subject)) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	src, err := e.openTyped(ctx, cmd, args)
	if err != nil || len(args) < 2 {
		return
	}
	defer func() { _ = src.Close() }() // it was only read
	quiet := *e.Env
	quiet.Err = io.Discard
	if one, err := quiet.resolve(ctx, src, args[1]); err == nil {
		use(ctx, one)
	}
}

// glance reads the experiments of the source of args, as many as there is time for.
func (e completer) glance(cmd *cobra.Command, args []string) (reading, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	src, err := e.openTyped(ctx, cmd, args)
	if err != nil {
		return reading{}, err
	}
	defer func() { _ = src.Close() }() // it was only read
	f := e.feed(src, false)
	_, err = f.pages(ctx, func(c model.Changes) { f.lab.Apply(c, f.now()) })
	if f.lab.Len() > 0 {
		err = nil
	}
	return reading{lab: f.lab, now: f.now()}, err
}

// openTyped opens the sources of args, or the default one, with the flags of a command that is
// being typed. It prints no messages, which would appear in the middle of the command line.
func (e completer) openTyped(ctx context.Context, cmd *cobra.Command, args []string) (model.Source, error) {
	var access accessFlags
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	access.add(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		if typed := cmd.Flags().Lookup(f.Name); typed != nil && typed.Changed {
			_ = f.Value.Set(typed.Value.String()) // it was taken once already
		}
	})
	specs, err := e.specs(sourceArgs(cmd, args), access)
	if err != nil {
		return nil, err
	}
	return openQuietly(ctx, e.Env, specs, access.tenants)
}
