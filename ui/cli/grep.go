package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

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
server rests after each for as long as it took. --filter chooses experiments.

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

// search searches sources one after the other. One that can't be read ends only its own search.
func (g *grepFlags) search(ctx context.Context, e *Env, out *bufio.Writer, args []string) error {
	specs, err := e.specs(args, g.access)
	if err != nil {
		return err
	}
	g.manySources = len(specs) > 1
	var failed error
	for i := range specs {
		err := g.searchOne(ctx, e, out, specs[i:i+1])
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

// searchOne searches one source.
func (g *grepFlags) searchOne(ctx context.Context, e *Env, out *bufio.Writer, spec []model.SourceSpec) (err error) {
	src, err := e.open(ctx, spec, g.access.tenants)
	if err != nil {
		return err
	}
	defer closing(src, &err)
	s := search.Search{Pattern: g.pattern, Parts: g.parts, Query: g.query, Now: e.Now, Note: func(err error) { e.tell(model.Explain(err).String()) }}
	p := hitPrinter{out: out, form: g.printed, json: newJSONObject(), source: src.Info().Address, named: g.manySources}
	if e.screen(e.Out) && g.printed.kind == asText {
		p.mark = "\x1b[1;31m"
		if e.getenv("NO_COLOR") != "" {
			p.mark = "\x1b[1m"
		}
	}
	var failed error
	err = s.Run(ctx, src, func(h search.Hit) bool {
		failed = p.print(h)
		g.hits++
		return failed == nil && !g.enough()
	})
	if failed != nil {
		return errors.Join(errWriting, failed)
	}
	return err
}

// hitPrinter prints hits, each at once.
type hitPrinter struct {
	out    *bufio.Writer
	form   format
	json   *jsonObject
	source text.Text
	named  bool   // say of which source a hit is
	mark   string // begins what is highlighted; "": nothing is
}

// print prints one hit.
func (p *hitPrinter) print(h search.Hit) error {
	if p.form.kind == asJSON {
		line, err := p.json.encode(p.fields(h))
		if err != nil {
			return err
		}
		if _, err := p.out.Write(append(line, '\n')); err != nil {
			return err
		}
		return p.out.Flush()
	}
	place := p.place(h)
	line := h.Line.String()
	matches := h.Matches
	if p.form.width > 0 {
		line, matches = cell.Around(line, matches, max(p.form.width-cell.Width(place), leastLine))
	}
	if _, err := io.WriteString(p.out, place+p.highlighted(line, matches)+"\n"); err != nil {
		return err
	}
	return p.out.Flush()
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
		all = append(all, h.At.Short())
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
