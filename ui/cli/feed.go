package cli

import (
	"context"
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
}

// feed is one that has read nothing yet; errors tells whether it reads them, too.
func (e *Env) feed(src model.Source, errors bool) *feed {
	return &feed{src: src, lab: model.NewLab(), budget: model.Budget{Rows: pageRows, Errors: errors}, clock: e.Now}
}

// now is the source's wall time.
func (f *feed) now() time.Time { return f.clock().Add(f.skew) }

// page reads the next page and has it applied by apply.
func (f *feed) page(ctx context.Context, apply func(model.Changes)) (c model.Changes, err error) {
	if c, err = f.src.Changes(ctx, f.since, f.budget); err != nil {
		return c, err
	}
	f.since = c.Next
	if !c.Clock.IsZero() {
		f.skew = c.Clock.Sub(f.clock())
	}
	apply(c)
	return c, nil
}

// reading is a source's experiments as a command sees them, all at one wall time.
type reading struct {
	lab *model.Lab
	now time.Time // the source's
}

// read reads all experiments of a source. What could not be read though the rest could is
// told.
func (e *Env) read(ctx context.Context, src model.Source, errors bool) (reading, error) {
	f := e.feed(src, errors)
	for {
		c, err := f.page(ctx, func(c model.Changes) { f.lab.Apply(c, f.now()) })
		if err != nil {
			return reading{}, err
		}
		if c.More {
			continue
		}
		if c.Trouble != nil {
			e.tell(model.Explain(c.Trouble).String())
		}
		return reading{f.lab, f.now()}, nil
	}
}
