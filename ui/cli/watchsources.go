package cli

import (
	"cmp"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/event"
)

// see hands on to the engine how the source is after a reading, or how each of several is; start says
// that it is the first one.
func (w *watcher) see(err error, start bool) {
	tell, at := w.engine.See, w.env.Now()
	if start {
		tell = w.engine.Start
	}
	states := w.feed.lab.Sources().States()
	if err != nil || states == nil {
		w.take(tell(model.SourceName{}, w.why(err), at))
		return
	}
	for i := range states {
		w.take(tell(states[i].Name, whyAway(&states[i]), at))
	}
}

// whyAway is why nothing new can come from one of several sources; empty if it can.
func whyAway(s *model.SourceState) string {
	switch {
	case s.Failure != nil:
		return model.Reason(s.Failure).String()
	case s.Slow:
		return model.SlowAnswer
	}
	return s.Liveness.Why.String()
}

// tellSources says what can't be read of each of several sources, once for as long as it lasts, and when
// one is live again, or no longer.
func (w *watcher) tellSources(states []model.SourceState) {
	for i := range states {
		s := &states[i]
		short := w.feed.lab.Sources().Short(s.Name)
		of := w.sources[s.Name]
		if of == nil {
			of = &sourceWitness{witness: witness{env: w.env, name: short}}
			w.sources[s.Name] = of
		}
		said := model.Explain(cmp.Or(s.Failure, s.Trouble)).String()
		switch {
		case said == of.trouble:
		case said == "":
			w.env.tell(short + " answers again")
		case s.Failure != nil:
			w.env.tell(short + ": " + said + "; retrying")
		default:
			w.env.tell(short + ": " + said)
		}
		if of.trouble = said; s.Failure == nil {
			of.see(s.Liveness)
		}
	}
}

// sourceWitness is what was told of one of several sources.
type sourceWitness struct {
	witness
	trouble string
}

// sourceOf is the source of an event: of several its name, else the address.
func (w *watcher) sourceOf(e *event.Event) text.Text {
	if e.Source.Empty() {
		return w.address()
	}
	return e.Source.Text()
}

// shortSource is the same for people.
func (w *watcher) shortSource(e *event.Event) string {
	if short := w.feed.lab.Sources().Short(e.Source); short != "" {
		return short
	}
	return w.sourceOf(e).String()
}

// maxSource is the most cells of a source in a line.
const maxSource = 16

// fitSource is a short name of a source in a column with those of the others.
func fitSource(name string, all []string) string {
	return cell.Fit(name, min(widest(all), maxSource))
}

// widest is the cells of the longest of some texts.
func widest(all []string) (w int) {
	for _, one := range all {
		w = max(w, cell.Width(one))
	}
	return w
}

// sourceColumn is the source of an event in a line of several sources, in front of what happened; else
// empty.
func (w *watcher) sourceColumn(e *event.Event) string {
	sources := w.feed.lab.Sources()
	if !sources.Several() {
		return ""
	}
	return fitSource(sources.Short(e.Source), sources.Names()) + "  "
}
