package search

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// source is one whose pages are given.
type source struct {
	pages  []model.Changes
	config string
	local  bool
	err    map[string]error // by what is read
	reads  []string
	took   time.Duration // of each reading
	run
}

func (s *source) Info() model.Info { return model.Info{Local: s.local} }
func (s *source) Close() error     { return nil }

func (s *source) Changes(_ context.Context, since model.Cursor, _ model.Budget) (model.Changes, error) {
	n := len(since.Token())
	c := s.pages[n]
	c.Next, c.More = model.NewCursor(strings.Repeat("x", n+1)), n+1 < len(s.pages)
	return c, s.read("list")
}

func (s *source) Experiment(_ context.Context, k model.Key) (model.Experiment, error) {
	return model.Experiment{Summary: model.Summary{Key: k}, Config: text.CleanLines(s.config)}, s.read("config")
}

func (s *source) RunData(model.Key) model.RunData {
	s.of = s
	return s.run
}

// read notes a reading and returns its error.
func (s *source) read(what string) error {
	s.reads = append(s.reads, what)
	time.Sleep(s.took)
	return s.err[what]
}

// run is the data of every experiment.
type run struct {
	model.NoRunData
	of      *source
	log     string
	prompts []string
	agents  []int64
	talk    []model.Message
	answers []model.Answer
}

func (r run) Log(_ context.Context, b model.LogBudget) (model.Log, error) {
	return model.TailLog(r.log, b), r.of.read("log")
}

func (r run) Timeline(context.Context) (all []model.SimTime, err error) {
	for i := range r.prompts {
		all = append(all, model.SimTime{T: float64(i)})
	}
	return all, r.of.read("timeline")
}

func (r run) Prompt(_ context.Context, at model.SimTime) (model.Prompt, error) {
	err := r.of.read("prompt")
	if len(r.prompts) == 0 {
		return model.Prompt{}, err
	}
	if at == model.Latest {
		at.Day, at.T = 0, float64(len(r.prompts)-1)
	}
	return model.Prompt{At: at, Text: text.CleanLines(r.prompts[int(at.T)])}, err
}

func (r run) Profiles(context.Context) (all []model.Profile, err error) {
	for _, id := range r.agents {
		all = append(all, model.Profile{ID: id})
	}
	return all, r.of.read("profiles")
}

func (r run) Agent(id int64) model.Agent { return agent{r, id} }

func (r run) TalkUntil(context.Context, model.SimTime, int) ([]model.Message, error) {
	return r.talk, r.of.read("all talk")
}

func (r run) AnswersUntil(context.Context, model.SimTime, int) ([]model.Answer, error) {
	return r.answers, r.of.read("all answers")
}

// agent is one agent of it.
type agent struct {
	run
	id int64
}

func (a agent) History(context.Context) ([]model.AgentStatus, error) { return nil, nil }

func (a agent) Talk(context.Context) (all []model.Message, err error) {
	for _, m := range a.talk {
		if m.ID == a.id {
			all = append(all, m)
		}
	}
	return all, a.of.read("talk")
}

func (a agent) Answers(context.Context) (all []model.Answer, err error) {
	for _, m := range a.answers {
		if m.ID == a.id {
			all = append(all, m)
		}
	}
	return all, a.of.read("answers")
}

// experiment is the n-th, of which those of a higher number are newer.
func experiment(n int, status model.Status) model.Summary {
	return model.Summary{Key: model.Key{ID: uuid.UUID{byte(n)}}, Name: text.Clean(fmt.Sprint("run ", n)), Status: status, Created: time.Unix(int64(n), 0).UTC()}
}

// page is a page with running experiments of these numbers.
func page(numbers ...int) (c model.Changes) {
	for _, n := range numbers {
		c.Put = append(c.Put, experiment(n, model.Running))
	}
	return c
}

// found is what a search finds, as "run 1 log 2: words".
func found(t *testing.T, src model.Source, s Search, pattern string) (all []string, err error) {
	t.Helper()
	s.Pattern, s.Now = regexp.MustCompile(pattern), time.Now
	err = s.Run(t.Context(), src, func(h Hit) bool {
		line := fmt.Sprintf("%s %s", h.Name, h.In)
		if h.At.Valid() {
			line += fmt.Sprintf(" at %v", h.At.T)
		}
		if h.Agent != nil {
			line += fmt.Sprintf(" agent %d", *h.Agent)
		}
		if !h.Speaker.Empty() {
			line += " from " + h.Speaker.String()
		}
		for _, m := range h.Matches {
			_ = h.Line.String()[m[0]:m[1]]
		}
		all = append(all, fmt.Sprintf("%s %d: %s", line, h.Number, h.Line))
		return len(all) < 1000
	})
	return all, err
}

// same reports hits that are not those wanted.
func same(t *testing.T, got []string, err error, want ...string) {
	t.Helper()
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAnExperimentIsSearchedOnce, though a listing has it again because it has moved meanwhile.
func TestAnExperimentIsSearchedOnce(t *testing.T) {
	src := &source{pages: []model.Changes{page(7, 9, 8), page(5, 6), page(9, 10)}, local: true, run: run{log: "a\nneedle\n"}}
	src.pages[0].First = true
	got, err := found(t, src, Search{Parts: Log}, "needle")
	var want []string
	for _, n := range []int{9, 8, 7, 6, 5, 10} {
		want = append(want, fmt.Sprintf("run %d log 2: needle", n))
	}
	same(t, got, err, want...)
}

func TestTheFilterChooses(t *testing.T) {
	src := &source{pages: []model.Changes{{First: true, Put: []model.Summary{experiment(1, model.Finished), experiment(2, model.Running), experiment(3, model.NotStarted)}}}, local: true, config: "needle: 1", run: run{log: "needle\n"}}
	q, err := model.ParseQuery("-status:running")
	if err != nil {
		t.Fatal(err)
	}
	got, err := found(t, src, Search{Parts: Log | Config, Query: q}, "needle")
	same(t, got, err, "run 3 config 1: needle: 1", "run 1 config 1: needle: 1", "run 1 log 1: needle")
}

func TestEverythingOfAFile(t *testing.T) {
	at := model.SimTime{T: 5}
	src := &source{pages: []model.Changes{page(1)}, local: true, config: "x: needle\ntoken: needle\n", run: run{
		log: "nee\x1b[31mdle\x1b[0m\n", prompts: []string{"needle\nten", "needle\neleven needles", "needle\neleven needles", "ten", "needle"}, agents: []int64{4, 3},
		talk: []model.Message{
			{ID: 3, At: at, Kind: model.Thought, Content: text.CleanLines("one\nneedle")},
			{ID: 4, At: at, Kind: model.Talk, Speaker: text.Clean("3"), Content: text.CleanLines(`{"content":"a needle"}`)},
			{ID: 3, At: at, Kind: model.Talk, Speaker: text.Clean("3"), Content: text.CleanLines("a needle")},
		},
		answers: []model.Answer{
			{ID: 4, At: at, Result: text.CleanLines(`{"why":"\u006eeedle ` + strings.Repeat("x", text.MaxText) + ` end"}`)},
			{ID: 3, At: at, Result: text.CleanLines("free needle")},
			{ID: 3, At: at, Pending: true, Result: text.CleanLines("needle")},
		},
	}}
	got, err := found(t, src, Search{}, "needle")
	same(t, got, err,
		"run 1 config 1: x: needle", "run 1 log 1: needle",
		"run 1 prompt at 0 1: needle", "run 1 prompt at 1 2: eleven needles", "run 1 prompt at 4 1: needle",
		"run 1 talk at 5 agent 4 from 3 1: a needle", "run 1 talk at 5 agent 3 2: needle", "run 1 talk at 5 agent 3 1: a needle",
		"run 1 answers at 5 agent 4 1: "+`{"why":"needle `+strings.Repeat("x", text.MaxText)+` end"}`, "run 1 answers at 5 agent 3 1: free needle")
	got, err = found(t, src, Search{Parts: Answers}, "end\"}$")
	if err != nil || len(got) != 1 {
		t.Errorf("the end of a long answer: %v, %v", got, err)
	}
	src.agents = nil // then all talk is read at once
	got, err = found(t, src, Search{Parts: Talk | Answers}, "needle")
	if err != nil || len(got) != 5 || !slices.Contains(src.reads, "all talk") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAServerIsSpared: what is cheap, one request after the other, and as much rest as work.
func TestAServerIsSpared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{pages: []model.Changes{page(1, 2)}, took: time.Second, run: run{log: "needle", prompts: []string{"a", "b"}, agents: []int64{1}}}
		begin := time.Now()
		if got, err := found(t, src, Search{}, "needle"); err != nil || len(got) != 2 {
			t.Errorf("%q, %v", got, err)
		}
		want := []string{"list", "config", "log", "prompt", "config", "log", "prompt"}
		if !slices.Equal(src.reads, want) || time.Since(begin) != 13*time.Second {
			t.Errorf("%q in %v", src.reads, time.Since(begin))
		}
	})
}

func TestWhatCantBeSearched(t *testing.T) {
	lost := errors.New("lost")
	for _, tc := range []struct {
		err   error
		hits  int // of three experiments with a hit in config and in the prompt
		notes int
		want  error
	}{
		{nil, 9, 0, nil},
		{model.ErrNotStarted, 6, 0, nil},
		{model.ErrNoExperiment, 6, 0, nil},
		{model.ErrNotRecorded, 6, 0, nil},
		{model.ErrNotImported, 6, 0, nil},
		{model.ErrNotOffered, 6, 1, nil},
		{model.Damaged("a page"), 6, 0, model.ErrDamaged},
		{model.ErrAnswer, 6, 0, model.ErrAnswer},
		{model.ErrUnreachable, 1, 0, model.ErrUnreachable},
		{lost, 1, 0, lost},
	} {
		src := &source{pages: []model.Changes{page(1, 2, 3)}, local: true, config: "needle", err: map[string]error{"log": tc.err}, run: run{log: "needle", prompts: []string{"needle"}}}
		notes := 0
		got, err := found(t, src, Search{Note: func(error) { notes++ }}, "needle")
		if !errors.Is(err, tc.want) || (tc.want == nil) != (err == nil) || len(got) != tc.hits || notes != tc.notes {
			t.Errorf("%v: %v, %d hits, %d notes: %q", tc.err, err, len(got), notes, got)
		}
	}
	for _, parts := range []Part{0, Prompt} { // runs without prompts are noted only if prompts were asked for
		src := &source{pages: []model.Changes{page(1)}, local: true, config: "needle", err: map[string]error{"prompt": model.ErrNotOffered}}
		notes := 0
		if _, err := found(t, src, Search{Parts: parts, Note: func(error) { notes++ }}, "needle"); err != nil || (notes > 0) != (parts != 0) {
			t.Errorf("%v: %v, %d notes", parts, err, notes)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	src := &source{pages: []model.Changes{page(1, 2, 3)}, local: true, config: "needle", run: run{log: "needle"}}
	s := Search{Pattern: regexp.MustCompile("needle"), Now: time.Now}
	n := 0
	if err := s.Run(ctx, src, func(Hit) bool { cancel(); n++; return true }); !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("%v after %d hits", err, n)
	}
}

func TestParseParts(t *testing.T) {
	for in, want := range map[string]Part{"log": Log, " Talk,answers": Talk | Answers, "log,log": Log, Everything.String(): Everything} {
		if got, err := ParseParts(in); got != want || err != nil {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "logs", "log,", "talk answers", "\x1b[2J"} {
		if p, err := ParseParts(in); !errors.Is(err, model.ErrUsage) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v, %v", in, p, err)
		}
	}
}

// FuzzLines: whatever a text holds, its hits are lines of it that are clean, at places that exist.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"a\nb", "\x1b[31mred\x1b[0m\r\n\xff\xfe\x00", "e\u0301\ne\u0301\u0301\u0301", "\u202e\u2028\n", "\r\r\n", strings.Repeat("x", 1<<16)} {
		f.Add(s, ".")
	}
	f.Fuzz(func(t *testing.T, s, pattern string) {
		re, err := regexp.Compile(pattern)
		if err != nil || len(s) > 1<<16 {
			return
		}
		src := &source{pages: []model.Changes{page(1)}, local: true, run: run{log: s}}
		err = (&Search{Pattern: re, Parts: Log, Now: time.Now}).Run(t.Context(), src, func(h Hit) bool {
			line := h.Line.String()
			if strings.ContainsAny(line, "\x1b\r\n\x00") || h.Number < 1 {
				t.Errorf("line %d: %q", h.Number, line)
			}
			for _, m := range h.Matches {
				_ = line[m[0]:m[1]]
			}
			return true
		})
		if err != nil {
			t.Error(err)
		}
	})
}
