package record

import (
	"context"
	"math"
	"slices"

	"societop/model"
	"societop/storage/bolt"
)

// readFrame reads the oldest frame that is missing, with its prompt; done when none is.
func (d *reading) readFrame(ctx context.Context) (done bool, err error) {
	w := &d.t.frames
	if w.asked != d.t.run.state {
		if err := d.findMissing(ctx); err != nil {
			return false, err
		}
	}
	if len(w.missing) == 0 {
		return true, nil
	}
	at := w.missing[0]
	f, err := d.from.Frame(ctx, at)
	if ofOnePart(err) {
		d.t.parts[frames].err, w.broken[at] = err, d.options.Now().Add(retryEvery)
		return d.advance(), nil
	}
	if err != nil {
		return false, err
	}
	prompt, err := d.from.Prompt(ctx, at)
	if err != nil && !model.Lacking(err) && !ofOnePart(err) {
		return false, err
	}
	if err := d.writeFrame(ctx, f, prompt); err != nil {
		return false, err
	}
	w.doubted = prompt.Created.IsZero() && w.prompts && at == w.newest && !d.t.run.ended
	w.prompts = w.prompts || !prompt.Created.IsZero()
	d.progress.Frames++
	return d.advance(), nil
}

// writeFrame puts a frame and its prompt, where there is one, into the lab file in one batch.
func (d *reading) writeFrame(ctx context.Context, f model.Frame, prompt model.Prompt) error {
	return d.update(ctx, func(b *bolt.Batch) error {
		if err := b.PutFrame(d.t.key, f); err != nil || prompt.Created.IsZero() {
			return err
		}
		return b.PutPrompt(d.t.key, prompt)
	})
}

// advance goes on to the next moment that is missing; done when there is none.
func (d *reading) advance() (done bool) {
	w := &d.t.frames
	w.missing = w.missing[1:]
	d.progress.Pending--
	return len(w.missing) == 0
}

// findMissing compares the source's timeline with the lab's. The newest moment is read again
// where its prompt, which the server writes last, was not there yet. Moments that the source could
// not give out are skipped for a while.
func (d *reading) findMissing(ctx context.Context) error {
	w := &d.t.frames
	there, err := d.from.Timeline(ctx)
	if err != nil {
		return err
	}
	here, err := d.here().Timeline(ctx)
	if err != nil && !model.Lacking(err) {
		return err
	}
	before := w.newest
	w.newest = model.SimTime{Day: math.MinInt}
	if len(there) > 0 {
		w.newest = there[len(there)-1]
	}
	had := make(map[model.SimTime]bool, len(here))
	for _, at := range here {
		had[at] = true
	}
	now := d.options.Now()
	d.progress.Pending -= int64(len(w.missing))
	w.missing = slices.DeleteFunc(there, func(at model.SimTime) bool {
		if w.doubted && at == before {
			return false
		}
		return had[at] || now.Before(w.broken[at])
	})
	d.progress.Pending += int64(len(w.missing))
	w.asked, w.doubted = d.t.run.state, false
	return nil
}
