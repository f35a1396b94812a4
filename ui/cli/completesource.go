package cli

import (
	"context"
	"slices"
	"strings"

	"societop/model"
	"societop/ui/config"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

// withSources completes the names of the configuration where a source is asked for and an @ is typed,
// and else by another completion; nil: files are the shell's.
func (e completer) withSources(otherwise completion) completion {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		switch {
		case strings.HasPrefix(typed, "@") && takesSource(cmd, len(args)):
			return oneValue(namesIn(configured(e.Env)))(cmd, args, typed)
		case otherwise != nil:
			return otherwise(cmd, args, typed)
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}

// takesSource reports whether the argument after n others may be a source, by the Use of a command.
func takesSource(cmd *cobra.Command, n int) bool {
	words := strings.Fields(cmd.Use)[1:]
	at := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(strings.Trim(word, "["), "SOURCE") })
	return at == n || at >= 0 && at < n && strings.Contains(words[at], "...")
}

// namesIn returns the names of sources and groups of a file, each with what it is.
func namesIn(f *config.File) (all []string) {
	for i := range f.Sources {
		s := &f.Sources[i]
		all = append(all, described("@"+s.Name, canonical(s.Address)))
	}
	for _, g := range f.Groups {
		if g.Loop == "" {
			all = append(all, described("@"+g.Name, strings.Join(g.Members, " ")))
		}
	}
	return all
}

// experimentsOf returns the experiments that begin as was typed: ids, each with its name, or names
// where no id begins so. Of several sources, what stands in more than one has its source in front, as
// everything has where that is typed.
func experimentsOf(ctx context.Context, all reading, typed string) []string {
	short, many := sourcesIn(ctx, all)
	var ids, names []string
	for v := range all.rows(ctx, model.Query{}, model.Sort{}, nil) {
		id, name, of := v.ID.String(), v.Name.String(), ""
		if s := short[v.Source]; s != "" && (many[v.ID] || strings.HasPrefix(typed, s+":")) {
			of = s + ":"
		}
		switch {
		case strings.HasPrefix(of+id, typed), strings.HasPrefix(id, strings.ToLower(typed)):
			ids = append(ids, described(of+id, name))
		case strings.HasPrefix(of+name, typed), strings.HasPrefix(name, typed):
			names = append(names, described(of+name, id))
		}
		if len(ids) == completionRows {
			break
		}
	}
	if len(ids) == 0 {
		return names[:min(len(names), completionRows)]
	}
	return ids
}

// sourcesIn returns the short names of the sources of what was read, and the ids that more than one
// has.
func sourcesIn(ctx context.Context, all reading) (short map[model.SourceName]string, many map[uuid.UUID]bool) {
	seen := map[uuid.UUID]bool{}
	short, many = map[model.SourceName]string{}, map[uuid.UUID]bool{}
	var names []model.SourceName
	for v := range all.rows(ctx, model.Query{}, model.Sort{}, nil) {
		if v.Source.Empty() {
			return short, many // it is the only one
		}
		if _, ok := short[v.Source]; !ok {
			short[v.Source], names = "", append(names, v.Source)
		}
		many[v.ID] = seen[v.ID]
		seen[v.ID] = true
	}
	for i, s := range model.ShortNames(names) {
		short[names[i]] = s
	}
	return short, many
}
