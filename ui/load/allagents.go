package load

import (
	"context"

	"societop/model"
	"societop/ui/pane"
)

// What is read of all agents at once: no more than the newest of so many. Of talk that is what
// can be scrolled through; answers are counted, so that all should be there.
const (
	maxTalk    = 5_000
	maxAnswers = 50_000
)

var (
	allTalk = scoped{
		target: func(d *Detail) target { return wantedUntil(d, &d.View.AllTalk, messageAt) },
		read:   readAllTalk,
		shown:  func(d *Detail) bool { return covers(&d.View.AllTalk, d.View.At, messageAt) },
	}
	allAnswers = scoped{
		target: wantedAnswers,
		read:   readAllAnswers,
		shown:  answersShown,
	}
)

func messageAt(m *model.Message) model.SimTime { return m.At }
func answerAt(a *model.Answer) model.SimTime   { return a.At }

// covers reports whether the rows are those of a moment: none before it is missing at the end, and at
// the beginning only rows older than half of them.
func covers[T any](g *pane.Gathered[T], at model.SimTime, of func(*T) model.SimTime) bool {
	switch {
	case g.Rows == nil, at.Valid() && g.Until.Valid() && g.Until.Compare(at) < 0:
		return false
	case !g.Cut || !at.Valid() && !g.Until.Valid():
		return true
	case !at.Valid():
		return false
	}
	return of(&g.Rows[len(g.Rows)/2]).Compare(at) <= 0 || g.Until == at
}

// wantedUntil returns the moment up to which rows of all agents are read: the end, unless so many
// follow the moment shown that its own rows would be left out.
func wantedUntil[T any](d *Detail, g *pane.Gathered[T], of func(*T) model.SimTime) target {
	until := model.Latest
	switch {
	case g.Rows == nil || d.View.Live:
	case covers(g, d.View.At, of):
		until = g.Until
	case g.Cut || g.Until.Valid():
		until = d.View.At
	}
	return target{known: d.View.Bulk, at: until}
}

// gathered returns rows that were read up to a moment and a limit.
func gathered[T any](rows []T, until model.SimTime, limit int) pane.Gathered[T] {
	if rows == nil {
		rows = []T{}
	}
	return pane.Gathered[T]{Rows: rows, Until: until, Cut: len(rows) >= limit}
}

// readAllTalk reads what all agents have thought, said and heard.
func readAllTalk(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	bulk, ok := s.(model.AllAgentsReader)
	if !ok {
		return nil, model.ErrNotOffered
	}
	rows, err := bulk.TalkUntil(ctx, of.at, maxTalk)
	return func(v *pane.View) { v.AllTalk = gathered(rows, of.at, maxTalk) }, err
}

// keepAllTalk keeps talk, whatever moment is shown by now: it may hold that, too.
func keepAllTalk(d *Detail, _ target, v pane.View) { d.View.AllTalk = v.AllTalk }

// readAllAnswers reads all agents' answers to surveys, or those of one of them where the source
// can tell no more at once.
func readAllAnswers(ctx context.Context, s model.RunData, of target) (func(*pane.View), error) {
	bulk, ok := s.(model.AllAgentsReader)
	if !ok {
		return gatherAnswers(ctx, s, of)
	}
	rows, err := bulk.AnswersUntil(ctx, of.at, maxAnswers)
	return func(v *pane.View) { v.AllAnswers = gathered(rows, of.at, maxAnswers) }, err
}

// keepAllAnswers keeps answers, as keepAllTalk does talk.
func keepAllAnswers(d *Detail, of target, v pane.View) {
	if !d.View.Bulk {
		d.perAgent.add(of, v.AllAnswers.Rows, &d.View)
		return
	}
	d.View.AllAnswers = v.AllAnswers
}

// readSurveys reads the questionnaires.
func readSurveys(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := model.ReadSurveys(ctx, src, k)
	return func(v *pane.View) { v.Surveys = all }, err
}
