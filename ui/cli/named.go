package cli

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"societop/model"
	"societop/ui/config"
)

// specify adds to a source what the configuration has for it. Of an only source, flags that were given
// count before that.
func (c *settings) specify(spec *model.SourceSpec, of *config.Source, flags accessFlags, only bool) (err error) {
	spec.Name, spec.Access.RemoteCommand = of.Name, of.RemoteCommand
	if !c.paced() {
		spec.Interval = of.Interval
	}
	if of.CAFile != "" && (!only || flags.caFile == "") {
		spec.Access.CAFile = of.CAFile
	}
	if of.User != "" && (!only || flags.user == "") {
		spec.Access.User = of.User
	}
	if of.TokenFile != "" && (!only || flags.tokenFile == "") {
		spec.Access.Token, err = tokenIn(of.TokenFile, "the token_file of @"+of.Name)
	}
	return err
}

// paced reports whether a flag or the environment says how often sources are read.
func (c *settings) paced() bool {
	return c.given["interval"] || c.layers.Get("interval").From.Level == config.ByEnv
}

// pace is how often sources are read: as often as a command wants, or as the configuration says of an
// only source. Several see to that themselves.
func pace(wanted time.Duration, specs []model.SourceSpec) time.Duration {
	if len(specs) == 1 && specs[0].Interval > 0 {
		return max(specs[0].Interval, minInterval)
	}
	return wanted
}

// paceFlag gives the flag --interval of a command what the configuration has for an only source.
func paceFlag(cmd *cobra.Command, specs []model.SourceSpec) error {
	flag := cmd.Flags().Lookup("interval")
	if flag == nil || len(specs) != 1 || specs[0].Interval == 0 {
		return nil
	}
	return flag.Value.Set(pace(0, specs).String())
}

// forbidden takes the right to write from the sources whose configuration forbids it, also where they
// are named by their addresses. It fails where none is left.
func forbidden(e *Env, file *config.File, named []config.Named, specs []model.SourceSpec) error {
	var forbid []string
	for i := range specs {
		if by := forbidding(file, named[i]); by != nil && specs[i].Access.Write {
			specs[i].Access.Write = false
			forbid = append(forbid, "@"+by.Name)
		}
	}
	if len(forbid) == 0 {
		return nil
	}
	slices.Sort(forbid)
	by := "--write is forbidden for " + listed(slices.Compact(forbid)) + " by write = false in " + file.Path
	if slices.ContainsFunc(specs, func(s model.SourceSpec) bool { return s.Access.Write }) {
		e.conf.warn(e, by)
		return nil
	}
	return usagef("%s", by)
}

// forbidding returns the source of a file that forbids to write to what is named; nil if none does.
func forbidding(file *config.File, n config.Named) *config.Source {
	if n.Source != nil && n.NoWrite {
		return n.Source
	}
	for i := range file.Sources {
		if s := &file.Sources[i]; s.NoWrite && canonical(s.Address) == canonical(n.Address) {
			return s
		}
	}
	return nil
}

// canonical is an address as it is compared with others.
func canonical(address string) string {
	return model.CanonicalAddress(address, func(path string) string {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
		return path
	})
}

// spread sees to it that secrets which are not of one source in the configuration go to one server
// only: of several sources those that have none of their own get the token and the password, unless
// they are on several servers.
func spread(e *Env, flags accessFlags, named []config.Named, specs []model.SourceSpec) error {
	if len(specs) < 2 {
		return nil
	}
	var tokens, users []int
	for i := range specs {
		if server(specs[i].Address) == "" {
			continue
		}
		if n := named[i]; n.Source == nil || n.TokenFile == "" {
			tokens = append(tokens, i)
		}
		if specs[i].Access.User != "" {
			users = append(users, i)
		}
	}
	if servers := serversOf(specs, tokens); len(servers) > 1 && slices.ContainsFunc(tokens, func(i int) bool { return !specs[i].Access.Token.Empty() }) {
		if flags.tokenFile != "" {
			return usagef("--token-file would go to several servers, %s; give each its token_file in the configuration", listed(servers))
		}
		for _, i := range tokens {
			specs[i].Access.Token = model.Secret{}
		}
		e.conf.warn(e, "$SOCIETOP_TOKEN goes to none of several servers, "+listed(servers)+"; give each its token_file in the configuration")
	}
	if servers := serversOf(specs, users); len(servers) > 1 && e.getenv(password) != "" {
		for _, i := range users {
			specs[i].Access.Environ = slices.DeleteFunc(slices.Clone(e.Environ), func(v string) bool { return strings.HasPrefix(v, password+"=") })
		}
		e.conf.warn(e, "$"+password+" goes to none of several servers, "+listed(servers)+"; put each password into ~/.netrc")
	}
	return nil
}

// password is the variable that holds one.
const password = "SOCIETOP_PASSWORD"

// serversOf returns the servers of some of the sources, each once.
func serversOf(specs []model.SourceSpec, some []int) (all []string) {
	for _, i := range some {
		if s := server(specs[i].Address); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// server is the server of an endpoint, "http://lab-7:8080"; empty for other sources.
func server(address string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return ""
	}
	u, err = url.Parse(canonical(address))
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
