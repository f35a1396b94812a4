package prom

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"societop/model"
)

// How a source is read.
const (
	pageRows = 10_000
	fresh    = 2 * time.Second // a reading is used for so long
	patience = 2 * time.Second // that a scrape waits for a newer one
)

// ContentType is the type of what Text returns.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Exporter describes a source. It is made by New; Run reads for it. Its methods may be called from
// any goroutine.
type Exporter struct {
	src      model.Source
	o        model.MetricsOptions
	registry *prometheus.Registry
	metrics  metrics
	wake     chan struct{} // holds a token while a reading is asked for

	mu      sync.Mutex // guards all that follows
	lab     *model.Lab
	runs    *model.Selection // those that run, the newest first
	sums    sums
	since   model.Cursor
	skew    time.Duration // how far the source's clock is ahead
	loaded  bool          // the list was read to its end
	failed  error         // how the last reading ended
	readAt  time.Time     // when it ended; zero: there was none
	reading chan struct{} // is closed at the end of the next reading; nil: none is asked for
}

// New returns an exporter of a source, which it does not close. A clock must be set.
func New(src model.Source, o model.MetricsOptions) *Exporter {
	e := &Exporter{src: src, o: o, registry: prometheus.NewPedanticRegistry(), wake: make(chan struct{}, 1), lab: model.NewLab(), sums: newSums()}
	e.metrics = metricsOf(severalOf(src))
	e.lab.SetPrices(o.Prices)
	e.runs = e.lab.Select(runningOnly, model.Sort{}, time.Time{})
	e.registry.MustRegister(e)
	return e
}

// runningOnly is the filter of the runs that have series of their own.
var runningOnly = func() model.Query {
	q, err := model.ParseQuery("status:running")
	if err != nil {
		panic(err) // a constant
	}
	return q
}()

// Run reads the source once and then whenever Text asks for it, until ctx is done.
func (e *Exporter) Run(ctx context.Context) {
	e.ask()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		}
		err := e.read(ctx)
		e.mu.Lock()
		e.failed, e.readAt = err, e.o.Now()
		if err != nil {
			e.lab.Lost(e.now())
		}
		close(e.reading)
		e.reading = nil
		e.mu.Unlock()
	}
}

// ask asks for a reading and returns what is closed at its end.
func (e *Exporter) ask() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if age := e.o.Now().Sub(e.readAt); e.reading == nil && !e.readAt.IsZero() && age >= 0 && age < fresh {
		done := make(chan struct{})
		close(done)
		return done
	}
	if e.reading == nil {
		e.reading = make(chan struct{})
		e.wake <- struct{}{}
	}
	return e.reading
}

// read takes over what has changed. The lab is free for scrapes between two pages.
func (e *Exporter) read(ctx context.Context) error {
	budget := model.Budget{Rows: pageRows}
	if e.metrics.several { // one that hangs is not waited for
		budget.Interval = fresh
	}
	for more := true; more; {
		c, err := e.src.Changes(ctx, e.since, budget)
		if err != nil {
			return err
		}
		more = c.More
		e.take(c)
	}
	return nil
}

// take takes over one page.
func (e *Exporter) take(c model.Changes) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.since = c.Next
	if !c.Clock.IsZero() {
		e.skew = c.Clock.Sub(e.o.Now())
	}
	put := make(map[model.Key]bool, len(c.Put))
	for i := range c.Put {
		if k := c.Put[i].Key; !put[k] {
			put[k] = true
			e.count(k, -1)
		}
	}
	applied := e.lab.Apply(c, e.now())
	for k := range put {
		e.count(k, +1)
	}
	for i := range applied.Gone {
		if gone := &applied.Gone[i]; !put[gone.Key] {
			e.sums.count(e.lab, gone, -1)
		}
	}
	for !e.runs.Work(pageRows) {
	}
	e.loaded = e.loaded || !c.More
}

// count adds an experiment to the sums, or takes it away where by is −1, if the lab has it.
func (e *Exporter) count(k model.Key, by int) {
	if s, ok := e.lab.Get(k); ok {
		e.sums.count(e.lab, &s, by)
	}
}

// now is the source's wall time.
func (e *Exporter) now() time.Time { return e.o.Now().Add(e.skew) }

// Text returns the metrics in Prometheus' text format. It waits for a reading of the source where
// the last one is not fresh, but not for long: then it says what is known.
func (e *Exporter) Text(ctx context.Context) ([]byte, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-e.ask():
	case <-timer.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	families, err := e.registry.Gather()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, f := range families {
		_, failed := expfmt.MetricFamilyToText(&b, f)
		err = errors.Join(err, failed)
	}
	return b.Bytes(), err
}

// Health returns what is wrong with a source, in one sentence, or "" while new data can arrive from it.
func Health(ctx context.Context, src model.Source) string {
	l, err := liveness(ctx, src)
	switch {
	case err != nil:
		return "The source can't be read: " + model.Explain(err).String() + "."
	case l.Live():
		return ""
	case l.AsOf.IsZero():
		return "The source is not live: " + l.Why.String() + "."
	}
	return "The source is not live: " + l.Why.String() + ", as of " + l.AsOf.UTC().Format(time.RFC3339) + "."
}

// liveness is that of a source, as it is now.
func liveness(ctx context.Context, src model.Source) (model.Liveness, error) {
	if lively, ok := src.(model.Lively); ok {
		return lively.Liveness(ctx)
	}
	c, err := src.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1})
	return c.Liveness, err
}
