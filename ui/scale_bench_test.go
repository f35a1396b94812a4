package ui

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/budget"
	"societop/model/text"
	"societop/ui/list"
	"societop/ui/theme"
)

// aMillion is how many experiments the large lab has.
const aMillion = 1_000_000

// pagedSource is a source whose list comes in large pages, from a lab of n experiments.
type pagedSource struct {
	fakeSource
	n, read int
}

func (p *pagedSource) Changes(_ context.Context, _ model.Cursor, b model.Budget) (model.Changes, error) {
	kinds := testLab()
	c := model.Changes{First: p.read == 0, Total: p.n}
	for ; p.read < p.n && len(c.Put) < b.Rows; p.read++ {
		i := p.read
		s := kinds[i%len(kinds)].Summary
		s.ID[2], s.ID[3], s.ID[4] = byte(i>>16), byte(i>>8), byte(i)
		s.Name = text.Clean(fmt.Sprintf("%s %d", s.Name, i))
		s.Created = start.Add(-time.Duration(i) * time.Second)
		c.Put = append(c.Put, s)
	}
	c.More = p.read < p.n
	return c, nil
}

// loaded is a monitor at 160×50 that has read n experiments. No other command of its is ever run.
func loaded(b *testing.B, n int) *App {
	b.Helper()
	src := &pagedSource{n: n}
	a, err := New(b.Context(), Options{
		Source: src, Theme: theme.Dark, Zone: time.UTC, Now: func() time.Time { return start },
	})
	if err != nil {
		b.Fatal(err)
	}
	a.Update(tea.WindowSizeMsg{Width: 160, Height: 50})
	for src.read < n {
		a.Update(a.feed.Read(nil)())
	}
	if a.list.Len() != n {
		b.Fatalf("%d of %d experiments are in the list", a.list.Len(), n)
	}
	return a
}

// pressed is how long a key takes until the screen is drawn.
func pressed(a *App, key string) time.Duration {
	begun := time.Now()
	a.Update(keyOf(key))
	_ = a.View()
	return time.Since(begun)
}

// quantile is the time that a share of all times does not exceed.
func quantile(times []time.Duration, share float64) time.Duration {
	slices.Sort(times)
	return times[int(float64(len(times)-1)*share)]
}

// BenchmarkBudget7Key is a `j` towards the end of a list, where it scrolls, until the screen is
// drawn. The times are the middle ones.
func BenchmarkBudget7Key(b *testing.B) {
	small, large := loaded(b, 100), loaded(b, aMillion)
	downs := func(a *App) (times []time.Duration) {
		pressed(a, "G")
		for range 60 {
			pressed(a, "k")
		}
		for range 60 {
			times = append(times, pressed(a, "j"))
		}
		return times
	}
	var few, many []time.Duration
	for b.Loop() {
		few, many = append(few, downs(small)...), append(many, downs(large)...)
	}
	budget.Report(b, "7", quantile(many, 0.5).Seconds()/quantile(few, 0.5).Seconds())
	b.ReportMetric(float64(quantile(few, 0.5).Microseconds()), "small-µs")
	b.ReportMetric(float64(quantile(many, 0.5).Microseconds()), "large-µs")
}

// loop is Bubble Tea's: messages come one after the other, and the screen is drawn after each.
type loop struct {
	app  *App
	cmds chan tea.Cmd
	msgs chan tea.Msg
	keys chan time.Time // when a key was pressed
}

// typed sends n keys through a loop, at random times, and returns how long each took until the
// screen was drawn. From the first to the last of them, filters over all experiments follow on
// each other where filtering is true.
func typed(a *App, n int, filtering bool) (took []time.Duration) {
	l := loop{a, make(chan tea.Cmd, 1), make(chan tea.Msg), make(chan time.Time)}
	go func() {
		for cmd := range l.cmds {
			l.msgs <- cmd()
		}
		close(l.msgs)
	}()
	go func() {
		random := rand.New(rand.NewPCG(1, 2))
		for range n {
			time.Sleep(time.Duration(random.IntN(4000)) * time.Microsecond)
			l.keys <- time.Now()
		}
		close(l.keys)
	}()
	for filters := 0; ; {
		if filtering && !a.list.Filtering() {
			filters++
			l.cmds <- a.setFilter(fmt.Sprintf("baseline %d", filters%10))
		}
		select {
		case at, ok := <-l.keys:
			if !ok {
				close(l.cmds)
				for range l.msgs {
					continue
				}
				return took
			}
			a.Update(keyOf("jk"[len(took)%2 : len(took)%2+1]))
			_ = a.View()
			took = append(took, time.Since(at))
		case msg := <-l.msgs:
			_, cmd := a.Update(msg)
			_ = a.View()
			if _, ok := msg.(list.WorkMsg); ok && a.list.Filtering() {
				l.cmds <- cmd
			}
		}
	}
}

// BenchmarkBudget8KeyWhileFiltering is the 99th percentile of the time of a key, from when it is
// pressed until the screen is drawn, while filters over a million experiments run one after the
// other, as a share of the same while none runs.
func BenchmarkBudget8KeyWhileFiltering(b *testing.B) {
	a := loaded(b, aMillion)
	var idle, busy []time.Duration
	for b.Loop() {
		showAll(a)
		idle = append(idle, typed(a, 1000, false)...)
		busy = append(busy, typed(a, 1000, true)...)
	}
	budget.Report(b, "8", quantile(busy, 0.99).Seconds()/quantile(idle, 0.99).Seconds())
	for name, times := range map[string][]time.Duration{"idle": idle, "busy": busy} {
		b.ReportMetric(float64(quantile(times, 0.5).Microseconds()), name+"-p50-µs")
		b.ReportMetric(float64(quantile(times, 0.99).Microseconds()), name+"-p99-µs")
	}
}

// showAll shows all experiments again.
func showAll(a *App) {
	for cmd := a.setFilter(""); a.list.Filtering(); {
		_, cmd = a.Update(cmd())
	}
}
