package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"sync"

	"societop/model"
	"societop/model/search"
	"societop/model/text"
	"societop/ui/cell"

	"github.com/spf13/cobra"
)

// grepFlags are what grep is asked for.
type grepFlags struct {
	filter, in  string
	ignoreCase  bool
	most        int
	access      accessFlags
	form        formatFlags
	pattern     *regexp.Regexp
	query       model.Query
	parts       search.Part // 0: those that suit the source
	printed     format
	manySources bool
	hits        int
}

func newGrep(env *Env, out *bufio.Writer) *cobra.Command {
	var g grepFlags
	cmd := &cobra.Command{
		Use:        "grep PATTERN [SOURCE...]",
		SuggestFor: []string{"search", "find", "rg"},
		Short:      "Search configs, logs, prompts, talk and answers of all experiments",
		Long: `Search what experiments have said and done for a pattern, a regular expression in the syntax RE2,
and print the lines that match: the experiment, simulated time, agent, part and line. The newest
experiments come first.

The parts are config, log, prompt, talk and answers. Secrets in configs are masked and can't be found.
Of a lab file all parts are searched, and the prompts of all recorded moments. Of an endpoint config,
log (its last 1,000 lines) and the newest prompt are, which takes three requests an experiment. Talk
and answers, with --in, take one request an agent. Requests are made one after the other, and the
server rests after each for as long as it took. --filter chooses experiments. Several sources are
searched at once; what they have comes in their order.

With --json each hit is an object on a line of its own. The exit code is 0 if something was found,
1 if nothing was, and 2 for a wrong pattern.

` + filterHelp() + "\n" + theSOURCE,
		Example: `  societop grep timeout lab.db
  societop grep -i 'rain|snow' --in talk --filter status:finished lab.db
  societop grep --json '天气' lab.db | jq -r .name | sort | uniq -c
  societop grep --in log -- -1 http://lab-7:8080`,
		PreRunE: func(_ *cobra.Command, args []string) (err error) { return g.check(env, args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.search(cmd.Context(), env, out, args[1:])
		},
	}
	flags := cmd.Flags()
	g.access.add(flags)
	g.form.add(flags, false)
	flags.StringVar(&g.filter, "filter", "", `search only experiments that match, such as "status:error updated<2d"`)
	flags.StringVar(&g.in, "in", "", "search only these `PARTS`: "+strings.Join(search.Names(), ","))
	flags.BoolVarP(&g.ignoreCase, "ignore-case", "i", false, "capitals and small letters are the same")
	flags.IntVarP(&g.most, "max-count", "m", 0, "stop after this many hits; 0 finds all")
	return cmd
}

// check fails if a flag or the pattern is wrong.
func (g *grepFlags) check(env *Env, args []string) (err error) {
	if g.printed, err = g.form.format(env); err != nil {
		return err
	}
	if g.most < 0 {
		return usagef("--max-count can't be negative")
	}
	if g.query, err = model.ParseQuery(g.filter); err != nil {
		return err
	}
	if g.in != "" {
		if g.parts, err = search.ParseParts(g.in); err != nil {
			return err
		}
	}
	g.pattern, err = compile(args[0], g.ignoreCase)
	return err
}

// compile reads a pattern.
func compile(pattern string, ignoreCase bool) (*regexp.Regexp, error) {
	if ignoreCase {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		return nil, usagef("the pattern is wrong: %s: %q", wrong.Code, text.Clean(strings.TrimPrefix(wrong.Expr, "(?i)")).String())
	}
	return re, err
}

// search searches sources at once, and prints what they have in their order. One that can't be read
// ends only its own search.
func (g *grepFlags) search(ctx context.Context, e *Env, out *bufio.Writer, args []string) error {
	specs, err := e.specs(args, g.access)
	if err != nil {
		return err
	}
	g.manySources = len(specs) > 1
	searching, cancel := context.WithCancel(ctx)
	var searches sync.WaitGroup
	defer searches.Wait()
	defer cancel()
	feeds := make([]*hitFeed, len(specs))
	for i := range specs {
		f, stop := newHitFeed(searching)
		defer stop()
		feeds[i] = f
		searches.Go(func() {
			f.end(model.Guard(func() error { return g.searchOne(searching, e, f, specs[i:i+1]) }))
		})
	}
	var failed error
	for _, f := range feeds {
		err := g.printAll(e, out, f)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, errWriting), errors.Is(err, model.ErrUsage):
			return err
		case err != nil && !g.manySources:
			return err
		case err != nil:
			e.tell(model.Explain(err).String())
			failed = errAbsent
		}
		if g.enough() {
			break
		}
	}
	if failed == nil && g.hits == 0 {
		return outcome{1, "nothing matches"}
	}
	return failed
}

// errWriting is the failure of the output.
var errWriting = errors.New("write the output")

// enough reports whether there are as many hits as were asked for.
func (g *grepFlags) enough() bool { return g.most > 0 && g.hits >= g.most }

// printAll prints what one search has to say, and returns what it ended with.
func (g *grepFlags) printAll(e *Env, out *bufio.Writer, f *hitFeed) error {
	for {
		all, err := f.take()
		if len(all) == 0 {
			return err
		}
		for _, one := range all {
			if one.line == nil {
				e.tell(one.message)
				continue
			}
			if _, err := out.Write(one.line); err != nil {
				return errors.Join(errWriting, err)
			}
			if g.hits++; g.enough() {
				break
			}
		}
		if err := out.Flush(); err != nil {
			return errors.Join(errWriting, err)
		}
		if g.enough() {
			return nil
		}
	}
}

// searchOne searches one source.
func (g *grepFlags) searchOne(ctx context.Context, e *Env, f *hitFeed, spec []model.SourceSpec) (err error) {
	src, err := openQuietly(ctx, e, spec, g.access.tenants)
	if err != nil {
		return err
	}
	defer closing(src, &err)
	tell := func(sentence string) { f.put(ctx, found{message: sentence}) }
	if warning := src.Info().Warning; !warning.Empty() {
		tell(warning.String())
	}
	s := search.Search{Pattern: g.pattern, Parts: g.parts, Query: g.query, Now: e.Now, Note: func(err error) { tell(model.Explain(err).String()) }}
	p := hitPrinter{form: g.printed, json: newJSONObject(), source: src.Info().Address, named: g.manySources}
	if e.screen(e.Out) && g.printed.kind == asText {
		p.mark = "\x1b[1;31m"
		if e.getenv("NO_COLOR") != "" {
			p.mark = "\x1b[1m"
		}
	}
	var failed error
	hits := 0
	err = s.Run(ctx, src, func(h search.Hit) bool {
		var line []byte
		if line, failed = p.line(h); failed != nil {
			return false
		}
		hits++
		return f.put(ctx, found{line: line}) && (g.most == 0 || hits < g.most)
	})
	if failed != nil {
		return errors.Join(errWriting, failed)
	}
	return err
}

// hitPrinter makes lines of hits.
type hitPrinter struct {
	form   format
	json   *jsonObject
	source text.Text
	named  bool   // say of which source a hit is
	mark   string // begins what is highlighted; "": nothing is
}

// line is one hit as it is printed.
func (p *hitPrinter) line(h search.Hit) ([]byte, error) {
	if p.form.kind == asJSON {
		line, err := p.json.encode(p.fields(h))
		return append(bytes.Clone(line), '\n'), err
	}
	place := p.place(h)
	line := h.Line.String()
	matches := h.Matches
	if p.form.width > 0 {
		line, matches = cell.Around(line, matches, max(p.form.width-cell.Width(place), leastLine))
	}
	return []byte(place + p.highlighted(line, matches) + "\n"), nil
}

// sourceOf names the source of a hit: of one in a lab that recorded several, the one it came from.
func (p *hitPrinter) sourceOf(h search.Hit) text.Text {
	if !h.Run.Source.Empty() {
		return h.Run.Source.Text()
	}
	return p.source
}

// fields are a hit as JSON has it.
func (p *hitPrinter) fields(h search.Hit) []field {
	fields := []field{
		{"source", p.sourceOf(h)}, {"id", h.Run.ID.String()}, {"tenant_id", h.Run.Tenant}, {"name", h.Name}, {"in", h.In.String()},
	}
	agent := any(nil)
	if h.Agent != nil {
		agent = *h.Agent
	}
	fields = append(fields, field{"agent", agent}, field{"speaker", known(!h.Speaker.Empty(), h.Speaker)})
	fields = append(fields, moment(h.At)...)
	return append(fields, field{"line", h.Number}, field{"text", h.Line})
}

// How much of a name and of an id a terminal shows, and how long a line is at least.
const (
	nameCells = 24
	idDigits  = 8
	leastLine = 20
)

// place says where a hit is: NAME ID d1 09:00 agent 3 talk: .
func (p *hitPrinter) place(h search.Hit) string {
	name, id := h.Name.String(), h.Run.ID.String()
	if p.form.width > 0 {
		name, id = cell.Fit(name, nameCells), id[:idDigits]
	}
	all := []string{name, id}
	if p.named || !h.Run.Source.Empty() {
		all = append([]string{p.sourceOf(h).String()}, all...)
	}
	if h.At.Valid() {
		all = append(all, h.Dates.Short(h.At))
	}
	if h.Agent != nil {
		all = append(all, "agent "+strconv.FormatInt(*h.Agent, 10))
	}
	all = append(all, h.In.String())
	switch {
	case !h.Speaker.Empty():
		all = append(all, "from "+h.Speaker.String())
	case h.Agent == nil:
		all = append(all, strconv.Itoa(h.Number))
	}
	return strings.Join(all, " ") + ": "
}

// highlighted is a line with its matches highlighted.
func (p *hitPrinter) highlighted(line string, matches [][]int) string {
	if p.mark == "" {
		return line
	}
	var b strings.Builder
	at := 0
	for _, m := range matches {
		if m[1] == m[0] {
			continue
		}
		b.WriteString(line[at:m[0]] + p.mark + line[m[0]:m[1]] + "\x1b[m")
		at = m[1]
	}
	return b.String() + line[at:]
}
