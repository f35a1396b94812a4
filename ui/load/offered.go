package load

import (
	"context"
	"slices"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// offers are the needs that determine which panes a run has something for. They are read once of
// every run that is shown, whatever pane is on the screen.
var offers = []pane.Need{pane.NeedDatasets, pane.NeedActivity, pane.NeedHealth}

// is reports whether the data of a run has an optional part.
func is[T any](rd model.RunData) bool {
	_, ok := rd.(T)
	return ok
}

// beginOffers notes what a run can't have, so that this is known before anything is read.
func (d *Detail) beginOffers(rd model.RunData) {
	for n, need := range needs {
		if need.part == nil {
			continue
		}
		switch r := d.reading(n); {
		case d.View.Experiment.Dir == nil && need.derived != nil && need.derived(rd):
			r.presumed = true
		case !need.part(rd):
			r.wanted, r.failures, r.final, r.absent = false, 1, true, true
			r.never = true
			r.trouble = need.complaint(d.feed.info(d.key.Source), model.Liveness{}, model.ErrNotOffered)
			d.tellOne(n, r, r.trouble)
		}
	}
	d.tell(offers)
}

// unsettled returns the offers of which it is not known whether the run has them, without those
// that are wanted in any case. What is derived of a run is read only where it is shown: it takes all
// of its talk.
func (d *Detail) unsettled(wanted []pane.Need) (more []pane.Need) {
	for _, n := range offers {
		if r := d.reading(n); !r.presumed && (!r.done || r.wanted || d.emptyCatalog(n)) && !slices.Contains(wanted, n) {
			more = append(more, n)
		}
	}
	return more
}

// emptyCatalog reports whether a need is the datasets of a run that has none yet: a run registers
// them one after the other when it starts.
func (d *Detail) emptyCatalog(n pane.Need) bool {
	return n == pane.NeedDatasets && len(d.View.Datasets) == 0
}

// tellOne writes into the view how far a need is read.
func (d *Detail) tellOne(n pane.Need, r *reading, trouble text.Text) {
	if r.absent && !r.done {
		d.View.TellAbsent(n, trouble)
		return
	}
	if r.presumed && !r.done {
		d.View.TellPresent(n, trouble)
		return
	}
	d.View.Tell(n, d.has(n, r), trouble)
}

// readDatasets reads the catalog of datasets.
func readDatasets(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	r, ok := src.RunData(k).(model.DatasetReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	all, err := r.Datasets(ctx)
	return func(v *pane.View) { v.Datasets = all }, err
}
