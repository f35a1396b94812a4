package cli

import (
	"context"
	"iter"
	"time"

	"societop/model"
)

// pageRows bounds one page of a command's reading.
const pageRows = 10_000

// feed reads a source into a lab, page by page.
type feed struct {
	src    model.Source
	lab    *model.Lab
	budget model.Budget
	since  model.Cursor
	clock  func() time.Time
	skew   time.Duration // how far the source's clock is ahead

	sources []model.SourceState // of several, as of the last page
}

// feed returns one that has read nothing yet; errors says whether it also reads errors.
func (e *Env) feed(src model.Source, errors bool) *feed {
	return &feed{src: src, lab: newLab(e), budget: model.Budget{Rows: pageRows, Errors: errors}, clock: e.Now}
}

// newLab returns an empty lab with the prices of --prices.
func newLab(e *Env) *model.Lab {
	lab := model.NewLab()
	lab.SetPrices(e.prices)
	return lab
}

// now is the source's wall time.
func (f *feed) now() time.Time { return f.clock().Add(f.skew) }

// pages reads all pages and calls apply with each. trouble is what could not be read although the
// rest could.
func (f *feed) pages(ctx context.Context, apply func(model.Changes)) (trouble, err error) {
	for more := true; more; {
		c, err := f.src.Changes(ctx, f.since, f.budget)
		if err != nil {
			return nil, err
		}
		f.since, more, f.sources = c.Next, c.More, c.Sources
		if !c.Clock.IsZero() {
			f.skew = c.Clock.Sub(f.clock())
		}
		if c.Trouble != nil {
			trouble = c.Trouble
		}
		apply(c)
	}
	return trouble, nil
}

// setClock follows the source's wall time; zero: that of this machine.
func (f *feed) setClock(clock time.Time) {
	if !clock.IsZero() {
		f.skew = clock.Sub(f.clock())
	}
}

// reading is a source's experiments as a command sees them, all at one wall time.
type reading struct {
	lab *model.Lab
	now time.Time // the source's

	absent error // not all of several sources could be read
}

// read reads all experiments of a source. It says what could not be read if the rest could.
func (e *Env) read(ctx context.Context, src model.Source, errors bool) (reading, error) {
	f := e.feed(src, errors)
	trouble, err := f.pages(ctx, func(c model.Changes) { f.lab.Apply(c, f.now()) })
	absent := tellAbsent(e, f.sources)
	if trouble != nil && absent == nil {
		e.tell(model.Explain(trouble).String())
	}
	return reading{f.lab, f.now(), absent}, err
}

// rows are the experiments that pass a filter, in order; they end when ctx is done. prepare is
// called with their selection before that; nil: nothing is to be done.
func (r reading) rows(ctx context.Context, query model.Query, order model.Sort, prepare func(*model.Selection)) iter.Seq[view] {
	return func(yield func(view) bool) {
		sel := r.lab.Select(query, order, r.now)
		defer sel.Close()
		for !sel.Work(pageRows) && ctx.Err() == nil {
		}
		if prepare != nil {
			prepare(sel)
		}
		for i := 0; i < sel.Len() && ctx.Err() == nil && yield(r.view(sel.At(i))); i++ {
		}
	}
}
