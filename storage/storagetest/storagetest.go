package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// Lab is an empty lab read by a source, with the hooks that the tests change it by.
type Lab struct {
	// Open opens the source again. The test closes it.
	Open func(t *testing.T) model.Source
	// Write puts experiments and deletes others, so that the next reading sees it.
	Write func(t *testing.T, put []model.Experiment, gone []model.Key)
	// Fill sets all data of an experiment but its summary, which was written before, so
	// that the next reading sees it. Nil: the source keeps nothing of the kind.
	Fill func(t *testing.T, e model.Experiment, s RunData)
	// NoLog says that the source knows no logs, and is to say so.
	NoLog bool
	// Fit makes of an experiment the nearest one that the source can keep; of one that it has made, the
	// same. Nil: it can keep every one. A source that has one does not keep two tenants, or hostile text
	// and extreme values as they are given, and may refuse to be read while it is empty; and what it has
	// in addition to summaries is not tested.
	Fit func(model.Experiment) model.Experiment
	// Dirs says that the source keeps runs of AgentSociety 2 whole: Fill takes RunData.Dir, too.
	Dirs bool
	// NoNUL says that the store can't keep a NUL in a text.
	NoNUL bool
	// Check fails t where the store of the source is not consistent. It may be nil.
	Check func(t *testing.T)
}

// Run runs the suite. newLab makes an empty lab for each test.
func Run(t *testing.T, newLab func(t *testing.T) Lab) {
	fits := newLab(t).Fit != nil
	for _, tc := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"an empty lab", testEmpty},
		{"a listing in pages", testPages},
		{"a budget of time", testTime},
		{"changes after a listing", testChanges},
		{"changes during a listing", testDuring},
		{"many changes of few experiments", testManyChanges},
		{"nothing has changed", testNothing},
		{"cursors of others", testForeignCursor},
		{"one experiment whole", testWhole},
		{"no such experiment", testNone},
		{"errors on demand", testErrors},
		{"one id under two tenants", testTenants},
		{"hostile text", testHostile},
		{"extreme values", testExtremes},
		{"a context that is done", testCancelled},
		{"many goroutines", testGoroutines},
	} {
		if !fits || !slices.Contains(unfit, tc.name) {
			onBench(t, newLab, tc.name, tc.run)
		}
	}
	if !fits {
		testRunData(t, newLab)
	}
}

// unfit are the tests of what a source that fits experiments can't keep.
var unfit = []string{"an empty lab", "one id under two tenants", "hostile text", "extreme values"}

// start is when the first experiment of Experiments was created.
var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// Experiments makes n experiments of all kinds, the i-th created i minutes after the first:
// with and without config, error, tenant and clock.
func Experiments(n int) []model.Experiment {
	all := make([]model.Experiment, n)
	for i := range all {
		e := &all[i]
		e.ID = uuid.NewMD5(uuid.NameSpaceOID, fmt.Append(nil, i))
		e.Name = text.Clean(fmt.Sprintf("第%d个实验 baseline", i))
		e.Status = model.Status(i % int(model.Lost)) // AgentSociety 1 loses none
		e.Now = model.SimTime{Day: i % 4, T: float64(i*300%model.SecondsPerDay + 1)}
		e.InputTokens, e.OutputTokens = int64(i)*1000, int64(i)*10
		e.Created = start.Add(time.Duration(i) * time.Minute)
		e.Updated = e.Created.Add(time.Duration(i) * 123457 * time.Microsecond)
		if i%3 > 0 {
			e.Config = text.CleanLines(fmt.Sprintf("exp:\n  workflow:\n  - days: %d\n    type: run\n", i%5+1))
			e.Plan, e.Models = plan.Read(e.Config.Raw())
		}
		if e.Status == model.Failed {
			e.Error = text.CleanLines(fmt.Sprintf("Traceback:\n  line %d\nTimeoutError: 超时", i))
		}
		if i%7 == 0 {
			e.Tenant = text.Clean("lab-7")
		}
	}
	return all
}

func testEmpty(t *testing.T, b *bench) {
	var m Mirror
	all := m.Read(t, b.src, model.Budget{})
	if !all[0].First {
		t.Error("the first page of a listing does not say so")
	}
	m.Same(t, b.want, false)
	b.write(t, b.experiments(3))
	m.Read(t, b.src, model.Budget{})
	m.Same(t, b.want, false)
}

func testPages(t *testing.T, b *bench) {
	const rows = 7
	b.write(t, b.experiments(50))
	var m Mirror
	all := m.Read(t, b.src, model.Budget{Rows: rows})
	for i, ch := range all {
		if ch.First != (i == 0) {
			t.Errorf("page %d of %d: First is %v", i, len(all), ch.First)
		}
		if len(ch.Put) > rows {
			t.Errorf("page %d has %d rows, of at most %d", i, len(ch.Put), rows)
		}
		if len(ch.Gone) > 0 {
			t.Errorf("page %d: %v are gone that never were", i, ch.Gone)
		}
	}
	m.Same(t, b.want, false)
}

func testTime(t *testing.T, b *bench) {
	b.write(t, b.experiments(300))
	var m Mirror
	m.Read(t, b.src, model.Budget{Time: time.Nanosecond})
	m.Same(t, b.want, false)
}

func testChanges(t *testing.T, b *bench) {
	all := b.experiments(40)
	b.write(t, all[:30])
	var m Mirror
	m.Read(t, b.src, model.Budget{})
	all[3].Now.Day++
	all[4].Status, all[4].Error = model.Failed, text.CleanLines("out of tokens")
	all[5].Created = all[5].Created.Add(time.Hour)
	all[6].Config, all[6].Plan = text.Lines{}, nil
	b.write(t, append(slices.Clone(all[30:]), all[3:7]...), all[10].Key, all[29].Key)
	m.Read(t, b.src, model.Budget{Rows: 4})
	m.Same(t, b.want, false)
	b.write(t, []model.Experiment{all[10]}, all[11].Key)
	m.Read(t, b.src, model.Budget{})
	m.Same(t, b.want, false)
}

func testDuring(t *testing.T, b *bench) {
	all := b.experiments(60)
	b.write(t, all[:50])
	var m Mirror
	for i := range 4 {
		ch, err := b.src.Changes(context.Background(), m.Cursor, model.Budget{Rows: 5})
		if err != nil {
			t.Fatal(err)
		}
		m.Apply(ch)
		// Something that was listed, something that was not, something that moves from one
		// side to the other, both ways, and something new.
		old, young := all[5*i], all[49-5*i]
		old.Created, young.Created = young.Created.Add(30*time.Second), old.Created.Add(30*time.Second)
		b.write(t, []model.Experiment{all[50+i], old, young}, all[48-5*i].Key, all[5*i+1].Key)
	}
	m.Read(t, b.src, model.Budget{Rows: 5})
	b.write(t, all[54:55]) // an endpoint may not be asked for its list again before its time
	m.Read(t, b.src, model.Budget{Rows: 5})
	m.Same(t, b.want, false)
}

func testManyChanges(t *testing.T, b *bench) {
	all := b.experiments(3)
	b.write(t, all)
	var m Mirror
	m.Read(t, b.src, model.Budget{})
	for i := range 25 {
		all[1].InputTokens += int64(i)
		all[2].Now.T++
		b.write(t, all[1:])
	}
	m.Read(t, b.src, model.Budget{Rows: 1})
	m.Same(t, b.want, false)
}

func testNothing(t *testing.T, b *bench) {
	all := b.experiments(20)
	b.write(t, all)
	var m Mirror
	m.Read(t, b.src, model.Budget{})
	for range 3 {
		before := m.Cursor
		if pages := m.Read(t, b.src, model.Budget{}); len(pages) == 1 && pages[0].Empty() && m.Cursor != before {
			t.Error("the cursor moves though nothing has changed")
		}
		m.Same(t, b.want, false)
	}
}

func testForeignCursor(t *testing.T, b *bench) {
	b.write(t, b.experiments(9))
	for _, token := range []string{"x", "nonsense of any kind, and longer than any token should be", "\x00\x01\xff", strings.Repeat("\x01", 33)} {
		m := Mirror{Cursor: model.NewCursor(token), Known: map[model.Key]model.Summary{{}: {}}}
		if all := m.Read(t, b.src, model.Budget{}); !all[0].First {
			t.Errorf("the cursor %q is taken for one of the source's own", token)
		}
		m.Same(t, b.want, false)
	}
}

func testWhole(t *testing.T, b *bench) {
	all := b.experiments(20)
	b.write(t, all)
	for _, want := range all {
		got, err := b.src.Experiment(context.Background(), want.Key)
		if err != nil {
			t.Fatal(err)
		}
		SameSummary(t, got.Summary, want.Summary)
		if got.Config != want.Config {
			t.Errorf("config %q, want %q", got.Config.Raw(), want.Config.Raw())
		}
	}
}

func testNone(t *testing.T, b *bench) {
	all := b.experiments(8)
	b.write(t, all)
	b.write(t, nil, all[7].Key)
	elsewhere := all[0].Key
	elsewhere.Tenant = text.Clean("nobody")
	for _, k := range []model.Key{{ID: uuid.Max}, all[7].Key, elsewhere} {
		if _, err := b.src.Experiment(context.Background(), k); !errors.Is(err, model.ErrNoExperiment) {
			t.Errorf("experiment %v of tenant %q: %v, want %v", k.ID, k.Tenant, err, model.ErrNoExperiment)
		}
	}
}

func testErrors(t *testing.T, b *bench) {
	all := b.experiments(20)
	b.write(t, all)
	var with, without Mirror
	with.Read(t, b.src, model.Budget{Errors: true, Rows: 3})
	with.Same(t, b.want, true)
	without.Read(t, b.src, model.Budget{})
	without.Same(t, b.want, false)
	all[0].Error, all[3].Error = text.CleanLines("new"), text.Lines{}
	b.write(t, []model.Experiment{all[0], all[3]})
	with.Read(t, b.src, model.Budget{Errors: true})
	with.Same(t, b.want, true)
}

func testTenants(t *testing.T, b *bench) {
	all := b.experiments(2)
	all[1].ID = all[0].ID
	all[1].Config = text.CleanLines("exp: {}\n")
	all[1].Plan, all[1].Models = plan.Read(all[1].Config.Raw())
	b.write(t, all)
	for _, want := range all {
		got, err := b.src.Experiment(context.Background(), want.Key)
		if err != nil || got.Config != want.Config {
			t.Errorf("tenant %q: config %q (%v), want %q", want.Tenant, got.Config.Raw(), err, want.Config.Raw())
		}
	}
	var m Mirror
	m.Read(t, b.src, model.Budget{})
	m.Same(t, b.want, false)
	b.write(t, nil, all[0].Key)
	m.Read(t, b.src, model.Budget{})
	m.Same(t, b.want, false)
}

// hostile is text that must never reach a terminal as it is.
const hostile = "\x1b[2J\x1b]52;c;ZXZpbA==\x07 a\x00b\rc\u202eevil\u200b\u009b31m" + "e\u0301\u0301\u0301\u0301"

// hostile is such a text, as far as the store can keep it.
func (b *bench) hostile() string {
	if b.lab.NoNUL {
		return strings.ReplaceAll(hostile, "\x00", "")
	}
	return hostile
}

func testHostile(t *testing.T, b *bench) {
	hostile := b.hostile()
	e := b.experiments(1)[0]
	e.Name, e.Tenant = text.Clean(hostile), text.Clean("t\x1b[31m")
	e.Error, e.Config = text.CleanLines("one\n"+hostile), text.CleanLines("# "+hostile+"\nexp: {}\n")
	e.Plan, e.Models = plan.Read(e.Config.Raw())
	b.write(t, []model.Experiment{e})
	got, err := b.src.Experiment(context.Background(), e.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct{ got, raw, want string }{
		{got.Name.String(), got.Name.Raw(), e.Name.Raw()},
		{got.Tenant.String(), got.Tenant.Raw(), e.Tenant.Raw()},
		{got.Error.String(), got.Error.Raw(), e.Error.Raw()},
		{got.Config.String(), got.Config.Raw(), e.Config.Raw()},
	} {
		if strings.ContainsAny(s.got, "\x1b\x00\x07\r\u202e\u200b\u009b") {
			t.Errorf("%q is not clean", s.got)
		}
		if s.raw != s.want {
			t.Errorf("raw text %q, want %q", s.raw, s.want)
		}
	}
}

func testCancelled(t *testing.T, b *bench) {
	all := b.experiments(3)
	b.write(t, all)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.src.Changes(ctx, model.Cursor{}, model.Budget{}); !errors.Is(err, context.Canceled) {
		t.Errorf("changes: %v, want %v", err, context.Canceled)
	}
	if _, err := b.src.Experiment(ctx, all[0].Key); !errors.Is(err, context.Canceled) {
		t.Errorf("experiment: %v, want %v", err, context.Canceled)
	}
}

func testGoroutines(t *testing.T, b *bench) {
	all := b.experiments(100)
	b.write(t, all)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 3 {
				var m Mirror
				for m.Cursor == (model.Cursor{}) || m.listed != nil {
					ch, err := b.src.Changes(context.Background(), m.Cursor, model.Budget{Rows: 40})
					if err != nil {
						t.Error(err)
						return
					}
					m.Apply(ch)
				}
				if len(m.Known) != len(all) {
					t.Errorf("%d experiments, want %d", len(m.Known), len(all))
				}
				if _, err := b.src.Experiment(context.Background(), all[i*10+j].Key); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
