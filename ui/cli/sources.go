package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"societop/model"
	"societop/ui/config"

	"github.com/spf13/cobra"
)

// specs returns the sources that arguments name, each once, or the default ones where there are none:
// @NAME is one of the configuration, or a group of them. What kinds of address there are, Open knows.
func (e *Env) specs(args []string, flags accessFlags) ([]model.SourceSpec, error) {
	file := configured(e)
	named, err := namedBy(e, file, args)
	if err != nil {
		return nil, err
	}
	access, err := flags.access(e)
	if err != nil {
		return nil, err
	}
	specs := make([]model.SourceSpec, len(named))
	for i, n := range named {
		specs[i] = model.SourceSpec{Address: n.Address, Access: access}
		if n.Source != nil {
			if err := e.conf.specify(&specs[i], n.Source, flags, len(named) == 1); err != nil {
				return nil, err
			}
		}
	}
	if err := forbidden(e, file, named, specs); err != nil {
		return nil, err
	}
	return specs, spread(e, flags, named, specs)
}

// namedBy returns what arguments stand for, or the default sources where there are none.
func namedBy(e *Env, file *config.File, args []string) (all []config.Named, err error) {
	names := args
	if len(args) == 0 {
		if names, err = defaultSources(e); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		if len(args) > 1 && isWord(name) {
			return nil, usagef("there is no source %q; to wait for a file, write ./%s", name, name)
		}
	}
	for _, name := range names {
		if name == "" {
			return nil, usagef("the name of the source is empty")
		}
		some, err := file.Resolve(name)
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			if err := model.RefuseKeywords(one.Address, exists); err != nil {
				return nil, err
			}
			if one.Source == nil || !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	all = distinct(all)
	if len(all) == 0 {
		return nil, usagef("%s names no source that exists", strings.Join(names, " "))
	}
	return all, nil
}

// distinct returns sources without the addresses of those that stand there by name.
func distinct(all []config.Named) []config.Named {
	byName := map[string]bool{}
	for _, one := range all {
		if one.Source != nil {
			byName[canonical(one.Address)] = true
		}
	}
	return slices.DeleteFunc(all, func(one config.Named) bool { return one.Source == nil && byName[canonical(one.Address)] })
}

// defaultSources returns what is opened where nothing is named: by a view, $SOCIETOP_SOURCE or the
// configuration, or else the default lab file.
func defaultSources(e *Env) ([]string, error) {
	configured(e)
	if names := e.conf.layers.Get("source").List(); len(names) > 0 {
		return names, nil
	}
	lab, ok := defaultLab(e)
	if !ok {
		return nil, usagef("without $HOME, name a source")
	}
	return []string{lab}, nil
}

// isWord reports whether an argument in place of a source is one word that is neither a path nor an
// address, nor the name of a file: it can only be a command that does not exist.
func isWord(arg string) bool {
	if arg == "" || strings.HasPrefix(arg, "-") || strings.ContainsAny(arg, `/.@\ `) {
		return false
	}
	_, err := os.Lstat(arg)
	return err != nil
}

// sourceArgs returns those of the arguments of a command that name its sources, by its Use.
func sourceArgs(cmd *cobra.Command, args []string) []string {
	words := strings.Fields(cmd.Use)[1:]
	at := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(strings.Trim(word, "["), "SOURCE") })
	if at < 0 || at >= len(args) {
		return nil
	}
	if strings.Contains(words[at], "...") {
		return args[at:max(len(args)-(len(words)-at-1), at)]
	}
	return args[at : at+1]
}

// open opens sources as one, and says what their user should know.
func (e *Env) open(ctx context.Context, specs []model.SourceSpec, tenants []string) (model.Source, error) {
	src, err := openQuietly(ctx, e, specs, tenants)
	if err != nil {
		return nil, err
	}
	if warning := src.Info().Warning; !warning.Empty() {
		e.tell(warning.String())
	}
	return src, nil
}

// openQuietly opens sources as one and prints no messages, which the monitor shows.
func openQuietly(ctx context.Context, e *Env, specs []model.SourceSpec, tenants []string) (model.Source, error) {
	src, err := e.Open(ctx, specs)
	if err != nil {
		return nil, err
	}
	return model.OfTenants(src, tenants), nil
}

// tellAbsent says which of several sources could not be read, and returns an error with the exit code
// for that where there are some.
func tellAbsent(e *Env, sources []model.SourceState) (err error) {
	for _, s := range sources {
		if s.Failure != nil {
			e.tell(model.Explain(s.Failure).String())
			err = errAbsent
		}
	}
	return err
}

// errAbsent is the end of a command that has read only some of several sources.
var errAbsent = outcome{exitAway, "not all sources could be read"}

// unlessAbsent is an error of looking for an experiment in what was read: where not all sources were,
// nobody knows that there is none.
func (r reading) unlessAbsent(err error) error {
	if r.absent != nil && errors.Is(err, model.ErrNoExperiment) {
		return outcome{exitAway, model.Explain(err).String() + "; not all sources could be read"}
	}
	return err
}
