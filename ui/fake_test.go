package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// fakeSource is a source in memory.
type fakeSource struct {
	mu      sync.Mutex
	page    int // rows of a page; 0: all
	all     []model.Experiment
	changed []model.Summary
	gone    []model.Key
	err     error
	reads   int
	wholes  int
	budget  model.Budget
	noWhole error       // why no experiment can be read whole
	info    *model.Info // nil: a lab file
	clock   time.Time
	trouble error
	live    model.Liveness
	sources []model.SourceState // of several
	hangs   chan struct{}       // not nil: an answer comes when it is closed
	log     fakeLog
	metrics fakeMetrics
	town    fakeTown
	past    func(model.Summary) []model.StepTime // the history of a run; nil: there is none
	pasts   []model.Key                          // whose were read
}

// fakeLog is the log of every experiment of a fakeSource.
type fakeLog struct {
	text  string
	tail  bool
	err   error
	took  time.Duration // to answer
	reads []time.Time   // when each began
	given int           // reads that were given up
}

// fakeSociety is a society of a log, metrics and a town.
type fakeSociety struct {
	model.NoRunData
	src *fakeSource
	key model.Key
}

func (f *fakeSource) RunData(k model.Key) model.RunData {
	s := fakeSociety{model.NoRunData{Err: model.ErrNotOffered}, f, k}
	if f.town.bulk {
		return fakeBulk{s}
	}
	return s
}

func (s fakeSociety) Log(ctx context.Context, b model.LogBudget) (model.Log, error) {
	f := s.src
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log.reads = append(f.log.reads, time.Now())
	if took := f.log.took; took > 0 {
		f.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(took):
		}
		f.mu.Lock()
	}
	switch {
	case ctx.Err() != nil:
		f.log.given++
		return model.Log{}, ctx.Err()
	case f.log.err != nil:
		return model.Log{}, f.log.err
	}
	log := model.TailLog(strings.ReplaceAll(f.log.text, "EXP", fmt.Sprint(s.key.ID[0])), b)
	log.Tail = f.log.tail
	return log, nil
}

func (s fakeSociety) Steps(context.Context) ([]model.StepTime, error) {
	f := s.src
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.past == nil {
		return nil, model.ErrNotOffered
	}
	f.pasts = append(f.pasts, s.key)
	for _, e := range f.all {
		if e.Key == s.key {
			return f.past(e.Summary), nil
		}
	}
	return nil, model.ErrNoExperiment
}

// withLog changes the log from now on.
func (f *fakeSource) withLog(by func(*fakeLog)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by(&f.log)
}

// logReads is how many times a log was read.
func (f *fakeSource) logReads() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.log.reads)
}

func (f *fakeSource) Info() model.Info {
	if f.info != nil {
		return *f.info
	}
	return model.Info{Kind: "lab file", Address: text.Clean("lab.db"), Local: true}
}

func (f *fakeSource) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if hangs := f.hangs; hangs != nil {
		f.mu.Unlock()
		select {
		case <-hangs:
		case <-ctx.Done():
		}
		f.mu.Lock()
		if err := ctx.Err(); err != nil {
			return model.Changes{}, err
		}
	}
	f.reads++
	f.budget = b
	if f.err != nil {
		return model.Changes{}, f.err
	}
	c := model.Changes{Total: len(f.all), Next: model.NewCursor("end"), Clock: f.clock, Trouble: f.trouble, Liveness: f.live, Sources: slices.Clone(f.sources)}
	if since == model.NewCursor("end") {
		c.Put, c.Gone, f.changed, f.gone = f.changed, f.gone, nil, nil
		return c, nil
	}
	from := 0
	c.First = since == model.Cursor{}
	fmt.Sscan(since.Token(), &from)
	to := len(f.all)
	if f.page > 0 {
		to = min(from+f.page, to)
	}
	for _, e := range f.all[from:to] {
		s := e.Summary
		if !b.Errors {
			s.Error = text.Lines{}
		}
		c.Put = append(c.Put, s)
	}
	if c.More = to < len(f.all); c.More {
		c.Next = model.NewCursor(fmt.Sprint(to))
	}
	return c, nil
}

func (f *fakeSource) Experiment(_ context.Context, k model.Key) (model.Experiment, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wholes++
	if f.noWhole != nil {
		return model.Experiment{}, f.noWhole
	}
	for _, e := range f.all {
		if e.Key == k {
			return e, nil
		}
	}
	return model.Experiment{}, &model.Error{Op: "read", Address: "lab.db", Err: model.ErrNoExperiment}
}

func (f *fakeSource) Close() error { return nil }

// change lets an experiment differ from now on.
func (f *fakeSource) change(i int, by func(*model.Experiment)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by(&f.all[i])
	f.changed = append(f.changed, f.all[i].Summary)
}

func (f *fakeSource) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *fakeSource) lives(l model.Liveness) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live = l
}

func (f *fakeSource) hang(until chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hangs = until
}

func (f *fakeSource) withTrouble(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trouble = err
}

func (f *fakeSource) failWholes(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.noWhole = err
}

func (f *fakeSource) counts() (reads, wholes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reads, f.wholes
}

// start is when every bubble's clock begins.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

const testConfig = `agents:
  citizens:
  - agent_class: citizen
    number: 200
  firms:
  - agent_class: firm
    number: 5
exp:
  name: x
  workflow:
  - days: 2.0
    type: run
  - description: 第0轮问卷 survey round 0 📋
    type: survey
  - steps: 24
    ticks_per_step: 600
    type: step
llm:
- api_key: sk-abcdefghijklmnop
  model: qwen2.5-14b-instruct
  provider: qwen
`

// testExperiment makes one experiment of the fake lab.
func testExperiment(n int, name string, status model.Status, step int64) model.Experiment {
	p, models := plan.Read(testConfig)
	at := p.Start + 1 + (step-1)*300
	e := model.Experiment{Config: text.CleanLines(testConfig)}
	e.Key = model.Key{Tenant: text.Clean("default"), ID: uuid.UUID{byte(n + 1), 0xab}}
	e.Name, e.Status, e.Plan, e.Models = text.Clean(name), status, p, models
	if step > 0 {
		e.Now = model.SimTime{Day: int(at / model.SecondsPerDay), T: float64(at % model.SecondsPerDay)}
	}
	e.InputTokens, e.OutputTokens = step*4400, step*1400
	e.Created = start.Add(-time.Duration(n+1) * time.Hour)
	e.Updated = start.Add(-5 * time.Second)
	return e
}

// testLab is a small lab with all that is hard to draw.
func testLab() []model.Experiment {
	lab := []model.Experiment{
		testExperiment(0, "北京早高峰通勤模拟 🚇", model.Running, 362),
		testExperiment(1, "a run gone quiet", model.Running, 12),
		testExperiment(2, "Polarization baseline", model.Finished, 504),
		testExperiment(3, "飓风影响实验 Hurricane 🌀", model.Failed, 160),
		testExperiment(4, "UBI policy — "+strings.Repeat("很长的名字", 30), model.Stopped, 12),
		testExperiment(5, "尚未开始 \x1b[31mnot started", model.NotStarted, 0),
		testExperiment(6, "", model.Running, 0),
	}
	lab[1].Updated = start.Add(-90 * time.Minute)
	lab[3].Error = text.CleanLines("RuntimeError: LLM request failed after 10 retries\nTraceback (most recent call last):\n\tFile \"simulationengine.py\", line 1500, in step\nTimeoutError: 第0层")
	lab[6].Plan, lab[6].Now = nil, model.SimTime{Day: -1, T: -1}
	return lab
}
