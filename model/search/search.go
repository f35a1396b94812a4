package search

import (
	"context"
	"errors"
	"hash/maphash"
	"regexp"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// Search is what to look for, and where.
type Search struct {
	Pattern *regexp.Regexp
	Parts   Part        // 0: DefaultParts of the source
	Query   model.Query // which experiments
	Now     func() time.Time
	// Note is told of what could not be searched though the rest could; nil is told nothing.
	Note func(err error)
}

// Hit is a line that matches.
type Hit struct {
	Run     model.Key
	Name    text.Text // of the experiment
	In      Part
	Agent   *int64         // whose talk or answer it is; nil of what belongs to none
	Speaker text.Text      // of talk: who said it to the agent, where that is another one
	At      model.SimTime  // Day is −1 of what has no simulated time
	Dates   model.Calendar // in which At is written
	Number  int            // of the line in its text, from 1
	Line    text.Lines     // one line; Raw is as the source has it
	Matches [][]int        // where String of Line matches, in bytes
}

// errEnough ends a search whose caller wants no more.
var errEnough = errors.New("enough")

// Limits of one reading.
const (
	pageRows = 10_000
	logBytes = 64 << 20
)

// Run searches a source and calls yield with each hit, until it returns false. It fails with the
// error of a source that can't be read any more. Of a source that is damaged in places it
// searches the rest, and fails with the first damage at the end.
func (s *Search) Run(ctx context.Context, src model.Source, yield func(Hit) bool) error {
	r := &running{Search: s, src: src, parts: s.Parts, yield: yield, seen: map[uint64]struct{}{}, seed: maphash.MakeSeed(), lacks: map[Part]error{}, offered: map[Part]bool{}}
	if r.parts == 0 {
		r.parts = DefaultParts(src)
	}
	err := r.list(ctx)
	if errors.Is(err, errEnough) {
		return nil
	}
	for _, p := range parts {
		if p.part == Prompt && s.Parts == 0 { // most runs of AgentSociety 2 have none, which is no lack
			continue
		}
		if lack := r.lacks[p.part]; lack != nil && !r.offered[p.part] && s.Note != nil {
			s.Note(lack)
		}
	}
	return errors.Join(err, r.damage)
}

// running is a search that runs.
type running struct {
	*Search
	src     model.Source
	parts   Part
	yield   func(Hit) bool
	seen    map[uint64]struct{} // hashes of the keys of experiments that were searched
	seed    maphash.Seed
	lacks   map[Part]error // what was not offered of some experiment
	offered map[Part]bool  // what was of another one
	damage  error          // the first
}

// list goes through the experiments page by page.
func (r *running) list(ctx context.Context) error {
	var since model.Cursor
	var skew time.Duration
	for more := true; more; {
		c, err := r.src.Changes(ctx, since, model.Budget{Rows: pageRows, Errors: r.Query.NeedsErrors()})
		if err != nil {
			return err
		}
		since, more = c.Next, c.More
		if !c.Clock.IsZero() {
			skew = c.Clock.Sub(r.Now())
		}
		if c.Trouble != nil && r.Note != nil {
			r.Note(c.Trouble)
		}
		if err := r.page(ctx, c, r.Now().Add(skew)); err != nil {
			return err
		}
	}
	return nil
}

// page searches the experiments of one page that pass the filter, the newest first.
func (r *running) page(ctx context.Context, c model.Changes, now time.Time) error {
	lab := model.NewLab()
	lab.Apply(model.Changes{First: true, Put: c.Put, Total: len(c.Put), Liveness: c.Liveness}, now)
	sel := lab.Select(r.Query, model.Sort{}, now)
	defer sel.Close()
	for !sel.Work(pageRows) {
	}
	for i := range sel.Len() {
		one := sel.At(i)
		h := maphash.Comparable(r.seed, one.Key)
		if _, again := r.seen[h]; again {
			continue
		}
		r.seen[h] = struct{}{}
		if err := r.experiment(ctx, &one); err != nil {
			return err
		}
	}
	return nil
}

// experiment searches one experiment.
func (r *running) experiment(ctx context.Context, s *model.Summary) error {
	o := one{r, s, r.src.RunData(s.Key)}
	var agents []int64
	for _, p := range parts {
		if r.parts&p.part == 0 || (p.part != Config && s.Status == model.NotStarted) {
			continue
		}
		var err error
		switch p.part {
		case Config:
			err = o.config(ctx)
		case Log:
			err = o.log(ctx)
		case Prompt:
			err = o.prompts(ctx)
		default:
			if agents == nil {
				agents, err = o.agents(ctx)
			}
			if err == nil {
				err = o.words(ctx, p.part, agents)
			}
		}
		if err := r.excused(ctx, p.part, err); err != nil {
			return err
		}
	}
	return nil
}

// excused returns an error unless the search can go on after it.
func (r *running) excused(ctx context.Context, p Part, err error) error {
	switch {
	case err == nil:
		r.offered[p] = true
		return ctx.Err()
	case ctx.Err() != nil, errors.Is(err, errEnough):
		return err
	case errors.Is(err, model.ErrNotOffered):
		r.lacks[p] = err
		return nil
	case errors.Is(err, model.ErrNoExperiment), errors.Is(err, model.ErrNotStarted), errors.Is(err, model.ErrNoData), errors.Is(err, model.ErrNotImported):
		return nil
	case errors.Is(err, model.ErrDamaged), errors.Is(err, model.ErrAnswer):
		if r.damage == nil {
			r.damage = err
		}
		return nil
	}
	return err
}

// rested calls a reading and lets a server rest afterwards for as long as it took.
func rested[T any](ctx context.Context, r one, read func() (T, error)) (T, error) {
	begin := r.Now()
	v, err := read()
	if !r.local() {
		_ = model.Sleep(ctx, r.Now().Sub(begin)) // whoever reads next sees that ctx is done
	}
	return v, err
}

// one is one experiment that is searched.
type one struct {
	*running
	s    *model.Summary
	data model.RunData
}

// local reports whether the source of the experiment is a file on this machine.
func (o one) local() bool { return model.Part(o.src, o.s.Source).Info().Local }

// hit is a hit in a part, of which the line is missing.
func (o one) hit(in Part) Hit {
	return Hit{Run: o.s.Key, Name: o.s.Name, In: in, At: model.SimTime{Day: -1}, Dates: o.s.Calendar()}
}

// config searches the config, without its secrets.
func (o one) config(ctx context.Context) error {
	e, err := rested(ctx, o, func() (model.Experiment, error) { return o.src.Experiment(ctx, o.s.Key) })
	if err != nil {
		return err
	}
	return o.lines(ctx, o.hit(Config), plan.MaskSecrets(e.Config), 0)
}

// log searches the log.
func (o one) log(ctx context.Context) error {
	log, err := rested(ctx, o, func() (model.Log, error) { return o.data.Log(ctx, model.LogBudget{Bytes: logBytes}) })
	if err != nil {
		return err
	}
	return o.lines(ctx, o.hit(Log), log.Lines, log.Dropped)
}

// prompts searches what agents were told: of a server the newest prompt, else that of each moment. A
// line that stands in several prompts one after the other is a hit in the first.
func (o one) prompts(ctx context.Context) error {
	moments := []model.SimTime{model.Latest}
	if o.local() {
		all, err := o.data.Timeline(ctx)
		if err == nil {
			moments = append(all, model.Latest)
		} else if !errors.Is(err, model.ErrNoData) {
			return err
		}
	}
	var last model.Prompt
	var told lineSet
	for _, at := range moments {
		p, err := rested(ctx, o, func() (model.Prompt, error) { return o.data.Prompt(ctx, at) })
		if err != nil {
			return err
		}
		if p.Text == last.Text {
			continue
		}
		last = p
		h := o.hit(Prompt)
		h.At = p.At
		var now lineSet
		if now, err = told.newLines(ctx, o, h, p.Text); err != nil {
			return err
		}
		told = now
	}
	return nil
}

// agents returns the ids of the agents.
func (o one) agents(ctx context.Context) ([]int64, error) {
	all, err := rested(ctx, o, func() ([]model.Profile, error) { return o.data.Profiles(ctx) })
	if errors.Is(err, model.ErrNoData) {
		err = nil // their talk may be there
	}
	ids := make([]int64, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids, err
}

// words searches the talk or the answers of all agents, one after the other. Where nobody knows
// which agents there are, those of all are read at once, if the source can.
func (o one) words(ctx context.Context, in Part, agents []int64) error {
	bulk, ok := o.data.(model.AllAgentsReader)
	switch {
	case len(agents) == 0 && !ok:
		return nil
	case len(agents) == 0 && in == Talk:
		return o.talk(ctx, func() ([]model.Message, error) { return bulk.TalkUntil(ctx, model.Latest, 0) })
	case len(agents) == 0:
		return o.answers(ctx, func() ([]model.Answer, error) { return bulk.AnswersUntil(ctx, model.Latest, 0) })
	}
	for _, id := range agents {
		agent := o.data.Agent(id)
		var err error
		if in == Talk {
			err = o.talk(ctx, func() ([]model.Message, error) { return agent.Talk(ctx) })
		} else {
			err = o.answers(ctx, func() ([]model.Answer, error) { return agent.Answers(ctx) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// talk searches messages.
func (o one) talk(ctx context.Context, read func() ([]model.Message, error)) error {
	all, err := rested(ctx, o, read)
	if err != nil {
		return err
	}
	for i := range all {
		m := &all[i]
		h := o.hit(Talk)
		h.Agent, h.At = &m.ID, m.At
		if m.Kind != model.Thought && !m.Speaker.Empty() && !said(m) {
			h.Speaker = m.Speaker
		}
		if err := o.lines(ctx, h, m.Words(), 0); err != nil {
			return err
		}
	}
	return nil
}

// answers searches answers to surveys.
func (o one) answers(ctx context.Context, read func() ([]model.Answer, error)) error {
	all, err := rested(ctx, o, read)
	if err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		if a.Pending {
			continue
		}
		h := o.hit(Answers)
		h.Agent, h.At = &a.ID, a.At
		if err := o.lines(ctx, h, answered(a.Result), 0); err != nil {
			return err
		}
	}
	return nil
}

// answered is an answer as it is searched: free text as it is, all else as JSON on one line.
func answered(result text.Lines) text.Lines {
	v := text.ParseValue(result.Raw())
	switch v.Kind() {
	case text.NullValue:
		return text.Lines{}
	case text.TextValue:
		return text.CleanLinesOf(v.Lines().String(), result.Raw())
	default:
		return text.CleanLinesOf(string(v.JSON()), result.Raw())
	}
}
